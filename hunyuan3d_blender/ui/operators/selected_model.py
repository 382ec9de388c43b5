# SPDX-License-Identifier: GPL-3.0-or-later
"""What the services do to the selected model: an operator for each, which takes its options from the scene's settings."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, ClassVar

import bpy
from bpy.props import EnumProperty
from bpy.types import Context, Event, Operator

from ... import app
from ...i18n import LANGUAGES, texts_of
from ...services.contract import Operation
from ...services.errors import N_
from .. import leaving, reporting
from ..job_list import choose
from ..text import filled, full_text_of, iface, problem_text, sentence_of
from ..watch import hurry
from ..work_properties import MOTION_ITEMS, work_of, work_settings_of
from .generate import reason_against_service

if TYPE_CHECKING:
    from bpy.stub_internal.rna_enums import OperatorReturnItems


class _Work:
    """Starts the jobs of one operation.

    Not REGISTER: adjusting or repeating the last operator must never submit again. Not UNDO: nothing changes here yet.
    """

    operation: ClassVar[Operation]

    @classmethod
    def poll(cls, context: Context) -> bool:
        reason = reason_against(context, cls.operation)
        if reason:
            cls.poll_message_set(reason)  # type: ignore[attr-defined]
        return not reason

    @classmethod
    def description(cls, context: Context, _properties: object) -> str:
        return _what_happens(context, cls.operation, str(cls.__doc__))

    def execute(self, context: Context) -> set[OperatorReturnItems]:
        try:
            jobs = app.operations.start_work(context, work_of(context, self.operation))
        except app.NotPossible as error:
            self.report({'ERROR'}, full_text_of(error.failure))  # type: ignore[attr-defined]
            return {'CANCELLED'}
        choose(context, jobs[-1].id)
        hurry()
        self.report({'INFO'}, filled(N_("Started: {name}"), name=jobs[-1].name))  # type: ignore[attr-defined]
        return {'FINISHED'}


class HUNYUAN3D_OT_topology(_Work, Operator):
    """Build the selected model out of fewer, better placed faces"""

    bl_idname = 'hunyuan3d.topology'
    bl_label = "Topology"
    operation = Operation.TOPOLOGY


class HUNYUAN3D_OT_uv(_Work, Operator):
    """Give the selected model a new UV map"""

    bl_idname = 'hunyuan3d.uv'
    bl_label = "Unwrap UV"
    operation = Operation.UV


class HUNYUAN3D_OT_parts(_Work, Operator):
    """Cut the selected model into its parts, each an object of its own"""

    bl_idname = 'hunyuan3d.parts'
    bl_label = "Split into Parts"
    operation = Operation.PARTS


class HUNYUAN3D_OT_texture(_Work, Operator):
    """Give the selected model a new texture, described in words or by a picture"""

    bl_idname = 'hunyuan3d.texture'
    bl_label = "Texture"
    operation = Operation.TEXTURE


class HUNYUAN3D_OT_rig(_Work, Operator):
    """Give the selected model a skeleton that moves it. It should stand upright with its arms stretched out"""

    bl_idname = 'hunyuan3d.rig'
    bl_label = "Rig"
    operation = Operation.RIG


class HUNYUAN3D_OT_motion(_Work, Operator):
    """Move the selected rig as words say"""

    bl_idname = 'hunyuan3d.motion'
    bl_label = "Motion from Text"
    operation = Operation.MOTION


class HUNYUAN3D_OT_convert(_Work, Operator):
    """Make a file of the selected model, beside the .blend file"""

    bl_idname = 'hunyuan3d.convert'
    bl_label = "Convert"
    operation = Operation.CONVERT


OPERATORS: Mapping[Operation, type[_Work]] = {
    cls.operation: cls
    for cls in (
        HUNYUAN3D_OT_topology,
        HUNYUAN3D_OT_uv,
        HUNYUAN3D_OT_parts,
        HUNYUAN3D_OT_texture,
        HUNYUAN3D_OT_rig,
        HUNYUAN3D_OT_motion,
        HUNYUAN3D_OT_convert,
    )
}
"""In the order in which they are shown."""


@cache
def motion_items(locale: str) -> list[tuple[str, str, str]]:
    """The motions with their names in a language and in English, as tutorials and the services' pages may have either."""
    texts = texts_of(locale) if locale in LANGUAGES else {}
    return [
        (number, f"{name} · {texts[name]}" if name in texts else name, about)
        for number, name, about in MOTION_ITEMS
    ]


