# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests of sketches draw with: annotations by Blender's own operator, Grease Pencil before and after 4.3."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any

import bpy
import numpy

from hunyuan3d_blender.scene import pictures

OLD_PENCIL = bpy.app.version < (4, 3)


def viewport_area() -> Any:
    """The first 3D viewport."""
    return next(area for area in bpy.context.window_manager.windows[0].screen.areas if area.type == 'VIEW_3D')


def in_viewport() -> AbstractContextManager[Any]:
    """That viewport as the context. Without a graphics card it looks from where it did in Blender's own startup file."""
    area = viewport_area()
    region = next(region for region in area.regions if region.type == 'WINDOW')
    window = bpy.context.window_manager.windows[0]
    return bpy.context.temp_override(window=window, area=area, region=region)


def camera_at(*place: float, turn: float = 0.0) -> Any:
    """The scene's camera, level and turned to the left of +Y by an angle."""
    camera = bpy.data.objects.new("Camera", bpy.data.cameras.new("Camera"))
    bpy.context.scene.collection.objects.link(camera)
    bpy.context.scene.camera = camera
    camera.location, camera.rotation_euler = place, (math.pi / 2, 0, turn)
    bpy.context.view_layer.update()
    return camera


def annotate(points: Iterable[Sequence[float]], pressure: float = 1.0) -> None:
    """Draw an annotation through points of the viewport that is the context; pixels from its lower left corner."""
    bpy.ops.gpencil.annotate(
        'EXEC_DEFAULT', mode='DRAW', wait_for_input=False,
        stroke=[_element(point, pressure, first=not number) for number, point in enumerate(points)],
    )  # fmt: skip


def _element(point: Sequence[float], pressure: float, *, first: bool) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for prop in bpy.types.OperatorStrokeElement.bl_rna.properties:
        if prop.identifier != 'rna_type':
            zero = '' if prop.type == 'STRING' else prop.default
            found[prop.identifier] = (0.0,) * prop.array_length if getattr(prop, 'is_array', False) else zero
    return found | {'mouse': point, 'mouse_event': point, 'pressure': pressure, 'is_start': first}


def annotation_layers() -> Any:
    """The layers of the scene's annotation."""
    scene: Any = bpy.context.scene
    return (scene.annotation if hasattr(scene, 'annotation') else scene.grease_pencil).layers


class Pencil:
    """A Grease Pencil object with one layer."""

    def __init__(self, name: str = "Drawing") -> None:
        data = (
            bpy.data.grease_pencils if OLD_PENCIL or bpy.app.version >= (5, 0) else bpy.data.grease_pencils_v3
        )
        self.data: Any = data.new(name)
        self.object: Any = bpy.data.objects.new(name, self.data)
        bpy.context.scene.collection.objects.link(self.object)
        self.layer: Any = self.data.layers.new("Lines", set_active=True)
        self.frames: dict[int, Any] = {}

    def draw(
        self,
        points: Sequence[Sequence[float]],
        *,
        width: float = 0.02,
        frame: int = 1,
        closed: bool = False,
        widths: Sequence[float] | None = None,
        material: int = 0,
        opacity: float = 1.0,
    ) -> Any:
        """A stroke through points of the object's space, so many units wide; `widths` are shares of that."""  # fmt: skip
        if frame not in self.frames:
            self.frames[frame] = self.layer.frames.new(frame)
        shares = widths or [1.0] * len(points)
        if OLD_PENCIL:
            stroke = self.frames[frame].strokes.new()
            stroke.points.add(len(points))
            stroke.line_width, stroke.use_cyclic, stroke.display_mode = round(width * 1000), closed, '3DSPACE'
            for point, place, share in zip(stroke.points, points, shares, strict=True):
                point.co, point.pressure, point.strength = place, share, opacity
        else:
            drawing = self.frames[frame].drawing
            drawing.add_strokes([len(points)])
            stroke = drawing.strokes[-1]
            stroke.cyclic = closed
            for point, place, share in zip(stroke.points, points, shares, strict=True):
                point.position, point.radius, point.opacity = place, width / 2 * share, opacity
        stroke.material_index = material
        return stroke


SQUARE = [(-1, 0, -1), (1, 0, -1), (1, 0, 1), (-1, 0, 1)]
"""Seen from the front."""


def ink(data: bytes) -> Any:
    """How black each pixel of a sketch is, 0 to 1; it has no colours, is opaque, and lies on white."""
    pixels = pictures.decoded(data)
    assert pixels.shape == (1024, 1024, 4)
    assert (pixels[..., 3] == 255).all()
    assert (pixels[..., 0] == pixels[..., 1]).all()
    assert (pixels[..., 1] == pixels[..., 2]).all()
    black = 1 - pixels[..., 0] / 255
    assert (black[[0, -1]] == 0).all(), "the edge of the page is white"
    assert (black[:, [0, -1]] == 0).all(), "the edge of the page is white"
    assert black.max() == 1, "lines are black"
    partly = (black > 0) & (black < 1)
    assert partly.sum() < 2.5 * (black == 1).sum(), "only edges are grey"
    return black


def box(black: Any) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what is drawn."""
    rows, columns = numpy.flatnonzero(black.any(axis=1)), numpy.flatnonzero(black.any(axis=0))
    return columns[0], rows[0], columns[-1], rows[-1]


def thickness(black: Any, y: int, x: slice = slice(None)) -> float:
    """The width of what is drawn in a row, in pixels."""
    return float(black[y, x].sum())
