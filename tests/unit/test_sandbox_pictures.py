# SPDX-License-Identifier: GPL-3.0-or-later
"""What the sandbox takes for a picture, and its size."""

from __future__ import annotations

import struct

import hypothesis
import hypothesis.strategies as st
import pytest

from hunyuan3d_blender.sandbox.pictures import measure

PNG = b'\x89PNG\r\n\x1a\n' + struct.pack('>I4sII', 13, b'IHDR', 640, 480) + b'\x08\x06\0\0\0'
JPEG = (
    b'\xff\xd8\xff\xe0' + struct.pack('>H', 16) + b'JFIF\0' + bytes(9)  # a segment to be skipped
    + b'\xff\xff\xc2' + struct.pack('>HBHHB', 17, 8, 480, 640, 3)
)  # fmt: skip
VP8 = b'RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\x01\x2a' + struct.pack('<HH', 640, 480)
VP8L = b'RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f' + struct.pack('<I', 639 | 479 << 14)
VP8X = b'RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0' + (639).to_bytes(3, 'little') + (479).to_bytes(3, 'little')


@pytest.mark.parametrize(
    ('data', 'expected'),
    [
        (PNG, ('png', 640, 480)),
        (JPEG, ('jpg', 640, 480)),
        (VP8, ('webp', 640, 480)),
        (VP8L, ('webp', 640, 480)),
        (VP8X, ('webp', 640, 480)),
        (b'', None),
        (b'GIF89a' + bytes(20), None),
        (b'<svg width="640" height="480"/>', None),
        (PNG[:20], None),
        (JPEG[:-6], None),
        (VP8X[:26], None),
        (b'\xff\xd8\xff\xe0\0\0' + bytes(40), None),
    ],
)
def test_measure(data: bytes, expected: tuple[str, int, int] | None) -> None:
    assert measure(data) == expected


@hypothesis.given(
    st.sampled_from([b'', PNG[:16], JPEG[:3], JPEG[:4], VP8[:12], VP8X[:16]]), st.binary(max_size=200)
)
def test_nothing_is_raised(beginning: bytes, rest: bytes) -> None:
    measure(beginning + rest)
