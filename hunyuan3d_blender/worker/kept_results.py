# SPDX-License-Identifier: GPL-3.0-or-later
"""Result URLs of services that answer with the result and cannot be asked for it again.

All other URLs live in memory only. These would be lost with the worker, and what was paid with them, so they are kept in a
file that only the user can read; a day later they are of no use to anybody.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from contextlib import suppress

from ..jobs.library import JobFolder
from ..services.contract import ResultFile


def write(folder: JobFolder, remote_id: str, files: Sequence[ResultFile]) -> None:
    """Keep the URLs of a result in place of earlier ones. Raise OSError."""
    folder.path.mkdir(parents=True, exist_ok=True)
    with suppress(FileNotFoundError):
        folder.links.unlink()
    descriptor = os.open(folder.links, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, 'w', encoding='utf-8') as stream:
        json.dump(
            {'id': remote_id, 'files': [{'url': file.url, 'type': file.type} for file in files]}, stream
        )


def read(folder: JobFolder, remote_id: str) -> tuple[ResultFile, ...]:
    """What is kept of the result of a submit, empty when nothing is."""
    try:
        kept = json.loads(folder.links.read_text(encoding='utf-8'))
        if kept['id'] == remote_id:
            return tuple(ResultFile(url=file['url'], type=file['type']) for file in kept['files'])
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return ()
