# SPDX-License-Identifier: GPL-3.0-or-later
"""Tell what a picture is and how large, from its first bytes. Nothing is decoded."""

from __future__ import annotations

import struct

_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD9)})


def measure(data: bytes) -> tuple[str, int, int] | None:
    """Format ('png', 'jpg' or 'webp'), width and height in pixels; None when it is none of these."""
    for format_of_data in (_png, _jpeg, _webp):
        try:
            found = format_of_data(data)
        except (struct.error, IndexError):
            found = None
        if found:
            return found
    return None


def _png(data: bytes) -> tuple[str, int, int] | None:
    if data[:8] != b'\x89PNG\r\n\x1a\n' or data[12:16] != b'IHDR':
        return None
    return ('png', *struct.unpack_from('>II', data, 16))


def _jpeg(data: bytes) -> tuple[str, int, int] | None:
    if data[:3] != b'\xff\xd8\xff':
        return None
    at = 2
    while data[at] == 0xFF:
        marker = data[at + 1]
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack_from('>HH', data, at + 5)
            return 'jpg', width, height
        if marker == 0xFF:
            at += 1
        elif marker in _JPEG_WITHOUT_LENGTH:
            at += 2
        else:
            at += 2 + max(2, struct.unpack_from('>H', data, at + 2)[0])
    return None


def _webp(data: bytes) -> tuple[str, int, int] | None:
    if data[:4] != b'RIFF' or data[8:12] != b'WEBP':
        return None
    if data[12:16] == b'VP8 ' and data[23:26] == b'\x9d\x01\x2a':
        width, height = struct.unpack_from('<HH', data, 26)
        return 'webp', width & 0x3FFF, height & 0x3FFF
    if data[12:16] == b'VP8L':
        bits = struct.unpack_from('<I', data, 21)[0]
        return 'webp', (bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1
    if data[12:16] == b'VP8X':
        width, width_high, height, height_high = struct.unpack_from('<HBHB', data, 24)
        return 'webp', (width | width_high << 16) + 1, (height | height_high << 16) + 1
    return None
