# SPDX-License-Identifier: GPL-3.0-or-later
"""What a 3D viewport shows, or the selected objects alone: drawn once more, off the screen, without overlays, on white.

`render.opengl` would replace the artist's last render and draw overlays (measured on 5.2).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import bpy
from bpy.types import Context, Region, RegionView3D, Scene, SpaceView3D
from mathutils import Matrix

from ...services.errors import N_
from .. import pictures
from ..pictures import SIDE_PX, NoPicture, Pixels
from .isolated import chosen, frame, isolated, points_of

SMOOTH = 'FXAA'
"""How Workbench smooths edges: each sample more, of which preferences and scenes may want 32, is one more drawing."""
_SAMPLES = 8
"""Of EEVEE, instead of as many as the artist lets a viewport gather with time, which may be endless."""
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
    size = pictures.drawn_size(seen.region.width, seen.region.height)
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


def is_drawn_otherwise(context: Context) -> bool:
    """Whether the picture is drawn in Material Preview, as the viewport's engine draws bit by bit."""
    try:
        return _draws_slowly(viewport_of(context).space, context.scene)
    except NoPicture:
        return False


def _draws_slowly(space: SpaceView3D, scene: Any) -> bool:
    return space.shading.type == 'RENDERED' and scene.render.engine not in _AT_ONCE


def _drawn(
    seen: Viewport, scene: Any, layer: Any, view: Matrix, projection: Matrix, size: tuple[int, int]
) -> Pixels:
    """The pixels of a drawing on white. Raise NoPicture where there is nothing, or Blender cannot draw."""
    import gpu
    import numpy

    try:
        if bpy.app.background and hasattr(gpu, 'init'):  # since 5.2
            gpu.init()
        target: Any = gpu.types.GPUOffScreen(*size, format='RGBA8')
    except (SystemError, RuntimeError) as error:
        message = N_("Blender cannot draw without a window here: choose a picture file instead")
        raise NoPicture(message) from error
    try:
        with _set(_for_one_drawing(seen.space, scene)):
            layer.update()  # Blender draws with the settings of the last evaluation
            target.draw_view3d(
                scene, layer, seen.space, seen.region, view, projection,
                do_color_management=True, draw_background=False,
            )  # fmt: skip
        with target.bind():
            buffer: Any = gpu.state.active_framebuffer_get().read_color(0, 0, *size, 4, 0, 'UBYTE')
    finally:
        target.free()
    buffer.dimensions = size[0] * size[1] * 4
    return _on_white(numpy.frombuffer(buffer, numpy.uint8).reshape(size[1], size[0], 4)[::-1])


def _on_white(pixels: Pixels) -> Pixels:
    """The same without alpha, with which colours are multiplied already. Raise NoPicture."""
    import numpy

    alpha = pixels[..., 3:]
    if not alpha.any():
        raise NoPicture(N_("Nothing can be seen there"))
    return numpy.minimum(pixels[..., :3], alpha) + (255 - alpha)


def _for_one_drawing(space: SpaceView3D, scene: Scene) -> Iterator[tuple[Any, str, Any]]:
    """What must be set for a drawing without overlays, in one go: owner, property and value."""
    yield space.overlay, 'show_overlays', False
    yield space.shading, 'show_object_outline', False  # as overlays, for the eye only
    yield bpy.context.preferences.system, 'viewport_aa', SMOOTH
    yield scene.display, 'viewport_aa', SMOOTH
    yield scene.eevee, 'taa_samples', _SAMPLES
    if _draws_slowly(space, scene):
        yield space.shading, 'type', 'MATERIAL'


@contextmanager
def _set(values: Iterable[tuple[Any, str, Any]]) -> Iterator[None]:
    """Properties have other values meanwhile, and the preferences need no saving for it."""
    preferences = bpy.context.preferences
    is_dirty, before = preferences.is_dirty, []
    try:
        for owner, name, value in values:
            if getattr(owner, name) != value:
                before.append((owner, name, getattr(owner, name)))
                setattr(owner, name, value)
        yield
    finally:
        for owner, name, value in before:
            setattr(owner, name, value)
        preferences.is_dirty = is_dirty
