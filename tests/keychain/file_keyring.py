# SPDX-License-Identifier: GPL-3.0-or-later
"""A keychain in a file, for the library `keyring`: every process of a test finds the same one through its settings."""

from __future__ import annotations

import json
import os
from pathlib import Path

from keyring.backend import KeyringBackend


def folder() -> Path:
    """Where it lies."""
    return Path(os.environ['XDG_DATA_HOME']) / 'file_keyring'


class FileKeyring(KeyringBackend):
    """Counts how often it is read, and fails where a file `broken` lies beside it."""

    priority = 1.0

    def get_password(self, service: str, username: str) -> str | None:
        self._fail(username)
        with (folder() / 'reads').open('a', encoding='utf-8') as reads:
            reads.write(f"{username}\n")
        return self._read().get(f"{service}/{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self._fail(password)
        self._write(self._read() | {f"{service}/{username}": password})

    def delete_password(self, service: str, username: str) -> None:
        entries = self._read()
        del entries[f"{service}/{username}"]
        self._write(entries)

    def _fail(self, text: str) -> None:
        if (folder() / 'broken').exists():
            raise RuntimeError(f"locked; you said {text}")

    def _read(self) -> dict[str, str]:
        file = folder() / 'entries.json'
        return dict(json.loads(file.read_text(encoding='utf-8'))) if file.exists() else {}

    def _write(self, entries: dict[str, str]) -> None:
        (folder() / 'entries.json').write_text(json.dumps(entries), encoding='utf-8')
