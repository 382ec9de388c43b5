# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be done with a job of the list."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

import bpy
from bpy.props import IntProperty, StringProperty
from bpy.types import Context, Event, Operator

from ... import app
from ...services.errors import N_, Failure, Kind
from .. import reporting
from ..job_list import chosen_row
from ..properties import fill_in, settings_of
from ..text import full_text_of, iface
from ..watch import hurry

if TYPE_CHECKING:
    from bpy.stub_internal.rna_enums import OperatorReturnItems

    _Operator = Operator
else:
    _Operator = (
        object  # Blender looks for properties in base classes only where those are no operators themselves
    )

_JOB_ID = re.compile(r'[0-9]{6,64}')
"""What a service's job id looks like. Anything else on the clipboard, perhaps a key, is not shown."""

_DIALOG_PX = 400


class JobOperator(_Operator):
    """An operator on one job: the one named by `job_id`, else the one chosen in the list."""

    bl_options = {'INTERNAL'}
    job_id: StringProperty(name="Job", options={'HIDDEN', 'SKIP_SAVE'})

    question: ClassVar[str] = ''
    """Asked before it is done from a button, '' for nothing."""
    told: ClassVar[str] = ''
    """Reported when it is done, '' where `do` reports more, or all can be seen."""

    def invoke(self, context: Context, _event: Event) -> set[OperatorReturnItems]:
        if not self.question:
            return self.execute(context)
        return context.window_manager.invoke_props_dialog(
            self, width=_DIALOG_PX, confirm_text=iface(self.bl_label), cancel_default=True
        )

    def draw(self, _context: Context) -> None:
        self.layout.label(text=self.question)

    def execute(self, context: Context) -> set[OperatorReturnItems]:
        try:
            self.do(context)
        except app.NotPossible as error:
            self.report({'ERROR'}, full_text_of(error.failure))
            return {'CANCELLED'}
        hurry()
        if self.told:
            self.report({'INFO'}, iface(self.told))
        return {'FINISHED'}

    def do(self, context: Context) -> None:
        """What the button is for. Raise app.NotPossible."""
        raise NotImplementedError

    def chosen(self, context: Context) -> str:
        """The id of the job meant. Raise app.NotPossible when none is chosen."""
        return self.job_id or self.row(context).id

    def row(self, context: Context) -> app.Row:
        """The job meant, as the list shows it. Raise app.NotPossible when it does not."""
        row = app.row(self.job_id) if self.job_id else chosen_row(context)
        if row is None:
            raise app.NotPossible(Failure(kind=Kind.INPUT, message=N_("There is no such job in the list")))
        return row


class TakesUp(JobOperator):
    """Takes a job up again, and with it the steps of its chain that were not sent."""

    @classmethod
    def description(cls, context: Context, _properties: object) -> str:
        """What it does; also that this leads to more, which the words above do not say."""
        row, what = chosen_row(context), iface(str(cls.__doc__))
        if row is None or not any(step.is_halted for step in row.steps):
            return what
        return reporting.running((what, iface(N_("The steps after it are sent then, and charged"))), iface)


class HUNYUAN3D_OT_cancel(JobOperator, Operator):
    """Stop following this job. The service may still finish and charge it"""

    bl_idname = 'hunyuan3d.cancel'
    bl_label = "Cancel"
    bl_options = {'INTERNAL', 'UNDO'}
    told = N_("The job is not followed any more. The service may still finish and charge it")

    def do(self, context: Context) -> None:
        app.cancel(self.chosen(context))


class HUNYUAN3D_OT_follow(TakesUp, Operator):
    """Follow this job again and fetch its model. Costs nothing"""

    bl_idname = 'hunyuan3d.follow'
    bl_label = "Follow Again"
    bl_options = {'INTERNAL', 'UNDO'}
    told = N_("The job is followed again")

    def do(self, context: Context) -> None:
        app.follow(context, self.chosen(context))


class HUNYUAN3D_OT_retry(TakesUp, Operator):
    """Ask, download or convert once more. Costs nothing"""

    bl_idname = 'hunyuan3d.retry'
    bl_label = "Retry"
    told = N_("It is tried once more, which costs nothing")

    def do(self, context: Context) -> None:
        app.retry(self.chosen(context))


class HUNYUAN3D_OT_send_again(TakesUp, Operator):
    """Send the same request as a new job. This may be charged, even when it was charged before"""

    bl_idname = 'hunyuan3d.send_again'
    bl_label = "Send Again"
    bl_options = {'INTERNAL', 'UNDO'}
    question = N_("The service may charge this, even if it has charged the job before")
    told = N_("The same request is sent as a new job")

    def do(self, context: Context) -> None:
        app.send_again(context, self.chosen(context))


