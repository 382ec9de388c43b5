# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys, connection tests, online access, and the way to the preferences. No operator takes a key as a property."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import bpy
from bpy.props import EnumProperty, IntProperty, StringProperty
from bpy.types import Context, Event, Menu, Operator

from ... import __package__ as PACKAGE  # noqa: N812 - the package's own name in Blender
from ... import app
from ...credentials import Source
from ...services.contract import Key, KeyField
from ...services.errors import N_
from .. import reporting
from ..panels.accounts import account_text
from ..preferences import first_name, preferences
from ..properties import settings_of
from ..text import filled, full_text_of, iface, sentence_of
from ..watch import hurry
from .key_actions import change_keys

if TYPE_CHECKING:
    from bpy.stub_internal.rna_enums import IconItems, OperatorReturnItems


class HUNYUAN3D_OT_save_key(Operator):
    """Keep the typed key where "Key From" says, and clear the fields"""

    bl_idname = 'hunyuan3d.save_key'
    bl_label = "Save Key"
    bl_options = {'INTERNAL'}

    service: StringProperty(options={'HIDDEN', 'SKIP_SAVE'})

    def execute(self, _context: Context) -> set[OperatorReturnItems]:
        chosen = app.accounts_with(self.service)[0]
        typed = app.typed(self.service, chosen.id)
        key = Key(
            typed.get(KeyField.SECRET_KEY) or typed.get(KeyField.API_KEY, ''),
            id=typed.get(KeyField.SECRET_ID, ''),
            token=typed.get(KeyField.TOKEN, ''),
        )
        source = Source.OWN_FILE if preferences() else Source.SESSION
        if chosen.key_source in (Source.SESSION, Source.KEYCHAIN):
            source = Source(chosen.key_source)
        return change_keys(self, lambda: app.save_key(self.service, source, key))


class HUNYUAN3D_OT_forget_key(Operator):
    """Remove this account's key from the add-on's file, from the keychain and from memory"""

    bl_idname = 'hunyuan3d.forget_key'
    bl_label = "Forget Key"
    bl_options = {'INTERNAL'}

    service: StringProperty(options={'HIDDEN', 'SKIP_SAVE'})

    def execute(self, _context: Context) -> set[OperatorReturnItems]:
        return change_keys(self, lambda: app.forget_key(self.service))


class HUNYUAN3D_OT_new_account(Operator):
    """Add another account with this service, and select it"""

    bl_idname = 'hunyuan3d.new_account'
    bl_label = "New Account"
    bl_options = {'INTERNAL'}

    service: StringProperty(options={'HIDDEN', 'SKIP_SAVE'})

    def execute(self, context: Context) -> set[OperatorReturnItems]:
        accounts = getattr(preferences(), f'{self.service}_accounts')
        item = accounts.add()
        item.id = uuid.uuid4().hex[:8]
        item.name = first_name(self.service, len(accounts))
        _select(context, self.service, len(accounts) - 1)
        return {'FINISHED'}


class HUNYUAN3D_OT_remove_account(Operator):
    """Remove the selected account, and forget its key"""

    bl_idname = 'hunyuan3d.remove_account'
    bl_label = "Remove Account"
    bl_options = {'INTERNAL'}

    service: StringProperty(options={'HIDDEN', 'SKIP_SAVE'})

    def invoke(self, context: Context, event: Event) -> set[OperatorReturnItems]:
        chosen = app.accounts_with(self.service)[0]
        if not app.shown_account(self.service).key_hint:
            return self.execute(context)
        return context.window_manager.invoke_confirm(
            self,
            event,
            title=filled(N_("Remove {name}?"), name=chosen.name),
            message=iface(N_("A key that was typed in for it is forgotten")),
            confirm_text=iface(N_("Remove")),
            translate=False,
        )

    def execute(self, context: Context) -> set[OperatorReturnItems]:
        stored = preferences()
        accounts = getattr(stored, f'{self.service}_accounts')
        index = getattr(stored, f'{self.service}_account')
        if len(accounts) < 2:
            return {'CANCELLED'}
        try:
            app.forget_account(self.service)
        except app.NotPossible as error:
            self.report({'ERROR'}, sentence_of(error.failure))
            return {'CANCELLED'}
        accounts.remove(index)
        _select(context, self.service, max(0, index - 1))
        hurry()
        return {'FINISHED'}


class HUNYUAN3D_OT_use_account(Operator):
    """Send jobs with this account from now on. Jobs under way go on with theirs"""

    bl_idname = 'hunyuan3d.use_account'
    bl_label = "Use Account"
    bl_options = {'INTERNAL'}

    service: StringProperty(options={'HIDDEN', 'SKIP_SAVE'})
    index: IntProperty(options={'HIDDEN', 'SKIP_SAVE'})

    def execute(self, context: Context) -> set[OperatorReturnItems]:
        _select(context, self.service, self.index)
        return {'FINISHED'}


class HUNYUAN3D_MT_accounts(Menu):
    """The accounts with the chosen service"""

    bl_idname = 'HUNYUAN3D_MT_accounts'
    bl_label = "Accounts"

    def draw(self, context: Context) -> None:
        service, stored = settings_of(context).service, preferences()
        active = getattr(stored, f'{service}_account')
        for index, item in enumerate(getattr(stored, f'{service}_accounts')):
            icon: IconItems = 'CHECKMARK' if index == active else 'BLANK1'
            choice = self.layout.operator('hunyuan3d.use_account', text=item.name, icon=icon, translate=False)
            choice.service, choice.index = service, index


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


def _select(context: Context, service: str, index: int) -> None:
    """Make another account the active one; Blender saves its preferences as the artist has set it to."""
    setattr(preferences(), f'{service}_account', index)
    context.preferences.is_dirty = True


def _show_preferences(service: str) -> None:
    """Open them at one service, '' as they are."""
    stored = preferences()
    for name in app.services() if stored and service else ():
        setattr(stored, f'{name}_is_open', name == service)
    bpy.ops.preferences.addon_show(module=PACKAGE)


CLASSES = (
    HUNYUAN3D_OT_save_key,
    HUNYUAN3D_OT_forget_key,
    HUNYUAN3D_OT_new_account,
    HUNYUAN3D_OT_remove_account,
    HUNYUAN3D_OT_use_account,
    HUNYUAN3D_MT_accounts,
    HUNYUAN3D_OT_test_connection,
    HUNYUAN3D_OT_allow_online_access,
    HUNYUAN3D_OT_open_preferences,
    HUNYUAN3D_OT_add_account,
    HUNYUAN3D_OT_try_sandbox,
    HUNYUAN3D_OT_open_library,
)
