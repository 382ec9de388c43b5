# SPDX-License-Identifier: GPL-3.0-or-later
"""The part of the Generate panel that is about pictures: where one comes from, and the one that will be sent."""

from __future__ import annotations

import bpy
from bpy.types import Context, UILayout

from ... import app
from ..properties import HUNYUAN3D_PG_settings, views_of
from ..reporting import WORDS
from ..sides import Sides, sides_of
from ..text import iface, size_text
from ..thumbnails import icon_of


def draw_picture(layout: UILayout, context: Context, settings: HUNYUAN3D_PG_settings) -> None:
    """A file, or one click for what is open in Blender."""
    column = layout.column(align=True)
    _draw_file(column, settings)
    grid = column.grid_flow(row_major=True, columns=2, even_columns=True, align=True)
    grid.operator('hunyuan3d.use_image', text="Image", icon='IMAGE_DATA')
    grid.operator('hunyuan3d.capture_viewport', text="Viewport", icon='VIEW3D')
    grid.operator('hunyuan3d.capture_selection', text="Selection", icon='RESTRICT_SELECT_OFF')
    render = grid.row(align=True)
    render.operator('hunyuan3d.render_picture', text="Render", icon='RENDER_STILL')
    render.menu('HUNYUAN3D_MT_render', text="", icon='DOWNARROW_HLT')
    draw_preview(layout, settings.picture, scale=6.0)
    if views_of(settings):
        draw_views(layout, sides_of(context, of_texture=False), of_texture=False)


def draw_sketch(layout: UILayout, settings: HUNYUAN3D_PG_settings) -> None:
    """A clean page, or one click for what has been drawn somewhere."""
    column = layout.column(align=True)
    _draw_file(column, settings)
    grid = column.grid_flow(row_major=True, columns=2, even_columns=True, align=True)
    if settings.page:
        grid.operator('hunyuan3d.use_sketch', icon='CHECKMARK')
    else:
        grid.operator('hunyuan3d.start_sketch', icon='BRUSH_DATA')
    grid.operator('hunyuan3d.use_image', text="Image", icon='IMAGE_DATA')
    grid.operator('hunyuan3d.sketch_annotations', text="Annotations", icon='OUTLINER_DATA_GP_LAYER')
    grid.operator('hunyuan3d.sketch_pencil', text="Grease Pencil", icon='OUTLINER_OB_GREASEPENCIL')
    draw_preview(layout, settings.picture, scale=6.0)


def _draw_file(layout: UILayout, settings: HUNYUAN3D_PG_settings) -> None:
    row = layout.row(align=True)
    row.prop(settings, 'picture', text="", placeholder="Choose a picture")
    row.operator('hunyuan3d.choose_picture', text="", icon='FILE_FOLDER')
    row.operator('hunyuan3d.paste_picture', text="", icon='PASTEDOWN')


def draw_views(layout: UILayout, sides: Sides, *, of_texture: bool) -> None:
    """Pictures of further sides, all at once or one by one."""
    chosen = sides.files
    header, body = layout.panel(f'HUNYUAN3D_views_{of_texture}', default_closed=True)
    header.label(text="More Views")
    header.label(text=f"{len(chosen)} / {len(sides.views)}", translate=False)
    if body is None:
        return
    capture = body.operator('hunyuan3d.capture_views', text="Views of Selection", icon='OUTLINER_OB_CAMERA')
    capture.of_texture = of_texture
    grid = body.grid_flow(row_major=True, columns=3, even_columns=True, align=True)
    for view in dict.fromkeys((*sides.views, *chosen)):
        cell = grid.column(align=True)
        row = cell.row()
        row.alignment = 'CENTER'
        row.label(text=iface(WORDS[view]).title(), translate=False)
        if view in chosen:
            cell.template_icon(icon_value=icon_of(chosen[view]), scale=3.0)
            button = cell.operator('hunyuan3d.remove_view', text="", icon='X')
        else:
            button = cell.operator('hunyuan3d.choose_view', text="", icon='FILE_FOLDER')
        button.view, button.of_texture = view, of_texture


def draw_preview(layout: UILayout, path: str, *, scale: float) -> None:
    """The picture that will be sent, and its size."""
    file = bpy.path.abspath(path)
    facts = app.picture_facts(file) if file else None
    if facts is None or not facts.format:
        return
    column = layout.column()
    column.template_icon(icon_value=icon_of(file), scale=scale)
    row = column.row()
    row.alignment = 'CENTER'
    row.label(
        text=f"{facts.width_px} × {facts.height_px}, {facts.format.upper()}, {size_text(facts.size_bytes)}",
        translate=False,
    )
