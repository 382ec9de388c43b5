# SPDX-License-Identifier: GPL-3.0-or-later
"""Where keys come from. A key is never a stored Blender property, never in a job, and never on a command line.

    purpose         what a key is for (service, host, account), and the sources there are
    computer        keys that lie on this computer for other programs, too; for the service's own hosts only
    private_file    the add-on's own file
    keychain        the system's, through `keyring`; may wait
    crossing        from Blender's process to the worker's

A key that was typed in belongs to the account, service and host it was typed in for, and is not found for any other.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from ..services.contract import Key
from ..services.errors import N_, Failure, Kind, Refused
from . import keychain, private_file
from .computer import (
    BUCKET,
    GENERAL_VARIABLE,
    VARIABLES,
    from_environment,
    from_sdk_file,
    is_trusted,
    missing_variables,
    needs_id,
)
from .crossing import hand_over, take_over
from .purpose import Purpose, Source

__all__ = [
    'BUCKET', 'GENERAL_VARIABLE', 'VARIABLES', 'Purpose', 'Source', 'available', 'find', 'forget_keychain', 'hand_over',
    'hint', 'keychain', 'missing_variables', 'note_keychain', 'refuse_impossible', 'remove_own', 'save_own', 'set_session', 'take_over',
]  # fmt: skip

_session: dict[Purpose, Key] = {}


def find(source: Source, purpose: Purpose) -> Key | None:
    """The key of a source, None where there is none. Raise Refused for a key that cannot be right, and OSError.

    The keychain may let its caller wait for minutes.
    """
    return _key_in(source, purpose, own_only=False)


def hint(source: Source, purpose: Purpose) -> str:
    """The last four characters of the key of a source, '' where there is no usable one. Never waits."""
    return _hint(source, purpose, own_only=False)


def available(purpose: Purpose) -> list[tuple[Source, str]]:
    """Every source that has a usable key for this service by name, with the key's last four characters.

    The variable that is named for no service counts only where the artist has chosen the environment: found by
    itself, the key of one service would be sent to another.
    """
    hints = ((source, _hint(source, purpose, own_only=True)) for source in Source)
    return [(source, text) for source, text in hints if text]


def save_own(purpose: Purpose, key: Key) -> Path | None:
    """Keep the key in the add-on's own file. Raise Refused for a key that cannot be right, and OSError.

    A damaged file is kept beside the new one, and where is returned; else None.
    """
    refuse_impossible(key, purpose)
    return private_file.write_own(private_file.read_own() | {purpose.name: private_file.entry_of(key)})


def remove_own(purpose: Purpose) -> None:
    """Forget the saved key; nothing happens when there is none. Raise OSError."""
    _remove_entry(purpose.name)


def set_session(purpose: Purpose, key: Key | None) -> None:
    """Keep the key until this process ends; None forgets it. Raise Refused for a key that cannot be right."""
    _session.pop(purpose, None)
    if key is not None:
        refuse_impossible(key, purpose)
        _session[purpose] = key


def note_keychain(purpose: Purpose, key_hint: str) -> Path | None:
    """Remember, in the own file, that the keychain has a key with these last four characters; else as `save_own`."""
    return private_file.write_own(private_file.read_own() | {_keychain_note(purpose): {'hint': key_hint}})


def forget_keychain(purpose: Purpose) -> None:
    """Forget that note; nothing happens when there is none. Raise OSError."""
    _remove_entry(_keychain_note(purpose))


def refuse_impossible(key: Key, purpose: Purpose) -> None:
    """Raise Refused for a key with a space or a foreign character inside, or with a part missing."""
    parts = _parts(purpose.service)
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


def _hint(source: Source, purpose: Purpose, *, own_only: bool) -> str:
    with suppress(OSError, Refused):
        if source is Source.KEYCHAIN:
            return _keychain_hint(purpose)
        key = _key_in(source, purpose, own_only=own_only)
        return key.hint if key else ''
    return ''


def _key_in(source: Source, purpose: Purpose, *, own_only: bool) -> Key | None:
    key: Key | None = None
    if source is Source.SESSION:
        key = _session.get(purpose)
    elif source is Source.OWN_FILE:
        key = private_file.key_of(private_file.read_own().get(purpose.name))
    elif source is Source.KEYCHAIN:
        key = keychain.read(purpose.name)
    elif purpose.service in VARIABLES and is_trusted(purpose.service, purpose.host):
        if source is Source.ENVIRONMENT:
            key = from_environment(purpose.service, own_only=own_only)
        else:
            key = from_sdk_file(purpose.service)
    if key is not None:
        refuse_impossible(key, purpose)
    return key


def _parts(service_id: str) -> tuple[str, str, str]:
    """What the provider calls id, secret and token; '' for a part that is not looked at."""
    if service_id == BUCKET:
        return 'Access Key ID', 'Secret Access Key', 'Session Token'
    return ('SecretId', 'SecretKey', 'Token') if needs_id(service_id) else ('', 'key', '')


def _keychain_hint(purpose: Purpose) -> str:
    note = private_file.read_own().get(_keychain_note(purpose))
    return str(note.get('hint', '')) if isinstance(note, dict) else ''


def _keychain_note(purpose: Purpose) -> str:
    return f"keychain {purpose.name}"


def _remove_entry(name: str) -> None:
    entries = private_file.read_own()
    if entries.pop(name, None) is not None:
        private_file.write_own(entries)
