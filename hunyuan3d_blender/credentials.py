# SPDX-License-Identifier: GPL-3.0-or-later
"""Where keys come from. A key is never a stored Blender property, never in a job, and never on a command line.

Hosts here are scheme and host, as in 'https://ai3d.tencentcloudapi.com'. A key that was typed in belongs to the
service and host it was typed in for, and is not found for any other. A key found on this computer is found for the
service's own hosts only, and for this computer itself.
"""

from __future__ import annotations

import configparser
import hashlib
import ipaddress
import json
import os
import stat
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from .services.contract import Key
from .services.errors import N_, Failure, Kind, Refused


class Source(StrEnum):
    """Where a key is kept. The artist chooses one: no key of another source ever steps in by itself."""

    ENVIRONMENT = 'environment'
    SDK_FILE = 'sdk_file'
    """The file of Tencent's own tools: read, never written."""
    OWN_FILE = 'own_file'
    """A file that only the user can read."""
    SESSION = 'session'
    """The memory of this process."""


BUCKET = 'object_storage'
"""What keys of the artist's bucket are found by, in place of the id of a service."""

_PAIR = ('TENCENTCLOUD_SECRET_ID', 'TENCENTCLOUD_SECRET_KEY', '')
_ONE_KEY = ('', 'HUNYUAN3D_API_KEY', '')

_VARIABLES: Mapping[str, tuple[str, str, str]] = {
    'tencent_cn': _PAIR,
    'tencent_intl': _PAIR,
    'sandbox': _PAIR,  # one that was started by hand
    'tokenhub': _ONE_KEY,
    'openai_compatible': _ONE_KEY,
    'vtrix': _ONE_KEY,
    BUCKET: ('AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'),
}
"""Environment variables of id, secret and token, by service; '' for a part that its keys, found so, do not have."""

_HOSTS: Mapping[str, tuple[str, ...]] = {
    'tencent_cn': ('.tencentcloudapi.com',),
    'tencent_intl': ('.tencentcloudapi.com',),
    'tokenhub': (  # China site and international site, each in Guangzhou and in Singapore
        'tokenhub.tencentmaas.com',
        'tokenhub-intl.tencentmaas.com',
        'tokenhub.tencentcloudmaas.com',
        'tokenhub-intl.tencentcloudmaas.com',
    ),
    'openai_compatible': ('api.ai3d.cloud.tencent.com',),
    'vtrix': ('cloud.vtrix.ai',),
    BUCKET: (
        '.amazonaws.com', '.amazonaws.com.cn', '.myqcloud.com', '.tencentcos.cn', '.r2.cloudflarestorage.com',
    ),
}  # fmt: skip
"""Hosts of each service for which a key found on this computer is used; a dot in front stands for every host below."""

_SDK_SYSTEM_FILE = Path('/etc/tencentcloud/credentials')

_session: dict[tuple[str, str], Key] = {}


def find(source: Source, service_id: str, endpoint_host: str) -> Key | None:
    """The key of a source, None where there is none. Raise Refused for a key that cannot be right, and OSError."""
    key: Key | None = None
    if source == Source.SESSION:
        key = _session.get((service_id, endpoint_host))
    elif source == Source.OWN_FILE:
        key = _key(_own_keys().get(_name(service_id, endpoint_host)))
    elif service_id in _VARIABLES and _is_trusted(service_id, endpoint_host):
        if source == Source.ENVIRONMENT:
            key = _from_environment(service_id)
        elif _VARIABLES[service_id] is _PAIR:
            key = _from_sdk_file()
    if key is not None:
        refuse_impossible(key, _parts(service_id))
    return key


def available(service_id: str, host: str) -> list[tuple[Source, str]]:
    """Every source that has a usable key for the service, with the key's last four characters."""
    found = []
    for source in Source:
        with suppress(OSError, Refused):
            key = find(source, service_id, host)
            if key is not None:
                found.append((source, key.hint))
    return found


def save_own(service_id: str, host: str, key: Key) -> None:
    """Keep the key in the add-on's own file. Raise Refused for a key that cannot be right, and OSError."""
    refuse_impossible(key, _parts(service_id))
    entry = {'id': key.id, 'secret': key.secret, 'token': key.token}
    _write_own_keys(_own_keys() | {_name(service_id, host): entry})


def remove_own(service_id: str, host: str) -> None:
    """Forget the saved key; nothing happens when there is none. Raise OSError."""
    keys = _own_keys()
    if keys.pop(_name(service_id, host), None) is not None:
        _write_own_keys(keys)


def set_session(service_id: str, host: str, key: Key | None) -> None:
    """Keep the key until this process ends; None forgets it. Raise Refused for a key that cannot be right."""
    _session.pop((service_id, host), None)
    if key is not None:
        refuse_impossible(key, _parts(service_id))
        _session[service_id, host] = key


def refuse_impossible(key: Key, parts: tuple[str, str, str]) -> None:
    """Raise Refused for a key with a space or a foreign character inside, or with a part missing.

    `parts` is what the provider calls id, secret and token; '' for a part that is not looked at.
    """
    for part, text in zip(parts, (key.id, key.secret, key.token), strict=True):
        if not part:
            continue
        if not text and part != parts[2]:
            message = N_("The {part} is empty: copy it from the service's console")
        elif not all('!' <= character <= '~' for character in text):
            message = N_(
                "The {part} has a space or a foreign character inside: copy it again, without anything around it"
            )
        else:
            continue
        raise Refused(Failure(kind=Kind.CREDENTIALS, message=message, facts={'part': part}))


