# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that nobody but the user can read: one being written, and the add-on's own file of keys."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from ..services.contract import Key


def read_own() -> dict[str, Any]:
    """What the own file holds, by name; nothing where it is damaged. Raise OSError."""
    try:
        entries = json.loads(own_file().read_text(encoding='utf-8'))
    except (FileNotFoundError, ValueError):
        return {}
    return entries if isinstance(entries, dict) else {}


def write_own(entries: Mapping[str, Any]) -> Path | None:
    """Replace what the own file holds. A damaged one is kept beside it, and where is returned. Raise OSError."""
    file = own_file()
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = _put_aside(file) if _is_damaged(file) else None
    write(file, entries)
    return aside


def own_file() -> Path:
    """The add-on's own file in the user's folder for settings, away from libraries, which are shared and copied."""
    if sys.platform == 'win32':
        folder = Path(os.environ.get('APPDATA') or Path.home() / 'AppData' / 'Roaming')
    elif sys.platform == 'darwin':
        folder = Path.home() / 'Library' / 'Application Support'
    else:
        folder = Path(os.environ.get('XDG_CONFIG_HOME') or Path.home() / '.config')
    return folder / 'hunyuan3d' / 'credentials.json'


def write(file: Path, content: Mapping[str, Any]) -> None:
    """Write JSON that nobody else can read at any moment, all of it or nothing. Raise OSError."""
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


def entry_of(key: Key) -> dict[str, str]:
    """The key as JSON."""
    return {'id': key.id, 'secret': key.secret, 'token': key.token}


def key_of(entry: Any) -> Key | None:
    """A key out of JSON, None for what is none."""
    if not isinstance(entry, dict):
        return None
    try:
        return Key(entry['secret'], id=entry['id'], token=entry['token'])
    except (KeyError, TypeError, AttributeError):
        return None


def _is_damaged(file: Path) -> bool:
    """Whether there is something that is not a file of ours: what it held may be saved by hand."""
    with suppress(FileNotFoundError):
        try:
            return bool(file.stat().st_size) and not isinstance(json.loads(file.read_bytes()), dict)
        except ValueError:
            return True
    return False


def _put_aside(file: Path) -> Path:
    aside = file.with_name(f"{file.stem}.damaged-{time.strftime('%Y%m%d-%H%M%S')}{file.suffix}")
    file.replace(aside)
    return aside
