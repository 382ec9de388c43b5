# SPDX-License-Identifier: GPL-3.0-or-later
"""The Selected Model panel: a row for everything that the services do to a model that exists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from bpy.types import Context, Panel, UILayout

from ... import app
from ...services.contract import Offer, Operation
from ...services.errors import N_
from ...services.model_options import only_finds_parts
from ..operators.parts import make_parts_text
from ..operators.selected_model import OPERATORS, can_decimate, reason_against
from ..reporting import fill
from ..sides import sides_of
from ..text import filled, iface, paragraph, problem_text
from ..work_properties import texture_views_of, work_of, work_settings_of
from .generate import CATEGORY
from .pictures import draw_views

if TYPE_CHECKING:
    from bpy.stub_internal.rna_enums import IconItems


NAME_FACTOR = 0.65
"""How much of a row the name of an operation gets: all of them fit."""


class HUNYUAN3D_PT_selected_model(Panel):
    bl_label = "Selected Model"
    bl_space_type = 'VIEW_3D'
    bl_region_type = 'UI'
    bl_category = CATEGORY

    def draw(self, context: Context) -> None:
        layout = self.layout
        model = app.selected_model.selected_model(context)
        if model is None:
            layout.label(text="Select a model", icon='INFO')
        elif model.is_bare:
            layout.label(text=model.name, icon='ARMATURE_DATA', translate=False)
        else:
            text = filled(N_("{name}: {faces:,} faces"), name=model.name, faces=model.faces)
            layout.label(text=text, icon='MESH_DATA', translate=False)
            for remark in model.remarks:
                paragraph(layout, context, fill(remark.message, remark.facts, iface), icon='INFO')
        _draw_painted_parts(layout, context)
        for operation in OPERATORS:
            _draw_row(layout, context, operation)


def _draw_painted_parts(layout: UILayout, context: Context) -> None:
    painted = app.parts.painted_parts(context)
    if painted is None:
        return
    box = layout.box()
    box.label(text="Parts Painted as Face Sets", icon='FACE_MAPS')
    row = box.row()
    row.operator('hunyuan3d.paint_parts', icon='BRUSH_DATA')
    row.operator('hunyuan3d.make_parts', text=make_parts_text(context), icon='MOD_EXPLODE', translate=False)


def _draw_row(layout: UILayout, context: Context, operation: Operation) -> None:
    operator = OPERATORS[operation]
    name: str = operator.bl_idname  # type: ignore[attr-defined]
    header, body = layout.panel(f'HUNYUAN3D_PT_{operation}', default_closed=True)
    row = header.split(factor=NAME_FACTOR)
    row.label(text=operator.bl_label, icon=_ICONS[operation])  # type: ignore[attr-defined]
    row.operator(name, text=_button_text(context, operation), translate=False)
    if body is None:
        return
    draw_options(body, context, operation)
    for text in _notes(context, operation):
        paragraph(body, context, text, icon='INFO')
    if can_decimate(context, operation):
        body.operator('hunyuan3d.decimated_copy', icon='MOD_DECIM').operation = operation


def draw_options(layout: UILayout, context: Context, operation: Operation) -> None:
    """What can be chosen for an operation at the chosen service."""
    column = layout.column()
    column.use_property_split = True
    column.use_property_decorate = False
    for name in _options_of(context, operation):
        row = column.row(align=True)
        row.active = name != 'duration' or not work_settings_of(context).estimate_duration
        row.prop(work_settings_of(context), name)
        if name == 'motion':
            row.operator('hunyuan3d.choose_motion', text="", icon='VIEWZOOM')
    if operation is Operation.TEXTURE and texture_views_of(context):
        draw_views(layout, sides_of(context, of_texture=True), of_texture=True)


def _notes(context: Context, operation: Operation) -> Iterator[str]:
    """What stands in the way of an operation, and what is worth knowing before."""
    model, work = app.selected_model.selected_model(context), work_of(context, operation)
    if model is not None:
        yield from _notes_on(model, work)
    reason = reason_against(context, operation)
    if reason:
        yield reason


def _notes_on(model: app.selected_model.SelectedModel, work: app.operations.Work) -> Iterator[str]:
    if work.operation is Operation.UV and model.islands:
        yield filled(N_("{count:,} loose parts"), count=model.islands)
    if only_finds_parts(work.options) and model.has_other_faces:
        yield iface(N_("Modifiers make other faces: the parts will be painted on a copy of what is seen"))
    if work.operation is Operation.RIG and app.operations.moves_rig(work, model):
        yield iface(N_("Arrives as one more action of the selected rig"))
    for remark in app.operations.work_remarks(work, model):
        yield problem_text(remark)


def _button_text(context: Context, operation: Operation) -> str:
    work = work_of(context, operation)
    if app.services()[work.service].is_sample:
        return iface(N_("Sample"))
    price = app.operations.work_price(work, app.selected_model.selected_model(context))
    return filled(N_("{credits} Credits"), credits=price.total) if price else iface(N_("Start"))


def _options_of(context: Context, operation: Operation) -> list[str]:
    """Properties of the options that the chosen service has."""
    offer = app.services()[work_of(context, operation).service].offers.get(operation)
    return [
        name
        for name, option in _OPTIONS[operation].items()
        if offer and (option in offer.options or (not option and _has(offer, name)))
    ]


def _has(offer: Offer, name: str) -> bool:
    """Whether what a request says itself can be said here."""
    has = {
        'prompt': offer.prompt_max_characters > 0,
        'enable_pbr': offer.pbr,
        'texture_model': len(offer.models) > 1,
    }
    return has.get(name, True)


_OPTIONS: Mapping[Operation, Mapping[str, str]] = {
    Operation.TOPOLOGY: {'face_level': 'face_level', 'quads': 'quads'},
    Operation.UV: {},
    Operation.PARTS: {'staged': 'staged', 'post_process': 'post_process'},
    Operation.TEXTURE: {
        'texture_model': '', 'prompt': '', 'picture': '', 'enable_pbr': '', 'keep_uv': 'keep_uv', 'texture_size': 'texture_size_px',
    },
    Operation.RIG: {'motion': 'motion'},
    Operation.MOTION: {
        'motion_prompt': '', 'estimate_duration': 'estimate_duration', 'duration': 'duration_s', 'rewrite': 'rewrite',
    },
    Operation.CONVERT: {'file_format': ''},
}  # fmt: skip
"""Property of each option, and its name in `Offer.options`, '' where every service has it."""

_ICONS: Mapping[Operation, IconItems] = {
    Operation.TOPOLOGY: 'MOD_REMESH',
    Operation.UV: 'UV',
    Operation.PARTS: 'MOD_EXPLODE',
    Operation.TEXTURE: 'TEXTURE',
    Operation.RIG: 'ARMATURE_DATA',
    Operation.MOTION: 'ACTION',
    Operation.CONVERT: 'FILE_REFRESH',
}


CLASSES = (HUNYUAN3D_PT_selected_model,)
