# SPDX-License-Identifier: GPL-3.0-or-later
"""Which polygon of one mesh each face of another one is, or is a triangle of.

Files lose the order of faces: exporters write object by object and material by material, and services cut polygons into
triangles. What they keep is where the corners are.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from mathutils.kdtree import KDTree

from ..value import value
from .segmentation import Integers

TOLERANCE = 1e-4
"""Of the size: what files lose of a number."""
_SAME = 1e-6
"""Of the size: corners that are one."""


@value
class Faces:
    """Faces of one or more meshes."""

    points: Any
    """(n, 3), 64 bits."""
    corners: Integers
    """The points of all faces, one face after the other."""
    starts: Integers
    """Where each face begins among the corners."""


def joined(meshes: Iterable[tuple[Any, Any]]) -> Faces:
    """The faces of meshes, each moved by its 4 x 4 array."""
    points, corners, starts = [np.empty((0, 3))], [np.empty(0, np.int32)], [np.empty(0, np.int32)]
    for mesh, matrix in meshes:
        own = np.empty(3 * len(mesh.vertices), np.float32)
        mesh.vertices.foreach_get('co', own)
        corner, start = np.empty(len(mesh.loops), np.int32), np.empty(len(mesh.polygons), np.int32)
        mesh.loops.foreach_get('vertex_index', corner)
        mesh.polygons.foreach_get('loop_start', start)
        corners.append(corner + sum(map(len, points)))
        starts.append(start + sum(map(len, corners[:-1])))
        points.append(own.reshape(-1, 3).astype(np.float64) @ matrix[:3, :3].T + matrix[:3, 3])
    return Faces(points=np.concatenate(points), corners=_whole(corners), starts=_whole(starts))


def polygons_under(faces: Faces, polygons: Faces) -> Integers | None:
    """For each of `faces` the one of `polygons` that it is, or is a triangle of; None unless all of both are met, exactly."""
    if not len(faces.starts) or not len(polygons.starts):
        return None
    size = float(np.ptp(polygons.points, axis=0).max())
    places, place_of = _welded(polygons.points, size * _SAME)
    tree = KDTree(len(places))
    for number, place in enumerate(places):
        tree.insert(place, number)
    tree.balance()
    corners_there = _sets(polygons, place_of)
    found_places, found_of = _welded(faces.points, size * _SAME)
    nearest = [tree.find(place) for place in found_places]
    if any(distance is None or distance > size * TOLERANCE for _, _, distance in nearest):
        return None
    names = np.array([number for _, number, _ in nearest])
    return _assigned(_sets(faces, names[found_of]), corners_there, len(places))


def _assigned(faces: list[list[int]], polygons: list[list[int]], places: int) -> Integers | None:
    at: list[set[int]] = [set() for _ in range(places)]
    for number, corners in enumerate(polygons):
        for place in corners:
            at[place].add(number)
    triangles = [len(corners) - 2 for corners in polygons]
    found = np.empty(len(faces), np.int32)
    for face, corners in enumerate(faces):
        there = at[corners[0]].intersection(*(at[place] for place in corners[1:]))
        wanted = len(corners) - 2
        free = [number for number in there if triangles[number] >= wanted]
        if not free:
            return None
        # Of several that share the corners, the one that has just these.
        number = min(free, key=lambda number: (len(polygons[number]), number))
        triangles[number] -= wanted
        found[face] = number
    return found if not any(triangles) else None


def _welded(points: Any, cell: float) -> tuple[Any, Any]:
    """Places without doubles, and the place of each point."""
    _, first, place_of = np.unique(
        np.rint(points / max(cell, 1e-30)), axis=0, return_index=True, return_inverse=True
    )
    return points[first], place_of.reshape(-1)


def _sets(faces: Faces, names: Any) -> list[list[int]]:
    """The corners of each face, by name."""
    return [part.tolist() for part in np.split(names[faces.corners], faces.starts[1:])]


def _whole(parts: list[Integers]) -> Integers:
    return np.concatenate(parts).astype(np.int32)
