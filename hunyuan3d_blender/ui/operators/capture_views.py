# SPDX-License-Identifier: GPL-3.0-or-later
"""The selected objects from all sides as the pictures to send: a side at a time, so that Blender shows how far it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import bpy
from bpy.props import BoolProperty
from bpy.types import Context, Event, Operator, Timer

from ... import app
from ...scene import capture
from ...scene.pictures import NoPicture
from ...services.errors import N_
from ..choosing import choose
from ..sides import Sides, sides_of
from ..text import filled, iface
from .captures import HUNYUAN3D_OT_capture_selection, name_of_selection

if TYPE_CHECKING:
    from bpy.stub_internal.rna_enums import OperatorReturnItems

_TICK_S = 0.02
"""Between two sides: long enough for a key to be heard and the status bar to be drawn."""


class HUNYUAN3D_OT_capture_views(Operator):
    """Use pictures of the selected objects from the front, which looks to -Y, and all other sides the model takes"""

    bl_idname = 'hunyuan3d.capture_views'
    bl_label = "Capture Views"
    bl_options = {'INTERNAL', 'UNDO'}

    of_texture: BoolProperty(options={'HIDDEN', 'SKIP_SAVE'})

    _drawing: Iterator[tuple[str, bytes]]
    _drawn: dict[str, bytes]
    _timer: Timer | None = None

    @classmethod
    def poll(cls, context: Context) -> bool:
        if not HUNYUAN3D_OT_capture_selection.poll(context):
            cls.poll_message_set(iface(N_("Select the objects that the picture shall show")))
            return False
        if bpy.app.is_job_running('RENDER'):
            cls.poll_message_set(iface(N_("Something is being rendered")))
            return False
        return any(sides_of(context, of_texture=of_texture).views for of_texture in (False, True))

    def invoke(self, context: Context, _event: Event) -> set[OperatorReturnItems]:
        self._begin(context)
        self._timer = context.window_manager.event_timer_add(_TICK_S, window=context.window)
        context.window_manager.modal_handler_add(self)
        self._show_progress(context)
        return {'RUNNING_MODAL'}

    def modal(self, context: Context, event: Event) -> set[OperatorReturnItems]:
        if event.type == 'ESC' and event.value == 'PRESS':
            self.cancel(context)
            return {'CANCELLED'}
        if event.type != 'TIMER':
            return {'RUNNING_MODAL'}  # nothing may be changed between two sides
        try:
            if self._draw_next():
                self._show_progress(context)
                return {'PASS_THROUGH'}  # other timers go on
        except NoPicture as error:
            self.report({'ERROR'}, filled(error.message, **error.facts))
            self.cancel(context)
            return {'CANCELLED'}
        self.cancel(context)
        return self._choose(context)

    def execute(self, context: Context) -> set[OperatorReturnItems]:
        self._begin(context)
        try:
            while self._draw_next():
                pass
        except NoPicture as error:
            self.report({'ERROR'}, filled(error.message, **error.facts))
            return {'CANCELLED'}
        return self._choose(context)

    def cancel(self, context: Context) -> None:
        """Stop; also called by Blender when another file is opened. Nothing is left in the file between two sides."""
        context.window_manager.event_timer_remove(self._timer)
        context.workspace.status_text_set(None)

    def _begin(self, context: Context) -> None:
        self._drawn = {}
        self._drawing = capture.views.draw_views(context, self._sides(context).views)

    def _draw_next(self) -> bool:
        """Draw one more side; False when there is none left. Raise NoPicture."""
        view, data = next(self._drawing, (None, b''))
        if view is None:
            return False
        self._drawn[view] = data
        return True

    def _show_progress(self, context: Context) -> None:
        count = 1 + len(self._sides(context).views)
        done = len(self._drawn)
        context.workspace.status_text_set(
            filled(
                N_("Drawing view {number} of {count}, Esc to cancel"),
                number=min(done + 1, count),
                count=count,
            )
        )

    def _choose(self, context: Context) -> set[OperatorReturnItems]:
        sides, name, kept = self._sides(context), name_of_selection(context), {}
        if sides.limits is None:  # another service was chosen meanwhile
            return {'CANCELLED'}
        limits = sides.limits

        def find() -> Path:
            files = capture.views.within(self._drawn, limits)
            for view in sides.views:
                kept[view] = str(app.keep_picture(files[view], f"{name} {view.value}"))
            return app.keep_picture(files[capture.views.FRONT], name)

        told = N_("Pictures of {name} from all sides that the model takes are the ones to send")
        done = choose(self, context, find, sides.put_front, told)
        if 'FINISHED' in done:
            sides.choose(kept)
        return done

    def _sides(self, context: Context) -> Sides:
        return sides_of(context, of_texture=self.of_texture)


CLASSES = (HUNYUAN3D_OT_capture_views,)
