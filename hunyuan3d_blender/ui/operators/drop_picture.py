# SPDX-License-Identifier: GPL-3.0-or-later
"""A picture file dropped onto Blender, while our tab is shown: onto the sidebar, or where in the viewport the model shall stand.

Blender has handlers of its own for pictures in a 3D viewport, and asks which one is meant where several would do.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import bpy
from bpy.props import CollectionProperty, StringProperty
from bpy.types import Context, Event, FileHandler, Operator, OperatorFileListElement, SpaceView3D

from ... import app
from ...scene import aiming
from ...services.errors import N_
from ..choosing import choose
from ..panels.generate import CATEGORY
from ..text import filled

if TYPE_CHECKING:
    from bpy.stub_internal.rna_enums import OperatorReturnItems


class HUNYUAN3D_OT_drop_picture(Operator):
    """Use a picture file as the one to send. Dropped into the viewport, it moves the 3D cursor there, where the model arrives"""

    bl_idname = 'hunyuan3d.drop_picture'
    bl_label = "Use as Hunyuan3D Picture"
    bl_options = {'INTERNAL', 'UNDO'}

    # Without SKIP_SAVE the files of the last drop would come again.
    directory: StringProperty(subtype='DIR_PATH', options={'HIDDEN', 'SKIP_SAVE'})
    files: CollectionProperty(type=OperatorFileListElement, options={'HIDDEN', 'SKIP_SAVE'})

    def invoke(self, context: Context, _event: Event) -> set[OperatorReturnItems]:
        done = self.execute(context)
        if 'FINISHED' in done and context.region and context.region.type == 'WINDOW':
            aiming.aim_cursor(context)
        return done

    def execute(self, context: Context) -> set[OperatorReturnItems]:
        paths = [Path(self.directory, file.name) for file in self.files]
        if not paths:
            return {'CANCELLED'}
        done = choose(self, context, lambda: app.sendable(paths[0]))
        if len(paths) > 1:
            message = N_("{count} pictures were dropped: the first of them is used")
            self.report({'WARNING'}, filled(message, count=len(paths)))
        return done


class HUNYUAN3D_FH_picture(FileHandler):
    """Takes pictures of all formats that Blender reads, whatever is in a file of that name."""

    bl_idname = 'HUNYUAN3D_FH_picture'
    bl_label = "Hunyuan3D Picture"
    bl_import_operator = 'hunyuan3d.drop_picture'
    bl_file_extensions = ";".join(sorted(bpy.path.extensions_image))  # type: ignore[attr-defined]

    @classmethod
    def poll_drop(cls, context: Context) -> bool:
        area, space = context.area, context.space_data
        if area is None or not isinstance(space, SpaceView3D) or not space.show_region_ui:
            return False
        return any(region.active_panel_category == CATEGORY for region in area.regions if region.type == 'UI')


CLASSES = (HUNYUAN3D_OT_drop_picture, HUNYUAN3D_FH_picture)
