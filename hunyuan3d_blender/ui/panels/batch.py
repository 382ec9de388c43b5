# SPDX-License-Identifier: GPL-3.0-or-later
"""Many models at once: the part of the Generate panel, and what the Jobs panel says of a batch that was cut short."""

from __future__ import annotations

from bpy.types import Context, Panel, UILayout

from ... import app
from ...i18n import OWN_CONTEXT
from ...services.errors import N_
from ..properties import settings_of
from ..text import counted, filled, paragraph
from .generate import CATEGORY

_NOT_STARTED = (
    N_("Blender ended while {name} was being started: 1 job was not, and nothing was sent for it"),
    N_("Blender ended while {name} was being started: {count} jobs were not, and nothing was sent for them"),
)
_EXAMPLES = 3
"""Jobs that are named."""


class HUNYUAN3D_PT_batch(Panel):
    bl_label = "Batch"
    bl_translation_context = OWN_CONTEXT
    bl_space_type = 'VIEW_3D'
    bl_region_type = 'UI'
    bl_category = CATEGORY
    bl_parent_id = 'HUNYUAN3D_PT_generate'
    bl_options = {'DEFAULT_CLOSED'}

    def draw(self, context: Context) -> None:
        layout, chosen = self.layout, settings_of(context).list
        layout.row().prop(chosen, 'kind', expand=True)
        layout.prop(chosen, chosen.kind.lower(), text="")
        layout.operator('hunyuan3d.generate_batch', icon='SHADERFX')


def draw_abandoned(layout: UILayout, context: Context) -> None:
    """What was not started, because Blender ended before."""
    for plan in app.abandoned():
        box = layout.box()
        column = box.column()
        name = plan.job.batch.name if plan.job.batch else plan.job.name
        count = len(plan.items)
        paragraph(column, context, counted(*_NOT_STARTED, count, name=name), icon='ERROR')
        for item in plan.items[:_EXAMPLES]:
            column.label(text=item.name, icon='DOT', translate=False)
        if count > _EXAMPLES:
            more = filled(N_("and {count} more"), count=count - _EXAMPLES)
            column.label(text=more, icon='BLANK1', translate=False)
        row = box.row(align=True)
        row.operator('hunyuan3d.start_rest', icon='PLAY').batch_id = plan.id
        row.operator('hunyuan3d.forget_rest', icon='X').batch_id = plan.id


CLASSES = (HUNYUAN3D_PT_batch,)
