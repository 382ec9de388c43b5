# SPDX-License-Identifier: GPL-3.0-or-later
"""What jobs have cost, below the Jobs panel."""

from __future__ import annotations

from bpy.types import Context, Panel, UILayout

from ... import app
from ...jobs.ledger import Cost
from ...services.errors import N_
from .. import reporting
from ..text import counted, filled, iface, paragraph
from .generate import CATEGORY

_UNPRICED = (
    N_("Not counted: 1 job whose price nobody has told"),
    N_("Not counted: {count} jobs whose price nobody has told"),
)
NAME_FACTOR = 0.46
"""How much of a line the name gets: the longest amount fits beside it."""


class HUNYUAN3D_PT_costs(Panel):
    bl_label = "Costs"
    bl_space_type = 'VIEW_3D'
    bl_region_type = 'UI'
    bl_category = CATEGORY
    bl_parent_id = 'HUNYUAN3D_PT_jobs'
    bl_options = {'DEFAULT_CLOSED'}

    @classmethod
    def poll(cls, _context: Context) -> bool:
        told = app.statement()
        return not (told.month.is_empty and told.last_month.is_empty) or app.limit() is not None

    def draw(self, context: Context) -> None:
        layout, told = self.layout, app.statement()
        column = layout.column(align=True)
        _draw_line(column, iface(N_("Today")), _bill_texts(told.today))
        _draw_line(column, iface(N_("This Month")), _bill_texts(told.month))
        if not told.last_month.is_empty:
            _draw_line(column, iface(N_("Last Month")), _bill_texts(told.last_month))
        _draw_limit(layout, told.month.credits)
        if len(told.services) > 1:
            column = layout.column()
            column.label(text="This Month by Service")
            for service, cost in told.services:
                table = app.services()[service]
                amount = _amount(cost.total, in_dollars=table.in_dollars)
                paragraph(column, context, filled(N_("{name}: {text}"), name=iface(table.label), text=amount))
        _draw_notes(layout, context, told.month)


def _draw_line(layout: UILayout, name: str, amounts: list[str]) -> None:
    for text in amounts:
        line = layout.split(factor=NAME_FACTOR, align=True)
        line.label(text=name, translate=False)
        right = line.row()
        right.alignment = 'RIGHT'
        right.label(text=text, translate=False)
        name = ""


def _draw_limit(layout: UILayout, spent: Cost) -> None:
    limit = app.limit()
    if limit is None:
        return
    row = layout.row(align=True)
    text = filled(N_("{spent:g} of {limit:g} credits"), spent=spent.total, limit=limit)
    row.progress(
        factor=min(1.0, spent.total / limit) if limit else 1.0, text=text, type='BAR', translate=False
    )
    row.operator('hunyuan3d.open_preferences', text="", icon='PREFERENCES')


def _draw_notes(layout: UILayout, context: Context, month: app.Bill) -> None:
    """How far the sums of the month can be trusted."""
    column = layout.column(align=True)
    for cost, in_dollars in ((month.credits, False), (month.dollars, True)):
        certain = cost.estimated - cost.maybe
        for amount, text in (
            (certain, N_("{amount} of this month are an estimate")),
            (cost.maybe, N_("{amount} of this month may not have been charged")),
        ):
            if amount:
                sentence = filled(text, amount=_amount(amount, in_dollars=in_dollars))
                paragraph(column, context, sentence, icon='INFO')
    unpriced = month.credits.unpriced + month.dollars.unpriced
    if unpriced:
        paragraph(column, context, counted(*_UNPRICED, unpriced), icon='INFO')


def _bill_texts(bill: app.Bill) -> list[str]:
    texts = [
        _amount(cost.total, in_dollars=in_dollars)
        for cost, in_dollars in ((bill.credits, False), (bill.dollars, True))
        if cost.jobs
    ]
    return texts or [iface(N_("nothing"))]


def _amount(amount: float, *, in_dollars: bool) -> str:
    return reporting.money(amount, in_dollars=in_dollars, translate=iface)


CLASSES = (HUNYUAN3D_PT_costs,)
