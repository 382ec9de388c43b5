# SPDX-License-Identifier: GPL-3.0-or-later
"""The picture on the clipboard as the one to send."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bpy.types import Context, Operator

from ... import app
from ...scene import capture
from ..choosing import choose

if TYPE_CHECKING:
    from bpy.stub_internal.rna_enums import OperatorReturnItems


class HUNYUAN3D_OT_paste_picture(Operator):
    """Use the picture on the clipboard, or the picture file whose path was copied"""

    bl_idname = 'hunyuan3d.paste_picture'
    bl_label = "Paste Picture"
    bl_options = {'INTERNAL', 'UNDO'}

    def execute(self, context: Context) -> set[OperatorReturnItems]:
        def find() -> Path:
            file = capture.clipboard.copied_file(context.window_manager.clipboard)
            if file is not None:
                return app.sendable(file)
            return app.keep_picture(capture.clipboard.pasted_bytes(context, context.scene), "Pasted picture")

        return choose(self, context, find)


CLASSES = (HUNYUAN3D_OT_paste_picture,)
