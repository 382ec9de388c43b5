# SPDX-License-Identifier: GPL-3.0-or-later
"""Parts that a service has found, as face sets on meshes: the artist repaints them with what Blender has for that.

Each face carries its number as well, so that it is known again after whatever the artist does to the mesh.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import bpy
import numpy as np
from bpy.types import Object

from ..value import value
from .provenance import PREFIX
from .segmentation import NO_PART, Integers, Part, further

JOB = PREFIX + 'parts'
"""Property of painted objects: the id of the job that has found the parts."""

NUMBER, SETS = PREFIX + 'face', '.sculpt_face_set'
"""Attributes of faces. The second is Blender's own: what Sculpt Mode shows and paints."""

FIRST_SET = 2
"""Face set of the first part. Blender draws 1 without a colour: faces in no part."""


class Changed(Exception):
    """The faces are no longer those that were painted."""


@value
class FoundParts:
    """What is known of the parts, beside what is painted."""

    parts: tuple[Part, ...]
    part_of_face: Integers
    """For each face of the file the number of its part, or `NO_PART`."""
    polygon_of_face: Integers
    """For each face of the file the polygon of the artist's meshes that it is, or is a triangle of, numbered through
    all meshes; empty where the artist's meshes have other faces."""
    meshes: tuple[tuple[str, int], ...] = ()
    """Names of the artist's objects and how many polygons each has, in the order in which those are numbered."""

    @property
    def face_sets(self) -> Integers:
        """For each polygon of the artist's meshes, or else for each face of the file."""
        sets = self.part_of_face + np.int32(FIRST_SET)
        if not self.meshes:
            return sets
        found = np.zeros(sum(count for _, count in self.meshes), np.int32)
        found[self.polygon_of_face] = sets
        return found

    def save(self, file: Path) -> None:
        """Raise OSError."""
        words = {'parts': [(part.name, part.color) for part in self.parts], 'meshes': self.meshes}
        np.savez(
            file,
            words=np.frombuffer(json.dumps(words).encode(), np.uint8),
            part_of_face=self.part_of_face,
            polygon_of_face=self.polygon_of_face,
        )

    @classmethod
    def load(cls, file: Path) -> FoundParts:
        """Raise OSError, or ValueError for what `save` has not written."""
        try:
            with file.open('rb') as stream, np.load(stream, allow_pickle=False) as arrays:
                words = json.loads(arrays['words'].tobytes())
                return cls(
                    parts=tuple(Part(name, color) for name, color in words['parts']),
                    part_of_face=arrays['part_of_face'],
                    polygon_of_face=arrays['polygon_of_face'],
                    meshes=tuple((name, count) for name, count in words['meshes']),
                )
        except (BadZipFile, EOFError, KeyError, TypeError) as error:
            raise ValueError(str(error)) from error


def may_paint(item: Object, polygons: int) -> bool:
    """Whether an object of the artist's can be painted: it has so many faces, and no face sets of its own."""
    if item.type != 'MESH' or not item.users_scene or item.mode != 'OBJECT':
        return False
    mesh = item.data
    is_free = bool(item.get(JOB)) or SETS not in mesh.attributes
    return mesh.library is None and item.library is None and len(mesh.polygons) == polygons and is_free


def paint(item: Object, job_id: str, numbers: Integers, sets: Integers) -> None:
    """Give the faces of a mesh object their numbers and face sets."""
    for name, values in ((NUMBER, numbers), (SETS, sets)):
        attributes = item.data.attributes
        attribute = attributes.get(name) or attributes.new(name, 'INT', 'FACE')
        attribute.data.foreach_set('value', np.ascontiguousarray(values, np.int32))
    item.data.update()
    item[JOB] = job_id


def painted_by(job_id: str) -> list[Object]:
    """The objects in the scenes of the open file that carry the parts of a job."""
    return [item for item in bpy.data.objects if item.get(JOB) == job_id and item.users_scene]


def repainted(
    found: FoundParts, items: Iterable[Object], *, is_file: bool
) -> tuple[tuple[Part, ...], Integers]:
    """The parts as they are painted now, and for each face of the file the number of its part. Raise Changed.

    `is_file`: the objects are what came in the file, not the artist's own. Faces that are gone stay in their part.
    """
    sets = found.part_of_face + np.int32(FIRST_SET) if is_file else found.face_sets
    painted = [(_values(item, NUMBER), _values(item, SETS)) for item in items]
    numbers = np.concatenate([np.empty(0, np.int32), *(numbers for numbers, _ in painted)])
    if len(numbers) and not (numbers.min() >= 0 and numbers.max() < len(sets)):
        raise Changed
    if (np.bincount(numbers) > 1).any():
        raise Changed
    for numbers, values in painted:
        sets[numbers] = values
    return _as_parts(found, sets if is_file or not found.meshes else sets[found.polygon_of_face])


def _as_parts(found: FoundParts, set_of_face: Integers) -> tuple[tuple[Part, ...], Integers]:
    parts = list(found.parts)
    has_rest = bool((found.part_of_face == NO_PART).any())
    sets, which = np.unique(set_of_face, return_inverse=True)
    part_of_set = np.full(len(sets), NO_PART, np.int32)
    for index, number in enumerate(sets.tolist()):
        if has_rest and number == FIRST_SET + NO_PART:
            continue
        part = number - FIRST_SET
        if not 0 <= part < len(found.parts):
            part = len(parts)
            parts.append(further(parts))
        part_of_set[index] = part
    return tuple(parts), part_of_set[which.reshape(-1)]


def _values(item: Any, name: str) -> Integers:
    """Raise Changed where there are none for every face."""
    attribute, count = item.data.attributes.get(name), len(item.data.polygons)
    if attribute is None or attribute.domain != 'FACE' or attribute.data_type != 'INT':
        raise Changed
    values = np.empty(count, np.int32)
    attribute.data.foreach_get('value', values)
    return values


def numbers_from(start: int, count: int) -> Integers:
    """So many numbers in their order."""
    return np.arange(start, start + count, dtype=np.int32)


def number_faces(items: Sequence[Object]) -> int:
    """Number the faces of meshes in this order, and return how many there are."""
    total = 0
    for item in items:
        mesh: Any = item.data
        attribute = mesh.attributes.get(NUMBER) or mesh.attributes.new(NUMBER, 'INT', 'FACE')
        attribute.data.foreach_set('value', numbers_from(total, len(mesh.polygons)))
        total += len(mesh.polygons)
    return total
