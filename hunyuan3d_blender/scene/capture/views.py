# SPDX-License-Identifier: GPL-3.0-or-later
"""The selected objects from several sides, as the services take them: each alone in its picture, large, evenly lit, on white.

Drawn by Workbench, which needs neither a window nor a graphics card, in a scene of its own. Its light turns with the
camera, so that all sides are lit alike.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import bpy
from bpy.types import Context, Scene
from mathutils import Euler, Matrix

from ...services.contract import PictureLimits, View
from .. import pictures
from ..pictures import SIDE_PX, Pixels
from .image import set_png
from .isolated import Frame, chosen, frame, isolated, points_of

FRONT = ''
"""The main picture, seen along +Y: the front of an object looks to -Y in Blender."""

_AROUND = {
    FRONT: 0,
    View.RIGHT_FRONT: 45,
    View.RIGHT: 90,
    View.BACK: 180,
    View.LEFT: 270,
    View.LEFT_FRONT: 315,
}
"""Degrees by which the camera goes around the object, towards +X. The services do not say whether theirs is the object's or
the onlooker's right; this is the onlooker's, as in Blender's own Right view."""
_UP = {View.TOP: -90, View.BOTTOM: 90}
"""Degrees by which the camera goes below the object from its front."""


def turn_of(view: str) -> Matrix:
    """How the camera is turned for a view, `FRONT` or a `View`: it looks along its -Z, its Y is up in the picture."""
    if view in _UP:
        return Euler((math.radians(90 + _UP[View(view)]), 0.0, 0.0)).to_matrix()
    return Euler((math.radians(90), 0.0, math.radians(_AROUND[view]))).to_matrix()


def view_files(context: Context, views: Sequence[View], limits: PictureLimits) -> dict[str, bytes]:
    """Pictures of the selection from the front (key `FRONT`) and from `views`, within the limits together.

    Raise NoPicture.
    """
    with isolated(context, chosen(context)) as scene:
        points = points_of(scene)
        _set_up(scene)
        with _camera(scene):
            drawn = {view: _rendered(scene, frame(points, turn_of(view))) for view in (FRONT, *views)}
    return within(drawn, limits)


def within(drawn: Mapping[str, Pixels], limits: PictureLimits) -> dict[str, bytes]:
    """The pictures as PNG, or as JPEG as good as fits: all views, the front, and all together have limits. Raise NoPicture."""
    files = {view: pictures.png(pixels) for view, pixels in drawn.items()}
    most = min(limits.size_max_bytes, limits.total_max_bytes)
    if sum(map(len, files.values())) <= most:
        return files
    smaller = pictures.fit_together(list(drawn.values()), max_side_px=limits.side_max_px, max_bytes=most)
    return dict(zip(drawn, smaller, strict=True))


def _set_up(scene: Scene) -> None:
    render: Any = scene.render
    render.engine = 'BLENDER_WORKBENCH'
    render.resolution_x = render.resolution_y = SIDE_PX
    render.resolution_percentage = 100
    render.film_transparent = True
    render.use_file_extension = False
    set_png(scene)
    shading = scene.display.shading
    scene.display.render_aa = '8'
    shading.light = 'STUDIO'
    shading.color_type = 'TEXTURE'


@contextmanager
def _camera(scene: Scene) -> Iterator[None]:
    """An orthographic camera in the scene."""
    data = bpy.data.cameras.new("~")
    data.type = 'ORTHO'
    scene.camera = bpy.data.objects.new("~", data)
    scene.collection.objects.link(scene.camera)
    try:
        yield
    finally:
        bpy.data.cameras.remove(data)  # and the object with it


def _rendered(scene: Scene, window: Frame) -> Pixels:
    camera: Any = scene.camera
    camera.matrix_world = window.camera
    camera.data.ortho_scale = window.side
    camera.data.clip_start, camera.data.clip_end = 0.0, window.depth

    def write(file: str) -> None:
        scene.render.filepath = file
        bpy.ops.render.render(scene=scene.name, write_still=True)

    return pictures.on_white(pictures.decoded(pictures.written(write)))
