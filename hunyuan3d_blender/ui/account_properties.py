# SPDX-License-Identifier: GPL-3.0-or-later
"""What an account consists of. What is typed into its key fields is kept in memory only and never read back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bpy.props import EnumProperty, StringProperty
from bpy.types import Context, PropertyGroup

from .. import app
from ..credentials import Source
from ..i18n import OWN_CONTEXT
from ..services.contract import KEY_PAIR, KeyField, ServiceTable

SOURCES = [
    ('AUTO', "Wherever a Key Is Found", "The first of those below that has a key"),
    (
        Source.ENVIRONMENT,
        "Environment",
        "TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY, with TENCENTCLOUD_TOKEN for a temporary key",
    ),
    (Source.SDK_FILE, "Tencent's Own File", "~/.tencentcloud/credentials, which is only read"),
    (Source.OWN_FILE, "File of This Add-on", "A file that only you can read"),
    (Source.SESSION, "This Run Only", "Kept in memory until Blender is closed"),
    (Source.KEYCHAIN, "System Keychain", "Through the Python library keyring, where that is installed"),
]
ONE_KEY_SOURCES = [
    SOURCES[0],
    (Source.ENVIRONMENT, "Environment", "The variable named for this service, else HUNYUAN3D_API_KEY"),
    *(item for item in SOURCES[2:] if item[0] != Source.SDK_FILE),
]
"""For services whose key is not a pair, which Tencent's own tools do not know."""
_BULLETS = "•" * 12
"""Shown for whatever is typed."""

Changed = Callable[[Any, Context], None]


def account_group(table: ServiceTable, changed: Changed) -> type[PropertyGroup]:
    """The properties of one of a service's accounts."""
    properties: dict[str, Any] = {
        'id': StringProperty(options={'HIDDEN'}),
        'name': StringProperty(name="Name", description="Double-click to rename", update=changed),
        'key_source': key_source(table, changed),
        **{str(field): _key_property(table.id, field) for field in table.key_fields},
        'region': StringProperty(name="Region", description="Leave empty for the usual one", update=changed),
        'endpoint': StringProperty(
            name="Endpoint",
            description="Another host for this service; leave empty for its own",
            update=changed,
        ),
    }
    members = {'__annotations__': properties, '__module__': __name__, 'service': table.id}
    return type(f'HUNYUAN3D_PG_account_{table.id}', (PropertyGroup,), members)


def key_source(table: ServiceTable, changed: Changed | None = None) -> Any:
    """Where a key of the service may be."""
    return EnumProperty(
        name="Key From",
        translation_context=OWN_CONTEXT,
        description="Where the key is read from",
        items=SOURCES if table.key_fields == KEY_PAIR else ONE_KEY_SOURCES,
        update=changed,
    )


def memory_only(typed: Callable[[Any], dict[str, str]], name: str) -> dict[str, Any]:
    """Callbacks that keep a property's text out of every file: a stored one lies readable in userpref.blend.

    `typed` finds what holds the texts instead, from what the property belongs to.
    """

    def show(owner: Any) -> str:
        return _BULLETS if typed(owner).get(name) else ""

    def take(owner: Any, text: str) -> None:
        if text != _BULLETS:  # the field was entered and left unchanged
            typed(owner)[name] = text.replace("•", "")

    return {'get': show, 'set': take}


def _key_property(service: str, field: KeyField) -> Any:
    callbacks = memory_only(lambda account: app.typed(service, account.id), field)
    if field is KeyField.SECRET_ID:
        return StringProperty(
            name="SecretId",
            description="Paste the SecretId here; it is not kept in Blender's preferences",
            **callbacks,
        )
    if field is KeyField.SECRET_KEY:
        return StringProperty(
            name="SecretKey",
            description="Paste the SecretKey here; it is not kept in Blender's preferences",
            subtype='PASSWORD',
            **callbacks,
        )
    if field is KeyField.TOKEN:
        return StringProperty(
            name="Token",
            description="Only for a temporary key: paste its token here; it is not kept in Blender's preferences",
            subtype='PASSWORD',
            **callbacks,
        )
    return StringProperty(
        name="API Key",
        description="Paste the API key here; it is not kept in Blender's preferences",
        subtype='PASSWORD',
        **callbacks,
    )
