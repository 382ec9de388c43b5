# SPDX-License-Identifier: GPL-3.0-or-later
"""Some objects alone in a scene of their own, and the frame in which they are large."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import bpy
from bpy.types import Context, Object, Scene
from mathutils import Matrix, Vector

from ...services.errors import N_
from ..pictures import NoPicture

MARGIN = 1.1
"""Air around the objects: services want them large, but not cut off."""

_SHAPES = (
    'MESH',
    'CURVE',
    'SURFACE',
    'META',
    'FONT',
    'CURVES',
    'POINTCLOUD',
    'VOLUME',
    'GPENCIL',
    'GREASEPENCIL',
)
_LEAST_M = 1e-6

Points = Any
"""A numpy array, a row of three coordinates per point."""


@dataclass(frozen=True)
class Frame:
    """A square window through which an orthographic camera looks."""

    camera: Matrix
    """From the camera's space to the world; it looks along its -Z."""
    side: float
    """Of the square, in world units."""
    depth: float
    """How far behind the camera's plane the farthest point lies."""

    @property
    def projection(self) -> Matrix:
        """As graphics cards take it."""
        return Matrix.Diagonal((2 / self.side, 2 / self.side, -2 / self.depth, 1.0)) @ Matrix.Translation(
            (0.0, 0.0, self.depth / 2)
        )


def chosen(context: Context) -> list[Object]:
    """The selected objects and what hangs on them, as far as it can be seen. Raise NoPicture."""
    picked = dict.fromkeys(
        child for item in context.selected_objects for child in (item, *item.children_recursive)
    )
    seen = [item for item in picked if item.visible_get(view_layer=context.view_layer)]
    if not any(item.type in _SHAPES or item.is_instancer for item in seen):
        raise NoPicture(N_("Nothing that could be drawn is selected"))
    return seen


@contextmanager
def isolated(context: Context, objects: Sequence[Object]) -> Iterator[Scene]:
    """A scene of ours with these objects and the lights of the artist's, at the same frame, in plain colours."""
    scene = bpy.data.scenes.new("~")
    try:
        # The objects are evaluated for this scene: at another frame animated ones would move in the artist's, too.
        scene.frame_current, scene.frame_subframe = context.scene.frame_current, context.scene.frame_subframe
        scene.world, scene.render.engine = context.scene.world, context.scene.render.engine
        scene.view_settings.view_transform = 'Standard'
        lights = [item for item in context.visible_objects if item.type == 'LIGHT']
        for item in dict.fromkeys((*objects, *lights)):
            scene.collection.objects.link(item)
        scene.view_layers[0].update()
        yield scene
    finally:
        bpy.data.scenes.remove(scene)


def points_of(scene: Scene) -> Points:
    """All corners of what is drawn in a scene, in the world. Raise NoPicture."""
    import numpy

    found = []
    for instance in scene.view_layers[0].depsgraph.object_instances:
        item: Any = instance.object
        if item.type not in _SHAPES:
            continue
        if item.type == 'MESH' and len(item.data.vertices):
            local = numpy.empty(3 * len(item.data.vertices), numpy.float32)
            item.data.vertices.foreach_get('co', local)
        else:
            local = numpy.float32(item.bound_box).ravel()
        matrix = numpy.array(instance.matrix_world, numpy.float32)
        found.append(local.reshape(-1, 3) @ matrix[:3, :3].T + matrix[:3, 3])
    points = numpy.concatenate(found) if found else numpy.empty((0, 3), numpy.float32)
    points = points[numpy.isfinite(points).all(axis=1)]
    if not len(points) or not numpy.ptp(points, axis=0).any():
        raise NoPicture(N_("The selected objects have no size"))
    return points


def frame(points: Points, turn: Matrix) -> Frame:
    """The frame around all points for a camera turned by the 3 x 3 matrix `turn`."""
    import numpy

    # Turned back by the inverse, which is the transposed; a row per axis is ten times as fast to search.
    seen = numpy.array(turn, numpy.float32).T @ numpy.ascontiguousarray(points.T)
    low, high = Vector(seen.min(axis=1)), Vector(seen.max(axis=1))
    size, centre = high - low, (low + high) / 2
    air = max(size.to_tuple()) * 0.1 + _LEAST_M
    place = turn @ Vector((centre.x, centre.y, high.z + air))
    return Frame(
        camera=Matrix.Translation(place.to_tuple()) @ turn.to_4x4(),
        side=max(size.x, size.y, _LEAST_M) * MARGIN,
        depth=size.z + 2 * air,
    )
