# SPDX-License-Identifier: GPL-3.0-or-later
"""The Jobs panel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from bpy.types import Context, Menu, Panel, UILayout, UIList

from ... import app
from ...jobs.chains import DONE
from ...jobs.job import OPEN, State
from ...jobs.listing import STATES, Group, Step
from ...services.contract import GENERATING, Operation
from ...services.errors import N_, Failure
from ...services.pricing import LABELS
from .. import reporting
from ..job_list import HUNYUAN3D_PG_row, HUNYUAN3D_PG_session, chosen_row, session_of
from ..reporting import NextStep, next_step
from ..text import clock_text, filled, iface, paragraph, sentence_of
from ..thumbnails import icon_of
from .batch import draw_abandoned
from .generate import CATEGORY

if TYPE_CHECKING:
    from bpy.stub_internal.rna_enums import IconItems

_ICONS: Mapping[State, IconItems] = {
    State.QUEUED: 'TIME',
    State.SUBMITTING: 'EXPORT',
    State.WAITING: 'TIME',
    State.RUNNING: 'SHADERFX',
    State.DOWNLOADING: 'IMPORT',
    State.CONVERTING: 'MESH_DATA',
    State.READY: 'CHECKMARK',
    State.ARRIVED: 'MESH_DATA',
    State.REJECTED: 'CANCEL',
    State.UNKNOWN: 'QUESTION',
    State.FAILED: 'ERROR',
    State.CANCELLED: 'X',
    State.EXPIRED: 'SORTTIME',
}

PAGE_UNITS = 2.0
"""Width of the buttons for other pages: easy to hit."""

WIDE_PX = 340
"""Width of a sidebar at resolution scale 1 from which on a row has room for all there is to say."""

NAME_FACTOR, WIDE_NAME_FACTOR = 0.56, 0.5
"""How much of a row its name gets: all words beside it fit."""

PROMPT_LINES = 4
"""Of the chosen job; the button beside copies all of it."""

_ACTIONS: tuple[tuple[str, IconItems], ...] = (
    ('make_real', 'SHADERFX'),
    ('bring_in', 'IMPORT'),
    ('retry', 'FILE_REFRESH'),
    ('follow', 'PLAY'),
    ('paste_id', 'PASTEDOWN'),
    ('send_again', 'EXPORT'),
    ('forget', 'X'),
    ('cancel', 'CANCEL'),
)
"""Actions in the order of their buttons. An action's operator has its name, but for `paste_id`."""

_TOOLS: tuple[tuple[str, IconItems], ...] = (
    ('open_folder', 'FILE_FOLDER'),
    ('copy_prompt', 'COPYDOWN'),
    ('copy_details', 'INFO'),
)
"""What can be done with every job."""

_STEPS: Mapping[NextStep, tuple[str, IconItems]] = {
    NextStep.OPEN_PREFERENCES: ('hunyuan3d.open_preferences', 'PREFERENCES'),
    NextStep.ALLOW_ONLINE: ('hunyuan3d.allow_online_access', 'INTERNET'),
    NextStep.OPEN_FOLDER: ('hunyuan3d.open_folder', 'FILE_FOLDER'),
}


class HUNYUAN3D_UL_jobs(UIList):
    def draw_item(
        self,
        context: Context,
        layout: UILayout,
        _data: HUNYUAN3D_PG_session,
        item: HUNYUAN3D_PG_row,
        _icon: int,
        _active_data: HUNYUAN3D_PG_session,
        _active_property: str,
        _index: int,
        _flag: int,
    ) -> None:
        row = app.row(item.name)
        if row is None:
            return
        is_wide = context.region.width >= WIDE_PX * context.preferences.system.ui_scale
        line = layout.split(factor=WIDE_NAME_FACTOR if is_wide else NAME_FACTOR, align=True)
        thumbnail = icon_of(row.thumbnail) if row.thumbnail else 0
        if thumbnail:
            line.label(text=row.name, icon_value=thumbnail, translate=False)
        else:
            line.label(text=row.name, icon=_ICONS[row.state], translate=False)
        right = line.row()
        if row.state in OPEN:
            right.progress(
                factor=row.progress or 0.0, text=_progress_text(row, is_wide), type='BAR', translate=False
            )
        else:
            right.alignment = 'RIGHT'
            right.alert = row.state in STATES[Group.NEEDS_YOU]
            parts = _end_texts(row)
            text = " · ".join(parts if is_wide else parts[:1])
            right.label(text=text, icon=_ICONS[row.state] if thumbnail else 'NONE', translate=False)


