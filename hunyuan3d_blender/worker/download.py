# SPDX-License-Identifier: GPL-3.0-or-later
"""Download one file so that what has its name is complete, and what was interrupted goes on where it stopped.

`FetchFailed` says by its failure's kind what may help: with NETWORK, OFFLINE, SERVICE and DISK trying again later,
with FILE and UNSUPPORTED nothing.

Nothing in an answer is believed twice: a part is resumed only by a range that begins where it ends, of a file with
the same tag (RFC 9110, 14.2 and 13.1.5); all else begins from zero. Complete means complete by length, where the
server states one, and by the file's own format, since servers give no checksums.
"""

from __future__ import annotations

import errno
import logging
import random
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn

from ..services.errors import N_, Failure, Kind, NotSent, Spent, Unclear
from ..services.holding import Incoming
from ..services.http import Network, Stream, open_stream
from ..services.retry import backoff_s
from .files.formats import format_of, verify_complete
from .files.refusal import Damaged
from .partial_file import PartialFile, Version

logger = logging.getLogger(__name__)

SIZE_MAX_BYTES = 4 << 30
SPACE_LEFT_BYTES = 64 << 20
"""Stays free on the disk, whatever arrives."""

STALL_S = 60.0
STALL_BYTES_PER_S = 1024
"""Slower than that for so long is as good as nothing: a new connection may be better."""

FRUITLESS_MAX = 5
"""Connections in a row that bring no new byte, or stall."""

PAUSE_CAP_S = 20.0

Progress = Callable[[int, int | None], None]
"""Bytes that are there, and bytes of the whole file or None."""


