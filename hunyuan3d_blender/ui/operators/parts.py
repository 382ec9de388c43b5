# SPDX-License-Identifier: GPL-3.0-or-later
"""Parts that were found and painted on a mesh: repaint them, and have them made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import bpy
from bpy.types import Context, Operator, SpaceView3D

from ... import app
from ...services.errors import N_
from .. import leaving, reporting
from ..job_list import choose
from ..text import filled, full_text_of, iface, sentence_of
from ..watch import hurry
from ..work_properties import work_settings_of

if TYPE_CHECKING:
    from bpy.stub_internal.rna_enums import OperatorReturnItems


_BRUSH = f'builtin_brush.{"draw_face_sets" if bpy.app.version >= (4, 3) else "Draw Face Sets"}'


class HUNYUAN3D_OT_paint_parts(Operator):
    """Repaint the parts in Sculpt Mode. Each stroke draws a new part; with Ctrl it extends the part under the pointer"""

    bl_idname = 'hunyuan3d.paint_parts'
    bl_label = "Paint Parts"
    bl_options = {'UNDO'}

    @classmethod
    def poll(cls, context: Context) -> bool:
        item = context.active_object
        return item is not None and item.type == 'MESH' and app.parts.painted_parts(context) is not None

    def execute(self, context: Context) -> set[OperatorReturnItems]:
        if context.mode != 'SCULPT':
            bpy.ops.object.mode_set(mode='SCULPT')
        space = context.space_data
        if isinstance(space, SpaceView3D):
            space.overlay.show_overlays = space.overlay.show_sculpt_face_sets = True
            bpy.ops.wm.tool_set_by_id(name=_BRUSH)
        return {'FINISHED'}


class HUNYUAN3D_OT_make_parts(Operator):
    """Make an object of each part, as they are painted now"""

    # Not REGISTER: adjusting or repeating the last operator must never submit again. UNDO for the mode only.
    bl_idname = 'hunyuan3d.make_parts'
    bl_label = "Make Parts"
    bl_options = {'UNDO'}

    @classmethod
    def poll(cls, context: Context) -> bool:
        painted = app.parts.painted_parts(context)
        failure = app.parts.reason_against_parts(painted) if painted else None
        if failure:
            cls.poll_message_set(sentence_of(failure))
        return painted is not None and failure is None

    @classmethod
    def description(cls, context: Context, _properties: object) -> str:
        painted = app.parts.painted_parts(context)
        if painted is None:
            return iface(str(cls.__doc__))
        price = app.parts.price_of_parts(painted, post_process=work_settings_of(context).post_process)
        sentences = (
            iface(str(cls.__doc__)),
            *leaving.for_parts(painted),
            iface(N_("The result arrives where the model stands, which is kept")),
            iface(N_("Makes a sample, costs nothing")) if app.services()[painted.service].is_sample else "",
        )
        text = reporting.running(sentences, iface)
        return "\n\n".join(filter(None, (text, price and reporting.price_text(price, iface))))

    def execute(self, context: Context) -> set[OperatorReturnItems]:
        if context.mode != 'OBJECT':  # what is hidden in another mode cannot leave it
            bpy.ops.object.mode_set(mode='OBJECT')
        try:
            job = app.parts.make_parts(context, post_process=work_settings_of(context).post_process)
        except app.NotPossible as error:
            self.report({'ERROR'}, full_text_of(error.failure))
            return {'CANCELLED'}
        choose(context, job.id)
        hurry()
        self.report({'INFO'}, filled(N_("Started: {name}"), name=job.name))
        return {'FINISHED'}


def make_parts_text(context: Context) -> str:
    """What the button says: with the price, where it is known."""
    painted = app.parts.painted_parts(context)
    label = iface(HUNYUAN3D_OT_make_parts.bl_label)
    if painted is None or app.services()[painted.service].is_sample:
        return label
    price = app.parts.price_of_parts(painted, post_process=work_settings_of(context).post_process)
    if price is None:
        return label
    return filled(N_("Make Parts ({credits} Credits)"), credits=price.total)


CLASSES = (HUNYUAN3D_OT_paint_parts, HUNYUAN3D_OT_make_parts)
