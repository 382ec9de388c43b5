# SPDX-License-Identifier: GPL-3.0-or-later
"""The Then panel below Generate: what is to be done with the model as soon as it is there."""

from __future__ import annotations

from bpy.types import Context, Panel

from ...services.errors import N_
from ..chain_properties import chain_settings_of, offered, works_of
from ..text import iface, paragraph
from .generate import CATEGORY
from .selected_model import draw_options


class HUNYUAN3D_PT_then(Panel):
    bl_label = "Then"
    bl_space_type = 'VIEW_3D'
    bl_region_type = 'UI'
    bl_category = CATEGORY
    bl_parent_id = 'HUNYUAN3D_PT_generate'
    bl_options = {'DEFAULT_CLOSED'}

    @classmethod
    def poll(cls, context: Context) -> bool:
        return bool(offered(context))

    def draw(self, context: Context) -> None:
        layout, settings = self.layout, chain_settings_of(context)
        for operation in offered(context):
            header, body = layout.panel(f'HUNYUAN3D_PT_then_{operation}', default_closed=True)
            header.prop(settings, operation.value)
            if body is not None:
                column = body.column()
                column.active = getattr(settings, operation)
                draw_options(column, context, operation)
        works = works_of(context)
        text = N_("What is checked is done in this order, each step with the result of the one before")
        if works:
            text = N_("The last result arrives; the others can be brought in from the job list")
        column = layout.column()
        column.active = False
        paragraph(column, context, iface(text))


CLASSES = (HUNYUAN3D_PT_then,)