# From Blender's process to the worker's


def hand_over(library_path: Path, account_service: str, host: str, source: Source, key: Key) -> None:
    """Lay a key that only this process knows where the worker of that library finds it. Raise OSError.

    It crosses in a file that only the user can read, in a folder of this login session, and the worker deletes it.
    """
    name = hashlib.sha256(f"{source} {_name(account_service, host)}".encode()).hexdigest()[:16]
    content = {
        'service': account_service, 'host': host, 'source': source,
        'id': key.id, 'secret': key.secret, 'token': key.token,
    }  # fmt: skip
    _write_private(_runtime_folder() / f"{_mark(library_path)}-{name}.json", content)


def take_over(library_path: Path) -> dict[tuple[Source, str, str], Key]:
    """The keys handed over since the last call, by source, service and host; their files are deleted.

    Raise OSError when the folder is not the user's own.
    """
    keys: dict[tuple[Source, str, str], Key] = {}
    for file in sorted(_runtime_folder().glob(f"{_mark(library_path)}-*.json")):
        with suppress(FileNotFoundError, ValueError, KeyError):  # another worker was quicker; not one of ours
            content = json.loads(file.read_text(encoding='utf-8'))
            key = _key(content)
            if key is not None:
                keys[Source(content['source']), str(content['service']), str(content['host'])] = key
        file.unlink(missing_ok=True)
    return keys


# Inside


def _parts(service_id: str) -> tuple[str, str, str]:
    """What the provider calls the parts of a key."""
    if service_id == BUCKET:
        return 'Access Key ID', 'Secret Access Key', 'Session Token'
    return ('SecretId', 'SecretKey', 'Token') if _needs_id(service_id) else ('', 'key', '')


def _needs_id(service_id: str) -> bool:
    """Whether a key of the service is a pair."""
    return bool(_VARIABLES.get(service_id, _ONE_KEY)[0])


def _is_trusted(service_id: str, host: str) -> bool:
    """Whether a key that is found on this computer may be used with a host."""
    name = urlsplit(host).hostname or ''
    with suppress(ValueError):
        return ipaddress.ip_address(name).is_loopback
    own = any(
        name.endswith(known) if known.startswith('.') else name == known
        for known in _HOSTS.get(service_id, ())
    )
    return name == 'localhost' or (host.startswith('https://') and own)


def _from_environment(service_id: str) -> Key | None:
    id_variable = _VARIABLES[service_id][0]
    secret_id, secret, token = (os.environ.get(name, '') if name else '' for name in _VARIABLES[service_id])
    has_all = secret.strip() and (secret_id.strip() or not id_variable)
    return Key(secret, id=secret_id, token=token) if has_all else None


def _from_sdk_file() -> Key | None:
    """As Tencent's SDK reads it: the user's file if it exists, else the system's; section 'default'."""
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


def _own_file() -> Path:
    """The add-on's own file in the user's folder for settings, away from libraries, which are shared and copied."""
    if sys.platform == 'win32':
        folder = Path(os.environ.get('APPDATA') or Path.home() / 'AppData' / 'Roaming')
    elif sys.platform == 'darwin':
        folder = Path.home() / 'Library' / 'Application Support'
    else:
        folder = Path(os.environ.get('XDG_CONFIG_HOME') or Path.home() / '.config')
    return folder / 'hunyuan3d' / 'credentials.json'


def _own_keys() -> dict[str, Any]:
    """What the own file holds. Raise OSError."""
    try:
        keys = json.loads(_own_file().read_text(encoding='utf-8'))
    except (FileNotFoundError, ValueError):
        return {}
    return keys if isinstance(keys, dict) else {}


def _write_own_keys(keys: dict[str, Any]) -> None:
    file = _own_file()
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write_private(file, keys)


def _write_private(file: Path, content: Mapping[str, Any]) -> None:
    """Write JSON that nobody else can read at any moment, all of it or nothing."""
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=file.name, suffix='.part')  # O_EXCL, mode 0600
    try:
        with os.fdopen(handle, 'w', encoding='utf-8') as stream:
            json.dump(content, stream)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _runtime_folder() -> Path:
    """A folder of this login session that only the user can enter. Raise OSError when someone else has made it."""
    session = os.environ.get('XDG_RUNTIME_DIR')
    user = os.getuid() if sys.platform != 'win32' else 0
    folder = Path(session or tempfile.gettempdir()) / f"hunyuan3d-{user}"
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    facts = folder.lstat()
    safe = stat.S_ISDIR(facts.st_mode)
    if sys.platform != 'win32':  # there the temporary folder is the user's own, and mode bits mean nothing
        safe = safe and facts.st_uid == user and not facts.st_mode & 0o077
    if not safe:
        raise PermissionError(f"{folder} can be entered by other users")
    return folder


def _mark(library_path: Path) -> str:
    return hashlib.sha256(str(Path(library_path).resolve()).encode()).hexdigest()[:16]


def _name(service_id: str, host: str) -> str:
    return f"{service_id} {host}"


def _key(entry: Any) -> Key | None:
    """A key out of JSON, None for what is none."""
    if not isinstance(entry, dict):
        return None
    try:
        return Key(entry['secret'], id=entry['id'], token=entry['token'])
    except (KeyError, TypeError, AttributeError):
        return None
