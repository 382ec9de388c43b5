# SPDX-License-Identifier: GPL-3.0-or-later
"""How jobs and renders ended, said in the status bar and kept in the Info editor. Never a dialog: the artist is at work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bpy.types import Operator

from .. import app
from ..jobs.job import State
from .text import ending_of

if TYPE_CHECKING:
    from bpy.stub_internal.rna_enums import WmReportItems


_said: list[tuple[WmReportItems, str]] = []
"""What was said where no operator could report it."""


def say(level: WmReportItems, text: str) -> None:
    """Have the watching operator report this: a timer cannot. Call `watch.hurry` then."""
    _said.append((level, text))


def has_news() -> bool:
    """Whether there is something that nobody was told of."""
    return bool(_said) or app.has_endings()


def tell(operator: Operator) -> bool:
    """Report all that nobody was told of yet; return whether there was something.

    The operator must be modal and go on: one that finishes lets warnings pop up under the mouse, and what one reports
    that was called from a timer does not leave the console (seen on 5.2).
    """
    news = [*_said, *((_level(row), ending_of(row)) for row in app.take_endings())]
    _said.clear()
    for level, text in news:
        operator.report({level}, text)
    return bool(news)


def _level(row: app.Row) -> WmReportItems:
    if row.state in (State.READY, State.ARRIVED):
        return 'INFO'
    return 'WARNING' if row.state is State.UNKNOWN else 'ERROR'