def _motion_items(_operator: object, _context: Context | None) -> list[tuple[str, str, str]]:
    return motion_items(bpy.app.translations.locale)


class HUNYUAN3D_OT_choose_motion(Operator):
    """Look for a motion by its name"""

    bl_idname = 'hunyuan3d.choose_motion'
    bl_label = "Choose Motion"
    bl_options = {'UNDO', 'INTERNAL'}
    bl_property = 'motion'

    motion: EnumProperty(name="Motion", items=_motion_items)

    def invoke(self, context: Context, _event: Event) -> set[OperatorReturnItems]:
        context.window_manager.invoke_search_popup(self)
        return {'FINISHED'}

    def execute(self, context: Context) -> set[OperatorReturnItems]:
        work_settings_of(context).motion = self.motion
        return {'FINISHED'}


class HUNYUAN3D_OT_decimated_copy(Operator):
    """Put a copy with fewer faces in the place of the selected model, which is hidden. Takes some seconds for millions"""

    bl_idname = 'hunyuan3d.decimated_copy'
    bl_label = "Use a Decimated Copy"
    bl_options = {'UNDO'}

    operation: EnumProperty(
        items=[(operation, operation, "") for operation in OPERATORS], options={'HIDDEN', 'SKIP_SAVE'}
    )

    def execute(self, context: Context) -> set[OperatorReturnItems]:
        try:
            app.operations.decimate_copy(context, work_of(context, Operation(self.operation)))
        except app.NotPossible as error:
            self.report({'ERROR'}, full_text_of(error.failure))
            return {'CANCELLED'}
        return {'FINISHED'}


def can_decimate(context: Context, operation: Operation) -> bool:
    """Whether fewer faces are what an operation wants."""
    problems = app.operations.work_problems(
        work_of(context, operation), app.selected_model.selected_model(context)
    )
    return any(problem.fix == 'decimate_copy' for problem in problems)


def reason_against(context: Context, operation: Operation) -> str:
    """Why an operation cannot be done now, '' when it can."""
    reason = reason_against_service(context)
    if reason:
        return reason
    work, model = work_of(context, operation), app.selected_model.selected_model(context)
    for problem in app.operations.work_problems(work, model):
        return problem_text(problem)
    price = app.operations.work_price(work, model)
    failure = app.over_limit(work.service, [price.total if price else None])
    return sentence_of(failure) if failure else ""


def _what_happens(context: Context, operation: Operation, what: str) -> str:
    """What it does, what leaves this computer, where the result goes, and what makes up the price."""
    if context.scene is None:
        return iface(what)
    work = work_of(context, operation)
    model = app.selected_model.selected_model(context)
    table = app.services()[work.service]
    price = app.operations.work_price(work, model)
    sentences = (
        iface(what),
        *(leaving.for_work(work, model) if model else ()),
        iface(_where_it_goes(work, model)),
        iface(N_("Makes a sample, costs nothing")) if table.is_sample else "",
    )
    return "\n\n".join(
        filter(None, (reporting.running(sentences, iface), price and reporting.price_text(price, iface)))
    )


def _where_it_goes(work: app.operations.Work, model: app.selected_model.SelectedModel | None) -> str:
    if work.operation is Operation.CONVERT:
        return N_("The file is put beside the .blend file, or into the job's folder where that is not saved")
    if model and app.operations.moves_rig(work, model):
        return N_("The motion arrives as an action of the selected rig, which keeps its other actions")
    return N_("The result arrives where the model stands, which is kept")


CLASSES = (*OPERATORS.values(), HUNYUAN3D_OT_choose_motion, HUNYUAN3D_OT_decimated_copy)
