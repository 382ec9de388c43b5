# SPDX-License-Identifier: GPL-3.0-or-later
"""What the buttons for keys have in common, whether the key is a service's or the bucket's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from bpy.types import Operator

from ... import app
from ...services.errors import N_
from ..text import filled, sentence_of
from ..watch import hurry

if TYPE_CHECKING:
    from bpy.stub_internal.rna_enums import OperatorReturnItems


def change_keys(operator: Operator, change: Callable[[], Path | None]) -> set[OperatorReturnItems]:
    """Keep a key or forget one; report why that is not possible, and what became of a damaged file with keys."""
    try:
        aside = change()
    except app.NotPossible as error:
        operator.report({'ERROR'}, sentence_of(error.failure))
        return {'CANCELLED'}
    if aside:
        message = N_(
            "The file with keys was damaged. It is kept as {file}; the keys in it have to be typed again"
        )
        operator.report({'WARNING'}, filled(message, file=str(aside)))
    hurry()
    return {'FINISHED'}
