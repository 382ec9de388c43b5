# SPDX-License-Identifier: GPL-3.0-or-later
"""From an object in the scene to its job."""

from __future__ import annotations

from typing import TYPE_CHECKING

import bpy
from bpy.types import Context, Event, Operator

from ... import app
from ...scene import provenance
from ...services.errors import N_
from ..job_list import choose
from ..panels.jobs import HUNYUAN3D_PT_jobs
from ..text import iface

if TYPE_CHECKING:
    from bpy.stub_internal.rna_enums import OperatorReturnItems


class HUNYUAN3D_OT_show_job(Operator):
    """Choose the job of the active object in the list, and show it with its prompt and files"""

    bl_idname = 'hunyuan3d.show_job'
    bl_label = "Show Hunyuan3D Job"
    bl_options = set()  # without this line it would be registered for Repeat Last

    @classmethod
    def poll(cls, context: Context) -> bool:
        job_id = provenance.job_of(context.active_object)
        if not job_id:
            cls.poll_message_set(iface(N_("The active object was not made by Hunyuan3D")))
        elif app.row(job_id) is None:
            cls.poll_message_set(iface(N_("The job of this object is not in the list")))
        return app.row(job_id) is not None

    def invoke(self, context: Context, _event: Event) -> set[OperatorReturnItems]:
        self.execute(context)
        bpy.ops.wm.call_panel(name=HUNYUAN3D_PT_jobs.__name__)
        return {'FINISHED'}

    def execute(self, context: Context) -> set[OperatorReturnItems]:
        choose(context, provenance.job_of(context.active_object))
        return {'FINISHED'}


CLASSES = (HUNYUAN3D_OT_show_job,)
