# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys that lie on this computer already, put there for other programs, too: environment variables, Tencent's own file.

They are used for the service's own hosts only, and for this computer itself.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from ..services.contract import KEY_PAIR, Key
from ..services.registry import TABLES

BUCKET = 'object_storage'
"""What keys of the artist's bucket are found by, in place of the id of a service."""

GENERAL_VARIABLE = 'HUNYUAN3D_API_KEY'
"""Belongs to no one service: taken only for one that was chosen by name, see `from_environment`."""

_PAIR = ('TENCENTCLOUD_SECRET_ID', 'TENCENTCLOUD_SECRET_KEY', 'TENCENTCLOUD_TOKEN')

VARIABLES: Mapping[str, tuple[str, str, str]] = {
    table.id: _PAIR if table.key_fields == KEY_PAIR else ('', f'HUNYUAN3D_{table.id.upper()}_API_KEY', '')
    for table in TABLES.values()
    if table.key_fields
} | {BUCKET: ('AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN')}
"""Environment variables of id, secret and token, by service; '' for a part that its keys do not have.

Source of the pair's: the environment variables of Tencent's own tools, https://cloud.tencent.com/document/product/440/96291.
"""

_HOSTS: Mapping[str, tuple[str, ...]] = {
    table.id: (urlsplit(table.endpoint).hostname or '', *table.key_hosts) for table in TABLES.values()
} | {
    BUCKET: (
        '.amazonaws.com', '.amazonaws.com.cn', '.myqcloud.com', '.tencentcos.cn', '.r2.cloudflarestorage.com',
    ),
}  # fmt: skip
"""Hosts of each service for which a key found on this computer is used; a dot in front stands for every host below."""

_SDK_SYSTEM_FILE = Path('/etc/tencentcloud/credentials')


def needs_id(service_id: str) -> bool:
    """Whether a key of the service is a pair."""
    return bool(VARIABLES.get(service_id, ('', '', ''))[0])


def is_trusted(service_id: str, host: str) -> bool:
    """Whether a key that is found on this computer may be used with a host."""
    name = urlsplit(host).hostname or ''
    with suppress(ValueError):
        return ipaddress.ip_address(name).is_loopback
    own = any(
        name.endswith(known) if known.startswith('.') else name == known
        for known in filter(None, _HOSTS.get(service_id, ()))
    )
    return name == 'localhost' or (host.startswith('https://') and own)


def missing_variables(service_id: str, host: str) -> tuple[str, ...]:
    """The variables that are not set and would make a key together; none where a key found there is not used."""
    names = filter(None, VARIABLES[service_id][:2]) if is_trusted(service_id, host) else ()
    return tuple(name for name in names if not os.environ.get(name, '').strip())


def from_environment(service_id: str, *, own_only: bool) -> Key | None:
    """The key in the service's own variables, else, unless `own_only`, the one that is named for no service."""
    id_variable, secret_variable, token_variable = VARIABLES[service_id]
    secret_id, token = os.environ.get(id_variable, ''), os.environ.get(token_variable, '')
    secret = os.environ.get(secret_variable, '')
    if not secret.strip() and not id_variable and not own_only:
        secret = os.environ.get(GENERAL_VARIABLE, '')
    has_all = secret.strip() and (secret_id.strip() or not id_variable)
    return Key(secret, id=secret_id, token=token) if has_all else None


def from_sdk_file(service_id: str) -> Key | None:
    """As Tencent's SDK reads it: the user's file if it exists, else the system's; section 'default'. Raise OSError."""
    if VARIABLES[service_id] is not _PAIR:
        return None
    import configparser  # takes 5 ms: not while Blender starts

    file = Path.home() / '.tencentcloud' / 'credentials'
    if not file.exists():
        file = _SDK_SYSTEM_FILE
    parser = configparser.ConfigParser(interpolation=None)
    try:
        with file.open(encoding='utf-8-sig') as stream:
            parser.read_file(stream)
        section = parser['default']
        secret_id, secret = section['secret_id'].strip('"\' '), section['secret_key'].strip('"\' ')
    except (FileNotFoundError, KeyError, configparser.Error, UnicodeDecodeError):
        return None
    return Key(secret, id=secret_id) if secret_id and secret else None
