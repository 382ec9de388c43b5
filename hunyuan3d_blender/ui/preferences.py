# SPDX-License-Identifier: GPL-3.0-or-later
"""The add-on's preferences. What is typed into the key fields is kept in memory only and never read back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import bpy
from bpy.props import BoolProperty, EnumProperty, FloatProperty, StringProperty
from bpy.types import Addon, AddonPreferences, Context, UILayout

from .. import __package__ as PACKAGE  # noqa: N812 - the package's own name in Blender
from .. import app
from ..credentials import Source
from ..i18n import OWN_CONTEXT
from ..jobs.job import Account
from ..services.contract import KEY_PAIR, KeyField, ServiceTable
from ..services.errors import N_
from . import bucket_preferences
from .text import filled, full_text_of, iface, paragraph, size_text

if TYPE_CHECKING:
    from bpy.stub_internal.rna_enums import IconItems

SOURCES = [
    ('AUTO', "Wherever a Key Is Found", "The first of those below that has a key"),
    (Source.ENVIRONMENT, "Environment", "TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY"),
    (Source.SDK_FILE, "Tencent's Own File", "~/.tencentcloud/credentials, which is only read"),
    (Source.OWN_FILE, "File of This Add-on", "A file that only you can read"),
    (Source.SESSION, "This Run Only", "Kept in memory until Blender is closed"),
]
ONE_KEY_SOURCES = [
    SOURCES[0],
    (Source.ENVIRONMENT, "Environment", "The variable HUNYUAN3D_API_KEY"),
    *(item for item in SOURCES[2:] if item[0] != Source.SDK_FILE),
]
"""For services whose key is not a pair, which Tencent's own tools do not know."""
METRES = {'METERS': 1.0, 'CENTIMETERS': 0.01, 'MILLIMETERS': 0.001, 'FEET': 0.3048, 'INCHES': 0.0254}
"""How long each of Blender's units is."""
_BULLETS = "•" * 12
"""Shown for whatever is typed."""


def _configure(_self: object = None, _context: Context | None = None) -> None:
    app.configure(settings_of(preferences()))


def _memory_only(name: str) -> dict[str, Any]:
    """Callbacks that keep a property's text out of every file: a stored one lies readable in userpref.blend."""

    def show(_self: object) -> str:
        return _BULLETS if app.typed().get(name) else ""

    def take(_self: object, text: str) -> None:
        if text != _BULLETS:  # the field was entered and left unchanged
            app.typed()[name] = text.replace("•", "")

    return {'get': show, 'set': take}


def _key_property(field: KeyField, name: str) -> Any:
    if field is KeyField.SECRET_ID:
        return StringProperty(
            name="SecretId",
            description="Paste the SecretId here; it is not kept in Blender's preferences",
            **_memory_only(name),
        )
    if field is KeyField.SECRET_KEY:
        return StringProperty(
            name="SecretKey",
            description="Paste the SecretKey here; it is not kept in Blender's preferences",
            subtype='PASSWORD',
            **_memory_only(name),
        )
    return StringProperty(
        name="API Key",
        description="Paste the API key here; it is not kept in Blender's preferences",
        subtype='PASSWORD',
        **_memory_only(name),
    )


def _account_properties(table: ServiceTable) -> dict[str, Any]:
    """Properties of one service's account, by name."""
    name = table.id
    return {
        f'{name}_is_open': BoolProperty(name="Show Account"),
        f'{name}_key_source': EnumProperty(
            name="Key From",
            translation_context=OWN_CONTEXT,
            description="Where the key is read from",
            items=SOURCES if table.key_fields == KEY_PAIR else ONE_KEY_SOURCES,
            update=_configure,
        ),
        **{f'{name}_{field}': _key_property(field, f'{name}_{field}') for field in table.key_fields},
        f'{name}_region': StringProperty(
            name="Region", description="Leave empty for the usual one", update=_configure
        ),
        f'{name}_endpoint': StringProperty(
            name="Endpoint",
            description="Another host for this service; leave empty for its own",
            update=_configure,
        ),
    }


class HUNYUAN3D_AP_preferences(AddonPreferences):
    """Accounts and the library."""

    bl_idname = PACKAGE

    library: StringProperty(
        name="Library Folder",
        description="Where jobs and models are kept. Leave empty for the usual place",
        subtype='DIR_PATH',
        update=_configure,
    )
    target_size: FloatProperty(
        name="Model Size",
        description="Longest side of arriving models where a scene says nothing else. Zero leaves them as they come",
        default=2.0,
        min=0.0,
        update=_configure,
    )
    target_unit: EnumProperty(
        name="Unit",
        items=[
            ('METERS', "Meters", ""),
            ('CENTIMETERS', "Centimeters", ""),
            ('MILLIMETERS', "Millimeters", ""),
            ('FEET', "Feet", ""),
            ('INCHES', "Inches", ""),
        ],
        update=_configure,
    )
    for _table in app.services().values():
        __annotations__.update(_account_properties(_table))
    del _table
    __annotations__.update(bucket_preferences.bucket_properties(_configure, _memory_only))

    def draw(self, context: Context) -> None:
        layout = self.layout
        layout.use_property_split = True
        layout.use_property_decorate = False
        for table in app.services().values():
            header, body = layout.panel_prop(self, f'{table.id}_is_open')
            header.label(text=table.label, icon=account_icon(table.id))
            if body is not None:
                _draw_account(body, context, self, table)
        bucket_preferences.draw_bucket(layout, context, self)
        row = layout.row(align=True)
        row.prop(self, 'target_size')
        row.prop(self, 'target_unit', text="")
        _draw_library(layout, self)


