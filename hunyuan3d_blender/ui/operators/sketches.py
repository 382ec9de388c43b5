# SPDX-License-Identifier: GPL-3.0-or-later
"""Sketches to send: from annotations, from Grease Pencil, or drawn on a page of their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from bpy.types import Context, Operator

from ... import app
from ...scene import capture
from ...services.errors import N_
from .. import sketch_page
from ..choosing import choose
from ..properties import settings_of
from ..text import iface

if TYPE_CHECKING:
    from bpy.stub_internal.rna_enums import OperatorReturnItems


def _choose(
    operator: Operator, context: Context, draw: Callable[[Context], bytes]
) -> set[OperatorReturnItems]:
    def put(file: str) -> None:
        settings = settings_of(context)
        settings.source, settings.picture = 'SKETCH', file

    return choose(operator, context, lambda: app.keep_picture(draw(context), iface(N_("Sketch"))), put)


class HUNYUAN3D_OT_sketch_annotations(Operator):
    """Use the annotations of the scene as they are seen in this viewport, as black lines on white"""

    bl_idname = 'hunyuan3d.sketch_annotations'
    bl_label = "Use Annotations"
    bl_options = {'INTERNAL', 'UNDO'}

    def execute(self, context: Context) -> set[OperatorReturnItems]:
        return _choose(self, context, capture.sketch.annotation_bytes)


class HUNYUAN3D_OT_sketch_pencil(Operator):
    """Use the strokes of the selected Grease Pencil objects, or of all, seen as in this viewport, as black lines on white"""

    bl_idname = 'hunyuan3d.sketch_pencil'
    bl_label = "Use Grease Pencil"
    bl_options = {'INTERNAL', 'UNDO'}

    def execute(self, context: Context) -> set[OperatorReturnItems]:
        return _choose(self, context, capture.sketch.pencil_bytes)


class HUNYUAN3D_OT_start_sketch(Operator):
    """Open a white page beside this viewport and take up a black pen"""

    bl_idname = 'hunyuan3d.start_sketch'
    bl_label = "Start Sketch"
    bl_options = {'INTERNAL', 'UNDO'}

    def execute(self, context: Context) -> set[OperatorReturnItems]:
        settings = settings_of(context)
        if settings.page:
            sketch_page.end(context, settings.page)
        settings.source = 'SKETCH'
        settings.page = sketch_page.begin(context)
        self.report({'INFO'}, iface(N_("Draw on the white page, then choose Use Sketch")))
        return {'FINISHED'}


class HUNYUAN3D_OT_use_sketch(Operator):
    """Use what was drawn on the page. The page is closed; its image stays in this file"""

    bl_idname = 'hunyuan3d.use_sketch'
    bl_label = "Use Sketch"
    bl_options = {'INTERNAL', 'UNDO'}

    @classmethod
    def poll(cls, context: Context) -> bool:
        has_page = context.scene is not None and settings_of(context).page is not None
        if not has_page:
            cls.poll_message_set(iface(N_("No sketch has been started")))
        return has_page

    def execute(self, context: Context) -> set[OperatorReturnItems]:
        settings = settings_of(context)
        page = settings.page
        done = _choose(self, context, lambda context: capture.sketch.page_bytes(page, context.scene))
        if 'FINISHED' in done:
            settings.page = None
            sketch_page.end(context, page)
        return done


CLASSES = (
    HUNYUAN3D_OT_sketch_annotations,
    HUNYUAN3D_OT_sketch_pencil,
    HUNYUAN3D_OT_start_sketch,
    HUNYUAN3D_OT_use_sketch,
)
