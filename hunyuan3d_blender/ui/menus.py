# SPDX-License-Identifier: GPL-3.0-or-later
"""Our operators in Blender's menus; Blender's search finds only what sits in one."""

from __future__ import annotations

import bpy
from bpy.types import Context, Menu


def _draw(self: Menu, _context: Context) -> None:
    self.layout.operator('hunyuan3d.generate', text="Hunyuan3D Model", icon='SHADERFX')


_MENUS = (bpy.types.VIEW3D_MT_add, bpy.types.TOPBAR_MT_file_import)


def register() -> None:
    """Add to the Add and Import menus."""
    for menu in _MENUS:
        menu.append(_draw)  # type: ignore[arg-type]


def unregister() -> None:
    """Remove from both."""
    for menu in _MENUS:
        menu.remove(_draw)  # type: ignore[arg-type]
