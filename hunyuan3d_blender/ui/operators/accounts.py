# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys, connection tests, online access, and the way to the preferences. No operator takes a key as a property."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import bpy
from bpy.props import EnumProperty, StringProperty
from bpy.types import Context, Operator

from ... import __package__ as PACKAGE  # noqa: N812 - the package's own name in Blender
from ... import app
from ...credentials import Source
from ...services.contract import Key
from ...services.errors import N_
from .. import reporting
from ..preferences import account_text, preferences
from ..properties import settings_of
from ..text import full_text_of, iface, sentence_of
from ..watch import hurry

if TYPE_CHECKING:
    from bpy.stub_internal.rna_enums import OperatorReturnItems


class HUNYUAN3D_OT_save_key(Operator):
    """Keep the typed key where "Key From" says, and clear the fields"""

    bl_idname = 'hunyuan3d.save_key'
    bl_label = "Save Key"
    bl_options = {'INTERNAL'}

    service: StringProperty(options={'HIDDEN', 'SKIP_SAVE'})

    def execute(self, _context: Context) -> set[OperatorReturnItems]:
        typed = app.typed()
        fields = [f'{self.service}_{field}' for field in app.services()[self.service].key_fields]
        *key_id, secret = (typed.get(field, '') for field in fields)
        stored = preferences()
        wanted = getattr(stored, f'{self.service}_key_source') if stored else Source.SESSION
        source = Source.SESSION if wanted == Source.SESSION else Source.OWN_FILE
        try:
            app.save_key(self.service, source, Key(secret, id="".join(key_id)))
        except app.NotPossible as error:
            self.report({'ERROR'}, sentence_of(error.failure))
            return {'CANCELLED'}
        for field in fields:
            typed.pop(field, None)
        hurry()
        return {'FINISHED'}


class HUNYUAN3D_OT_forget_key(Operator):
    """Remove this service's key from the add-on's file and from memory"""

    bl_idname = 'hunyuan3d.forget_key'
    bl_label = "Forget Key"
    bl_options = {'INTERNAL'}

    service: StringProperty(options={'HIDDEN', 'SKIP_SAVE'})

    def execute(self, _context: Context) -> set[OperatorReturnItems]:
        try:
            app.forget_key(self.service)
        except app.NotPossible as error:
            self.report({'ERROR'}, sentence_of(error.failure))
            return {'CANCELLED'}
        return {'FINISHED'}


class HUNYUAN3D_OT_test_connection(Operator):
    """Ask the service for a job that does not exist, which tells whether the key is good. Costs nothing"""

    bl_idname = 'hunyuan3d.test_connection'
    bl_label = "Test Connection"

    service: EnumProperty(
        name="Service", items=[(table.id, table.label, "") for table in app.services().values()]
    )

    def execute(self, _context: Context) -> set[OperatorReturnItems]:
        try:
            app.begin_connection_test(self.service)
        except app.NotPossible as error:
            self.report({'ERROR'}, full_text_of(error.failure))
            return {'CANCELLED'}
        hurry()
        return {'FINISHED'}


class HUNYUAN3D_OT_allow_online_access(Operator):
    """Let Blender and its extensions connect to the internet"""

    bl_idname = 'hunyuan3d.allow_online_access'
    bl_label = "Allow Online Access"
    bl_options = {'INTERNAL'}

    @classmethod
    def poll(cls, _context: Context) -> bool:
        if bpy.app.online_access_override:
            cls.poll_message_set(
                iface(N_("Blender was started in offline mode; start it without --offline-mode"))
            )
        return not bpy.app.online_access_override

    def execute(self, context: Context) -> set[OperatorReturnItems]:
        context.preferences.system.use_online_access = True
        return {'FINISHED'}


class HUNYUAN3D_OT_open_preferences(Operator):
    """Show this add-on's preferences"""

    bl_idname = 'hunyuan3d.open_preferences'
    bl_label = "Preferences"
    bl_options = {'INTERNAL'}

    service: StringProperty(options={'HIDDEN', 'SKIP_SAVE'})

    @classmethod
    def description(cls, _context: Context, properties: Any) -> str:
        state = account_text(properties.service) if properties.service else ""
        return reporting.running((state, iface(N_("Show this add-on's preferences"))), iface)

    def execute(self, _context: Context) -> set[OperatorReturnItems]:
        _show_preferences(self.service)
        return {'FINISHED'}


class HUNYUAN3D_OT_add_account(Operator):
    """Choose a service that you have an account for, and enter its key in the preferences"""

    bl_idname = 'hunyuan3d.add_account'
    bl_label = "Add Your Account"
    bl_options = {'INTERNAL', 'UNDO'}

    service: EnumProperty(
        name="Service",
        items=[(table.id, table.label, "") for table in app.services().values() if not table.is_sample],
    )

    def execute(self, context: Context) -> set[OperatorReturnItems]:
        settings_of(context).service = self.service
        _show_preferences(self.service)
        return {'FINISHED'}


class HUNYUAN3D_OT_try_sandbox(Operator):
    """Fill in an example and choose the sandbox, which makes a sample at no cost. Nothing is sent yet"""

    bl_idname = 'hunyuan3d.try_sandbox'
    bl_label = "Try It Without an Account"
    bl_options = {'INTERNAL', 'UNDO'}

    def execute(self, context: Context) -> set[OperatorReturnItems]:
        settings = settings_of(context)
        settings.service = next(table.id for table in app.services().values() if table.is_sample)
        settings.source = 'TEXT'
        settings.prompt = settings.prompt or iface(N_("A wooden chair with a high back"))
        return {'FINISHED'}


class HUNYUAN3D_OT_open_library(Operator):
    """Show the folder with all jobs and models"""

    bl_idname = 'hunyuan3d.open_library'
    bl_label = "Open Library Folder"
    bl_options = {'INTERNAL'}

    def execute(self, _context: Context) -> set[OperatorReturnItems]:
        bpy.ops.wm.path_open(filepath=str(app.library_folder()))
        return {'FINISHED'}


def _show_preferences(service: str) -> None:
    """Open them at one service, '' as they are."""
    stored = preferences()
    for name in app.services() if stored and service else ():
        setattr(stored, f'{name}_is_open', name == service)
    bpy.ops.preferences.addon_show(module=PACKAGE)


CLASSES = (
    HUNYUAN3D_OT_save_key,
    HUNYUAN3D_OT_forget_key,
    HUNYUAN3D_OT_test_connection,
    HUNYUAN3D_OT_allow_online_access,
    HUNYUAN3D_OT_open_preferences,
    HUNYUAN3D_OT_add_account,
    HUNYUAN3D_OT_try_sandbox,
    HUNYUAN3D_OT_open_library,
)
