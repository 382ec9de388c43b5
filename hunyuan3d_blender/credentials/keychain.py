# SPDX-License-Identifier: GPL-3.0-or-later
"""The system's keychain, through the library `keyring` where that is installed.

It may be locked and ask the artist, so these functions may wait for minutes: not for Blender's own process.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ..services.contract import Key
from ..services.errors import N_, Failure, Kind, Refused
from . import private_file

_SERVICE = 'hunyuan3d_blender'
"""What our entries in the keychain are called."""


def is_there() -> bool:
    """Whether the library can be imported; looks for its files only."""
    return importlib.util.find_spec('keyring') is not None


def read(name: str) -> Key | None:
    """The key of that name, None where there is none. Raise Refused."""
    with _library() as keyring:
        text = keyring.get_password(_SERVICE, name)
    try:
        return private_file.key_of(json.loads(text)) if text else None
    except ValueError:
        return None


def write(name: str, key: Key) -> None:
    """Keep a key, in place of an earlier one of that name. Raise Refused."""
    with _library() as keyring:
        keyring.set_password(_SERVICE, name, json.dumps(private_file.entry_of(key)))


def delete(name: str) -> None:
    """Forget a key; nothing happens when there is none. Raise Refused."""
    with _library() as keyring:
        if keyring.get_password(_SERVICE, name) is not None:
            keyring.delete_password(_SERVICE, name)


@contextmanager
def _library() -> Iterator[Any]:
    """The library; whatever it raises becomes Refused."""
    if not is_there():
        message = N_(
            "The Python library keyring is not installed in this Blender: install it, or keep the key elsewhere"
        )
        raise Refused(Failure(kind=Kind.CREDENTIALS, message=message))
    try:
        yield importlib.import_module('keyring')
    except Exception as error:  # noqa: BLE001 - each system's keychain has errors of its own
        message = N_("The system's keychain does not work: {reason}. Unlock it, or keep the key elsewhere")
        # Only its kind: nobody knows what such an error quotes.
        facts: dict[str, str | int | float] = {'reason': type(error).__name__}
        raise Refused(Failure(kind=Kind.CREDENTIALS, message=message, facts=facts)) from None
