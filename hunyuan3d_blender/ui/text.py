# SPDX-License-Identifier: GPL-3.0-or-later
"""Words in the artist's language, and long ones on several lines."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import blf
from bpy.app.translations import pgettext_iface, pgettext_rpt
from bpy.types import Context, UILayout

from .. import app
from ..i18n import OWN_CONTEXT
from ..services.errors import Failure
from ..services.limits import Problem
from . import reporting
from .wrapping import wrap

if TYPE_CHECKING:
    from bpy.stub_internal.rna_enums import IconItems

_FONT = 0
"""Blender's interface font."""
_BESIDE_PX = 72
"""What a region has beside the text of a label at resolution scale 1: tabs, scroll bar, margins of panel and box."""
_ICON_PX = 20
_LEAST_PX = 100


def iface(message: str) -> str:
    """A label in the artist's language; our own word for it, also where Blender has another one."""
    return pgettext_iface(message, OWN_CONTEXT)


def filled(message: str, **facts: str | float) -> str:
    """A label with facts in it."""
    return reporting.fill(message, facts, iface)


def counted(one: str, many: str, count: int, **facts: str | float) -> str:
    """A label with a number in it, in the words for one or for several."""
    return filled(one if count == 1 else many, count=count, **facts)


def size_text(size_bytes: int) -> str:
    """The size of a file or folder, in the largest unit of which it has one."""
    for unit, name in ((1e9, "GB"), (1e6, "MB")):
        if size_bytes >= unit:
            return f"{size_bytes / unit:.1f} {name}"
    return f"{size_bytes / 1e3:.0f} kB"


def _report(message: str) -> str:
    return pgettext_rpt(message, OWN_CONTEXT)


def clock_text(seconds: int) -> str:
    """Minutes and seconds, with hours where there are any."""
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def sentence_of(failure: Failure) -> str:
    """What happened."""
    return reporting.sentence(failure, _report)


def full_text_of(failure: Failure) -> str:
    """What happened, whether money was spent, what to do next."""
    return reporting.full_text(failure, _report)


def ending_of(row: app.Row) -> str:
    """How a job has ended, and whether money was spent."""
    return reporting.ending(row, app.services().get(row.service), _report)


def problem_text(problem: Problem) -> str:
    """What stands in the way of a draft."""
    return reporting.fill(problem.message, problem.facts, _report)


def paragraph(
    layout: UILayout, context: Context, text: str, *, icon: IconItems = 'NONE', lines_max: int = 0
) -> None:
    """Draw a text over as many lines as the region needs, `lines_max` at most where that is not 0."""
    scale = context.preferences.system.ui_scale
    points = context.preferences.ui_styles[0].widget.points
    width = context.region.width / scale - _BESIDE_PX - (_ICON_PX if icon != 'NONE' else 0)
    column = layout.column(align=True)
    column.scale_y = 0.8
    for line in _lines(text, max(_LEAST_PX, int(width)), points, lines_max):
        column.label(text=line, icon=icon, translate=False)
        icon = 'BLANK1' if icon != 'NONE' else icon


@lru_cache(maxsize=256)
def _lines(text: str, width_px: int, points: float, lines_max: int) -> tuple[str, ...]:
    """Remembered, because panels are drawn at every move of the mouse. Widths are those at resolution scale 1."""
    blf.size(_FONT, points)
    return tuple(wrap(text, width_px, lambda part: blf.dimensions(_FONT, part)[0], lines_max=lines_max))
