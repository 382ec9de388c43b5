# SPDX-License-Identifier: GPL-3.0-or-later
"""State and time beside each placeholder in the viewport. Drawn over the scene, so no data is touched."""

from __future__ import annotations

from typing import Any

import blf
import bpy
from bpy.types import Context, Object, Scene, SpaceView3D
from bpy_extras.view3d_utils import location_3d_to_region_2d

from .. import app
from ..jobs.job import OPEN
from ..scene import placement
from . import reporting
from .properties import session_of
from .text import iface

_SIZE_PT = 11
_BESIDE_PX, _BELOW_PX = 8, 16

_handles: list[Any] = []
"""What Blender gave us to remove the drawing with."""


def label_of(row: app.Row) -> str:
    """What stands beside the placeholder of a job; the name is shown by the placeholder itself."""
    state = reporting.state_label(row.state, iface)
    percent = f" {row.progress:.0%}" if row.progress is not None else ""
    return f"{state}{percent} · {clock_text(row.elapsed_s)}"


def clock_text(seconds: int) -> str:
    """Minutes and seconds, with hours where there are any."""
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def sync(context: Context) -> bool:
    """Look for the placeholders of open jobs, so that drawing need not search a large scene.

    Return whether viewports are to be drawn again: there are labels, or were.
    """
    labels = session_of(context).labels
    had_some = len(labels) > 0
    labels.clear()
    if any(row.state in OPEN for row in app.rows()):
        for scene in {window.scene for window in context.window_manager.windows}:
            _find(scene, labels)
    return had_some or len(labels) > 0


def _find(scene: Scene, labels: Any) -> None:
    for placeholder, job_id in placement.all_placeholders(scene):
        row = app.row(job_id)
        if row is not None and row.state in OPEN:
            label = labels.add()
            label.name, label.job_id = placeholder.name, job_id


def _draw() -> None:
    context = bpy.context
    labels = session_of(context).labels
    view = context.space_data
    if not labels or not isinstance(view, SpaceView3D) or not view.overlay.show_overlays:
        return
    scale = context.preferences.system.ui_scale
    blf.size(0, _SIZE_PT * scale)
    red, green, blue = context.preferences.themes[0].view_3d.space.text_hi[:]
    blf.color(0, red, green, blue, 1.0)
    for label in labels:
        row = app.row(label.job_id)
        placeholder: Object | None = context.scene.objects.get(label.name)
        if row is None or placeholder is None or not placeholder.visible_get():
            continue
        place = location_3d_to_region_2d(
            context.region, context.region_data, placeholder.matrix_world.translation
        )
        if place is not None:
            blf.position(0, place.x + _BESIDE_PX * scale, place.y - _BELOW_PX * scale, 0)
            blf.draw(0, label_of(row))


def register() -> None:
    """Begin to draw."""
    _handles.append(SpaceView3D.draw_handler_add(_draw, (), 'WINDOW', 'POST_PIXEL'))


def unregister() -> None:
    """Stop drawing."""
    SpaceView3D.draw_handler_remove(_handles.pop(), 'WINDOW')
