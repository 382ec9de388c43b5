# SPDX-License-Identifier: GPL-3.0-or-later
"""What services want to know of a model beforehand: how many faces, how many islands, how large."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from bpy.types import Depsgraph, Mesh, Object
from mathutils import Matrix
from numpy.typing import NDArray

from ...value import value

Integers = NDArray[np.int32]
Points = NDArray[np.float64]
"""As (n, 3)."""

CONVERTIBLE = ('MESH', 'CURVE', 'SURFACE', 'META', 'FONT')
"""Types of objects that have faces, or can be given some."""


@value
class Facts:
    """Of what is seen of some objects."""

    faces: int
    """Triangles, which is what most files hold."""
    size: tuple[float, float, float]
    """Of the box around them along X, Y and Z, in the scene's units."""
    centre: tuple[float, float, float]
    """Of that box."""


def measure(objects: Iterable[Object], depsgraph: Depsgraph) -> Facts:
    """The facts that cost next to nothing: those of meshes that Blender has evaluated already, and draws."""
    objects = list(objects)
    meshes = [seen.data for seen, _ in _seen(objects, depsgraph) if isinstance(seen.data, Mesh)]
    return box_around(points_in_scene(objects, depsgraph), sum(map(triangles_of, meshes)))


def points_in_scene(objects: Iterable[Object], depsgraph: Depsgraph) -> Points:
    """All points of what is drawn of the objects, where they are drawn."""
    found = [placed(_own_points(seen), matrix) for seen, matrix in _seen(objects, depsgraph)]
    return np.concatenate([np.empty((0, 3)), *found])


def _seen(objects: Iterable[Object], depsgraph: Depsgraph) -> Iterator[tuple[Any, Matrix]]:
    """What is drawn of the objects, and where."""
    wanted = set(objects)
    for instance in depsgraph.object_instances:
        owner: Any = instance.parent if instance.is_instance else instance.object
        seen: Any = instance.object
        if owner.original in wanted and seen.type in CONVERTIBLE:
            yield seen, instance.matrix_world.copy()


def _own_points(seen: Any) -> Points:
    """The points of a mesh; of anything else the corners of the box around it."""
    if not isinstance(seen.data, Mesh):
        return np.array([corner[:] for corner in seen.bound_box], np.float64)
    if not (seen.modifiers and seen.modifiers[-1].type == 'SUBSURF'):
        return points_of(seen.data)
    points = points_of(
        seen.to_mesh()
    )  # the graphics card subdivides by itself, and what is there is the cage
    seen.to_mesh_clear()
    return points


def points_of(mesh: Mesh) -> Points:
    """The points of a mesh in its own space."""
    points = np.empty(3 * len(mesh.vertices), np.float32)
    mesh.vertices.foreach_get('co', points)
    return points.reshape(-1, 3).astype(np.float64)


def placed(points: Points, matrix: Matrix) -> Points:
    """Points moved, turned and scaled by a matrix. In 64 bits, as far from the origin 32 are too coarse."""
    rows = np.array(matrix, np.float64)
    moved: Points = points @ rows[:3, :3].T + rows[:3, 3]
    return moved


def box_around(points: Points, faces: int) -> Facts:
    """The facts of so many faces with these points, as (n, 3)."""
    low, high = (points.min(axis=0), points.max(axis=0)) if len(points) else (np.zeros(3), np.zeros(3))
    (x, y, z), (u, v, w) = (map(float, vector) for vector in (high - low, (low + high) / 2))
    return Facts(faces=faces, size=(x, y, z), centre=(u, v, w))


def triangles_of(mesh: Mesh) -> int:
    """How many triangles a mesh makes."""
    return len(mesh.loops) - 2 * len(mesh.polygons)


def islands_of(mesh: Mesh) -> int:
    """How many parts of a mesh are not connected. Points in the same place are one: GLB splits them at seams and edges."""
    edges = np.empty(2 * len(mesh.edges), np.int32)
    mesh.edges.foreach_get('vertices', edges)
    places = _places(points_of(mesh))
    return islands(places[edges.reshape(-1, 2)], len(places))


def islands(edges: Integers, points: int) -> int:
    """Count the parts of so many points that edges connect, as (n, 2); points without an edge are not among them.

    It takes some tens of milliseconds for a million edges.
    """
    itself = np.arange(points, dtype=np.int32)
    used = np.zeros(points, bool)
    used[edges.ravel()] = True
    label = itself.copy()
    while len(edges):
        ends = label[edges]
        differing = ends[:, 0] != ends[:, 1]
        edges, ends = edges[differing], ends[differing]
        label[ends.max(axis=1)] = ends.min(axis=1)  # whichever comes last: any smaller neighbour will do
        shorter = label[label]
        while not np.array_equal(shorter, label):
            label, shorter = shorter, shorter[shorter]
    return int(np.count_nonzero((label == itself) & used))


def _places(points: Points) -> Integers:
    """A number for each point, the same for those in the same place, to a millionth of the size of all."""
    if not len(points):
        return np.empty(0, np.int32)
    points = np.nan_to_num(points, posinf=0, neginf=0)
    low, size = points.min(axis=0), float(np.ptp(points, axis=0).max())
    steps = np.rint((points - low) * (_STEPS / max(size, 1e-30))).astype(np.int64)
    _, number = np.unique(steps @ _PACKED, return_inverse=True)
    numbers: Integers = number.reshape(-1).astype(np.int32)
    return numbers


_STEPS = 2**20
_PACKED = np.array([1, 2**21, 2**42], np.int64)
"""Makes one number of three that have 21 bits each: sorting those takes less time than sorting rows."""
