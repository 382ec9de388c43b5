# SPDX-License-Identifier: GPL-3.0-or-later
"""Hand-drawn lines as a sketch to send: black on white, large on a square page, however faint or far away they are.

Seen as the viewport shows them; where there is none as the camera sees them, else from the front. Needs neither a window
nor a graphics card.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import bpy
from bpy.types import Context, Image, Scene
from mathutils import Matrix

from ...services.errors import N_
from .. import pictures
from ..pictures import SIDE_PX, NoPicture
from .image import picture_bytes
from .isolated import MARGIN
from .lines import Line, drawn
from .strokes import Array, Stroke, annotation_strokes, pencil_strokes
from .viewport import viewport_of
from .views import FRONT, turn_of

USUAL_PX = (4.0, 16.0)
"""Between these lies the usual width of a line on the page: all lines become wider or thinner by the same factor."""
EXTREME_PX = (2.0, 48.0)
"""No line is thinner or wider at any point, however lightly it was drawn."""
_DOT = 2
"""What is not larger than so many times its lines' width is a dot."""
_FAR = 8
"""Points so many views away from the view are left out: near a camera's plane they are infinitely far."""
_NEAR = 1e-6


@dataclass(frozen=True)
class _Look:
    """How the world is seen."""

    matrix: Array
    """From the world to -1 … 1 within the view, 4 x 4."""
    width: float
    """Of the view in pixels."""
    height: float

    @cached_property
    def pixels_per_unit(self) -> float:
        """How large a unit of the world is seen at depth 1."""
        x, y, z = self.matrix[1, :3].tolist()
        return math.hypot(x, y, z) * self.height / 2


@dataclass(frozen=True)
class _Seen:
    """A stroke in the view, in pixels from its lower left corner."""

    points: Array
    widths: Array


def annotation_bytes(context: Context) -> bytes:
    """A PNG of the scene's annotations. Raise NoPicture."""
    scene: Any = context.scene
    return _sketched(context, annotation_strokes(scene), N_("There are no annotations at this frame"))


def pencil_bytes(context: Context) -> bytes:
    """A PNG of the strokes of the selected Grease Pencil objects, or of all. Raise NoPicture."""
    message = N_("There are no Grease Pencil strokes at this frame")
    return _sketched(context, pencil_strokes(context), message)


def page_bytes(image: Image, scene: Scene) -> bytes:
    """The picture of a page that was painted on. Raise NoPicture."""
    data = picture_bytes(image, scene)
    pixels = pictures.decoded(data)
    if not (pixels[..., :3] < 128).any():
        raise NoPicture(N_("The page is empty: draw something on it first"))
    return data


def _sketched(context: Context, strokes: Sequence[Stroke], message: str) -> bytes:
    if not strokes:
        raise NoPicture(message)
    look = _look(context) or _front(strokes)
    seen = [part for stroke in strokes for part in _projected(stroke, look)]
    return pictures.png(drawn(_on_page(seen, look), SIDE_PX))


# The view


def _look(context: Context) -> _Look | None:
    """That of the viewport, else of the camera; None where there is neither."""
    import numpy

    in_viewport = context.area is not None and context.area.type == 'VIEW_3D'
    if in_viewport or not bpy.app.background:
        try:
            found = viewport_of(context)
        except NoPicture:
            pass
        else:
            matrix = numpy.array(found.view.perspective_matrix)
            return _Look(matrix, found.region.width, found.region.height)
    scene, camera = context.scene, context.scene.camera
    if camera is None:
        return None
    render = scene.render
    sides: Any = {
        'x': render.resolution_x, 'y': render.resolution_y,
        'scale_x': render.pixel_aspect_x, 'scale_y': render.pixel_aspect_y,
    }  # fmt: skip
    projection = camera.calc_matrix_camera(context.evaluated_depsgraph_get(), **sides)
    width, height = sides['x'] * sides['scale_x'], sides['y'] * sides['scale_y']
    factor = SIDE_PX / max(width, height)
    return _Look(numpy.array(projection @ camera.matrix_world.inverted()), width * factor, height * factor)


def _front(strokes: Sequence[Stroke]) -> _Look:
    """From the front, so that all that is in the world fills the view."""
    import numpy

    turned = turn_of(FRONT).transposed().to_4x4()
    placed = [stroke.points for stroke in strokes if not stroke.on_screen]
    points = numpy.concatenate(placed) @ numpy.array(turned)[:3, :3].T if placed else numpy.zeros((1, 3))
    low, high = points.min(axis=0), points.max(axis=0)
    half = max(*(high - low)[:2], _NEAR) / 2
    middle = (low + high) / 2
    fitted = Matrix.Diagonal((1 / half, 1 / half, 0.0, 1.0)) @ Matrix.Translation(
        (-middle[0], -middle[1], 0.0)
    )
    return _Look(numpy.array(fitted @ turned), SIDE_PX, SIDE_PX)


def _projected(stroke: Stroke, look: _Look) -> Iterator[_Seen]:
    """The parts of a stroke that lie before the camera."""
    import numpy

    size = numpy.array((look.width, look.height))
    if stroke.on_screen:
        yield _Seen(stroke.points[:, :2] * size, stroke.widths)
        return
    flat = stroke.points @ look.matrix[:, :3].T + look.matrix[:, 3]
    depth = numpy.maximum(flat[:, 3], _NEAR)
    points = (flat[:, :2] / depth[:, None] + 1) / 2 * size
    per_unit = 1.0 if stroke.in_pixels else look.pixels_per_unit / depth
    widths = stroke.widths * per_unit
    near = (flat[:, 3] > _NEAR) & (numpy.abs(points / size) < _FAR).all(axis=1)
    for part in numpy.split(numpy.arange(len(points)), numpy.flatnonzero(numpy.diff(near)) + 1):
        if near[part[0]]:
            yield _Seen(points[part], widths[part])


# The page


def _on_page(seen: Sequence[_Seen], look: _Look) -> list[Line]:
    """The strokes as they lie on the page. Raise NoPicture."""
    import numpy

    corners = [(part.points.min(axis=0), part.points.max(axis=0)) for part in seen]
    edge = numpy.array((look.width, look.height))
    inside = [(low, high) for low, high in corners if (high >= 0).all() and (low <= edge).all()]
    if not inside:
        message = N_("The strokes lie outside of what is seen: turn or move the view until they are in it")
        raise NoPicture(message)
    low = numpy.maximum(numpy.min([low for low, _ in inside], axis=0), 0)
    high = numpy.minimum(numpy.max([high for _, high in inside], axis=0), edge)
    usual = float(numpy.median(numpy.concatenate([part.widths for part in seen])))
    side = max(high - low)
    if side <= _DOT * usual or not side:
        raise NoPicture(N_("There is only a dot to be seen: draw something larger"))
    scale = SIDE_PX / (side * MARGIN)
    wanted = min(max(usual * scale, USUAL_PX[0]), USUAL_PX[1])
    wider = wanted / usual if usual else 0.0
    shift = SIDE_PX / 2 - (low + high) / 2 * scale
    return [
        Line(
            (part.points * scale + shift) * (1, -1) + (0, SIDE_PX),
            numpy.clip(part.widths * wider, *EXTREME_PX) / 2,
        )
        for part in seen
    ]