def _draw_account(
    layout: UILayout, context: Context, stored: HUNYUAN3D_AP_preferences, table: ServiceTable
) -> None:
    column = layout.column()
    if table.needs_key:
        _draw_key(column, stored, table)
    elif not table.key_fields:
        text = N_(
            "Hunyuan3D-2 or 2.1 on a computer of yours, started by its api_server.py; no account, no cost"
        )
        paragraph(column, context, iface(text))
    elif table.is_sample:
        column.label(text="Makes samples on this computer; no account, no cost")
    if table.regions and table.needs_key:
        column.prop(stored, f'{table.id}_region', placeholder=table.regions[0])
    column.prop(stored, f'{table.id}_endpoint', placeholder=table.endpoint or iface("starts by itself"))
    row = column.row()
    row.operator('hunyuan3d.test_connection', icon='URL').service = table.id
    test = app.connection_test(table.id)
    if test is None:
        return
    if test.running:
        column.label(text="Testing…", icon='TIME')
    elif test.failure is not None:
        paragraph(column, context, full_text_of(test.failure), icon='ERROR')
    else:
        good = N_("The connection works and the key is good")
        text = iface(good if table.key_fields else N_("The server answers"))
        column.label(text=text, icon='CHECKMARK', translate=False)


def _draw_key(column: UILayout, stored: HUNYUAN3D_AP_preferences, table: ServiceTable) -> None:
    column.prop(stored, f'{table.id}_key_source')
    source = getattr(stored, f'{table.id}_key_source')
    account = app.shown_account(table.id)
    row = column.row()
    row.alignment = 'RIGHT'
    if account.key_hint:
        row.label(text=key_text(account), icon='CHECKMARK', translate=False)
    else:
        row.label(text="No key there", icon='ERROR')
    if source not in ('AUTO', Source.OWN_FILE, Source.SESSION):
        return
    for field in table.key_fields:
        column.prop(stored, f'{table.id}_{field}')
    row = column.row(align=True)
    row.operator('hunyuan3d.save_key').service = table.id
    row.operator('hunyuan3d.forget_key').service = table.id
    if table.keys_url:
        row.operator('wm.url_open', text="Get a Key", icon='URL').url = table.keys_url


def _draw_library(layout: UILayout, stored: HUNYUAN3D_AP_preferences) -> None:
    layout.prop(stored, 'library', placeholder=str(app.library_folder()))
    row = layout.row()
    row.alignment = 'RIGHT'
    size = app.library_size()
    if size is not None:
        row.label(text=filled(N_("It holds {size}"), size=size_text(size)), translate=False)
    row.operator('hunyuan3d.open_library', icon='FILE_FOLDER')


def account_text(service: str) -> str:
    """Whether a service can be used, and with which key."""
    account = app.shown_account(service)
    if account.key_hint:
        return key_text(account)
    if app.services()[service].is_sample:
        return iface(N_("Samples, no account needed"))
    return iface(N_("No key yet")) if app.services()[service].needs_key else iface(N_("No key needed"))


def account_icon(service: str) -> IconItems:
    """The same as an icon."""
    if app.shown_account(service).key_hint:
        return 'CHECKMARK'
    if app.services()[service].is_sample:
        return 'EXPERIMENTAL'
    return 'KEY_DEHLT' if app.services()[service].needs_key else 'WORLD'


def key_text(account: Account) -> str:
    """Which key is used, and where it comes from."""
    name = next(name for source, name, _ in SOURCES if source == account.key_source)
    return filled(N_("Key …{hint} · {source}"), hint=account.key_hint, source=iface(name))


def preferences() -> HUNYUAN3D_AP_preferences | None:
    """The stored preferences; None when Blender runs the add-on without (`--addons`, or while registering)."""
    entry: Addon | None = bpy.context.preferences.addons.get(PACKAGE)
    return cast(HUNYUAN3D_AP_preferences, entry.preferences) if entry else None


def settings_of(stored: HUNYUAN3D_AP_preferences | None) -> app.AppSettings:
    """The preferences as the app takes them."""
    if stored is None:
        return app.AppSettings()
    accounts = {}
    for service in app.services():
        source = getattr(stored, f'{service}_key_source')
        accounts[service] = app.AccountSettings(
            endpoint=getattr(stored, f'{service}_endpoint').strip().rstrip('/'),
            region=getattr(stored, f'{service}_region').strip(),
            key_source='' if source == 'AUTO' else source,
        )
    library = bpy.path.abspath(stored.library) if stored.library else ''
    return app.AppSettings(
        library=Path(library) if library else None,
        accounts=accounts,
        bucket=bucket_preferences.bucket_settings_of(stored),
        target_size_m=stored.target_size * METRES[stored.target_unit],
    )


CLASSES = (HUNYUAN3D_AP_preferences,)


def register() -> None:
    """Tell the app what the preferences say. Not taken back: Blender keeps what was chosen, and the app is reset."""
    _configure()
