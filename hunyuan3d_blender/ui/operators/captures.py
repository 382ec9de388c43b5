# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures to send, taken from what is open in Blender. Each ends as a file in the library, shown before it is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import bpy
from bpy.props import EnumProperty
from bpy.types import Context, Event, Image, Operator

from ... import app
from ...scene import capture
from ...services.errors import N_
from ..choosing import CHOSEN, choose
from ..text import iface

if TYPE_CHECKING:
    from bpy.stub_internal.rna_enums import OperatorReturnItems

_items: list[tuple[str, str, str, int, int]] = []
"""What the list of images shows: Blender keeps no texts of such a list itself."""


def _images(_self: Operator, _context: Context) -> list[tuple[str, str, str, int, int]]:
    icon = bpy.types.UILayout.icon
    _items[:] = [
        (image.name_full, image.name_full, "", icon(image), number)
        for number, image in enumerate(bpy.data.images)
    ]
    return _items


class HUNYUAN3D_OT_use_image(Operator):
    """Use an image that is open in Blender as it looks now: loaded, packed, painted, or the last render"""

    bl_idname = 'hunyuan3d.use_image'
    bl_label = "Use Blender Image"
    bl_options = {'INTERNAL', 'UNDO'}
    bl_property = 'image'

    image: EnumProperty(name="Image", items=_images, options={'HIDDEN', 'SKIP_SAVE'})

    @classmethod
    def poll(cls, _context: Context) -> bool:
        if not bpy.data.images:
            cls.poll_message_set(iface(N_("There are no images in this file")))
        return bool(bpy.data.images)

    def invoke(self, context: Context, _event: Event) -> set[OperatorReturnItems]:
        if self.properties.is_property_set('image'):  # the Image Editor's own
            return self.execute(context)
        context.window_manager.invoke_search_popup(self)
        return {'RUNNING_MODAL'}

    def execute(self, context: Context) -> set[OperatorReturnItems]:
        image: Image = next(image for image in bpy.data.images if image.name_full == self.image)
        return choose(
            self,
            context,
            lambda: app.keep_picture(capture.image.picture_bytes(image, context.scene), image.name),
        )


class HUNYUAN3D_OT_capture_viewport(Operator):
    """Use what this viewport shows now, without overlays and on white"""

    bl_idname = 'hunyuan3d.capture_viewport'
    bl_label = "Capture Viewport"
    bl_options = {'INTERNAL', 'UNDO'}

    def execute(self, context: Context) -> set[OperatorReturnItems]:
        return choose(
            self,
            context,
            lambda: app.keep_picture(capture.viewport.view_bytes(context), context.scene.name),
            told=_told(context),
        )


class HUNYUAN3D_OT_capture_selection(Operator):
    """Use the selected objects alone, large and on white, seen from the direction of this viewport"""

    bl_idname = 'hunyuan3d.capture_selection'
    bl_label = "Capture Selection"
    bl_options = {'INTERNAL', 'UNDO'}

    @classmethod
    def poll(cls, context: Context) -> bool:
        if not context.selected_objects:
            cls.poll_message_set(iface(N_("Select the objects that the picture shall show")))
        return bool(context.selected_objects)

    def execute(self, context: Context) -> set[OperatorReturnItems]:
        name = name_of_selection(context)
        return choose(
            self,
            context,
            lambda: app.keep_picture(capture.viewport.selection_bytes(context), name),
            told=_told(context),
        )


def _told(context: Context) -> str:
    if capture.viewport.is_drawn_otherwise(context):
        return N_(
            "The picture to send is {name}, {width} × {height} pixels, drawn as in Material Preview: "
            "the scene's engine needs time. Render Picture waits for it"
        )
    return CHOSEN


def name_of_selection(context: Context) -> str:
    """What the selected objects are called together."""
    selected = context.selected_objects
    return (context.object if context.object in selected else selected[0]).name


CLASSES = (
    HUNYUAN3D_OT_use_image,
    HUNYUAN3D_OT_capture_viewport,
    HUNYUAN3D_OT_capture_selection,
)
