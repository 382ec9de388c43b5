# SPDX-License-Identifier: GPL-3.0-or-later
"""Notes on what lies in the artist's bucket for a while: written before it is there, deleted when it is gone.

A note holds neither the key nor a signed URL. It outlives everything but its object, so that a worker which was
killed in the middle leaves nothing behind in the bucket for ever.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from ..services.object_storage.bucket import Addressing, Bucket, BucketAccount
from ..value import value

logger = logging.getLogger(__name__)


@value
class Note:
    """One object."""

    account: BucketAccount
    name: str
    """Of the object."""
    job_id: str
    """For which it is there."""
    expires_at: float
    """When the last link to it ends, in seconds since 1970."""
    upload: str = ''
    """Id of an upload in parts, '' for an object that is sent as a whole."""


class StagedNotes:
    """A folder of notes. Every method but `all` raises OSError."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, note: Note) -> None:
        """Keep a note, in place of an earlier one on the same object; it is on the disk when this returns."""
        self._folder.mkdir(parents=True, exist_ok=True)
        file = self._file(note)
        part = file.with_suffix(f'.{secrets.token_hex(4)}.part')
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, 'w', encoding='utf-8') as stream:
            json.dump(asdict(note), stream)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(file)

    def remove(self, note: Note) -> None:
        """Forget an object."""
        self._file(note).unlink(missing_ok=True)

    def all(self) -> Iterator[Note]:
        """Every note that can be read."""
        for file in sorted(self._folder.glob('*.json')):
            try:
                yield _note(file)
            except (OSError, ValueError, TypeError, KeyError, AttributeError):
                logger.warning("The note %s cannot be read", file.name)

    def _file(self, note: Note) -> Path:
        return self._folder / f"{Path(note.name).stem}.json"


def _note(file: Path) -> Note:
    values = json.loads(file.read_text(encoding='utf-8'))
    account = values.pop('account')
    bucket = account.pop('bucket')
    bucket['addressing'] = Addressing(bucket['addressing'])
    return Note(account=BucketAccount(bucket=Bucket(**bucket), **account), **values)
