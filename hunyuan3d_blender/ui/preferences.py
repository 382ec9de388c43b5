# SPDX-License-Identifier: GPL-3.0-or-later
"""The add-on's preferences, and what the app makes of them."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any, cast

import bpy
from bpy.props import (
    BoolProperty,
    CollectionProperty,
    EnumProperty,
    FloatProperty,
    IntProperty,
    StringProperty,
)
from bpy.types import Addon, AddonPreferences, Context, PropertyGroup, UILayout

from .. import __package__ as PACKAGE  # noqa: N812 - the package's own name in Blender
from .. import app
from ..credentials import BUCKET
from ..services.contract import ServiceTable
from ..services.errors import N_
from . import bucket_preferences
from .account_properties import account_group, key_source, memory_only
from .panels.accounts import account_icon, draw_accounts
from .text import filled, full_text_of, iface, size_text

logger = logging.getLogger(__name__)

METRES = {'METERS': 1.0, 'CENTIMETERS': 0.01, 'MILLIMETERS': 0.001, 'FEET': 0.3048, 'INCHES': 0.0254}
"""How long each of Blender's units is."""


def _configure(_self: object = None, _context: Context | None = None) -> None:
    app.configure(settings_of(preferences()))


GROUPS: dict[str, type[PropertyGroup]] = {
    table.id: account_group(table, _configure) for table in app.services().values()
}
"""By service: what each of its accounts consists of."""


def _keep_no_password(self: HUNYUAN3D_AP_preferences, context: Context) -> None:
    """What stands in front of the proxy's host would lie readable in userpref.blend."""
    scheme, mark, rest = self.proxy.strip().rpartition('://')
    proxy = scheme + mark + rest.rpartition('@')[2]
    if proxy != self.proxy:
        self.proxy = proxy  # comes here again
        return
    _configure(self, context)


def _monthly_limit(_self: object) -> int:
    return round(app.limit() or 0.0)


def _set_monthly_limit(_self: object, allowed: int) -> None:
    try:
        app.set_limit(allowed or None)
    except app.NotPossible as error:  # a property cannot report: the field shows what it was
        logger.warning("%s", full_text_of(error.failure))


def _account_properties(table: ServiceTable) -> dict[str, Any]:
    """Properties of one service's accounts, by name."""
    name = table.id
    return {
        f'{name}_is_open': BoolProperty(name="Show Account"),
        f'{name}_accounts': CollectionProperty(type=GROUPS[name]),
        f'{name}_account': IntProperty(
            name="Account",
            description="Jobs are sent with the account that is selected here",
            update=_configure,
        ),
        # As versions that knew one account per service have kept it; read once, by `_adopt`.
        f'{name}_key_source': key_source(table),
        f'{name}_region': StringProperty(options={'HIDDEN'}),
        f'{name}_endpoint': StringProperty(options={'HIDDEN'}),
    }


def _for_bucket(name: str) -> dict[str, Any]:
    return memory_only(lambda _stored: app.typed(BUCKET), name)


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
    original_model: EnumProperty(
        name="Original Model",
        description="What becomes of a model when a result arrives that stands in for it. It is never deleted",
        items=[
            ('HIDE', "Hide", "In viewports and renders"),
            ('KEEP', "Keep", "Both can be seen, in the same place"),
        ],
        update=_configure,
    )
    proxy: StringProperty(
        name="Proxy",
        description="Through which services are reached, http://host:port, in place of the system's. For one that wants "
        "a name and a password, set HTTPS_PROXY before Blender starts: they are not kept in Blender's preferences",
        update=_keep_no_password,
    )
    ca_bundle: StringProperty(
        name="Certificates",
        description="A file of certificates to trust in place of the usual ones, as an office's network may need",
        subtype='FILE_PATH',
        update=_configure,
    )
    monthly_limit: IntProperty(
        name="Monthly Limit",
        description="Credits that all services together may cost in a calendar month: what would go over that is not "
        "sent, nor what costs credits that nobody tells beforehand. Zero for no limit. It is kept with the library and "
        "holds for every Blender that uses it",
        min=0,
        soft_max=10_000,
        get=_monthly_limit,
        set=_set_monthly_limit,
    )
    for _table in app.services().values():
        __annotations__.update(_account_properties(_table))
    del _table
    __annotations__.update(bucket_preferences.bucket_properties(_configure, _for_bucket))

    def draw(self, context: Context) -> None:
        layout = self.layout
        layout.use_property_split = True
        layout.use_property_decorate = False
        for table in app.services().values():
            header, body = layout.panel_prop(self, f'{table.id}_is_open')
            header.label(text=table.label, icon=account_icon(table.id))
            if body is not None:
                draw_accounts(body, context, self, table)
        bucket_preferences.draw_bucket(layout, context, self)
        row = layout.row(align=True)
        row.prop(self, 'target_size')
        row.prop(self, 'target_unit', text="")
        layout.row().prop(self, 'original_model', expand=True)
        layout.prop(self, 'monthly_limit')
        layout.prop(self, 'proxy', placeholder=iface(N_("the system's")))
        layout.prop(self, 'ca_bundle', placeholder=iface(N_("the usual ones")))
        _draw_library(layout, self)


