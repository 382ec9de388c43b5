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
from .viewport import SMOOTH

FRONT = ''
"""The main picture, seen along +Y: the front of an object looks to -Y in Blender."""

_AROUND = {
    FRONT: 0,
    View.LEFT_FRONT: 45,
    View.LEFT: 90,
    View.BACK: 180,
    View.RIGHT: 270,
    View.RIGHT_FRONT: 315,
}
"""Degrees by which the camera goes around the object, first towards +X.

Left and right are the object's own: the left view shows the left hand of a figure, which looks to the left of the picture
in it. Blender calls the view from there Right. The API's documents do not say which is meant; the pictures and the code
that the makers publish with their multi-view model do (its "left" is a quarter clockwise from the front, and shows what
the figure wears on its left wrist).
"""
_UP = {View.TOP: -90, View.BOTTOM: 90}
"""Degrees by which the camera goes below the object from its front."""


_EXPOSURE = 0.1
"""With Blender's own light for painting, and no highlights, this shows a surface that faces the camera in its own colour
(measured on 4.2 to 5.2). The light called Default is whatever the artist made of it."""


def turn_of(view: str) -> Matrix:
    """How the camera is turned for a view, `FRONT` or a `View`: it looks along its -Z, its Y is up in the picture."""
    if view in _UP:
        return Euler((math.radians(90 + _UP[View(view)]), 0.0, 0.0)).to_matrix()
    return Euler((math.radians(90), 0.0, math.radians(_AROUND[view]))).to_matrix()


def draw_views(context: Context, views: Sequence[View]) -> Iterator[tuple[str, bytes]]:
    """The selection from the front (`FRONT`) and from `views`, one after another, each as PNG. Raise NoPicture.

    Each is drawn in a scene of its own: between two of them there is nothing of ours in the file.
    """
    points = None
    for view in (FRONT, *views):
        with isolated(context, chosen(context)) as scene:
            points = points_of(scene) if points is None else points
            _set_up(scene)
            with _camera(scene):
                drawn = _rendered(scene, frame(points, turn_of(view)))
        yield view, pictures.png(drawn)


def within(drawn: Mapping[str, bytes], limits: PictureLimits) -> dict[str, bytes]:
    """The pictures as they are, or as JPEG as good as fits: the front, and all together, have limits. Raise NoPicture.

    None is dropped.
    """
    if sum(map(len, drawn.values())) <= min(limits.size_max_bytes, limits.total_max_bytes):
        return dict(drawn)
    pixels = [pictures.on_white(pictures.decoded(data)) for data in drawn.values()]
    smaller = pictures.fit_together(pixels, limits)
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
    scene.display.render_aa = SMOOTH
    shading.light, shading.studio_light = 'STUDIO', 'paint.sl'
    shading.show_specular_highlight = False
    scene.view_settings.exposure = _EXPOSURE
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
