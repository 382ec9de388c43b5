# SPDX-License-Identifier: GPL-3.0-or-later
"""Choosing a picture, and one-click remedies for what a service would refuse."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import bpy
from bpy.props import BoolProperty, StringProperty
from bpy.types import Context, Event, Operator

from ... import app
from ...jobs.pictures import inspect
from ...scene import pictures
from ...services.contract import View
from ...services.errors import N_
from ..choosing import choose
from ..properties import choose_views, draft_of, offer_of, settings_of
from ..sides import sides_of
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
        return choose(self, context, lambda: app.sendable(Path(bpy.path.abspath(self.filepath))))


class HUNYUAN3D_OT_choose_view(Operator):
    """Look for a picture of this side of the same object. Left and right are the object's own"""

    bl_idname = 'hunyuan3d.choose_view'
    bl_label = "Choose View"
    bl_options = {'INTERNAL', 'UNDO'}

    of_texture: BoolProperty(options={'HIDDEN', 'SKIP_SAVE'})
    view: StringProperty(options={'HIDDEN', 'SKIP_SAVE'})
    filepath: StringProperty(subtype='FILE_PATH', options={'HIDDEN', 'SKIP_SAVE'})
    filter_image: BoolProperty(default=True, options={'HIDDEN', 'SKIP_SAVE'})
    filter_folder: BoolProperty(default=True, options={'HIDDEN', 'SKIP_SAVE'})

    def invoke(self, context: Context, _event: Event) -> set[OperatorReturnItems]:
        context.window_manager.fileselect_add(self)
        return {'RUNNING_MODAL'}

    def execute(self, context: Context) -> set[OperatorReturnItems]:
        sides = sides_of(context, of_texture=self.of_texture)

        def put(file: str) -> None:
            sides.choose({**sides.files, View(self.view): file})

        path = Path(bpy.path.abspath(self.filepath))
        told = N_("The picture of this side is {name}, {width} × {height} pixels")
        return choose(self, context, lambda: app.sendable(path), put, told)


class HUNYUAN3D_OT_remove_view(Operator):
    """Send no picture of this side"""

    bl_idname = 'hunyuan3d.remove_view'
    bl_label = "Remove View"
    bl_options = {'INTERNAL', 'UNDO'}

    of_texture: BoolProperty(options={'HIDDEN', 'SKIP_SAVE'})
    view: StringProperty(options={'HIDDEN', 'SKIP_SAVE'})

    def execute(self, context: Context) -> set[OperatorReturnItems]:
        sides = sides_of(context, of_texture=self.of_texture)
        sides.choose({view: file for view, file in sides.files.items() if view != self.view})
        self.report({'INFO'}, iface(N_("No picture of this side will be sent")))
        return {'FINISHED'}


class HUNYUAN3D_OT_shrink_picture(Operator):
    """Make a smaller copy of the picture as JPEG on white and use that. The picture itself stays as it is"""

    bl_idname = 'hunyuan3d.shrink_picture'
    bl_label = "Use a Smaller Copy"
    bl_options = {'INTERNAL', 'UNDO'}

    _copies: tuple[bytes, ...] = ()
    """The copies that the artist was asked about."""

    def invoke(self, context: Context, event: Event) -> set[OperatorReturnItems]:
        if not self._shrink(context):
            return {'CANCELLED'}
        return context.window_manager.invoke_confirm(
            self,
            event,
            title=iface(self.bl_label),
            message=_size_text(self._copies),
            confirm_text=iface("Use Copy"),
        )

    def execute(self, context: Context) -> set[OperatorReturnItems]:
        if not self._copies and not self._shrink(context):
            return {'CANCELLED'}
        settings = settings_of(context)
        views = draft_of(settings).view_files
        try:
            front, *others = (
                str(app.keep_picture(data, Path(file).stem))
                for data, file in zip(self._copies, (settings.picture, *views.values()), strict=True)
            )
        except OSError as error:
            return self._complain(str(error))
        settings.picture = front
        if views:
            choose_views(settings, dict(zip(views, others, strict=True)))
        self.report({'INFO'}, _size_text(self._copies))
        return {'FINISHED'}

    def _shrink(self, context: Context) -> bool:
        settings, limits = settings_of(context), offer_of(settings_of(context)).pictures
        if limits is None:
            return False
        views = draft_of(settings).view_files.values()
        try:
            self._copies = tuple(pictures.shrink(
                [Path(bpy.path.abspath(file)) for file in (settings.picture, *views)], limits
            ))  # fmt: skip
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
        told = filled(N_("The prompt has {length} characters now"), length=len(settings.prompt))
        self.report({'INFO'}, told)
        return {'FINISHED'}


class HUNYUAN3D_OT_switch_model(Operator):
    """Choose a model version that can make this type, and takes these views"""

    bl_idname = 'hunyuan3d.switch_model'
    bl_label = "Switch Model Version"
    bl_options = {'INTERNAL', 'UNDO'}

    def execute(self, context: Context) -> set[OperatorReturnItems]:
        settings, offer = settings_of(context), offer_of(settings_of(context))
        draft = draft_of(settings)
        for model in offer.models if offer else ():
            if draft.generate_type in model.generate_types and set(draft.view_files) <= set(model.views):
                settings.model = model.name
                told = filled(N_("The model version is {name} now"), name=model.name)
                self.report({'INFO'}, told)
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


def _size_text(copies: Sequence[bytes]) -> str:
    facts = inspect(copies[0])
    message = N_("The copy has {width} × {height} pixels and {size:.1f} MB")
    if len(copies) > 1:
        message = N_("The copies have {size:.1f} MB together")
    size = sum(map(len, copies)) / 1e6
    return filled(message, width=facts.width_px, height=facts.height_px, size=size)


CLASSES = (
    HUNYUAN3D_OT_choose_picture,
    HUNYUAN3D_OT_choose_view,
    HUNYUAN3D_OT_remove_view,
    HUNYUAN3D_OT_shrink_picture,
    HUNYUAN3D_OT_shorten_prompt,
    HUNYUAN3D_OT_switch_model,
)
