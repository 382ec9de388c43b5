# SPDX-License-Identifier: GPL-3.0-or-later
"""In the background Blender: hold the parts that a service has found against its model, and against the artist's meshes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import bpy
import numpy as np
from bpy.types import Collection, Object

from . import face_match, found_parts, segmentation, shape
from .found_parts import FoundParts

_NOWHERE = np.empty(0, np.int32)


def number_faces() -> int:
    """Number the faces of the model that was just imported, as the service counts them. Return how many there are."""
    meshes = [item for item in bpy.data.objects if item.type == 'MESH' and len(item.data.polygons)]
    return found_parts.number_faces(sorted(meshes, key=lambda item: item.session_uid))


def note(order: Mapping[str, Any], collection: Collection, faces: int, job_id: str) -> None:
    """Paint the model, and write down the parts and where they are on the artist's meshes. Raise NotUsable or OSError.

    `order`: 'segmentation' and 'selection', paths; 'place', the matrix of the object that the model stands in for, row by
    row; and 'output', the path of what is written.
    """
    text = Path(order['segmentation']).read_bytes()
    parts, part_of_face = segmentation.parse(text, faces)
    found = FoundParts(parts=parts, part_of_face=part_of_face, polygon_of_face=_NOWHERE)
    items = [item for item in collection.all_objects if item.type == 'MESH']
    for item in items:
        numbers = np.empty(len(item.data.polygons), np.int32)
        item.data.attributes[found_parts.NUMBER].data.foreach_get('value', numbers)
        found_parts.paint(item, job_id, numbers, found.face_sets[numbers])
    (_on_artists_meshes(order, items, found) or found).save(Path(order['output']))


def _on_artists_meshes(order: Mapping[str, Any], items: list[Object], found: FoundParts) -> FoundParts | None:
    """The same with the artist's polygons; None where those are others, or several parts are on one."""
    if not Path(order['selection']).is_file():
        return None
    bpy.context.view_layer.update()
    came = face_match.joined((item.data, np.array(item.matrix_world, np.float64)) for item in items)
    theirs = list(_meshes_of(Path(order['selection']), order['place']))
    if not all(mesh for _, mesh, _ in theirs):
        return None
    there = face_match.joined((mesh, matrix) for _, mesh, matrix in theirs)
    under = face_match.polygons_under(came, there)
    if under is None or len(under) != len(found.part_of_face):
        return None
    numbers = np.concatenate([_numbers(item) for item in items])
    polygon_of_face = np.empty_like(under)
    polygon_of_face[numbers] = under
    whole = FoundParts(
        parts=found.parts,
        part_of_face=found.part_of_face,
        polygon_of_face=polygon_of_face,
        meshes=tuple((name, len(mesh.polygons)) for name, mesh, _ in theirs),
    )
    sets = whole.face_sets[polygon_of_face] == found.face_sets
    return whole if sets.all() else None


def _numbers(item: Any) -> Any:
    values = np.empty(len(item.data.polygons), np.int32)
    item.data.attributes[found_parts.NUMBER].data.foreach_get('value', values)
    return values


def _meshes_of(selection: Path, place: Any) -> Iterator[tuple[str, Any, Any]]:
    """Name, mesh as it is seen, and matrix to the space of the original, of each object that was selected.

    The mesh is None where modifiers make other faces, or it is something else than a mesh.
    """
    order = json.loads(selection.read_text(encoding='utf-8'))
    libraries: Any = bpy.data.libraries
    with libraries.load(order['blend'], link=False) as (there, here):
        names = list(there.objects)
        here.collections, here.objects = there.collections, list(names)
    (collection,) = here.collections
    bpy.context.scene.collection.children.link(collection)
    chosen = set(collection.all_objects)
    for item in chosen:
        item.hide_viewport = False
    bpy.context.scene.frame_set(int(order['frame']), subframe=order['frame'] % 1)
    depsgraph = bpy.context.evaluated_depsgraph_get()
    inverse = np.linalg.pinv(np.array(shape.matrix_of(place), np.float64))
    for name, item in zip(names, here.objects, strict=True):
        if item in chosen:
            seen = item.evaluated_get(depsgraph)
            mesh = bpy.data.meshes.new_from_object(seen, depsgraph=depsgraph) if item.type == 'MESH' else None
            is_same = mesh is not None and _has_faces_of(mesh, item.data)
            yield name, mesh if is_same else None, inverse @ np.array(seen.matrix_world, np.float64)
    bpy.data.batch_remove([collection, *here.objects])  # the picture shows what has come, and nothing else


def _has_faces_of(mesh: Any, other: Any) -> bool:
    one, two = (face_match.joined([(each, np.identity(4))]) for each in (mesh, other))
    return np.array_equal(one.corners, two.corners) and np.array_equal(one.starts, two.starts)
