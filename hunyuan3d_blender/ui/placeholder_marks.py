# SPDX-License-Identifier: GPL-3.0-or-later
"""A ring with name and state in the middle of each placeholder. Drawn over the viewport, so no data is touched.

`sync` works out what is to be seen, `_draw` only puts it where the placeholders are at that moment, so that marks follow
while the artist drags. Both find placeholders by name or property each time: undo and loading replace objects.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import blf
import bpy
import gpu
from bpy.types import Context, Object, SpaceView3D
from gpu_extras.batch import batch_for_shader
from mathutils import Matrix, Vector

from .. import app
from ..jobs.job import OPEN, State
from ..scene import placement
from ..services.errors import N_
from . import reporting
from .text import clock_text, iface

if TYPE_CHECKING:
    from gpu.types import GPUBatch

    Color = tuple[float, float, float, float]

_GONE = N_("Not in the list")
"""Said of a placeholder whose job was removed, or belongs to another library."""

_WORKING, _READY, _TROUBLE, _DOUBT = 'icon_modifier', 'icon_object_data', 'icon_shading', 'icon_folder'
"""Theme colours that are made to be told apart, and are there in every version: blue, green, red, yellow."""

_COLOURS: Mapping[State, str] = dict.fromkeys(OPEN, _WORKING) | {
    State.READY: _READY,
    State.ARRIVED: _READY,
    State.REJECTED: _TROUBLE,
    State.FAILED: _TROUBLE,
    State.EXPIRED: _TROUBLE,
    State.UNKNOWN: _DOUBT,
}

_TURN_S = 12
"""An arc that cannot tell how far things are goes round once in so many seconds, a step with every second."""
_TURNING = 0.25
_LEAST = 0.02
"""Parts of a full turn."""

_RADIUS_PX, _WIDTH_PX, _FEATHER_PX = 13.0, 3.5, 0.7
_TEXT_PX, _NAME_UP_PX, _STATE_DOWN_PX = 23.0, 3.0, 12.0
_ROW_PX = 36.0
"""Marks on the very same spot stand below each other."""
_NAME_PT, _STATE_PT = 12, 11
_LEGIBLE_PX = 56.0
"""A placeholder that is smaller on the screen has no text, and a smaller ring."""
_STEP = 1 / 64
"""Of a turn: a ring of so many straight pieces looks round."""


class Mark(NamedTuple):
    """What is to be seen of one placeholder."""

    name: str
    """Of the object."""
    state: str
    """A few words."""
    colour: str
    """Name of a theme colour of icons, '' for a ring without arc."""
    start: float
    """Where the arc begins, in turns clockwise from the top."""
    length: float
    """Of the arc, in turns."""
    size_m: float
    """Of the box, before the object's own scale."""


_marks: list[Mark] = []
"""As of the last `sync`."""

_handles: list[Any] = []
"""What Blender gave us to remove the drawing with."""


def mark_of(placeholder: Object, row: app.Row | None, state: State | None = None) -> Mark:
    """The mark of a placeholder. `row` is its job, None where the list does not show it: then `state` says more."""
    start, length = _arc_of(row) if row is not None else (0.0, 0.0)
    state = row.state if row is not None else state
    known = reporting.state_label(state, iface) if state else iface(_GONE)
    return Mark(
        name=placeholder.name,
        state=_state_of(row) if row is not None else known,
        colour=_COLOURS.get(state, '') if state else '',
        start=start,
        length=length,
        size_m=placement.size_of(placeholder),
    )


def marks() -> Sequence[Mark]:
    """What is drawn now."""
    return _marks


def sync() -> bool:
    """Look for placeholders and their jobs; return whether viewports must be drawn again."""
    standing = placement.all_placeholders()
    fresh = [mark_of(item, app.row(job_id), app.state_of(job_id)) for item, job_id in standing]
    changed = fresh != _marks
    _marks[:] = fresh
    return changed


def _state_of(row: app.Row) -> str:
    if row.state is State.ARRIVED:  # and undone, or the file is older: the model can be brought in again
        return reporting.state_label(State.READY, iface)
    state = reporting.state_label(row.state, iface)
    if row.state not in OPEN:
        return state
    state = reporting.step_label(row, iface) or state
    percent = f" {row.progress:.0%}" if row.progress is not None else ""
    return f"{state}{percent} · {clock_text(row.elapsed_s)}"


def _arc_of(row: app.Row) -> tuple[float, float]:
    if row.state not in OPEN:
        return 0.0, 1.0
    if row.progress is not None:
        return 0.0, max(_LEAST, row.progress)
    return row.elapsed_s % _TURN_S / _TURN_S, _TURNING


# Drawing