class FetchFailed(Exception):
    """The file did not arrive. What has arrived of it stays for the next time."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(f"{failure.kind}: {failure.message}")
        self.failure = replace(failure, spent=Spent.YES)  # only a finished job has files, so it was charged


class UrlExpired(Exception):
    """The server does not give the file for this URL any more. What has arrived of it stays."""


class Stopped(Exception):
    """The stop event was set. What has arrived stays."""


def fetch(
    network: Network,
    url: str,
    target: Path,
    *,
    allow_loopback: bool = False,
    on_progress: Progress = lambda done, total: None,
    stop: threading.Event | None = None,
    clock: Callable[[], float] = time.monotonic,
    max_bytes: int = SIZE_MAX_BYTES,
    pause_s: float = 1.0,
) -> Path:
    """Download `url` to the part of `target`, whose folder exists; return the part, complete, for `Settling`.

    `on_progress` is called with every piece; what it raises ends the download, resumable. `pause_s` is the first wait
    between two connections. Raise FetchFailed, UrlExpired or Stopped.
    """
    stop = stop or threading.Event()

    def connect(headers: Mapping[str, str]) -> AbstractContextManager[Stream]:
        return open_stream(network, url, headers=headers, allow_loopback=allow_loopback, stop=stop.is_set)

    with _disk():
        part = PartialFile(target)
    try:
        _Transfer(part, connect, on_progress, stop, clock, max_bytes).run(pause_s)
        with _disk():
            return part.complete()
    finally:
        with suppress(OSError):  # then the next run begins where the disk was last known to be right
            part.close()


def receive(
    connect: Callable[[Mapping[str, str]], AbstractContextManager[Incoming]],
    target: Path,
    *,
    on_progress: Progress,
    stop: threading.Event,
    clock: Callable[[], float] = time.monotonic,
    max_bytes: int = SIZE_MAX_BYTES,
) -> Path:
    """As `fetch`, by the one connection that `connect` makes; what else that raises goes through."""
    with _disk():
        part = PartialFile(target)
    try:
        _Transfer(part, connect, on_progress, stop, clock, max_bytes, once=True).run(0.0)
        with _disk():
            return part.complete()
    finally:
        with suppress(OSError):
            part.close()


def keep(data: bytes, target: Path, *, on_progress: Progress = lambda done, total: None) -> Path:
    """Write a file that came in an answer to the part of `target`, as `fetch` does. Raise FetchFailed."""
    on_progress(0, len(data))
    with _disk():
        part = PartialFile(target)
    try:
        with _disk():
            part.begin(Version(total_bytes=len(data)))
            part.append(data)
        _verify(part)
        with _disk():
            return part.complete()
    finally:
        with suppress(OSError):
            part.close()


class _Lost(Exception):
    """This connection leads no further, another one may."""

    def __init__(self, failure: Failure, *, stalled: bool = False) -> None:
        super().__init__(failure.message)
        self.failure = failure
        self.stalled = stalled


@dataclass
class _Transfer:
    """As many connections as one file takes."""

    part: PartialFile
    connect: Callable[[Mapping[str, str]], AbstractContextManager[Incoming]]
    on_progress: Progress
    stop: threading.Event
    clock: Callable[[], float]
    max_bytes: int
    once: bool = False
    """Make one connection, whatever comes of it."""
    furthest: int = 0
    """The largest size so far: bytes that arrive a second time are no progress."""

    def run(self, pause_s: float) -> None:
        """Return when the part is complete."""
        fruitless = 0
        while True:
            reached = self.furthest
            try:
                if self.part.size != self.part.version.total_bytes:
                    self._receive()
                _verify(self.part)
                return
            except _Lost as lost:
                failure, is_stalled = lost.failure, lost.stalled
            except (NotSent, Unclear) as error:
                failure, is_stalled = error.failure, False
            if self.stop.is_set():
                raise Stopped
            fruitless = 0 if self.furthest > reached and not is_stalled else fruitless + 1
            if self.once or fruitless >= FRUITLESS_MAX or failure.kind in (Kind.OFFLINE, Kind.UNSUPPORTED):
                raise FetchFailed(failure)
            logger.debug("Download of %s interrupted at %d bytes", self.part.target.name, self.part.size)
            if self.stop.wait(backoff_s(fruitless, first_s=pause_s, cap_s=PAUSE_CAP_S, random=random.random)):
                raise Stopped

    def _receive(self) -> None:
        """One connection. Return when its body ended where it should, or where nobody said that it should not."""
        with self.connect(self._range()) as stream:
            if not self._accept(stream):
                return
            self._check_room()
            pace = _Pace(self.clock)
            for chunk in stream.chunks():
                if self.stop.is_set():
                    raise Stopped
                self._append(chunk)
                pace.passed(len(chunk))
        total = self.part.version.total_bytes
        if total is not None and self.part.size < total:
            raise _Lost(_failure(Kind.NETWORK, N_("The connection broke before the file was complete")))

    def _range(self) -> dict[str, str]:
        validator = self.part.version.validator
        if not self.part.size or not validator:
            return {}
        return {'Range': f"bytes={self.part.size}-", 'If-Range': validator}

    def _accept(self, stream: Incoming) -> bool:
        """Decide by the headers how the body goes on from the part; return whether there is a body to read."""
        status, headers = stream.status, stream.headers
        if status == 200 and headers.get('Content-Encoding', 'identity').lower() == 'identity':
            self._begin(_version(headers, _length(headers.get('Content-Length', ''))))
        elif status == 206:
            self._resume(headers)
        elif status == 416:
            if _range_of(headers)[1] != self.part.size:
                self._mismatch()
            self.part.version = replace(self.part.version, total_bytes=self.part.size)
            return False
        elif status in _EXPIRED:
            raise UrlExpired
        elif status == 429 or status >= 500:
            raise _Lost(_refusal(status))
        else:
            raise FetchFailed(_refusal(status))
        return True

    def _resume(self, headers: Mapping[str, str]) -> None:
        known = self.part.version
        start, total = _range_of(headers)
        if total is None:
            total = known.total_bytes
        answered = _version(headers, total)
        same_tags = answered.etag in ('', known.etag) and answered.last_modified in ('', known.last_modified)
        if start != self.part.size or not start or known.total_bytes not in (None, total) or not same_tags:
            self._mismatch()
        self.part.version = replace(known, total_bytes=total)

    def _mismatch(self) -> NoReturn:
        """Forget the part: what the server offers does not continue it."""
        self._begin(Version())
        raise _Lost(
            _failure(Kind.SERVICE, N_("The server did not continue the file where it was interrupted"))
        )

    def _begin(self, version: Version) -> None:
        with _disk():
            self.part.begin(version)

    def _check_room(self) -> None:
        total, size = self.part.version.total_bytes, self.part.size
        if total is None:
            return
        self._check_size(total)
        with _disk():
            free = shutil.disk_usage(self.part.path.parent).free
        if total - size > free - SPACE_LEFT_BYTES:
            message = N_("The disk is full: {needed} more bytes are needed for the model")
            raise FetchFailed(_failure(Kind.DISK, message, needed=total - size + SPACE_LEFT_BYTES - free))

    def _check_size(self, size: int) -> None:
        if size > self.max_bytes:
            self._begin(Version())
            message = N_("The file is larger than {limit} bytes, which no model is")
            raise FetchFailed(_failure(Kind.FILE, message, limit=self.max_bytes))

    def _append(self, chunk: bytes) -> None:
        size, total = self.part.size + len(chunk), self.part.version.total_bytes
        self._check_size(size)
        if total is not None and size > total:
            self._mismatch()
        with _disk():
            self.part.append(chunk)
        self.furthest = max(self.furthest, size)
        self.on_progress(size, total)


def _verify(part: PartialFile) -> None:
    """Hold the part against its own format. Without a length it may just have been cut: then go on."""
    with _disk():
        try:
            verify_complete(part.path, format_of(part.path, part.target.name))
        except Damaged as damaged:
            failure = damaged.failure
        else:
            return
    is_whole = part.size == part.version.total_bytes
    if not is_whole:
        raise _Lost(failure)
    with _disk():
        part.set_aside()
    raise FetchFailed(failure)


class _Pace:
    """Notices when hardly anything arrives. Silence is noticed by `open_stream`."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._since = clock()
        self._bytes = 0

    def passed(self, count: int) -> None:
        """Take note of bytes that have arrived. Raise _Lost when they were too few for too long."""
        self._bytes += count
        elapsed_s = self._clock() - self._since
        if elapsed_s >= STALL_S:
            if self._bytes < elapsed_s * STALL_BYTES_PER_S:
                raise _Lost(
                    _failure(Kind.NETWORK, N_("Hardly anything arrives from the server")), stalled=True
                )
            self._since, self._bytes = self._clock(), 0


