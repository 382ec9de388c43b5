# SPDX-License-Identifier: GPL-3.0-or-later
"""Choosing a picture, and one-click remedies for what a service would refuse."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import bpy
from bpy.props import BoolProperty, StringProperty
from bpy.types import Context, Event, Operator

from ... import app
from ...jobs.pictures import inspect
from ...scene import pictures
from ...services.errors import N_
from ..properties import draft_of, offer_of, settings_of
from ..text import filled, iface

if TYPE_CHECKING:
    from bpy.stub_internal.rna_enums import OperatorReturnItems

_WORD_MAX = 24
"""Letters a word may have for a prompt to be cut before it."""


class HUNYUAN3D_OT_choose_picture(Operator):
    """Look for a picture of one object, large in the frame, on a plain background: PNG, JPEG or WebP"""

    bl_idname = 'hunyuan3d.choose_picture'
    bl_label = "Choose Picture"
    bl_options = {'INTERNAL', 'UNDO'}

    filepath: StringProperty(subtype='FILE_PATH', options={'HIDDEN', 'SKIP_SAVE'})
    filter_image: BoolProperty(default=True, options={'HIDDEN', 'SKIP_SAVE'})
    filter_folder: BoolProperty(default=True, options={'HIDDEN', 'SKIP_SAVE'})

    def invoke(self, context: Context, _event: Event) -> set[OperatorReturnItems]:
        self.filepath = bpy.path.abspath(settings_of(context).picture)
        context.window_manager.fileselect_add(self)
        return {'RUNNING_MODAL'}

    def execute(self, context: Context) -> set[OperatorReturnItems]:
        settings_of(context).picture = self.filepath
        return {'FINISHED'}


class HUNYUAN3D_OT_shrink_picture(Operator):
    """Make a smaller copy of the picture as JPEG on white and use that. The picture itself stays as it is"""

    bl_idname = 'hunyuan3d.shrink_picture'
    bl_label = "Use a Smaller Copy"
    bl_options = {'INTERNAL', 'UNDO'}

    _copy: bytes = b''
    """The copy that the artist was asked about."""

    def invoke(self, context: Context, event: Event) -> set[OperatorReturnItems]:
        if not self._shrink(context):
            return {'CANCELLED'}
        return context.window_manager.invoke_confirm(
            self,
            event,
            title=iface(self.bl_label),
            message=_size_text(self._copy),
            confirm_text=iface("Use Copy"),
        )

    def execute(self, context: Context) -> set[OperatorReturnItems]:
        if not self._copy and not self._shrink(context):
            return {'CANCELLED'}
        settings = settings_of(context)
        try:
            settings.picture = str(app.keep_picture(self._copy, Path(settings.picture).stem))
        except OSError as error:
            return self._complain(str(error))
        self.report({'INFO'}, _size_text(self._copy))
        return {'FINISHED'}

    def _shrink(self, context: Context) -> bool:
        settings, offer = settings_of(context), offer_of(settings_of(context))
        if offer is None or offer.pictures is None:
            return False
        try:
            self._copy = pictures.shrink(
                Path(bpy.path.abspath(settings.picture)),
                max_side_px=offer.pictures.side_max_px,
                max_bytes=offer.pictures.size_max_bytes,
            )
        except pictures.NoPicture as error:
            self._complain(filled(error.message, **error.facts))
            return False
        return True

    def _complain(self, reason: str) -> set[OperatorReturnItems]:
        self.report({'ERROR'}, filled(N_("The picture could not be made smaller: {reason}"), reason=reason))
        return {'CANCELLED'}


class HUNYUAN3D_OT_shorten_prompt(Operator):
    """Cut the prompt at the last word that fits"""

    bl_idname = 'hunyuan3d.shorten_prompt'
    bl_label = "Shorten Prompt"
    bl_options = {'INTERNAL', 'UNDO'}

    def execute(self, context: Context) -> set[OperatorReturnItems]:
        settings, offer = settings_of(context), offer_of(settings_of(context))
        if offer is None:
            return {'CANCELLED'}
        settings.prompt = _shortened(settings.prompt.strip(), offer.prompt_max_characters)
        return {'FINISHED'}


class HUNYUAN3D_OT_switch_model(Operator):
    """Choose a model version that can make this type"""

    bl_idname = 'hunyuan3d.switch_model'
    bl_label = "Switch Model Version"
    bl_options = {'INTERNAL', 'UNDO'}

    def execute(self, context: Context) -> set[OperatorReturnItems]:
        settings, offer = settings_of(context), offer_of(settings_of(context))
        wanted = draft_of(settings).generate_type
        for model in offer.models if offer else ():
            if wanted in model.generate_types:
                settings.model = model.name
                return {'FINISHED'}
        return {'CANCELLED'}


def _shortened(text: str, limit: int) -> str:
    """The text up to the last word that fits, or in the midst of what has no words of usual length."""
    cut = text[:limit]
    if len(text) > limit and not text[limit].isspace():
        words = cut.rpartition(" ")[0]
        if len(words) >= limit - _WORD_MAX:
            cut = words
    return cut.rstrip()


def _size_text(copy: bytes) -> str:
    facts = inspect(copy)
    return filled(
        N_("The copy has {width} × {height} pixels and {size:.1f} MB"),
        width=facts.width_px,
        height=facts.height_px,
        size=facts.size_bytes / 1e6,
    )


CLASSES = (
    HUNYUAN3D_OT_choose_picture,
    HUNYUAN3D_OT_shrink_picture,
    HUNYUAN3D_OT_shorten_prompt,
    HUNYUAN3D_OT_switch_model,
)