class HUNYUAN3D_PT_jobs(Panel):
    bl_label = "Jobs"
    bl_space_type = 'VIEW_3D'
    bl_region_type = 'UI'
    bl_category = CATEGORY

    def draw(self, context: Context) -> None:
        layout, session = self.layout, session_of(context)
        draw_abandoned(layout, context)
        if not session.rows and app.view() == app.View():
            layout.label(text="Nothing generated yet")
            return
        trouble = app.worker_trouble()
        if trouble is not None:
            box = layout.box()
            box.alert = True
            paragraph(box, context, sentence_of(trouble), icon='ERROR')
            box.operator('hunyuan3d.open_library', icon='FILE_FOLDER')
        row = chosen_row(context)
        _draw_filter(layout, session, row)
        if not session.rows:
            layout.label(text="No such jobs")
            return
        layout.template_list('HUNYUAN3D_UL_jobs', '', session, 'rows', session, 'index', rows=4)
        _draw_pages(layout, app.shown())
        if row is not None:
            _draw_job(layout, context, row)


class HUNYUAN3D_MT_job(Menu):
    bl_label = "Hunyuan3D Job"

    def draw(self, context: Context) -> None:
        layout, row = self.layout, chosen_row(context)
        if row is None:
            layout.label(text="No job is chosen")
            return
        _draw_decisions(layout, row)
        layout.separator()
        _draw_reuse(layout, row)
        for name, icon in _TOOLS:
            layout.operator(f'hunyuan3d.{name}', icon=icon)
        if 'remove' in row.can:
            layout.separator()
            layout.operator('hunyuan3d.remove', icon='TRASH')


def _draw_filter(layout: UILayout, session: HUNYUAN3D_PG_session, chosen: app.Row | None) -> None:
    row = layout.row(align=True)
    row.prop(session, 'group', text="")
    row.prop(session, 'this_file', toggle=True)
    if chosen is not None and (chosen.batch or app.view().batch):
        row.prop(session, 'this_batch', toggle=True)


def _draw_pages(layout: UILayout, page: app.Page) -> None:
    """The way to older and newer jobs, where there are more than one page."""
    if page.total <= len(page.rows):
        return
    row = layout.row(align=True)
    newer = row.row()
    newer.ui_units_x = PAGE_UNITS
    newer.enabled = page.number > 0
    newer.operator('hunyuan3d.show_page', text="", icon='TRIA_LEFT').page = max(0, page.number - 1)
    count = row.row()
    count.alignment = 'CENTER'
    last = page.first + len(page.rows)
    text = filled(N_("{first:,} to {last:,} of {total:,}"), first=page.first + 1, last=last, total=page.total)
    count.label(text=text, translate=False)
    older = row.row()
    older.ui_units_x = PAGE_UNITS
    older.enabled = not page.is_last
    older.operator('hunyuan3d.show_page', text="", icon='TRIA_RIGHT').page = page.number + 1


def _draw_decisions(layout: UILayout, row: app.Row) -> None:
    """What becomes of the job."""
    for action, icon in _ACTIONS:
        if action in row.can:
            name = 'paste_job_id' if action == 'paste_id' else action
            layout.operator(f'hunyuan3d.{name}', text=_decision_text(action, row), icon=icon)
    if row.batch and app.is_open_batch(row.batch.id):
        layout.operator('hunyuan3d.cancel_batch', icon='CANCEL')


def _decision_text(action: str, row: app.Row) -> str | None:
    """The button's text where it names a price, None for the usual one."""
    table, price = app.services().get(row.service), app.quick_drafts.price_of_real(row)
    if action == 'make_real' and price is not None:
        return filled(N_("Make the Real One (about {credits} credits)"), credits=price.total)
    if action == 'send_again' and not (table and table.is_free):
        return iface(N_("Send Again (may be charged)"))
    return None


def _draw_reuse(layout: UILayout, row: app.Row) -> None:
    """The settings are those of what a chain began with."""
    asked = row.steps[0] if row.steps else row
    if asked.operation in GENERATING:
        layout.operator('hunyuan3d.reuse_settings', icon='RECOVER_LAST').job_id = asked.id


