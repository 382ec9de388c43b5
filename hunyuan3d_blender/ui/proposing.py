# SPDX-License-Identifier: GPL-3.0-or-later
"""What a batch would be, put to the artist before anything is sent; and starting it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import bpy
from bpy.types import Context, Operator, UILayout

from .. import app
from ..services.errors import N_
from .job_list import choose
from .text import counted, filled, full_text_of, iface, problem_text
from .watch import hurry

if TYPE_CHECKING:
    from bpy.stub_internal.rna_enums import OperatorReturnItems

_GENERATING = N_("Generate 1 Model from {name}"), N_("Generate {count} Models from {name}")
_STARTED = N_("Started: {name}, 1 job"), N_("Started: {name}, {count} jobs")
DIALOG_PX = 560
EXAMPLES = 3
"""Jobs that a dialog names."""
REASONS = 5
"""What is left out that a dialog names."""
LETTERS_MAX = 60
"""Of a prompt in a dialog."""


def ask(operator: Operator, context: Context, proposal: app.proposals.Proposal) -> set[OperatorReturnItems]:
    """Open the dialog that `draw_proposal` fills."""
    count = len(proposal.entries)
    return context.window_manager.invoke_props_dialog(
        operator,
        width=DIALOG_PX,
        title=counted(*_GENERATING, count, name=proposal.name),
        confirm_text=filled(N_("Generate {count}"), count=count),
    )


def draw_proposal(layout: UILayout, proposal: app.proposals.Proposal) -> None:
    """Who gets what, what it costs, how it begins, and what is left out and why."""
    table, host = app.services()[proposal.service], app.host_of(proposal.service)
    column = layout.column()
    column.label(
        text=f"{iface(table.label)}, {host}" if host else iface(table.label),
        icon='EXPERIMENTAL' if table.is_sample else 'WORLD',
        translate=False,
    )
    column.label(text=cost_text(proposal), icon='BLANK1', translate=False)
    names = [entry.draft.prompt or entry.name for entry in proposal.entries]
    if len(set(names)) > 1:
        _draw_some(column, [_short(name) for name in names], len(names), EXAMPLES)
    if proposal.left_out:
        box = layout.box().column()
        total = sum(item.count for item in proposal.left_out)
        box.label(text=filled(N_("Left out: {count}"), count=total), icon='ERROR', translate=False)
        lines = [_reason(item) for item in proposal.left_out]
        _draw_some(box, lines, len(lines), REASONS)


def cost_text(proposal: app.proposals.Proposal) -> str:
    """What all jobs would cost together."""
    table = app.services()[proposal.service]
    if table.is_sample:
        return iface(N_("Makes samples, costs nothing"))
    if table.is_free:
        return iface(N_("Costs nothing"))
    if proposal.credits is None:
        return iface(N_("The price is not known"))
    return filled(N_("About {credits} credits in all"), credits=proposal.credits)


def send_all(
    operator: Operator, context: Context, proposal: app.proposals.Proposal
) -> set[OperatorReturnItems]:
    """Start a batch, and report that it has begun or why not."""
    try:
        job_ids = app.start_batch(context, proposal, at_once=bpy.app.background)
    except app.NotPossible as error:
        return refused(operator, error)
    choose(context, job_ids[0])
    hurry()
    operator.report({'INFO'}, counted(*_STARTED, len(job_ids), name=proposal.name))
    return {'FINISHED'}


def tell_left_out(operator: Operator, proposal: app.proposals.Proposal) -> None:
    """Report all that does not become a job, and why, to whoever was not asked before."""
    if proposal.left_out:
        total = sum(item.count for item in proposal.left_out)
        lines = (filled(N_("Left out: {count}"), count=total), *map(_reason, proposal.left_out))
        operator.report({'WARNING'}, "\n".join(lines))


def refused(operator: Operator, error: app.NotPossible) -> set[OperatorReturnItems]:
    """Report why nothing was done."""
    operator.report({'ERROR'}, full_text_of(error.failure))
    return {'CANCELLED'}


def _draw_some(layout: UILayout, lines: list[str], total: int, shown: int) -> None:
    for line in lines[:shown]:
        layout.label(text=line, icon='DOT', translate=False)
    if total > shown:
        more = filled(N_("and {count} more"), count=total - shown)
        layout.label(text=more, icon='BLANK1', translate=False)


def _reason(item: app.proposals.LeftOut) -> str:
    if item.count > 1:
        return filled(N_("{count} more: {reason}"), count=item.count, reason=problem_text(item.problem))
    return filled(N_("{name}: {reason}"), name=_short(item.text, 20), reason=problem_text(item.problem))


def _short(text: str, letters: int = LETTERS_MAX) -> str:
    return text if len(text) <= letters else f"{text[: letters - 1]}…"
