# SPDX-License-Identifier: GPL-3.0-or-later
"""Put a key into the system's keychain, or take it away. As a process of its own: the keychain may ask the artist.

in   {"purpose": [service, host, account], "key": {"id", "secret", "token"}, or null to forget the one that is there}
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..credentials import Purpose, keychain
from ..services.contract import Key
from .answering import answer


def main(_arguments: list[str]) -> int:
    """Do what standard input says; return 0 whatever comes of it."""
    return answer(_change)


def _change(question: Mapping[str, Any]) -> None:
    name = Purpose(*question['purpose']).name
    if question['key'] is None:
        keychain.delete(name)
    else:
        keychain.write(name, Key(**question['key']))