# Headers

_EXPIRED = frozenset({400, 401, 403, 404, 410})
"""How object stores answer for a URL that is over: COS and S3 with 403, after the file is deleted with 404."""

_CONTENT_RANGE = re.compile(r'bytes (?:(\d{1,18})-(\d{1,18})|\*)/(?:(\d{1,18})|\*)')


def _length(text: str) -> int | None:
    """A length as it should be written, else None."""
    return int(text) if re.fullmatch(r'[0-9]{1,18}', text) else None


def _range_of(headers: Mapping[str, str]) -> tuple[int | None, int | None]:
    """First byte and total length of a range, None where it says nothing."""
    match = _CONTENT_RANGE.fullmatch(headers.get('Content-Range', ''))
    if not match:
        return None, None
    return (int(match[1]) if match[1] else None), (int(match[3]) if match[3] else None)


def _version(headers: Mapping[str, str], total: int | None) -> Version:
    return Version(
        etag=headers.get('ETag', ''), last_modified=headers.get('Last-Modified', ''), total_bytes=total
    )


# Failures


def _failure(kind: Kind, message: str, **facts: str | int | float) -> Failure:
    return Failure(kind=kind, message=message, facts=facts)


def _refusal(status: int) -> Failure:
    return _failure(
        Kind.SERVICE, N_("The server answered with status {status} instead of the file"), status=status
    )


@contextmanager
def _disk() -> Iterator[None]:
    """Turn what the disk refuses into FetchFailed."""
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        message = N_("The disk is full") if full else N_("The library folder cannot be written: {reason}")
        reason = error.strerror or type(error).__name__
        raise FetchFailed(_failure(Kind.DISK, message, reason=reason)) from error
