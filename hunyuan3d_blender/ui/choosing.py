# SPDX-License-Identifier: GPL-3.0-or-later
"""How a picture becomes the one to send, wherever it comes from; where there is none, that is said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bpy.types import Context, Operator

from .. import app
from ..scene.pictures import NoPicture
from ..services.errors import N_
from .properties import choose_picture, settings_of
from .text import filled

if TYPE_CHECKING:
    from bpy.stub_internal.rna_enums import OperatorReturnItems


CHOSEN = N_("The picture to send is {name}, {width} × {height} pixels")


def choose(
    operator: Operator,
    context: Context,
    find: Callable[[], Path],
    put: Callable[[str], None] | None = None,
    told: str = CHOSEN,
) -> set[OperatorReturnItems]:
    """Choose the file that `find` finds or makes; `find` may raise NoPicture or OSError, which is reported.

    `put` is where the path goes; without it, the picture becomes the one to send. `told` is reported then.
    """
    try:
        with waiting(context):
            file = str(find())
    except NoPicture as error:
        operator.report({'ERROR'}, filled(error.message, **error.facts))
        return {'CANCELLED'}
    except OSError as error:
        operator.report({'ERROR'}, filled(N_("The picture could not be kept: {reason}"), reason=str(error)))
        return {'CANCELLED'}
    if put is None:
        choose_picture(settings_of(context), file)
    else:
        put(file)
    facts = app.picture_facts(file)
    said = filled(told, name=Path(file).name, width=facts.width_px, height=facts.height_px)
    operator.report({'INFO'}, said)
    return {'FINISHED'}


@contextmanager
def waiting(context: Context) -> Iterator[None]:
    """Show the cursor that says so."""
    if context.window:
        context.window.cursor_set('WAIT')
    try:
        yield
    finally:
        if context.window:
            context.window.cursor_set('DEFAULT')
