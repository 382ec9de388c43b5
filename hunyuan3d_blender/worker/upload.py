# SPDX-License-Identifier: GPL-3.0-or-later
"""Write one file into a bucket, over as many connections as it takes.

A small file is sent again as a whole; of a large one only the part that was on its way. `UploadFailed` says by its
failure's kind what may help: with NETWORK, BUSY, OFFLINE and SERVICE trying again later, with the others nothing.
"""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from ..services.errors import N_, Busy, Failure, Kind, NotSent, Refused, ServiceError, Unclear
from ..services.object_storage.client import ObjectStorage
from ..services.retry import backoff_s

logger = logging.getLogger(__name__)

PART_BYTES = 5 << 20
"""Of each part, and the largest file that is sent as a whole. Stores take no smaller parts, and 10,000 of them."""
SIZE_MAX_BYTES = 1 << 30
"""Five times what any action takes."""
PIECE_BYTES = 64 * 1024
TRIES_MAX = 6
"""Of one request in a row."""
PAUSE_CAP_S = 20.0
RETRY_AFTER_MAX_S = 60.0

Progress = Callable[[int, int], None]
"""Bytes that have left, and bytes of the whole file. The first goes back when a connection breaks."""

Result = TypeVar('Result')


class UploadFailed(Exception):
    """The file is not in the bucket."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(f"{failure.kind}: {failure.code or failure.message}")
        self.failure = failure


class Stopped(Exception):
    """The stop event was set."""


class Section:
    """Some bytes of a file, read anew each time they are sent."""

    def __init__(self, path: Path, start: int, length: int, on_piece: Callable[[int], None]) -> None:
        self._path, self._start, self._length, self._on_piece = path, start, length, on_piece

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[bytes]:
        sent = 0
        try:
            with self._path.open('rb') as file:
                file.seek(self._start)
                while sent < self._length:
                    self._on_piece(self._start + sent)
                    piece = file.read(min(PIECE_BYTES, self._length - sent))
                    if not piece:
                        raise UploadFailed(_CHANGED)
                    sent += len(piece)
                    yield piece
        except OSError as error:
            raise UploadFailed(_unreadable(error)) from None


def upload(
    storage: ObjectStorage,
    path: Path,
    name: str,
    *,
    on_progress: Progress = lambda done, total: None,
    on_begin: Callable[[str], None] = lambda upload: None,
    stop: threading.Event | None = None,
    pause_s: float = 1.0,
) -> None:
    """Write a file as object `name`. Raise UploadFailed or Stopped; what `on_progress` raises ends it, too.

    `on_begin` is told the id of an upload in parts before the first of them leaves: what is left of one that never
    ends lies in the bucket, and can be removed by that id only. `pause_s` is the first wait between two tries.
    """
    try:
        size = path.stat().st_size
    except OSError as error:
        raise UploadFailed(_unreadable(error)) from None
    if not 0 < size <= SIZE_MAX_BYTES:
        message = N_("The file is empty") if not size else N_("The file is larger than the bucket takes")
        raise UploadFailed(Failure(kind=Kind.INPUT, message=message))
    _Upload(storage, path, name, size, on_progress, on_begin, stop or threading.Event(), pause_s).run()


class _Upload:
    def __init__(
        self,
        storage: ObjectStorage,
        path: Path,
        name: str,
        size: int,
        on_progress: Progress,
        on_begin: Callable[[str], None],
        stop: threading.Event,
        pause_s: float,
    ) -> None:
        self.storage, self.path, self.name, self.size = storage, path, name, size
        self.on_progress, self.on_begin, self.stop, self.pause_s = on_progress, on_begin, stop, pause_s

    def run(self) -> None:
        """Return when the whole object is there."""
        if self.size <= PART_BYTES:
            body = self._section(0, self.size)
            self._again_and_again(lambda: self.storage.put(self.name, body))
        else:
            self._in_parts()
        self.on_progress(self.size, self.size)

    def _in_parts(self) -> None:
        upload = self._again_and_again(lambda: self.storage.begin(self.name))
        self.on_begin(upload)
        try:
            tags = []
            for number, start in enumerate(range(0, self.size, PART_BYTES), 1):
                body = self._section(start, min(PART_BYTES, self.size - start))
                tags.append(self._part(upload, number, body))
            self._again_and_again(lambda: self._complete(upload, tags))
        except UploadFailed:
            with suppress(ServiceError):  # else it is removed by its id later
                self.storage.abort(self.name, upload)
            raise

    def _part(self, upload: str, number: int, body: Section) -> str:
        return self._again_and_again(lambda: self.storage.put_part(self.name, upload, number, body))

    def _complete(self, upload: str, tags: list[str]) -> None:
        """Complete the object, or find that an earlier try had done so before its answer was lost."""
        try:
            self.storage.complete(self.name, upload, tags)
        except Refused as refusal:
            if refusal.failure.code != 'NoSuchUpload':
                raise
            try:
                is_there = self.storage.size(self.name) == self.size
            except Refused:
                is_there = False
            if not is_there:
                raise refusal from None

    def _section(self, start: int, length: int) -> Section:
        return Section(self.path, start, length, self._on_piece)

    def _on_piece(self, done: int) -> None:
        if self.stop.is_set():
            raise Stopped
        self.on_progress(done, self.size)

    def _again_and_again(self, request: Callable[[], Result]) -> Result:
        """Make a request until it is done, as long as trying again may help."""
        for tries in range(1, TRIES_MAX + 1):
            try:
                return request()
            except Refused as refusal:
                raise UploadFailed(refusal.failure) from None
            except (NotSent, Busy, Unclear) as error:
                failure = error.failure
                wished_s = error.retry_after_s if isinstance(error, Busy) else None
            if self.stop.is_set():
                raise Stopped
            if tries == TRIES_MAX or failure.kind in (Kind.OFFLINE, Kind.UNSUPPORTED):
                break
            logger.debug("The upload was interrupted (%s %s)", failure.kind, failure.code)
            wait_s = backoff_s(tries, first_s=self.pause_s, cap_s=PAUSE_CAP_S, random=random.random)
            if self.stop.wait(max(wait_s, min(wished_s or 0.0, RETRY_AFTER_MAX_S))):
                raise Stopped
        raise UploadFailed(failure)


_CHANGED = Failure(kind=Kind.INPUT, message=N_("The file was changed while it was being sent"))


def _unreadable(error: OSError) -> Failure:
    reason = error.strerror or type(error).__name__
    return Failure(kind=Kind.DISK, message=N_("The file cannot be read: {reason}"), facts={'reason': reason})
