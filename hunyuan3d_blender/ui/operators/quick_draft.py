# SPDX-License-Identifier: GPL-3.0-or-later
"""A quick draft first, then the real model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bpy.types import Context, Operator

from ... import app
from ...services.errors import N_
from ..job_list import choose
from ..properties import draft_of, settings_of
from ..proposing import refused
from ..text import filled, sentence_of
from ..watch import hurry
from .generate import reason_against_service
from .jobs import JobOperator

if TYPE_CHECKING:
    from bpy.stub_internal.rna_enums import OperatorReturnItems


class HUNYUAN3D_OT_quick_draft(Operator):
    """Generate something quick and simple first. When you like it, Make the Real One generates the full model from the same input, where the draft stands"""

    bl_idname = 'hunyuan3d.quick_draft'
    bl_label = "Quick Draft"
    # UNDO for the placeholder. Not REGISTER: adjusting or repeating the last operator must never submit again.
    bl_options = {'UNDO'}

    @classmethod
    def poll(cls, context: Context) -> bool:
        reason = reason_against_service(context)
        if not reason:
            try:
                app.quick_drafts.quick_draft_of(draft_of(settings_of(context)))
            except app.NotPossible as error:
                reason = sentence_of(error.failure)
        if reason:
            cls.poll_message_set(reason)
        return not reason

    def execute(self, context: Context) -> set[OperatorReturnItems]:
        try:
            job = app.quick_drafts.start_quick_draft(context, draft_of(settings_of(context)))
        except app.NotPossible as error:
            return refused(self, error)
        choose(context, job.id)
        hurry()
        self.report({'INFO'}, filled(N_("Started: {name}"), name=job.name))
        return {'FINISHED'}


class HUNYUAN3D_OT_make_real(JobOperator, Operator):
    """Generate the full model from the very same input, where this draft stands. The draft is hidden then, not deleted"""

    bl_idname = 'hunyuan3d.make_real'
    bl_label = "Make the Real One"
    bl_options = {'UNDO'}

    def do(self, context: Context) -> None:
        job = app.quick_drafts.make_real(context, self.chosen(context))
        choose(context, job.id)
        self.report({'INFO'}, filled(N_("Started: {name}"), name=job.name))


CLASSES = (HUNYUAN3D_OT_quick_draft, HUNYUAN3D_OT_make_real)