def _draw_library(layout: UILayout, stored: HUNYUAN3D_AP_preferences) -> None:
    layout.prop(stored, 'library', placeholder=str(app.library_folder()))
    row = layout.row()
    row.alignment = 'RIGHT'
    size = app.library_size()
    if size is not None:
        row.label(text=filled(N_("It holds {size}"), size=size_text(size)), translate=False)
    row.operator('hunyuan3d.open_library', icon='FILE_FOLDER')


def preferences() -> HUNYUAN3D_AP_preferences | None:
    """The stored preferences; None when Blender runs the add-on without (`--addons`, or while registering)."""
    entry: Addon | None = bpy.context.preferences.addons.get(PACKAGE)
    return cast(HUNYUAN3D_AP_preferences, entry.preferences) if entry else None


def settings_of(stored: HUNYUAN3D_AP_preferences | None) -> app.AppSettings:
    """The preferences as the app takes them."""
    if stored is None:
        return app.AppSettings()
    library = bpy.path.abspath(stored.library) if stored.library else ''
    return app.AppSettings(
        library=Path(library) if library else None,
        accounts={service: _accounts_of(stored, service) for service in app.services()},
        bucket=bucket_preferences.bucket_settings_of(stored),
        target_size_m=stored.target_size * METRES[stored.target_unit],
        proxy=stored.proxy,
        ca_bundle=bpy.path.abspath(stored.ca_bundle) if stored.ca_bundle else '',
        hide_originals=stored.original_model == 'HIDE',
    )


def _accounts_of(stored: HUNYUAN3D_AP_preferences, service: str) -> tuple[app.AccountSettings, ...]:
    """A service's accounts, the active one first."""
    items, active = list(getattr(stored, f'{service}_accounts')), getattr(stored, f'{service}_account')
    return tuple(
        app.AccountSettings(
            id=item.id,
            name=item.name,
            endpoint=item.endpoint.strip().rstrip('/'),
            region=item.region.strip(),
            key_source='' if item.key_source == 'AUTO' else item.key_source,
        )
        for item in items[active : active + 1] + items[:active] + items[active + 1 :]
    )


def _adopt(stored: HUNYUAN3D_AP_preferences) -> None:
    """Give every service an account: the one that an older version has kept, or an empty one."""
    for service in app.services():
        items = getattr(stored, f'{service}_accounts')
        if items:
            continue
        first = items.add()
        first.name = first_name(service, 1)
        for name in ('key_source', 'region', 'endpoint'):
            setattr(first, name, getattr(stored, f'{service}_{name}'))
            stored.property_unset(f'{service}_{name}')


def first_name(service: str, number: int) -> str:
    """What an account is called until the artist calls it otherwise."""
    has_keys = app.services()[service].key_fields
    return filled(N_("Account {number}") if has_keys else N_("Server {number}"), number=number)


CLASSES = (*GROUPS.values(), HUNYUAN3D_AP_preferences)


def register() -> None:
    """Tell the app what the preferences say. Not taken back: Blender keeps what was chosen, and the app is reset."""
    stored = preferences()
    if stored is not None:
        _adopt(stored)
    _configure()
