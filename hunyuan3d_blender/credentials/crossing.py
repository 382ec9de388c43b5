# SPDX-License-Identifier: GPL-3.0-or-later
"""From Blender's process to the worker's: keys that only the former knows."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from ..services.contract import Key
from . import private_file
from .purpose import Purpose, Source


def hand_over(library_path: Path, purpose: Purpose, source: Source, key: Key) -> None:
    """Lay a key that only this process knows where the worker of that library finds it. Raise OSError.

    It crosses in a file that only the user can read, in a folder of this login session, and the worker deletes it.
    """
    name = hashlib.sha256(f"{source} {purpose.name}".encode()).hexdigest()[:16]
    content = private_file.entry_of(key) | {
        'service': purpose.service, 'host': purpose.host, 'account': purpose.account, 'source': source,
    }  # fmt: skip
    private_file.write(_runtime_folder() / f"{_mark(library_path)}-{name}.json", content)


def take_over(library_path: Path) -> dict[tuple[Source, Purpose], Key]:
    """The keys handed over since the last call, by source and purpose; their files are deleted.

    Raise OSError when the folder is not the user's own.
    """
    keys: dict[tuple[Source, Purpose], Key] = {}
    for file in sorted(_runtime_folder().glob(f"{_mark(library_path)}-*.json")):
        with suppress(FileNotFoundError, ValueError, KeyError):  # another worker was quicker; not one of ours
            content = json.loads(file.read_text(encoding='utf-8'))
            key = private_file.key_of(content)
            if key is not None:
                purpose = Purpose(*(str(content[name]) for name in ('service', 'host', 'account')))
                keys[Source(content['source']), purpose] = key
        file.unlink(missing_ok=True)
    return keys


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
