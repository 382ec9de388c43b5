# SPDX-License-Identifier: GPL-3.0-or-later
"""A file that is still arriving: `<name>.part`, and beside it `<name>.part.json`, which says of what it is a part.

The note counts only bytes that have reached the disk, so that what is resumed after a power cut holds no gaps. It has
a fixed length and is overwritten in place, which also succeeds on a full disk. It never holds the URL.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

SYNC_EVERY_BYTES = 16 << 20
"""What a killed worker loses at most."""

_NOTE_BYTES = 1024
_TAG_MAX_CHARACTERS = 200


@dataclass(frozen=True, kw_only=True)
class Version:
    """Which file of the server the bytes belong to, as far as its headers tell."""

    etag: str = ''
    last_modified: str = ''
    total_bytes: int | None = None
    """None: not announced, or not in a way that makes sense."""

    @property
    def validator(self) -> str:
        """For `If-Range`; '' when a part of this file cannot be told from a part of another one.

        A weak tag may stay the same when bytes change (RFC 9110, 8.8.1 and 13.1.5).
        """
        validator = self.etag if self.etag.startswith('"') else self.last_modified
        return validator if len(validator) <= _TAG_MAX_CHARACTERS else ''


class PartialFile:
    """Open for appending. Every method may raise OSError."""

    def __init__(self, target: Path) -> None:
        """Open what is there of `target` from an earlier run, or begin with nothing."""
        self.target = target
        self.path = target.with_name(f"{target.name}.part")
        self._note = target.with_name(f"{target.name}.part.json")
        self.version, self.size = self._noted()
        self._synced = self.size
        self._is_safe = True
        self._file = self.path.open('r+b' if self.path.exists() else 'xb', buffering=0)
        self._file.truncate(self.size)
        self._file.seek(self.size)

    def begin(self, version: Version) -> None:
        """Forget all bytes: those of another file may follow."""
        self.version, self.size = version, 0
        self._file.seek(0)
        self._file.truncate()
        self._write_note(sync=self._note.exists())  # an earlier one must not speak for the bytes that come

    def append(self, chunk: bytes) -> None:
        """Write behind the end. What has been written counts, also when the disk is full halfway."""
        rest = memoryview(chunk)
        while rest:
            written = self._file.write(rest) or 0
            self.size += written
            rest = rest[written:]
        if self.size - self._synced >= SYNC_EVERY_BYTES:
            self.sync()

    def sync(self) -> None:
        """Bring all bytes to the disk and note how many they are.

        After a failure the system may hold as written what is not, so it is not tried again: what the note says is
        what counts (https://lwn.net/Articles/752063/).
        """
        if not self._is_safe:
            return
        self._is_safe = False
        os.fsync(self._file.fileno())
        self._write_note()
        self._is_safe = True

    def close(self) -> None:
        """Keep what is there for the next run; a second call does nothing."""
        if not self._file.closed:
            try:
                self.sync()
            finally:
                self._file.close()

    def finish(self) -> Path:
        """Give the complete file its name, and return it."""
        if not self._file.closed:
            os.fsync(self._file.fileno())
            self._file.close()
        self.path.replace(self.target)
        _sync_folder(self.target.parent)
        self._forget_note()
        return self.target

    def set_aside(self) -> Path:
        """Keep a file that turned out damaged as `<name>.damaged`, so that the next run begins anew."""
        self.close()
        self._forget_note()
        return self.path.replace(self.target.with_name(f"{self.target.name}.damaged"))

    # The note

    def _noted(self) -> tuple[Version, int]:
        try:
            values: dict[str, Any] = json.loads(self._note.read_text(encoding='utf-8'))
            size = values.pop('size')
            version = Version(**values)
            if 0 <= size <= self.path.stat().st_size and version.validator:
                return version, size
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            pass  # no note, or none of ours: nothing is known about the bytes
        return Version(), 0

    def _write_note(self, *, sync: bool = True) -> None:
        known = self.version if self.version.validator else Version()
        text = json.dumps(asdict(known) | {'size': self.size}).ljust(_NOTE_BYTES)
        with self._note.open('r+b' if self._note.exists() else 'xb') as file:
            file.write(text.encode())
            file.flush()
            if sync:
                os.fsync(file.fileno())
        self._synced = self.size

    def _forget_note(self) -> None:
        with suppress(FileNotFoundError):
            self._note.unlink()


def _sync_folder(folder: Path) -> None:
    """Make a new name survive a power cut; Windows has no such call and needs none."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
