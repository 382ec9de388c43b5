# SPDX-License-Identifier: GPL-3.0-or-later
"""Generate from a menu: the prompt is asked for there, and nothing is sent by a slip of the mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bpy.props import StringProperty
from bpy.types import Context, Event, Operator

from ... import app
from ...i18n import OWN_CONTEXT
from ...services.errors import N_
from .. import reporting
from ..properties import draft_of, offer_of, settings_of
from ..text import iface
from .generate import reason_against_service, send

if TYPE_CHECKING:
    from bpy.stub_internal.rna_enums import OperatorReturnItems

_DIALOG_PX = 420


class HUNYUAN3D_OT_add_model(Operator):
    """Ask for a prompt and send it, with the settings of the sidebar. The model arrives at the 3D cursor when it is done"""

    bl_idname = 'hunyuan3d.add_model'
    bl_label = "Hunyuan3D Model..."
    bl_options = {'UNDO'}

    prompt: StringProperty(
        name="Prompt",
        translation_context=OWN_CONTEXT,
        description="What the model shows. One object works best; name its shape, material and color",
        options={'SKIP_SAVE'},
    )

    @classmethod
    def poll(cls, context: Context) -> bool:
        reason = reason_against_service(context)
        if not reason and not offer_of(settings_of(context)).prompt_max_characters:
            reason = iface(N_("This service works from pictures only: choose one"))
        if reason:
            cls.poll_message_set(reason)
        return not reason

    def invoke(self, context: Context, _event: Event) -> set[OperatorReturnItems]:
        self.prompt = settings_of(context).prompt
        return context.window_manager.invoke_props_dialog(
            self, width=_DIALOG_PX, title=iface("Hunyuan3D Model"), confirm_text=iface("Generate")
        )

    def draw(self, context: Context) -> None:
        column = self.layout.column()
        column.activate_init = True
        column.prop(self, 'prompt', text="", placeholder="A wooden chair with a high back")
        draft = draft_of(settings_of(context))
        table, price = app.services()[draft.service], app.price(draft)
        column.label(text=table.label, icon='EXPERIMENTAL' if table.is_sample else 'WORLD')
        if table.is_sample:
            column.label(text="Makes a sample, costs nothing")
        elif price is not None:
            column.label(text=reporting.price_text(price, iface), translate=False)

    def execute(self, context: Context) -> set[OperatorReturnItems]:
        settings = settings_of(context)
        settings.source, settings.prompt = 'TEXT', self.prompt
        return send(self, context)


CLASSES = (HUNYUAN3D_OT_add_model,)
