# SPDX-License-Identifier: GPL-3.0-or-later
"""What a 3D viewport shows, or the selected objects alone: drawn once more, off the screen, without overlays, on white.

`render.opengl` would replace the artist's last render and draw overlays (measured on 5.2).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import bpy
from bpy.types import Context, Region, RegionView3D, SpaceView3D
from mathutils import Matrix

from ...services.errors import N_
from .. import pictures
from ..pictures import SIDE_PX, NoPicture, Pixels
from .isolated import chosen, frame, isolated, points_of

FINER = 2
"""Drawn so many times larger along each side, as a single drawing has jagged edges."""

_AT_ONCE = ('BLENDER_EEVEE', 'BLENDER_EEVEE_NEXT', 'BLENDER_WORKBENCH')
"""Engines that draw a viewport in one go."""


@dataclass(frozen=True)
class Viewport:
    """One 3D viewport."""

    space: SpaceView3D
    region: Region
    view: RegionView3D


def viewport_of(context: Context) -> Viewport:
    """The viewport that the artist works in, else the first one of the window. Raise NoPicture."""
    areas = [context.area, *(context.screen.areas if context.screen else ())]
    area = next((area for area in areas if area and area.type == 'VIEW_3D'), None)
    if area is None:
        raise NoPicture(N_("There is no 3D viewport in this window"))
    space: Any = area.spaces.active
    region = next(region for region in area.regions if region.type == 'WINDOW')
    return Viewport(space, region, space.region_3d)


def view_bytes(context: Context) -> bytes:
    """A PNG of what the viewport shows now. Raise NoPicture."""
    seen = viewport_of(context)
    width, height = seen.region.width, seen.region.height
    factor = SIDE_PX / max(width, height)
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    pixels = _drawn(
        seen, context.scene, context.view_layer, seen.view.view_matrix, seen.view.window_matrix, size
    )
    return pictures.png(pixels)


def selection_bytes(context: Context) -> bytes:
    """A PNG of the selected objects alone, large, from the direction of the viewport. Raise NoPicture."""
    seen = viewport_of(context)
    with isolated(context, chosen(context)) as scene:
        window = frame(points_of(scene), seen.view.view_rotation.to_matrix())
        layer, size = scene.view_layers[0], (SIDE_PX, SIDE_PX)
        return pictures.png(_drawn(seen, scene, layer, window.camera.inverted(), window.projection, size))


def _drawn(
    seen: Viewport, scene: Any, layer: Any, view: Matrix, projection: Matrix, size: tuple[int, int]
) -> Pixels:
    """The pixels of a drawing on white. Raise NoPicture where there is nothing, or Blender cannot draw."""
    import gpu
    import numpy

    width, height = size[0] * FINER, size[1] * FINER
    try:
        if bpy.app.background and hasattr(gpu, 'init'):  # since 5.2
            gpu.init()
        target: Any = gpu.types.GPUOffScreen(width, height, format='RGBA8')
    except (SystemError, RuntimeError) as error:
        message = N_("Blender cannot draw without a window here: choose a picture file instead")
        raise NoPicture(message) from error
    try:
        with _quiet(seen.space, scene.render.engine):
            target.draw_view3d(
                scene, layer, seen.space, seen.region, view, projection,
                do_color_management=True, draw_background=False,
            )  # fmt: skip
        with target.bind():
            buffer: Any = gpu.state.active_framebuffer_get().read_color(0, 0, width, height, 4, 0, 'UBYTE')
    finally:
        target.free()
    buffer.dimensions = width * height * 4
    fine = numpy.frombuffer(buffer, numpy.uint8).reshape(size[1], FINER, size[0], FINER, 4)
    return _on_white(fine)[::-1]


def _on_white(fine: Pixels) -> Pixels:
    """The mean of each square of pixels, laid on white. Colours are multiplied with alpha already. Raise NoPicture."""
    import numpy

    squares = [fine[:, y, :, x] for y in range(FINER) for x in range(FINER)]
    total: Any = sum(square.astype(numpy.uint16) for square in squares)
    alpha = total[..., 3:]
    if not alpha.any():
        raise NoPicture(N_("Nothing can be seen there"))
    white = 255 * len(squares)
    mean = (total[..., :3] + (white - alpha) + len(squares) // 2) // len(squares)
    return numpy.minimum(mean, 255).astype(numpy.uint8)


@contextmanager
def _quiet(space: SpaceView3D, engine: str) -> Iterator[None]:
    """Without overlays, and as Material Preview where another engine renders: its drawings come bit by bit."""
    shading, overlay = space.shading, space.overlay
    before = (shading.type, overlay.show_overlays)
    try:
        overlay.show_overlays = False
        if shading.type == 'RENDERED' and engine not in _AT_ONCE:
            shading.type = 'MATERIAL'
        yield
    finally:
        if shading.type != before[0]:
            shading.type = before[0]
        overlay.show_overlays = before[1]