def _draw() -> None:
    context = bpy.context
    view = context.space_data
    if not _marks or not isinstance(view, SpaceView3D):
        return
    if not view.overlay.show_overlays or not view.overlay.show_extras:
        return
    taken: Counter[tuple[int, ...]] = Counter()
    for mark in _marks:
        placeholder: Object | None = context.view_layer.objects.get(mark.name)
        if placeholder is not None and placeholder.visible_get(viewport=view):
            middle = placeholder.matrix_world @ Vector((0.0, 0.0, mark.size_m / 2))
            spot = tuple(round(1000 * part) for part in middle.to_tuple())
            _draw_mark(context, mark, placeholder, middle, taken[spot])
            taken[spot] += 1


def _draw_mark(context: Context, mark: Mark, placeholder: Object, middle: Vector, row: int) -> None:
    region, seen = context.region, context.region_data
    projected = seen.perspective_matrix @ middle.to_4d()
    w = projected.w
    if w <= 0.0:  # behind the camera
        return
    scale = context.preferences.system.ui_scale
    half_width, half_height = region.width / 2, region.height / 2
    size_px = mark.size_m * placeholder.matrix_world.median_scale * seen.window_matrix[1][1] * half_height / w
    legible = min(1.0, size_px / (_LEGIBLE_PX * scale))
    place = half_width * (1 + projected.x / w), half_height * (1 + projected.y / w) - row * _ROW_PX * scale
    _draw_ring(context, mark, place, scale * max(0.3, legible))
    if legible == 1.0:
        _draw_text(context, mark, place, scale)


def _draw_ring(context: Context, mark: Mark, place: tuple[float, float], scale: float) -> None:
    theme = context.preferences.themes[0]
    gpu.state.blend_set('ALPHA')  # drawing text ends it
    matrices: Any = gpu.matrix
    with matrices.push_pop():
        matrices.multiply_matrix(Matrix.Translation((*place, 0.0)) @ Matrix.Scale(scale, 4))
        _draw_band(0.0, 1.0, _WIDTH_PX + 3.0, (0.0, 0.0, 0.0, 0.35))
        red, green, blue = theme.view_3d.space.text_hi[:]
        _draw_band(0.0, 1.0, _WIDTH_PX, (red, green, blue, 0.25))
        if mark.colour:
            red, green, blue = getattr(theme.user_interface, mark.colour)[:3]
            _draw_band(mark.start, round(mark.length, 2), _WIDTH_PX, (red, green, blue, 1.0))


def _draw_band(start: float, length: float, width_px: float, colour: Color) -> None:
    """Half as strong at its edges, which looks smooth without multisampling.

    By the shader that Blender draws its own areas with: the first use of any other one compiles it, which held the main
    thread for 20 to 50 ms (measured on 5.2 with software OpenGL).
    """
    shader = gpu.shader.from_builtin('UNIFORM_COLOR')
    shader.bind()
    faint = colour[3] / 2
    for feather_px, alpha in ((_FEATHER_PX, faint), (-_FEATHER_PX, (colour[3] - faint) / (1 - faint))):
        shader.uniform_float('color', (*colour[:3], alpha))
        _band(start, length, width_px, feather_px).draw(shader)


def _draw_text(context: Context, mark: Mark, place: tuple[float, float], scale: float) -> None:
    colour = context.preferences.themes[0].view_3d.space.text_hi[:]
    shade = 0.0 if sum(colour) > 1.5 else 1.0
    blf.enable(0, blf.SHADOW)
    blf.shadow(0, 3, shade, shade, shade, 0.8)
    blf.shadow_offset(0, 0, 0)
    red, green, blue = colour
    for text, points, up, alpha in (
        (mark.name, _NAME_PT, _NAME_UP_PX, 1.0),
        (mark.state, _STATE_PT, -_STATE_DOWN_PX, 0.8),
    ):
        blf.size(0, points * scale)
        blf.color(0, red, green, blue, alpha)
        blf.position(0, place[0] + _TEXT_PX * scale, place[1] + up * scale, 0)
        blf.draw(0, text)
    blf.disable(0, blf.SHADOW)


@lru_cache(maxsize=256)
def _band(start: float, length: float, width_px: float, feather_px: float) -> GPUBatch:
    """A piece of a ring around the origin, wider and longer by `feather_px` on every side."""
    if length < 1.0:
        fade = feather_px / _RADIUS_PX / math.tau
        start, length = start - fade, length + 2 * fade
    steps = max(1, round(length / _STEP))
    rims = (_RADIUS_PX - width_px / 2 - feather_px, _RADIUS_PX + width_px / 2 + feather_px)
    points = []
    for step in range(steps + 1):
        angle = (start + length * step / steps) * math.tau
        points += [(radius * math.sin(angle), radius * math.cos(angle), 0.0) for radius in rims]
    shader = gpu.shader.from_builtin('UNIFORM_COLOR')
    return batch_for_shader(shader, 'TRI_STRIP', {'pos': points})


def register() -> None:
    """Begin to draw."""
    _handles.append(SpaceView3D.draw_handler_add(_draw, (), 'WINDOW', 'POST_PIXEL'))


def unregister() -> None:
    """Stop drawing, and free what was drawn with."""
    SpaceView3D.draw_handler_remove(_handles.pop(), 'WINDOW')
    _marks.clear()
    _band.cache_clear()
