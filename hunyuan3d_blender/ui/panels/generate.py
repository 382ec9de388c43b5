# SPDX-License-Identifier: GPL-3.0-or-later
"""The Generate panel."""

from __future__ import annotations

from bpy.types import Context, Panel, UILayout

from ... import app
from ...services.contract import GenerateType, Offer
from ...services.errors import N_
from ...services.limits import Problem
from ..chain_properties import price_of_all, reasons_against_steps, steps_of_all
from ..properties import HUNYUAN3D_PG_settings, draft_of, offer_of, settings_of, source_of, takes_sketches
from ..text import filled, iface, paragraph, problem_text, sentence_of
from .accounts import account_icon
from .pictures import draw_picture, draw_sketch

CATEGORY = "Hunyuan3D"

_FIXES = {
    'shrink_picture': 'hunyuan3d.shrink_picture',
    'shorten_prompt': 'hunyuan3d.shorten_prompt',
    'switch_model': 'hunyuan3d.switch_model',
}


class HUNYUAN3D_PT_generate(Panel):
    bl_label = "Generate"
    bl_space_type = 'VIEW_3D'
    bl_region_type = 'UI'
    bl_category = CATEGORY

    def draw(self, context: Context) -> None:
        layout, settings = self.layout, settings_of(context)
        if app.is_new():
            _draw_beginning(layout)
        _draw_service(layout, settings.service, settings)
        _draw_obstacle(layout, context, settings.service)
        _draw_operations(layout, settings)
        offer = offer_of(settings)
        draft = draft_of(settings)
        if offer.prompt_max_characters:
            _draw_sources(layout, settings)
        source = source_of(settings)
        if source == 'PICTURE':
            draw_picture(layout, context, settings)
        elif source == 'SKETCH':
            draw_sketch(layout, settings)
        if source != 'PICTURE':
            _draw_prompt(layout, settings, offer)
        has_begun = bool(draft.prompt or draft.picture_file or draft.view_files)
        for problem in app.problems(draft):
            if has_begun or problem.field == 'generate_type':  # nothing else to complain about before
                _draw_problem(layout, context, problem)
        for reason in reasons_against_steps(context) if has_begun else ():
            paragraph(layout.box(), context, reason, icon='ERROR')
        price = price_of_all(context)
        _draw_limit(layout, context, draft, price, settings.variants)
        layout.prop(settings, 'variants')
        _draw_destination(layout, context, settings)
        row = layout.row()
        row.scale_y = 1.6
        row.operator(
            'hunyuan3d.generate',
            text=_button_text(draft, price, settings.variants, steps_of_all(context)),
            icon='SHADERFX',
            translate=False,
        )
        layout.operator('hunyuan3d.quick_draft', text=_draft_text(draft), icon='MOD_TIME', translate=False)


class HUNYUAN3D_PT_options(Panel):
    bl_label = "Options"
    bl_space_type = 'VIEW_3D'
    bl_region_type = 'UI'
    bl_category = CATEGORY
    bl_parent_id = 'HUNYUAN3D_PT_generate'
    bl_options = {'DEFAULT_CLOSED'}

    def draw(self, context: Context) -> None:
        settings = settings_of(context)
        offer = offer_of(settings)
        layout = self.layout
        layout.use_property_split = True
        layout.use_property_decorate = False
        column = layout.column()
        column.prop(settings, 'target_size')
        if offer.models[0].name:
            column.prop(settings, 'model')
        has_types = len(offer.models[0].generate_types) > 1 and source_of(settings) != 'SKETCH'
        if has_types:
            column.prop(settings, 'generate_type')
        is_low_poly = has_types and settings.generate_type == GenerateType.LOW_POLY
        if is_low_poly and offer.face_count:
            column.prop(settings, 'polygon_type')
        elif offer.face_count:
            row = column.row(heading="Face Count")
            row.prop(settings, 'use_face_count', text="")
            count = row.row()
            count.active = settings.use_face_count
            count.prop(settings, 'face_count', text="")
        if offer.geometry_switch:
            column.prop(settings, 'enable_geometry')
        if offer.pbr:
            column.prop(settings, 'enable_pbr')
        if offer.sampling:
            for name in ('seed', 'steps', 'guidance', 'octree_resolution'):
                column.prop(settings, name)
        if len(offer.result_formats) > 1:
            _draw_formats(column, settings, offer)


def _draw_service(layout: UILayout, service: str, settings: HUNYUAN3D_PG_settings) -> None:
    """Who makes the model, and for whom where there is a choice."""
    column = layout.column(align=True)
    row = column.row(align=True)
    row.prop(settings, 'service', text="")
    row.operator('hunyuan3d.open_preferences', text="", icon=account_icon(service)).service = service
    active, *others = app.accounts_with(service)
    if others:
        column.menu('HUNYUAN3D_MT_accounts', text=active.name, icon='USER', translate=False)


def _draw_formats(layout: UILayout, settings: HUNYUAN3D_PG_settings, offer: Offer) -> None:
    """Only the formats that can be asked for here; the property knows those of all services."""
    column = layout.column()
    column.use_property_split = False
    column.label(text="File Format")
    grid = column.grid_flow(row_major=True, columns=3, even_columns=True, align=True)
    for name in ('DEFAULT', *filter(None, offer.result_formats)):
        grid.prop_enum(settings, 'result_format', name)


