# SPDX-License-Identifier: GPL-3.0-or-later
"""Which bytes of a result file answer a download."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import formatdate
from pathlib import Path

_RANGE = re.compile(r'bytes=(\d*)-(\d*)')


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """An answer to a download, as far as it can be told without sending it."""

    path: Path
    size: int
    """Of the whole file."""
    etag: str
    status: int
    start: int
    length: int
    """Bytes of the answer, from `start`."""
    claimed_length: int | None = None
    """What `Content-Length` says instead of `length`."""
    sent_length: int | None = None
    """After how many bytes the connection breaks, None for never."""
    stalls: bool = False
    """At that point the connection hangs instead."""

    @property
    def headers(self) -> dict[str, str]:
        """The headers that describe the bytes."""
        length = self.length if self.claimed_length is None else self.claimed_length
        headers = {
            'Content-Type': 'application/octet-stream',
            'Content-Length': str(length),
            'Accept-Ranges': 'bytes',
            'ETag': self.etag,
            'Last-Modified': formatdate(self.path.stat().st_mtime, usegmt=True),
        }
        if self.status == 206:
            headers['Content-Range'] = f"bytes {self.start}-{self.start + self.length - 1}/{self.size}"
        elif self.status == 416:
            headers['Content-Range'] = f"bytes */{self.size}"
        return headers


def deliver(path: Path, headers: Mapping[str, str]) -> Delivery:
    """Answer a GET of `path`. Honours a single `Range` and `If-Range`; `headers` have lower-case names."""
    size = path.stat().st_size
    etag = f'"{hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()}"'
    status, start, length = 200, 0, size
    if headers.get('if-range', etag) == etag:
        status, start, length = _range(headers.get('range', ''), size)
    return Delivery(path=path, size=size, etag=etag, status=status, start=start, length=length)


def _range(asked: str, size: int) -> tuple[int, int, int]:
    match = _RANGE.fullmatch(asked.strip())
    if match is None or not any(match.groups()):
        return 200, 0, size
    first, last = match.groups()
    start = int(first) if first else max(0, size - int(last))
    end = min(size - 1, int(last)) if first and last else size - 1
    return (206, start, end - start + 1) if start <= end else (416, 0, 0)
