# SPDX-License-Identifier: GPL-3.0-or-later
"""The Jobs panel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from bpy.types import Context, Panel, UILayout, UIList

from ... import app
from ...jobs.job import OPEN, State
from ...services.errors import N_, Failure
from .. import reporting
from ..properties import HUNYUAN3D_PG_row, HUNYUAN3D_PG_session, chosen_row, session_of
from ..reporting import NextStep, next_step
from ..text import clock_text, iface, paragraph, sentence_of
from ..thumbnails import icon_of
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

PROMPT_LINES = 4
"""Of the chosen job; the button beside copies all of it."""

_ACTIONS: tuple[tuple[str, IconItems], ...] = (
    ('bring_in', 'IMPORT'),
    ('retry', 'FILE_REFRESH'),
    ('follow', 'PLAY'),
    ('paste_id', 'PASTEDOWN'),
    ('send_again', 'EXPORT'),
    ('forget', 'X'),
    ('cancel', 'CANCEL'),
)
"""Actions in the order of their buttons. An action's operator has its name, but for `paste_id`."""

_STEPS: Mapping[NextStep, tuple[str, IconItems]] = {
    NextStep.OPEN_PREFERENCES: ('hunyuan3d.open_preferences', 'PREFERENCES'),
    NextStep.ALLOW_ONLINE: ('hunyuan3d.allow_online_access', 'INTERNET'),
    NextStep.OPEN_FOLDER: ('hunyuan3d.open_folder', 'FILE_FOLDER'),
}


class HUNYUAN3D_UL_jobs(UIList):
    def draw_item(
        self,
        _context: Context,
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
        split = layout.split(factor=0.55, align=True)
        thumbnail = icon_of(row.thumbnail) if row.thumbnail else 0
        if thumbnail:
            split.label(text=row.name, icon_value=thumbnail, translate=False)
        else:
            split.label(text=row.name, icon=_ICONS[row.state], translate=False)
        if row.state in OPEN:
            split.progress(factor=row.progress or 0.0, text=_short_state(row), type='BAR', translate=False)
        else:
            right = split.row()
            right.alert = row.state in (State.FAILED, State.UNKNOWN, State.REJECTED)
            right.label(text=reporting.state_label(row.state, iface), translate=False)


class HUNYUAN3D_PT_jobs(Panel):
    bl_label = "Jobs"
    bl_space_type = 'VIEW_3D'
    bl_region_type = 'UI'
    bl_category = CATEGORY

    def draw(self, context: Context) -> None:
        layout, session = self.layout, session_of(context)
        if not session.rows:
            layout.label(text="Nothing generated yet")
            return
        trouble = app.worker_trouble()
        if trouble is not None:
            box = layout.box()
            box.alert = True
            paragraph(box, context, sentence_of(trouble), icon='ERROR')
            box.operator('hunyuan3d.open_library', icon='FILE_FOLDER')
        layout.template_list('HUNYUAN3D_UL_jobs', '', session, 'rows', session, 'index', rows=4)
        row = chosen_row(context)
        if row is not None:
            _draw_job(layout, context, row)


def _draw_job(layout: UILayout, context: Context, row: app.Row) -> None:
    if row.thumbnail and icon_of(row.thumbnail):
        layout.template_icon(icon_value=icon_of(row.thumbnail), scale=6.0)
    column = layout.column()
    paragraph(column, context, row.text, lines_max=PROMPT_LINES)
    paragraph(column, context, _state_line(row), icon=_ICONS[row.state])
    failure = row.error or row.note
    table = app.services().get(row.service)
    if failure is not None:
        _draw_failure(column.box(), context, reporting.told(failure, table), row)
    for action, icon in _ACTIONS:
        if action in row.can:
            name = 'paste_job_id' if action == 'paste_id' else action
            is_paid = action == 'send_again' and not (table and table.is_free)
            text = iface(N_("Send Again (may be charged)")) if is_paid else None
            column.operator(f'hunyuan3d.{name}', text=text, icon=icon)
    tools = layout.row(align=True)
    tools.operator('hunyuan3d.open_folder', text="", icon='FILE_FOLDER')
    tools.operator('hunyuan3d.copy_prompt', text="", icon='COPYDOWN')
    tools.operator('hunyuan3d.copy_details', text="", icon='INFO')
    if 'remove' in row.can:
        tools.operator('hunyuan3d.remove', text="", icon='TRASH')


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


def _short_state(row: app.Row) -> str:
    return f"{row.progress:.0%}" if row.progress is not None else reporting.state_label(row.state, iface)


def _state_line(row: app.Row) -> str:
    parts = [reporting.state_label(row.state, iface), clock_text(row.elapsed_s)]
    if row.state is State.DOWNLOADING and row.bytes_total:
        parts.append(f"{row.bytes_done / 1e6:.1f} / {row.bytes_total / 1e6:.1f} MB")
    table = app.services().get(row.service)
    if table is not None and table.is_sample:
        parts.append(iface(N_("sample")))
    elif row.credits is not None:
        parts.append(reporting.amount(row, table, iface))
    return " · ".join(parts)


CLASSES = (HUNYUAN3D_UL_jobs, HUNYUAN3D_PT_jobs)
