# SPDX-License-Identifier: GPL-3.0-or-later
"""Watching jobs: a modal timer operator in spells, kept going by a persistent application timer.

Blender does not autosave while any modal operator runs (measured on 5.2.2), so the operator ends itself every
`SPELL_S`, and the timer starts it again a moment later. The timer also ticks where no operator can run.
"""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

import bpy
from bpy.types import Context, Event, Operator, Region, Timer

from .. import app
from . import job_list, notices, placeholder_marks, status_bar
from .panels.generate import CATEGORY

if TYPE_CHECKING:
    from bpy.stub_internal.rna_enums import OperatorReturnItems

logger = logging.getLogger(__name__)

TICK_S = 0.25
SPELL_S = 15.0
PAUSE_S = 0.5
"""Longer than the 10 ms after which Blender tries a postponed autosave again."""
IDLE_S = 2.0
"""How often an idle Blender looks whether there is something to watch; one query of some microseconds."""

_event_timers: list[Timer] = []
"""What the running spell is woken by: Blender does not call `cancel` of an operator whose class is unregistered."""


class HUNYUAN3D_OT_watch(Operator):
    """Watch jobs and bring their models in"""

    bl_idname = 'hunyuan3d.watch'
    bl_label = "Watch Hunyuan3D Jobs"
    bl_options = {'INTERNAL'}

    def invoke(self, context: Context, _event: Event) -> set[OperatorReturnItems]:
        _event_timers.append(context.window_manager.event_timer_add(TICK_S, window=context.window))
        self._due_at = 0.0
        self._ends_at = time.monotonic() + SPELL_S
        context.window_manager.modal_handler_add(self)
        return {'RUNNING_MODAL'}

    def modal(self, context: Context, event: Event) -> set[OperatorReturnItems]:
        now = time.monotonic()
        if event.type != 'TIMER' or now < self._due_at:  # timers of others come here as well
            return {'PASS_THROUGH'}
        self._due_at = now + TICK_S / 2
        if tick() and (notices.tell(self) or (app.has_open_jobs() and now < self._ends_at)):
            return {'PASS_THROUGH'}
        self.cancel(context)
        return {'FINISHED', 'PASS_THROUGH'}

    def cancel(self, _context: Context) -> None:
        """Also called by Blender, when the window is closed or another file is opened."""
        _remove_event_timers()
        _look_in(PAUSE_S)


def tick() -> bool:
    """Let the app look once, draw again what has changed, and return whether that went well.

    Never raises: a timer that does is gone for good.
    """
    try:
        if app.tick():
            _show()
        elif placeholder_marks.sync():  # the artist has duplicated or renamed one
            _redraw(viewports=True)
    except Exception:
        logger.exception("The tick failed")
        return False
    return True


def is_running() -> bool:
    """Whether the operator is in a spell, in any window."""
    operators = [item for window in bpy.context.window_manager.windows for item in window.modal_operators]
    # None stands for one whose class has just been unregistered.
    return any(item is not None and item.bl_idname == HUNYUAN3D_OT_watch.__name__ for item in operators)


def hurry() -> None:
    """Show what is known, and look at once instead of at the next idle look: the artist has just done something."""
    _show()
    _look_in(0.0)


def _show() -> None:
    job_list.sync_rows(bpy.context)
    status_bar.sync()
    _redraw(viewports=placeholder_marks.sync())


def _redraw(*, viewports: bool) -> None:
    """Draw again what shows jobs: our tab, preferences, and viewports when marks in them have changed."""
    for window in bpy.context.window_manager.windows:
        for area in window.screen.areas:
            if area.type == 'PREFERENCES':
                area.tag_redraw()
            for region in area.regions if area.type == 'VIEW_3D' else ():
                if _shows_our_tab(region) or (viewports and region.type == 'WINDOW'):
                    region.tag_redraw()


def _shows_our_tab(region: Region) -> bool:
    return region.type == 'UI' and region.active_panel_category == CATEGORY


def _keep_watching() -> float:
    if is_running():
        return PAUSE_S
    if not tick() or not (app.has_open_jobs() or notices.has_news()):
        return IDLE_S
    _begin_spell()
    return PAUSE_S if is_running() else TICK_S


def _begin_spell() -> None:
    try:
        for window in bpy.context.window_manager.windows[:1]:
            with bpy.context.temp_override(window=window):
                bpy.ops.hunyuan3d.watch('INVOKE_DEFAULT')  # type: ignore[attr-defined]
    except Exception:
        logger.exception("Watching could not begin")


def _look_in(seconds: float) -> None:
    """(Re)start the application timer. In the background Blender never calls one, and some hang on it at their end."""
    if bpy.app.background:
        return
    _stop_looking()
    bpy.app.timers.register(_keep_watching, first_interval=seconds, persistent=True)


def _stop_looking() -> None:
    if bpy.app.timers.is_registered(_keep_watching):
        bpy.app.timers.unregister(_keep_watching)


def _remove_event_timers() -> None:
    while _event_timers:
        bpy.context.window_manager.event_timer_remove(_event_timers.pop())


CLASSES = (HUNYUAN3D_OT_watch,)


def register() -> None:
    """Begin to look; not before Blender has finished starting."""
    _look_in(TICK_S)


def unregister() -> None:
    """Stop looking. A running spell ends with its class."""
    _stop_looking()
    _remove_event_timers()
