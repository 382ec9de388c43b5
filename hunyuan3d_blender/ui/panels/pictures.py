# SPDX-License-Identifier: GPL-3.0-or-later
"""The part of the Generate panel that is about pictures: where one comes from, and the one that will be sent."""

from __future__ import annotations

import bpy
from bpy.types import UILayout

from ... import app
from ..properties import HUNYUAN3D_PG_settings
from ..text import size_text
from ..thumbnails import icon_of


def draw_picture(layout: UILayout, settings: HUNYUAN3D_PG_settings) -> None:
    """A file, or one click for what is open in Blender."""
    column = layout.column(align=True)
    row = column.row(align=True)
    row.prop(settings, 'picture', text="", placeholder="Choose a picture")
    row.operator('hunyuan3d.choose_picture', text="", icon='FILE_FOLDER')
    grid = column.grid_flow(row_major=True, columns=2, even_columns=True, align=True)
    grid.operator('hunyuan3d.use_image', text="Image", icon='IMAGE_DATA')
    grid.operator('hunyuan3d.capture_viewport', text="Viewport", icon='VIEW3D')
    grid.operator('hunyuan3d.capture_selection', text="Selection", icon='RESTRICT_SELECT_OFF')
    draw_preview(layout, settings.picture, scale=6.0)


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
