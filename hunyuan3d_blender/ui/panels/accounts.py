# SPDX-License-Identifier: GPL-3.0-or-later
"""The accounts of a service, in the preferences: a list, and what is set for the selected one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bpy.types import Context, UILayout, UIList

from ... import app
from ...credentials import GENERAL_VARIABLE, VARIABLES, Source
from ...jobs.job import Account
from ...services.contract import KEY_PAIR, ServiceTable
from ...services.errors import N_
from ..account_properties import SOURCES
from ..text import filled, full_text_of, iface, paragraph

if TYPE_CHECKING:
    from bpy.stub_internal.rna_enums import IconItems

ROWS = 2
"""As many as the buttons beside the list need."""
ROWS_MAX = 5
_WRITABLE = ('AUTO', Source.OWN_FILE, Source.SESSION, Source.KEYCHAIN)
"""Where a typed key can be kept."""


class HUNYUAN3D_UL_accounts(UIList):
    def draw_item(
        self,
        _context: Context,
        layout: UILayout,
        _data: Any,
        item: Any,
        _icon: int,
        _active_data: Any,
        _active_property: str,
        _index: int,
        _flag: int,
    ) -> None:
        chosen = next((each for each in app.accounts_with(item.service) if each.id == item.id), None)
        line = layout.row()
        line.prop(item, 'name', text="", emboss=False, icon=account_icon(item.service, chosen))
        right = line.row()
        right.alignment = 'RIGHT'
        right.active = False
        hint = app.shown_account(item.service, chosen).key_hint
        right.label(text=f"…{hint}" if hint else item.endpoint, translate=False)


def draw_accounts(layout: UILayout, context: Context, stored: Any, table: ServiceTable) -> None:
    """What there is to set up for a service."""
    column, accounts = layout.column(), getattr(stored, f'{table.id}_accounts')
    if table.is_sample:
        column.label(text="Makes samples on this computer; no account, no cost")
    else:
        _draw_list(column, stored, table, len(accounts))
    if not table.key_fields:
        text = N_(
            "Hunyuan3D-2 or 2.1 on a computer of yours, started by its api_server.py; no account, no cost"
        )
        paragraph(column, context, iface(text))
    for item in accounts[getattr(stored, f'{table.id}_account') :][:1]:
        _draw_account(column, context, item, table)


def _draw_list(layout: UILayout, stored: Any, table: ServiceTable, count: int) -> None:
    row = layout.row()
    row.template_list(
        'HUNYUAN3D_UL_accounts', table.id, stored, f'{table.id}_accounts', stored, f'{table.id}_account',
        rows=ROWS, maxrows=ROWS_MAX,
    )  # fmt: skip
    buttons = row.column(align=True)
    buttons.operator('hunyuan3d.new_account', text="", icon='ADD').service = table.id
    remove = buttons.row()
    remove.enabled = count > 1
    remove.operator('hunyuan3d.remove_account', text="", icon='REMOVE').service = table.id


def _draw_account(column: UILayout, context: Context, item: Any, table: ServiceTable) -> None:
    if table.needs_key:
        _draw_key(column, context, item, table)
    if table.regions and table.needs_key:
        column.prop(item, 'region', placeholder=table.regions[0])
    column.prop(item, 'endpoint', placeholder=table.endpoint or iface("starts by itself"))
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


def _draw_key(column: UILayout, context: Context, item: Any, table: ServiceTable) -> None:
    column.prop(item, 'key_source')
    account = app.shown_account(table.id)
    row = column.row()
    row.alignment = 'RIGHT'
    if account.key_hint:
        row.label(text=key_text(account), icon='CHECKMARK', translate=False)
    else:
        row.label(text="No key there", icon='ERROR')
    if item.key_source == Source.ENVIRONMENT and not account.key_hint:
        text = N_("Blender sees the variables with which it was started: {variables}")
        paragraph(column, context, filled(text, variables=", ".join(_variables(table))))
    if item.key_source == Source.KEYCHAIN:
        _draw_keychain(column, context, table)
    if item.key_source not in _WRITABLE:
        return
    for field in table.key_fields:
        column.prop(item, field, placeholder=iface("for temporary keys only") if field == 'token' else "")
    row = column.row(align=True)
    row.operator('hunyuan3d.save_key').service = table.id
    row.operator('hunyuan3d.forget_key').service = table.id
    if table.keys_url:
        row.operator('wm.url_open', text="Get a Key", icon='URL').url = table.keys_url


def _draw_keychain(column: UILayout, context: Context, table: ServiceTable) -> None:
    task = app.keychain_task(table.id)
    if not app.is_keychain_there():
        text = N_(
            "The Python library keyring is not installed in this Blender: install it, or keep the key elsewhere"
        )
        paragraph(column, context, iface(text), icon='ERROR')
    elif task is not None and task.running:
        column.label(text="Waiting for the keychain…", icon='TIME')
    elif task is not None and task.failure is not None:
        paragraph(column, context, full_text_of(task.failure), icon='ERROR')


def _variables(table: ServiceTable) -> list[str]:
    """The environment variables of a service's key, without those that only some keys have."""
    names = [name for name in VARIABLES[table.id][:2] if name]
    return names if table.key_fields == KEY_PAIR else [*names, GENERAL_VARIABLE]


def account_text(service: str) -> str:
    """Whether a service can be used, and with which key."""
    account = app.shown_account(service)
    if account.key_hint:
        return key_text(account)
    if app.services()[service].is_sample:
        return iface(N_("Samples, no account needed"))
    return iface(N_("No key yet")) if app.services()[service].needs_key else iface(N_("No key needed"))


def account_icon(service: str, chosen: app.AccountSettings | None = None) -> IconItems:
    """The same as an icon; of the active account unless another is given."""
    if app.shown_account(service, chosen).key_hint:
        return 'CHECKMARK'
    if app.services()[service].is_sample:
        return 'EXPERIMENTAL'
    return 'KEY_DEHLT' if app.services()[service].needs_key else 'WORLD'


def key_text(account: Account) -> str:
    """Which key is used, and where it comes from."""
    name = next(name for source, name, _ in SOURCES if source == account.key_source)
    return filled(N_("Key …{hint} · {source}"), hint=account.key_hint, source=iface(name))


CLASSES = (HUNYUAN3D_UL_accounts,)
