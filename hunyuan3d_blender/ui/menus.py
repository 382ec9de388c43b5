# SPDX-License-Identifier: GPL-3.0-or-later
"""Our operators in Blender's menus; Blender's search finds only what sits in one."""

from __future__ import annotations

import bpy
from bpy.types import Context, Header, Menu

from .. import app
from ..scene import provenance


def _draw_add(self: Menu, _context: Context) -> None:
    self.layout.operator('hunyuan3d.add_model', icon='SHADERFX')


def _draw_object(self: Menu, context: Context) -> None:
    if provenance.job_of(context.active_object):  # other objects have nothing to do with us
        self.layout.separator()
        self.layout.operator('hunyuan3d.show_job', icon='SHADERFX')
        row = app.row(provenance.job_of(context.active_object))
        if row is not None and 'make_real' in row.can:
            self.layout.operator('hunyuan3d.make_real', icon='MOD_TIME').job_id = row.id


def _draw_page(self: Header, context: Context) -> None:
    page = context.scene.hunyuan3d.page  # type: ignore[attr-defined]
    if page and context.space_data.image == page:  # type: ignore[attr-defined]
        self.layout.operator('hunyuan3d.use_sketch', icon='CHECKMARK')


def _draw_edit(self: Menu, _context: Context) -> None:
    self.layout.separator()
    self.layout.menu('HUNYUAN3D_MT_job')


def _draw_image(self: Menu, context: Context) -> None:
    image = context.space_data.image  # type: ignore[attr-defined]
    if image:
        self.layout.separator()
        entry = self.layout.operator('hunyuan3d.use_image', text="Use as Hunyuan3D Picture", icon='SHADERFX')
        entry.image = image.name_full


_ENTRIES = (
    (bpy.types.VIEW3D_MT_add, _draw_add),
    (bpy.types.TOPBAR_MT_file_import, _draw_add),
    (bpy.types.VIEW3D_MT_object, _draw_object),
    (bpy.types.IMAGE_MT_image, _draw_image),
    (bpy.types.IMAGE_HT_header, _draw_page),
    (bpy.types.TOPBAR_MT_edit, _draw_edit),  # what can be done with a job is to be found in every mode
)


def register() -> None:
    """Add the entries."""
    for menu, draw in _ENTRIES:
        menu.append(draw)  # type: ignore[arg-type]


def unregister() -> None:
    """Remove them."""
    for menu, draw in _ENTRIES:
        menu.remove(draw)  # type: ignore[arg-type]
