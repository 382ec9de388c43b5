# SPDX-License-Identifier: GPL-3.0-or-later
"""The Selected Model panel: a row for everything that the services do to a model that exists."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from bpy.types import Context, Panel, UILayout

from ... import app
from ...services.contract import Operation
from ...services.errors import N_
from ..operators.selected_model import OPERATORS, reason_against
from ..text import filled, iface, paragraph
from ..work_properties import HUNYUAN3D_PG_work, work_of, work_settings_of
from .generate import CATEGORY

if TYPE_CHECKING:
    from bpy.stub_internal.rna_enums import IconItems


class HUNYUAN3D_PT_selected_model(Panel):
    bl_label = "Selected Model"
    bl_space_type = 'VIEW_3D'
    bl_region_type = 'UI'
    bl_category = CATEGORY
    bl_options = {'DEFAULT_CLOSED'}

    def draw(self, context: Context) -> None:
        layout = self.layout
        model = app.selected_model(context)
        if model is None:
            layout.label(text="Select a model", icon='INFO')
        else:
            text = filled(N_("{name}: {faces:,} faces"), name=model.name, faces=model.faces)
            layout.label(text=text, icon='MESH_DATA', translate=False)
        for operation, (icon, draw_options) in _ROWS.items():
            _draw_row(layout, context, operation, icon, draw_options)


def _draw_row(
    layout: UILayout, context: Context, operation: Operation, icon: IconItems, draw_options: DrawOptions
) -> None:
    operator = OPERATORS[operation]
    name: str = operator.bl_idname  # type: ignore[attr-defined]
    header, body = layout.panel(f'HUNYUAN3D_PT_{operation}', default_closed=True)
    row = header.row()
    row.label(text=operator.bl_label, icon=icon)  # type: ignore[attr-defined]
    button = row.row()
    button.alignment = 'RIGHT'
    button.operator(name, text=_button_text(context, operation), translate=False)
    if body is None:
        return
    body.use_property_split = True
    body.use_property_decorate = False
    draw_options(body, work_settings_of(context))
    reason = reason_against(context, operation)
    if reason:
        paragraph(body, context, reason, icon='INFO')


def _button_text(context: Context, operation: Operation) -> str:
    work = work_of(context, operation)
    if app.services()[work.service].is_sample:
        return iface(N_("Make Sample"))
    price = app.work_price(work, app.selected_model(context))
    return filled(N_("{credits} Credits"), credits=price.total) if price else iface(N_("Start"))


def _topology(layout: UILayout, settings: HUNYUAN3D_PG_work) -> None:
    column = layout.column()
    column.prop(settings, 'face_level')
    column.prop(settings, 'quads')


DrawOptions = Callable[[UILayout, HUNYUAN3D_PG_work], None]

_ROWS: Mapping[Operation, tuple[IconItems, DrawOptions]] = {
    Operation.TOPOLOGY: ('MOD_REMESH', _topology),
}
"""In the order in which they are shown."""


CLASSES = (HUNYUAN3D_PT_selected_model,)
