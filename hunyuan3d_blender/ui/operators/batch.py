# SPDX-License-Identifier: GPL-3.0-or-later
"""Many models at once: from a list, what is left of one, and an end to all of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import bpy
from bpy.props import StringProperty
from bpy.types import Context, Event, Operator

from ... import app
from ...services.errors import N_, Failure, Kind
from ..properties import draft_of, settings_of
from ..proposing import DIALOG_PX, ask, draw_proposal, refused, send_all, tell_left_out
from ..text import counted, iface
from .generate import reason_against_service
from .jobs import JobOperator

if TYPE_CHECKING:
    from bpy.stub_internal.rna_enums import OperatorReturnItems

_STOPPING = N_("Stop following 1 job"), N_("Stop following {count} jobs")
_CANCELLED = N_("Cancelled: 1 job"), N_("Cancelled: {count} jobs")


class HUNYUAN3D_OT_generate_batch(Operator):
    """Generate a model for each line or picture of the list. You are asked first, with the number and the price of all"""

    bl_idname = 'hunyuan3d.generate_batch'
    bl_label = "Generate Batch..."
    # UNDO for the placeholders. Not REGISTER: adjusting or repeating the last operator must never submit again.
    bl_options = {'UNDO'}

    _proposal: app.proposals.Proposal | None = None
    """What the artist was asked about."""

    @classmethod
    def poll(cls, context: Context) -> bool:
        reason = reason_against_service(context)
        if reason:
            cls.poll_message_set(reason)
        return not reason

    def invoke(self, context: Context, _event: Event) -> set[OperatorReturnItems]:
        try:
            self._proposal = proposal_of(context)
        except app.NotPossible as error:
            return refused(self, error)
        return ask(self, context, self._proposal)

    def draw(self, _context: Context) -> None:
        if self._proposal:
            draw_proposal(self.layout, self._proposal)

    def execute(self, context: Context) -> set[OperatorReturnItems]:
        try:
            proposal = self._proposal or proposal_of(context)
            if proposal is not self._proposal:
                tell_left_out(self, proposal)
            return send_all(self, context, proposal)
        except app.NotPossible as error:
            return refused(self, error)


def proposal_of(context: Context) -> app.proposals.Proposal:
    """The batch that the scene's settings stand for. Raise app.NotPossible."""
    settings = settings_of(context)
    draft, chosen = draft_of(settings), settings.list
    if chosen.kind == 'TEXT' and chosen.text:
        return app.proposals.batch_of_prompts(draft, chosen.text.name, chosen.text.as_string())
    if chosen.kind == 'FILE' and chosen.file:
        return app.proposals.batch_of_file(draft, Path(bpy.path.abspath(chosen.file)))
    if chosen.kind == 'FOLDER' and chosen.folder:
        return app.proposals.batch_of_folder(draft, Path(bpy.path.abspath(chosen.folder)))
    raise app.NotPossible(
        Failure(kind=Kind.INPUT, message=N_("Choose a list of prompts, or a folder of pictures"))
    )


class HUNYUAN3D_OT_cancel_batch(JobOperator, Operator):
    """Stop following all jobs that were started together with this one. The service may still finish and charge them"""

    bl_idname = 'hunyuan3d.cancel_batch'
    bl_label = "Cancel Batch"
    bl_options = {'INTERNAL', 'UNDO'}
    question = N_("The service may still finish and charge those that were sent")

    _count = 0

    def invoke(self, context: Context, _event: Event) -> set[OperatorReturnItems]:
        try:
            self._count = app.open_in_batch(self._batch(context))
        except app.NotPossible as error:
            return refused(self, error)
        return context.window_manager.invoke_props_dialog(
            self, width=DIALOG_PX, confirm_text=iface("Stop Following"), cancel_default=True
        )

    def draw(self, context: Context) -> None:
        self.layout.label(text=counted(*_STOPPING, self._count), translate=False)
        super().draw(context)

    def do(self, context: Context) -> None:
        self.report({'INFO'}, counted(*_CANCELLED, app.cancel_batch(self._batch(context))))

    def _batch(self, context: Context) -> str:
        batch = self.row(context).batch
        if batch is None:
            raise app.NotPossible(
                Failure(kind=Kind.INPUT, message=N_("This job was not started together with others"))
            )
        return batch.id


class HUNYUAN3D_OT_start_rest(JobOperator, Operator):
    """Start those jobs of the batch that were not started, at the 3D cursor if their file is not open"""

    bl_idname = 'hunyuan3d.start_rest'
    bl_label = "Start the Rest"
    bl_options = {'INTERNAL', 'UNDO'}
    question = N_("Nothing was sent for these jobs yet. The service may charge each of them")
    batch_id: StringProperty(options={'HIDDEN', 'SKIP_SAVE'})
    told = N_("The rest of the batch is being started")

    def do(self, context: Context) -> None:
        app.start_rest(context, self.batch_id)


class HUNYUAN3D_OT_forget_rest(JobOperator, Operator):
    """Do not start the rest of this batch. Nothing was sent for it, and nothing is charged"""

    bl_idname = 'hunyuan3d.forget_rest'
    bl_label = "Forget the Rest"
    batch_id: StringProperty(options={'HIDDEN', 'SKIP_SAVE'})
    told = N_("The rest of the batch was given up. Nothing was sent for it")

    def do(self, _context: Context) -> None:
        app.forget_rest(self.batch_id)


CLASSES = (
    HUNYUAN3D_OT_generate_batch,
    HUNYUAN3D_OT_cancel_batch,
    HUNYUAN3D_OT_start_rest,
    HUNYUAN3D_OT_forget_rest,
)
