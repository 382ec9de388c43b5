# SPDX-License-Identifier: GPL-3.0-or-later
"""The bucket's key and its test. No operator takes a key as a property."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bpy.types import Context, Operator

from ... import app
from ...credentials import BUCKET, Source
from ...services.contract import Key
from ..bucket_preferences import KEY_PARTS
from ..preferences import preferences
from ..text import full_text_of
from ..watch import hurry
from .key_actions import change_keys

if TYPE_CHECKING:
    from bpy.stub_internal.rna_enums import OperatorReturnItems


class HUNYUAN3D_OT_save_bucket_key(Operator):
    """Keep the typed key where "Key From" says, and clear the fields"""

    bl_idname = 'hunyuan3d.save_bucket_key'
    bl_label = "Save Key"
    bl_options = {'INTERNAL'}

    def execute(self, _context: Context) -> set[OperatorReturnItems]:
        typed, stored = app.typed(BUCKET), preferences()
        key_id, secret, token = (typed.get(part, '') for part in KEY_PARTS)
        is_for_now = stored is None or stored.bucket_key_source == Source.SESSION  # type: ignore[attr-defined]
        source = Source.SESSION if is_for_now else Source.OWN_FILE
        return change_keys(self, lambda: app.save_bucket_key(source, Key(secret, id=key_id, token=token)))


class HUNYUAN3D_OT_forget_bucket_key(Operator):
    """Remove the bucket's key from the add-on's file and from memory"""

    bl_idname = 'hunyuan3d.forget_bucket_key'
    bl_label = "Forget Key"
    bl_options = {'INTERNAL'}

    def execute(self, _context: Context) -> set[OperatorReturnItems]:
        return change_keys(self, app.forget_bucket_key)


class HUNYUAN3D_OT_test_bucket(Operator):
    """Write a small file into the bucket, read it through a link as a service would, and delete it"""

    bl_idname = 'hunyuan3d.test_bucket'
    bl_label = "Test Bucket"

    def execute(self, _context: Context) -> set[OperatorReturnItems]:
        try:
            app.begin_bucket_test()
        except app.NotPossible as error:
            self.report({'ERROR'}, full_text_of(error.failure))
            return {'CANCELLED'}
        hurry()
        return {'FINISHED'}


CLASSES = (HUNYUAN3D_OT_save_bucket_key, HUNYUAN3D_OT_forget_bucket_key, HUNYUAN3D_OT_test_bucket)
