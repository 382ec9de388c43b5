# SPDX-License-Identifier: GPL-3.0-or-later
"""What a picture is, by its own header: PNG, JPEG and WebP. Nothing is decoded."""

from __future__ import annotations

import hashlib
import struct
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from ..services.contract import Picture

_JPEG_SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers of a frame header, SOF0 to SOF15 without the three that mean something else (ITU-T T.81, table B.1)."""
_JPEG_BARE = frozenset({0x01, *range(0xD0, 0xD9)})
"""Markers without a length behind them."""

_BMP_HEADERS = (40, 52, 56, 108, 124)
"""Lengths of the header that holds the size."""
_TIFF_WIDTH, _TIFF_HEIGHT, _TIFF_SHORT = 256, 257, 3
"""Two tags, and the type of two bytes (TIFF 6.0)."""


def inspect(data: bytes, file: str = '') -> Picture:
    """The facts about a picture, with format '' and no size in pixels for what is no picture of a known kind.

    `file` is the name to give it. JPEG sizes are those of the pixels as stored, before any rotation in EXIF.
    """
    facts = inspect_head(data)
    return replace(facts, file=file, size_bytes=len(data), sha256=hashlib.sha256(data).hexdigest())


def inspect_head(data: bytes) -> Picture:
    """Format and size in pixels, of which the beginning of a file is enough to know."""
    sizes = {name: size_of(data) for name, size_of in (('png', _png), ('jpg', _jpeg), ('webp', _webp))}
    name, (width, height) = next(((name, size) for name, size in sizes.items() if all(size)), ('', (0, 0)))
    return Picture(format=name, width_px=width, height_px=height)


def as_png(file: Path) -> Picture:
    """The PNG that is made of a BMP or TIFF when it is sent, without its length; no format for other files. Raise OSError."""
    with file.open('rb') as opened:
        head = opened.read(26)
        size = _bmp(head) or _tiff(head, opened)
    return Picture(format='png' if all(size) else '', width_px=size[0], height_px=size[1])


def may_be_transparent(data: bytes) -> bool:
    """Whether a picture has an alpha channel, by its header; not whether anything of it is transparent."""
    if data.startswith(b'\x89PNG'):
        return data[25:26] in (b'\x04', b'\x06') or b'tRNS' in data[: data.find(b'IDAT')]
    if data[:4] == b'RIFF':
        return bool(
            (data[12:16] == b'VP8X' and data[20] & 0x10) or (data[12:16] == b'VP8L' and data[24] & 0x10)
        )
    return False


def _bmp(head: bytes) -> tuple[int, int] | None:
    """None where it is another file."""
    if not head.startswith(b'BM') or len(head) < 26 or head[14] not in _BMP_HEADERS:
        return None
    width, height = struct.unpack_from('<ii', head, 18)
    return max(width, 0), abs(height)  # below zero where rows begin at the top


def _tiff(head: bytes, opened: BinaryIO) -> tuple[int, int]:
    """By the first directory, which may be anywhere in the file."""
    order = {b'II*\0': '<', b'MM\0*': '>'}.get(head[:4])
    if order is None or len(head) < 8:
        return 0, 0
    opened.seek(struct.unpack_from(order + 'I', head, 4)[0])
    count = int.from_bytes(opened.read(2), 'little' if order == '<' else 'big')
    entries, found = opened.read(12 * count), {}
    for at in range(0, len(entries) - 11, 12):
        tag, kind = struct.unpack_from(order + 'HH', entries, at)
        found[tag] = struct.unpack_from(order + ('H' if kind == _TIFF_SHORT else 'I'), entries, at + 8)[0]
    return found.get(_TIFF_WIDTH, 0), found.get(_TIFF_HEIGHT, 0)


def _png(data: bytes) -> tuple[int, int]:
    if not data.startswith(b'\x89PNG\r\n\x1a\n') or data[12:16] != b'IHDR' or len(data) < 24:
        return 0, 0
    width, height = struct.unpack_from('>II', data, 16)
    return width, height


def _jpeg(data: bytes) -> tuple[int, int]:
    if not data.startswith(b'\xff\xd8\xff'):
        return 0, 0
    at = 2
    while at + 9 <= len(data):
        if data[at] != 0xFF:
            return 0, 0
        marker = data[at + 1]
        if marker == 0xFF:  # any number of these may stand before a marker
            at += 1
        elif marker in _JPEG_BARE:
            at += 2
        elif marker in _JPEG_SIZES:
            height, width = struct.unpack_from('>HH', data, at + 5)
            return width, height
        else:
            at += 2 + max(int.from_bytes(data[at + 2 : at + 4], 'big'), 2)
    return 0, 0


def _webp(data: bytes) -> tuple[int, int]:
    """Three kinds of first chunk: lossy, lossless, extended (RFC 9649)."""
    if data[:4] != b'RIFF' or data[8:12] != b'WEBP' or len(data) < 30:
        return 0, 0
    if data[12:16] == b'VP8 ' and data[23:26] == b'\x9d\x01\x2a':
        width, height = struct.unpack_from('<HH', data, 26)
        return width & 0x3FFF, height & 0x3FFF
    if data[12:16] == b'VP8L' and data[20] == 0x2F:
        bits = int.from_bytes(data[21:25], 'little')
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if data[12:16] == b'VP8X':
        return int.from_bytes(data[24:27], 'little') + 1, int.from_bytes(data[27:30], 'little') + 1
    return 0, 0