def _draw_step(layout: UILayout, step: Step) -> None:
    """What a step of the chain has come to; its model can be brought in, whatever becomes of the others."""
    line = layout.split(factor=NAME_FACTOR, align=True)
    icon: IconItems = 'REMOVE' if step.is_halted else _ICONS[step.state]
    line.label(text=f"{step.number}. {iface(LABELS[step.operation])}", icon=icon, translate=False)
    right = line.row()
    right.alignment = 'RIGHT'
    right.alert = step.state in STATES[Group.NEEDS_YOU] and not step.is_halted
    right.label(text=reporting.step_state_label(step, iface), translate=False)
    if 'bring_in' in step.can and step.operation is not Operation.CONVERT:
        right.operator('hunyuan3d.bring_in', text="", icon='IMPORT').job_id = step.id


def _draw_job(layout: UILayout, context: Context, row: app.Row) -> None:
    if row.thumbnail and icon_of(row.thumbnail):
        layout.template_icon(icon_value=icon_of(row.thumbnail), scale=6.0)
    column = layout.column()
    paragraph(column, context, row.text, lines_max=PROMPT_LINES)
    paragraph(column, context, _state_line(row), icon=_ICONS[row.state])
    for step in row.steps:
        _draw_step(column, step)
    if row.batch:
        column.label(
            text=filled(N_("Batch: {name}"), name=row.batch.name), icon='LINENUMBERS_ON', translate=False
        )
    failure = row.error or row.note
    if failure is not None:
        failure = reporting.told(failure, app.services().get(row.service))
        _draw_failure(column.box(), context, failure, row)
    _draw_decisions(column, row)
    _draw_reuse(column, row)
    tools = layout.row(align=True)
    for name, icon in _TOOLS:
        tools.operator(f'hunyuan3d.{name}', text="", icon=icon)
    if 'remove' in row.can:
        tools.operator('hunyuan3d.remove', text="", icon='TRASH')
    tools.menu('HUNYUAN3D_MT_job', text="", icon='DOWNARROW_HLT')


def _draw_failure(box: UILayout, context: Context, failure: Failure, row: app.Row) -> None:
    column = box.column()
    column.alert = row.error is not None
    paragraph(column, context, sentence_of(failure), icon='ERROR' if row.error else 'INFO')
    if row.error is not None:
        paragraph(box, context, reporting.spent(failure, iface))
    advice = reporting.advice(failure, iface)
    if advice:
        paragraph(box, context, advice)
    step = next_step(failure)
    if step in _STEPS:
        operator, icon = _STEPS[step]
        box.operator(operator, icon=icon)
    elif step is NextStep.OPEN_CONSOLE and row.service in app.services():
        console_url = app.services()[row.service].console_url
        if console_url:
            box.operator('wm.url_open', text="Open Console", icon='URL').url = console_url


def _progress_text(row: app.Row, is_wide: bool) -> str:
    percent = f"{row.progress:.0%}" if row.progress is not None else ""
    if is_wide and row.steps:
        return " ".join(filter(None, (reporting.step_label(row, iface), percent)))
    clock = clock_text(row.elapsed_s)
    if row.steps:
        step = filled(N_("{number} of {count}"), number=row.number, count=len(row.steps))
        return f"{step} · {percent or clock}"
    return " · ".join(filter(None, (percent, clock)))


def _end_texts(row: app.Row) -> list[str]:
    """What is worth knowing of a job that is over, first what counts most: how long it took, or why there is no model."""
    parts = [clock_text(row.elapsed_s), _cost_text(row)]
    if row.state not in DONE:
        parts.insert(0, reporting.state_label(row.state, iface))
    return list(filter(None, parts))


def _cost_text(row: app.Row) -> str:
    """What the job has cost, '' where that is not known."""
    table = app.services().get(row.service)
    if table is not None and table.is_sample:
        return iface(N_("sample"))
    return reporting.amount(row, table, iface) if row.credits is not None else ""


def _state_line(row: app.Row) -> str:
    parts = [reporting.state_label(row.state, iface, row.operation), clock_text(row.elapsed_s)]
    if row.state not in DONE:
        parts.insert(0, reporting.step_label(row, iface))
    if row.state is State.DOWNLOADING and row.bytes_total:
        parts.append(f"{row.bytes_done / 1e6:.1f} / {row.bytes_total / 1e6:.1f} MB")
    parts.append(_cost_text(row))
    return " · ".join(filter(None, parts))


CLASSES = (HUNYUAN3D_UL_jobs, HUNYUAN3D_MT_job, HUNYUAN3D_PT_jobs)
