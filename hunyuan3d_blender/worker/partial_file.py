# SPDX-License-Identifier: GPL-3.0-or-later
"""A file that is still arriving: `<name>.part`, and beside it `<name>.part.json`, which says of what it is a part.

The note counts only bytes that have reached the disk, so that what is resumed after a power cut holds no gaps. It has
a fixed length and is overwritten in place, which also succeeds on a full disk. It never holds the URL.

A complete part can be read at once. It gets its name when all of it has reached the disk, for which nobody needs to
wait: see `Settling`.
"""

from __future__ import annotations

import json
import os
import threading
import time
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, Self

from ..value import value

SYNC_EVERY_S = 2.0
"""What a killed worker loses at most, in time: a slow line loses few bytes, and a fast one seldom waits for the disk."""

_NOTE_BYTES = 1024
_TAG_MAX_CHARACTERS = 200


@value
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
        self.path = part_of(target)
        self._note = _note_of(target)
        self.version, self.size = self._noted()
        self._synced_at = time.monotonic()
        self._is_safe = True
        self._file = self.path.open('r+b' if self.path.exists() else 'xb', buffering=0)
        self._cut()

    def begin(self, version: Version) -> None:
        """Forget all bytes: those of another file may follow."""
        self.version, self.size = version, 0
        self._cut()
        self._write_note(sync=self._note.exists())  # an earlier one must not speak for the bytes that come

    def append(self, chunk: bytes) -> None:
        """Write behind the end. What has been written counts, also when the disk is full halfway."""
        rest = memoryview(chunk)
        while rest:
            written = self._file.write(rest) or 0
            self.size += written
            rest = rest[written:]
        if time.monotonic() - self._synced_at >= SYNC_EVERY_S:
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

    def complete(self) -> Path:
        """Close the complete part, for `Settling`, and return its path."""
        self._file.close()
        return self.path

    def set_aside(self) -> Path:
        """Keep a file that turned out damaged as `<name>.damaged`, so that the next run begins anew."""
        self.close()
        self._note.unlink(missing_ok=True)
        return self.path.replace(self.target.with_name(f"{self.target.name}.damaged"))

    def _cut(self) -> None:
        """Go on behind the bytes that count. An empty file is left alone: ext4 has closing a file wait for its bytes to be
        written when it was ever emptied, even if nothing was in it (measured: 70 ms for 256 MiB).
        """
        if self._file.seek(0, os.SEEK_END) != self.size:
            self._file.truncate(self.size)
        self._file.seek(self.size)

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
        self._synced_at = time.monotonic()


class Settling:
    """A complete file on its way to the disk, and to its name. It can be read meanwhile, at `path`."""

    def __init__(self, target: Path) -> None:
        """Begin, unless the file has its name already."""
        self._target = target
        self.path = readable(target)
        self._error: OSError | None = None
        self._thread = threading.Thread(target=self._sync, daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        with suppress(OSError):  # whoever needs it to be there asks for it
            self.finish()

    def finish(self) -> Path:
        """Wait until the file has its name, and return that. Raise OSError when the disk does not keep it."""
        self._thread.join()
        if self._error:
            raise self._error
        if self.path != self._target:
            self.path.replace(self._target)
            _sync_folder(self._target.parent)
            _note_of(self._target).unlink(missing_ok=True)
            self.path = self._target
        return self.path

    def _sync(self) -> None:
        try:
            if self.path != self._target:
                with self.path.open('r+b') as file:
                    os.fsync(file.fileno())
        except OSError as error:
            self._error = error


def part_of(target: Path) -> Path:
    """Where a file is while it has no name."""
    return target.with_name(f"{target.name}.part")


def readable(target: Path) -> Path:
    """Where a complete file can be read: its part, while there is one."""
    part = part_of(target)
    return part if part.exists() else target


def _note_of(target: Path) -> Path:
    return target.with_name(f"{target.name}.part.json")


def _sync_folder(folder: Path) -> None:
    """Make a new name survive a power cut; Windows has no such call and needs none."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
