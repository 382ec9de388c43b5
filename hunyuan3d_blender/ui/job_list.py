# SPDX-License-Identifier: GPL-3.0-or-later
"""The job list as Blender's list widget wants it: its rows, its filters, and the job that is chosen. Kept nowhere."""

from __future__ import annotations

from dataclasses import replace

from bpy.props import BoolProperty, CollectionProperty, EnumProperty, IntProperty, PointerProperty
from bpy.types import Context, PropertyGroup, WindowManager

from .. import app
from ..i18n import OWN_CONTEXT


class HUNYUAN3D_PG_row(PropertyGroup):
    """A row of the job list: its name is the job's id, all else is asked of `app.row`."""


_GROUPS = tuple(app.Group)


def _group(_self: HUNYUAN3D_PG_session) -> int:
    return _GROUPS.index(app.view().group)


def _set_group(_self: HUNYUAN3D_PG_session, number: int) -> None:
    app.show(replace(app.view(), group=_GROUPS[number], page=0))


def _this_file(_self: HUNYUAN3D_PG_session) -> bool:
    return app.view().this_file


def _set_this_file(_self: HUNYUAN3D_PG_session, value: bool) -> None:
    app.show(replace(app.view(), this_file=value, page=0))


def _this_batch(_self: HUNYUAN3D_PG_session) -> bool:
    return bool(app.view().batch)


def _set_this_batch(self: HUNYUAN3D_PG_session, value: bool) -> None:
    row = app.row(self.rows[self.index].name) if self.index < len(self.rows) else None
    batch = row.batch.id if value and row and row.batch else ''
    app.show(replace(app.view(), batch=batch, page=0))


def _list_anew(_self: HUNYUAN3D_PG_session, context: Context) -> None:
    sync_rows(context)


class HUNYUAN3D_PG_session(PropertyGroup):
    """What the list shows is kept by `app`, so that it outlives the loading of a file."""

    rows: CollectionProperty(type=HUNYUAN3D_PG_row)
    index: IntProperty(name="Job")
    group: EnumProperty(
        name="Show",
        translation_context=OWN_CONTEXT,
        description="Which jobs the list shows",
        items=[
            (app.Group.ALL, "All Jobs", "Every job", 0),
            (app.Group.UNDER_WAY, "Under Way", "Jobs whose model is being made or fetched", 1),
            (app.Group.READY, "Ready", "Models that wait to be brought in", 2),
            (app.Group.NEEDS_YOU, "Needs You", "Jobs that came to nothing until you decide what next", 3),
            (app.Group.DONE, "Done", "Jobs whose model is in a scene, and cancelled ones", 4),
        ],
        get=_group,
        set=_set_group,
        update=_list_anew,
    )
    this_file: BoolProperty(
        name="This File",
        description="Only jobs that were started in the open file or brought into it",
        get=_this_file,
        set=_set_this_file,
        update=_list_anew,
    )
    this_batch: BoolProperty(
        name="This Batch",
        description="Only jobs that were started together with the chosen one",
        get=_this_batch,
        set=_set_this_batch,
        update=_list_anew,
    )


def session_of(context: Context) -> HUNYUAN3D_PG_session:
    """The job list of this Blender."""
    session: HUNYUAN3D_PG_session = context.window_manager.hunyuan3d  # type: ignore[attr-defined]
    return session


def sync_rows(context: Context) -> None:
    """Give the list widget the ids of the jobs, when they are others than before; the chosen job stays chosen."""
    session = session_of(context)
    wanted = [row.id for row in app.shown().rows]
    present = [row.name for row in session.rows]
    if wanted == present:
        return
    chosen = chosen_row(context)
    session.rows.clear()
    for job_id in wanted:
        session.rows.add().name = job_id
    session.index = (
        wanted.index(chosen.id)
        if chosen and chosen.id in wanted
        else max(0, min(session.index, len(wanted) - 1))
    )


def choose(context: Context, job_id: str) -> None:
    """Choose a job of the newest, or one just started. Where the list leaves it out, it shows all jobs from now on."""
    for view in (app.view(), app.View()):
        app.show(view)
        sync_rows(context)
        row = app.row(job_id)
        if row is not None and row.id in session_of(context).rows:
            session_of(context).index = session_of(context).rows.find(row.id)
            return


def chosen_row(context: Context) -> app.Row | None:
    """The job chosen in the list."""
    session = session_of(context)
    return app.row(session.rows[session.index].name) if session.index < len(session.rows) else None


CLASSES = (HUNYUAN3D_PG_row, HUNYUAN3D_PG_session)


def register() -> None:
    """Add the pointer."""
    WindowManager.hunyuan3d = PointerProperty(type=HUNYUAN3D_PG_session)  # type: ignore[attr-defined]


def unregister() -> None:
    """Take it away."""
    del WindowManager.hunyuan3d  # type: ignore[attr-defined]
