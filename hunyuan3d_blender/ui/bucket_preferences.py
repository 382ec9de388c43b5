# SPDX-License-Identifier: GPL-3.0-or-later
"""The artist's bucket in the add-on's preferences, through which models go to the services."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bpy.props import BoolProperty, EnumProperty, StringProperty
from bpy.types import Context, UILayout

from .. import app
from ..credentials import Source
from ..i18n import OWN_CONTEXT
from ..services.errors import N_
from ..services.object_storage.bucket import PROVIDERS, Addressing
from .text import filled, full_text_of, iface, paragraph

PROVIDER_ITEMS = [(provider.id, provider.label, "") for provider in PROVIDERS.values()]
ADDRESSINGS = [
    (Addressing.PATH, "In the Path", "Servers of one's own mostly want it so"),
    (Addressing.VIRTUAL, "Virtual-Hosted", "In front of the host"),
]
SOURCES = [
    ('AUTO', "Wherever a Key Is Found", "The first of those below that has a key"),
    (Source.ENVIRONMENT, "Environment", "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN"),
    (Source.OWN_FILE, "File of This Add-on", "A file that only you can read"),
    (Source.SESSION, "This Run Only", "Kept in memory until Blender is closed"),
]
KEY_PARTS = ('bucket_key_id', 'bucket_key_secret', 'bucket_key_token')
"""The fields into which a key is typed: id, secret and token."""

LINK_HOURS = 2
"""How long a link to a staged model is good: `worker.staging.LINK_S`."""


def bucket_properties(
    configure: Callable[..., None], memory_only: Callable[[str], dict[str, Any]]
) -> dict[str, Any]:
    """Properties of the bucket, by name. `memory_only` makes what keeps a typed key out of every file."""
    return {
        'bucket_is_open': BoolProperty(name="Show Bucket"),
        'bucket_provider': EnumProperty(
            name="Provider", description="Who keeps the bucket", items=PROVIDER_ITEMS, update=configure
        ),
        'bucket_name': StringProperty(
            name="Bucket",
            description="Name of the bucket. On Tencent COS with the number of the account at its end",
            update=configure,
        ),
        'bucket_region': StringProperty(
            name="Region", description="Where the bucket is; leave empty for the usual one", update=configure
        ),
        'bucket_endpoint': StringProperty(
            name="Endpoint", description="Address of the bucket's server: https:// and its host", update=configure
        ),
        'bucket_addressing': EnumProperty(
            name="Addressing",
            description="Where the server wants to read the name of the bucket",
            items=ADDRESSINGS,
            update=configure,
        ),
        'bucket_prefix': StringProperty(
            name="Folder",
            translation_context=OWN_CONTEXT,
            description="Where in the bucket models are put, for example hunyuan3d; leave empty for its top",
            update=configure,
        ),
        'bucket_key_source': EnumProperty(
            name="Key From",
            translation_context=OWN_CONTEXT,
            description="Where the key is read from",
            items=SOURCES,
            update=configure,
        ),
        'bucket_key_id': StringProperty(
            name="Access Key ID",
            description="Paste it here; Tencent calls it SecretId. It is not kept in Blender's preferences",
            **memory_only('bucket_key_id'),
        ),
        'bucket_key_secret': StringProperty(
            name="Secret Access Key",
            description="Paste it here; Tencent calls it SecretKey. It is not kept in Blender's preferences",
            subtype='PASSWORD',
            **memory_only('bucket_key_secret'),
        ),
        'bucket_key_token': StringProperty(
            name="Session Token",
            description="Of temporary keys only. It is not kept in Blender's preferences",
            subtype='PASSWORD',
            **memory_only('bucket_key_token'),
        ),
    }  # fmt: skip


def bucket_settings_of(stored: Any) -> app.BucketSettings:
    """The preferences as the app takes them."""
    source, folder = stored.bucket_key_source, stored.bucket_prefix.strip().strip('/')
    return app.BucketSettings(
        provider=stored.bucket_provider,
        name=stored.bucket_name.strip(),
        region=stored.bucket_region.strip(),
        endpoint=stored.bucket_endpoint.strip().rstrip('/'),
        addressing=Addressing(stored.bucket_addressing),
        prefix=f"{folder}/" if folder else '',
        key_source='' if source == 'AUTO' else source,
    )


def draw_bucket(layout: UILayout, context: Context, stored: Any) -> None:
    """The bucket, folded like an account."""
    account = app.shown_bucket()
    header, body = layout.panel_prop(stored, 'bucket_is_open')
    is_usable = account is not None and account.key_hint
    header.label(text="Bucket for Models", icon='CHECKMARK' if is_usable else 'KEY_DEHLT')
    if body is None:
        return
    column = body.column()
    _draw_what_leaves(column, context)
    provider = PROVIDERS[stored.bucket_provider]
    column.prop(stored, 'bucket_provider')
    column.prop(stored, 'bucket_name', placeholder='models-1250000000')
    column.prop(stored, 'bucket_region', placeholder=provider.region)
    if not provider.endpoint:
        column.prop(stored, 'bucket_endpoint', placeholder="https://…")
        column.prop(stored, 'bucket_addressing')
    column.prop(stored, 'bucket_prefix')
    _draw_key(column, stored)
    column.row().operator('hunyuan3d.test_bucket', icon='URL')
    _draw_test(column, context)


def _draw_what_leaves(column: UILayout, context: Context) -> None:
    """Said before anything is set up."""
    text = N_(
        "Services fetch models from a web address. A model that you edit or bring along is put into this bucket of "
        "yours: the selected objects with their textures, private, under a random name. The service gets a link "
        "that ends after {hours} hours; the file is deleted when the job is over. The sandbox needs no bucket"
    )
    paragraph(column, context, filled(text, hours=LINK_HOURS))


def _draw_key(column: UILayout, stored: Any) -> None:
    column.prop(stored, 'bucket_key_source')
    account = app.shown_bucket()
    row = column.row()
    row.alignment = 'RIGHT'
    if account is not None and account.key_hint:
        source = next(name for source, name, _ in SOURCES if source == account.key_source)
        text = filled(N_("Key …{hint} · {source}"), hint=account.key_hint, source=iface(source))
        row.label(text=text, icon='CHECKMARK', translate=False)
    else:
        row.label(text="No key there", icon='ERROR')
    if stored.bucket_key_source == Source.ENVIRONMENT:
        return
    for part in KEY_PARTS:
        column.prop(stored, part)
    row = column.row(align=True)
    row.operator('hunyuan3d.save_bucket_key')
    row.operator('hunyuan3d.forget_bucket_key')


def _draw_test(column: UILayout, context: Context) -> None:
    test = app.bucket_test()
    if test is None:
        return
    if test.running:
        column.label(text="Testing…", icon='TIME')
    elif test.failure is not None:
        if test.step:
            paragraph(column, context, iface(test.step), icon='ERROR')
        paragraph(column, context, full_text_of(test.failure), icon='BLANK1' if test.step else 'ERROR')
    else:
        good = N_("The bucket works: a small file was written, read through a link, and deleted")
        paragraph(column, context, iface(good), icon='CHECKMARK')
