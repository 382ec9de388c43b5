# SPDX-License-Identifier: GPL-3.0-or-later
"""How jobs ended, said in the status bar and kept in the Info editor. Never a dialog: the artist is at work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bpy.types import Operator

from .. import app
from ..jobs.job import State
from .text import ending_of

if TYPE_CHECKING:
    from bpy.stub_internal.rna_enums import WmReportItems


def tell(operator: Operator) -> bool:
    """Report each ending that nobody was told of yet; return whether there was one.

    The operator must be modal and go on: one that finishes lets warnings pop up under the mouse, and what one reports
    that was called from a timer does not leave the console (seen on 5.2).
    """
    endings = app.take_endings()
    for row in endings:
        operator.report({_level(row)}, ending_of(row))
    return bool(endings)


def _level(row: app.Row) -> WmReportItems:
    if row.state in (State.READY, State.ARRIVED):
        return 'INFO'
    return 'WARNING' if row.state is State.UNKNOWN else 'ERROR'
