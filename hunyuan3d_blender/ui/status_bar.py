# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs that are under way, at the right end of Blender's status bar: seen with the sidebar closed, in every workspace."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import bpy
from bpy.types import Context, Header

from .. import app
from ..jobs.job import OPEN
from ..services.errors import N_
from . import reporting
from .text import counted, iface

_BAR_UNITS = 4.0
"""Width of the bar, in buttons."""

_MODELS = N_("1 model"), N_("{count} models")
_SAMPLES = N_("1 sample"), N_("{count} samples")
"""What the sandbox makes."""


class Item(NamedTuple):
    """What is drawn."""

    text: str
    percent: int | None
    """None draws no bar: the service does not say how far it is."""


_items: list[Item] = []
"""The one item, empty while nothing is under way."""


def item_of(rows: Sequence[app.Row]) -> Item | None:
    """What the status bar says of these jobs, None for nothing."""
    rows = [row for row in rows if row.state in OPEN]
    if not rows:
        return None
    one, many = _SAMPLES if all(_is_sample(row) for row in rows) else _MODELS
    text = counted(one, many, len(rows))
    if len({row.state for row in rows}) == 1:
        text += f" · {reporting.state_label(rows[0].state, iface)}"
    known = [row.progress for row in rows if row.progress is not None]
    return Item(text, round(100 * sum(known) / len(known)) if known else None)


def _is_sample(row: app.Row) -> bool:
    table = app.services().get(row.service)
    return table is not None and table.is_sample


def sync() -> None:
    """Take over how the jobs stand, and draw when that looks different."""
    item = item_of(app.rows())
    wanted = [] if item is None else [item]
    if wanted != _items:
        _items[:] = wanted
        _redraw()


def _redraw() -> None:
    """Python cannot reach the status bar's area. It draws itself again when it hears of a view layer's new name."""
    bpy.msgbus.publish_rna(key=(bpy.types.ViewLayer, 'name'))  # type: ignore[arg-type]


def _draw(self: Header, _context: Context) -> None:
    for item in _items:
        row = self.layout.row(align=True)
        row.label(text=item.text, icon='SHADERFX', translate=False)
        if item.percent is not None:
            bar = row.row()
            bar.ui_units_x = _BAR_UNITS
            bar.progress(factor=item.percent / 100, text=f"{item.percent}%", type='BAR', translate=False)


def register() -> None:
    """Begin to draw."""
    bpy.types.STATUSBAR_HT_header.append(_draw)  # type: ignore[arg-type]


def unregister() -> None:
    """Stop drawing, and take away what is drawn."""
    bpy.types.STATUSBAR_HT_header.remove(_draw)  # type: ignore[arg-type]
    _items.clear()
    _redraw()