_SENDING = {
    'TEXT': N_("Sends the prompt to {host}"),
    'PICTURE': N_("Sends the picture to {host}"),
    'SKETCH': N_("Sends sketch and prompt to {host}"),
}


def _draw_sources(layout: UILayout, settings: HUNYUAN3D_PG_settings) -> None:
    """What the service does not take is grey, and says why when it is chosen all the same."""
    row = layout.row(align=True)
    for source in ('TEXT', 'PICTURE'):
        row.prop_enum(settings, 'source', source)
    last = row.row(align=True)
    last.active = takes_sketches(settings)
    last.prop_enum(settings, 'source', 'SKETCH')


def _draw_destination(layout: UILayout, context: Context, settings: HUNYUAN3D_PG_settings) -> None:
    """Who gets what is sent."""
    host = app.leaves_to(settings.service)
    text = filled(_SENDING[source_of(settings)], host=host) if host else iface(N_("Stays on this computer"))
    column = layout.column()
    column.active = False
    paragraph(column, context, text)


def _draw_operations(layout: UILayout, settings: HUNYUAN3D_PG_settings) -> None:
    """A choice only where the service has one."""
    operations = app.services()[settings.service].generating
    if len(operations) > 1:
        row = layout.row(align=True)
        for operation in operations:
            row.prop_enum(settings, 'operation', operation)


def _draw_beginning(layout: UILayout) -> None:
    """Two ways to begin, until one of them was taken."""
    column = layout.box().column()
    column.label(text="How do you want to begin?")
    column.operator('hunyuan3d.try_sandbox', icon='EXPERIMENTAL')
    column.operator_menu_enum('hunyuan3d.add_account', 'service', icon='USER')
    layout.separator()


def _draw_obstacle(layout: UILayout, context: Context, service: str) -> None:
    """What stands in the way of this service, with its remedy."""
    failure = app.offline_reason(service)
    if failure is not None:
        box = layout.box()
        paragraph(box, context, sentence_of(failure), icon='INTERNET_OFFLINE')
        box.operator('hunyuan3d.allow_online_access')
    elif app.services()[service].needs_key and not app.shown_account(service).key_hint:
        row = layout.row()
        row.label(text="No key yet", icon='ERROR')
        row.operator('hunyuan3d.open_preferences', text="Add Key").service = service


def _draw_prompt(layout: UILayout, settings: HUNYUAN3D_PG_settings, offer: Offer) -> None:
    column = layout.column(align=True)
    if hasattr(column, 'textbox'):  # since 5.2
        column.textbox(
            settings, 'prompt', initial_visible_lines=4, placeholder="A wooden chair with a high back"
        )
    else:
        column.prop(settings, 'prompt', text="", placeholder="A wooden chair with a high back")
    length = len(settings.prompt.strip())
    row = column.row()
    row.alignment = 'RIGHT'
    row.active = length > 0
    row.alert = length > offer.prompt_max_characters
    row.label(text=f"{length} / {offer.prompt_max_characters}", translate=False)


def _draw_problem(layout: UILayout, context: Context, problem: Problem) -> None:
    box = layout.box()
    column = box.column()
    column.alert = True
    paragraph(column, context, problem_text(problem), icon='ERROR')
    if problem.fix:
        box.operator(_FIXES[problem.fix])


def _draw_limit(
    layout: UILayout, context: Context, draft: app.Draft, price: app.Estimate | None, variants: int
) -> None:
    """That the monthly limit stands in the way of all variants together, or does not count them."""
    total = price.total if price else None
    failure = app.over_limit(draft.service, [total] * variants)
    if failure is not None:
        box = layout.box()
        column = box.column()
        column.alert = True
        paragraph(column, context, sentence_of(failure), icon='ERROR')
        text = iface(N_("Change the Monthly Limit"))
        box.operator('hunyuan3d.open_preferences', text=text, icon='PREFERENCES', translate=False)
    elif app.is_beyond_limit(draft.service):
        text = iface(N_("The monthly limit is in credits: it does not count what this costs in dollars"))
        paragraph(layout, context, text, icon='INFO')


def _draft_text(draft: app.Draft) -> str:
    try:
        price = app.price(app.quick_drafts.quick_draft_of(draft))
    except app.NotPossible:
        price = None
    if price is None:
        return iface(N_("Quick Draft"))
    return filled(N_("Quick Draft (about {credits} credits)"), credits=price.total)


def _button_text(draft: app.Draft, price: app.Estimate | None, count: int, steps: int) -> str:
    """What is made, of how many variants or in how many steps, and the price of all together."""
    is_sample = app.services()[draft.service].is_sample
    what = _WITHOUT_PRICE[is_sample] if is_sample or price is None else _WITH_PRICE
    message = what[1] if count > 1 else what[2] if steps > 1 else what[0]
    total = price.total * count if price else 0
    return filled(message, count=count, steps=steps, credits=total)


_WITH_PRICE = (
    N_("Generate (about {credits} credits)"),
    N_("Generate {count} (about {credits} credits)"),
    N_("Generate in {steps} Steps (about {credits} credits)"),
)
"""For one, for several, and for one in several steps."""
_WITHOUT_PRICE = {
    False: (N_("Generate"), N_("Generate {count}"), N_("Generate in {steps} Steps")),
    True: (N_("Generate Sample"), N_("Generate {count} Samples"), N_("Generate Sample in {steps} Steps")),
}
"""Likewise, by whether they are samples."""


CLASSES = (HUNYUAN3D_PT_generate, HUNYUAN3D_PT_options)