class HUNYUAN3D_OT_forget(JobOperator, Operator):
    """Give this job up. If it was executed, it is charged and its model is not fetched"""

    bl_idname = 'hunyuan3d.forget'
    bl_label = "Forget"
    bl_options = {'INTERNAL', 'UNDO'}
    question = N_("If the service has taken this job, it is charged and its model is lost")
    told = N_("The job was given up")

    def do(self, context: Context) -> None:
        app.forget(self.chosen(context))


class HUNYUAN3D_OT_remove(JobOperator, Operator):
    """Remove this job from the list. Its files stay in the library folder"""

    bl_idname = 'hunyuan3d.remove'
    bl_label = "Remove from List"
    bl_options = {'INTERNAL', 'UNDO'}
    told = N_("The job was removed from the list. Its files stay in the library folder")

    def do(self, context: Context) -> None:
        app.remove(self.chosen(context))


class HUNYUAN3D_OT_paste_job_id(TakesUp, Operator):
    """Follow the job whose id you have found in the provider's console. Costs nothing"""

    bl_idname = 'hunyuan3d.paste_job_id'
    bl_label = "Paste Job ID"
    remote_id: StringProperty(
        name="Job ID", description="The long number by which the console calls the job", options={'SKIP_SAVE'}
    )
    told = N_("The job with this id is followed")

    def invoke(self, context: Context, _event: Event) -> set[OperatorReturnItems]:
        copied = context.window_manager.clipboard.strip()
        self.remote_id = copied if _JOB_ID.fullmatch(copied) else ''
        return context.window_manager.invoke_props_dialog(self, confirm_text="Follow")

    def draw(self, _context: Context) -> None:
        self.layout.prop(self, 'remote_id')

    def do(self, context: Context) -> None:
        app.paste_job_id(self.chosen(context), self.remote_id)


class HUNYUAN3D_OT_bring_in(JobOperator, Operator):
    """Bring this model into the open file, at the 3D cursor if it was started elsewhere or is here already"""

    bl_idname = 'hunyuan3d.bring_in'
    bl_label = "Bring In"
    bl_options = {'UNDO'}
    told = N_("The model is brought in")

    def do(self, context: Context) -> None:
        app.bring_in(context, self.chosen(context))


class HUNYUAN3D_OT_reuse_settings(JobOperator, Operator):
    """Put what this job was asked for back into the Generate panel, to change it there. Nothing is sent"""

    bl_idname = 'hunyuan3d.reuse_settings'
    bl_label = "Reuse Settings"
    bl_options = {'INTERNAL', 'UNDO'}
    told = N_("The Generate panel has the settings of this job")

    def do(self, context: Context) -> None:
        fill_in(settings_of(context), app.draft_of_job(self.chosen(context)))


class HUNYUAN3D_OT_open_folder(JobOperator, Operator):
    """Show the files of this job"""

    bl_idname = 'hunyuan3d.open_folder'
    bl_label = "Open Folder"

    def do(self, context: Context) -> None:
        bpy.ops.wm.path_open(filepath=str(app.folder_of(self.chosen(context))))


class HUNYUAN3D_OT_copy_prompt(JobOperator, Operator):
    """Copy what this job was asked for"""

    bl_idname = 'hunyuan3d.copy_prompt'
    bl_label = "Copy Prompt"
    told = N_("The prompt was copied")

    def do(self, context: Context) -> None:
        context.window_manager.clipboard = self.row(context).text


class HUNYUAN3D_OT_copy_details(JobOperator, Operator):
    """Copy what support needs to know. Holds no key and no link to your model"""

    bl_idname = 'hunyuan3d.copy_details'
    bl_label = "Copy Details"
    told = N_("The details were copied")

    def do(self, context: Context) -> None:
        context.window_manager.clipboard = reporting.details(self.row(context))


class HUNYUAN3D_OT_show_page(Operator):
    """Show other jobs of the list"""

    bl_idname = 'hunyuan3d.show_page'
    bl_label = "Show Page"
    bl_options = {'INTERNAL'}
    page: IntProperty(name="Page", min=0, options={'SKIP_SAVE'})

    def execute(self, _context: Context) -> set[OperatorReturnItems]:
        app.show(replace(app.view(), page=self.page))
        hurry()
        return {'FINISHED'}


CLASSES = (
    HUNYUAN3D_OT_cancel,
    HUNYUAN3D_OT_follow,
    HUNYUAN3D_OT_retry,
    HUNYUAN3D_OT_send_again,
    HUNYUAN3D_OT_forget,
    HUNYUAN3D_OT_remove,
    HUNYUAN3D_OT_paste_job_id,
    HUNYUAN3D_OT_bring_in,
    HUNYUAN3D_OT_reuse_settings,
    HUNYUAN3D_OT_open_folder,
    HUNYUAN3D_OT_copy_prompt,
    HUNYUAN3D_OT_copy_details,
    HUNYUAN3D_OT_show_page,
)
