# SPDX-License-Identifier: GPL-3.0-or-later
"""A clean page to draw a sketch on: a white image, an Image Editor beside the viewport that shows it, and a black pen."""

from __future__ import annotations

from typing import Any

import bpy
from bpy.props import PointerProperty, StringProperty
from bpy.types import Area, Context, Image, PropertyGroup, WindowManager

from ..scene.pictures import SIDE_PX

_NEW_BRUSHES = bpy.app.version >= (4, 3)
_PEN_TOOL = 'builtin.brush' if _NEW_BRUSHES else 'builtin_brush.Draw'
_PEN = {
    'use_unified_color': True,
    'color': (0.0, 0.0, 0.0),
    'use_unified_size': True,
    'size': 8 if bpy.app.version >= (5, 0) else 4,  # pixels of the screen; a radius until 4.5
}
_BEFORE = 'pen_before'
"""Property of the page: so undo knows it as well."""
_UNTIL_LAID_OUT_S = 0.2


class HUNYUAN3D_PG_page(PropertyGroup):
    """Where a page is open. In the window manager, as areas and tools are: they are neither saved nor undone."""

    area: StringProperty(options={'HIDDEN'})
    """The address of the area; nothing else of an area stays the same."""
    tool: StringProperty(options={'HIDDEN'})
    """The tool to paint with that was there before."""


def begin(context: Context) -> Image:
    """Open a new page beside the viewport. Without a window it is only made."""
    close(context)
    image = bpy.data.images.new("Sketch", SIDE_PX, SIDE_PX)
    white: Any = (1.0, 1.0, 1.0, 1.0)
    image.generated_color = white
    pen = _pen(context)
    image[_BEFORE] = {name: _plain(getattr(pen, name)) for name in _PEN}
    for name, value in _PEN.items():
        setattr(pen, name, value)
    if not bpy.app.background:
        _open(context, image)
    return image


def end(context: Context, image: Image) -> None:
    """Close the page; the pen is the artist's again."""
    pen, before = _pen(context), image.get(_BEFORE)
    for name, value in before.to_dict().items() if before else ():
        setattr(pen, name, value)
    close(context)


def close(context: Context) -> None:
    """Give the page's area back to the viewport, where it is still there."""
    place = _place()
    found, place.area = _area(place.area), ''
    if found is None:
        return
    window, area = found
    with context.temp_override(window=window, area=area):
        if place.tool:
            bpy.ops.wm.tool_set_by_id(name=place.tool, space_type='IMAGE_EDITOR')
        bpy.ops.screen.area_close()


def after_undo() -> None:
    """Close the area of a page that undo has taken away; in a moment, as undo itself is no time for that."""
    if _place().area:
        bpy.app.timers.register(_close_empty, first_interval=0.0)


def _close_empty() -> None:
    found = _area(_place().area)
    space: Any = found[1].spaces.active if found else None
    if space and space.image is None:
        close(bpy.context)


def _open(context: Context, image: Image) -> None:
    beside = context.area or max(context.screen.areas, key=lambda area: area.width * area.height)
    before = {area.as_pointer() for area in context.screen.areas}
    with context.temp_override(area=beside):
        bpy.ops.screen.area_split(direction='VERTICAL', factor=0.5)
    area = next(area for area in context.screen.areas if area.as_pointer() not in before)
    area.type = area.ui_type = 'IMAGE_EDITOR'
    space: Any = area.spaces.active
    space.ui_mode, space.image = 'PAINT', image
    space.overlay.show_overlays = False  # the layout of an object's UVs would lie on the page
    tool = context.workspace.tools.from_space_image_mode('PAINT', create=False)
    place = _place()
    place.area, place.tool = str(area.as_pointer()), tool.idname if tool else ''
    with context.temp_override(area=area):
        bpy.ops.wm.tool_set_by_id(name=_PEN_TOOL, space_type='IMAGE_EDITOR')
    bpy.app.timers.register(_show_all, first_interval=_UNTIL_LAID_OUT_S)


def _show_all() -> None:
    found = _area(_place().area)
    if found is not None:
        window, area = found
        region = next(region for region in area.regions if region.type == 'WINDOW')
        with bpy.context.temp_override(window=window, area=area, region=region):
            bpy.ops.image.view_all(fit_view=True)


def _area(address: str) -> tuple[Any, Area] | None:
    """The area at this address while it still shows an image, and its window."""
    for window in bpy.context.window_manager.windows:
        for area in window.screen.areas:
            if str(area.as_pointer()) == address and area.type == 'IMAGE_EDITOR':
                return window, area
    return None


def _pen(context: Context) -> Any:
    """The settings that brushes share."""
    tools: Any = context.scene.tool_settings
    return getattr(tools.image_paint, 'unified_paint_settings', None) or tools.unified_paint_settings


def _plain(value: Any) -> Any:
    return tuple(value) if hasattr(value, '__len__') else value


def _place() -> Any:
    return bpy.context.window_manager.hunyuan3d_page  # type: ignore[attr-defined]


CLASSES = (HUNYUAN3D_PG_page,)


def register() -> None:
    """Add the pointer."""
    WindowManager.hunyuan3d_page = PointerProperty(type=HUNYUAN3D_PG_page)  # type: ignore[attr-defined]


def unregister() -> None:
    """Take it away."""
    del WindowManager.hunyuan3d_page  # type: ignore[attr-defined]
