# SPDX-License-Identifier: GPL-3.0-or-later
"""Format and size by header, of pictures as Blender and others write them, and of what is none."""

from __future__ import annotations

import base64
import hashlib
import random
import struct
import zlib
from pathlib import Path

import pytest

from hunyuan3d_blender.jobs.pictures import as_png, inspect


def png(width: int, height: int) -> bytes:
    header = b'IHDR' + struct.pack('>IIBBBBB', width, height, 8, 2, 0, 0, 0)
    return b'\x89PNG\r\n\x1a\n' + struct.pack('>I', 13) + header + struct.pack('>I', zlib.crc32(header))


def jpeg(width: int, height: int, *before: bytes, frame: int = 0xC0) -> bytes:
    size = struct.pack('>BBHBHHB', 0xFF, frame, 17, 8, height, width, 3)
    return b'\xff\xd8' + b''.join(before) + size + b'\x01\x11\x00\x02\x11\x01\x03\x11\x01\xff\xd9'


def segment(marker: int, content: bytes) -> bytes:
    return struct.pack('>BBH', 0xFF, marker, len(content) + 2) + content


def webp(kind: bytes, content: bytes) -> bytes:
    chunk = kind + struct.pack('<I', len(content)) + content
    return b'RIFF' + struct.pack('<I', len(chunk) + 4) + b'WEBP' + chunk


LOSSY = b'\x30\x0b\x00\x9d\x01\x2a' + struct.pack('<HH', 301, 128 | 0x4000) + bytes(4)
LOSSLESS = b'\x2f' + (300 | 127 << 14).to_bytes(4, 'little') + bytes(8)
EXTENDED = bytes(4) + (300).to_bytes(3, 'little') + (127).to_bytes(3, 'little')

# Whole files, one pixel each, as a program of another maker writes them
REAL_PNG = base64.b64decode(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
)
REAL_WEBP = base64.b64decode('UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA')


@pytest.mark.parametrize(
    ('data', 'format_', 'width', 'height'),
    [
        (png(301, 128), 'png', 301, 128),
        (jpeg(301, 128), 'jpg', 301, 128),
        (jpeg(301, 128, frame=0xC2), 'jpg', 301, 128),
        # A thumbnail in EXIF has a header of its own; it is not the picture.
        (jpeg(301, 128, segment(0xE1, b'Exif\0\0' + jpeg(9, 9)), segment(0xC4, bytes(30))), 'jpg', 301, 128),
        (jpeg(301, 128, b'\xff\xff\xff' + segment(0xFE, b'comment')[1:]), 'jpg', 301, 128),
        (webp(b'VP8 ', LOSSY), 'webp', 301, 128),
        (webp(b'VP8L', LOSSLESS), 'webp', 301, 128),
        (webp(b'VP8X', EXTENDED), 'webp', 301, 128),
        (REAL_PNG, 'png', 1, 1),
        (REAL_WEBP, 'webp', 1, 1),
    ],
)
def test_pictures(data: bytes, format_: str, width: int, height: int) -> None:
    picture = inspect(data, 'name.bin')
    assert (picture.format, picture.width_px, picture.height_px) == (format_, width, height)
    assert (picture.file, picture.size_bytes) == ('name.bin', len(data))
    assert picture.sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize(
    'data',
    [
        b'', b'text', b'<svg width="10"/>', b'GIF89a' + bytes(40), b'BM' + bytes(60), b'II*\0' + bytes(40), b'%PDF-1.7',
        b'glTF' + bytes(40), b'RIFF' + bytes(40), b'\0\0\0 ftypavif' + bytes(40), png(0, 5), png(5, 5)[:20],
        b'\x89PNG\r\n\x1a\n' + bytes(40), jpeg(0, 5), b'\xff\xd8\xff', b'\xff\xd8\xff\xd9',
        b'\xff\xd8\xff' + b'\xff' * 500,
        b'\xff\xd8' + segment(0xE0, b'JFIF\0'), jpeg(5, 5)[:8], webp(b'VP8 ', bytes(20)), webp(b'ALPH', bytes(20)),
    ],
)  # fmt: skip
def test_what_is_no_picture(data: bytes) -> None:
    picture = inspect(data)
    assert (picture.format, picture.width_px, picture.height_px) == ('', 0, 0)
    assert picture.size_bytes == len(data)


@pytest.mark.parametrize('seed', range(8))
def test_damage_is_never_an_exception(seed: int) -> None:
    random_ = random.Random(seed)
    whole = [
        png(301, 128),
        jpeg(301, 128, segment(0xE1, bytes(50))),
        webp(b'VP8 ', LOSSY),
        webp(b'VP8X', EXTENDED),
    ]
    for _ in range(500):
        data = bytearray(random_.choice(whole))
        for _ in range(random_.randrange(6)):
            data[random_.randrange(len(data))] = random_.randrange(256)
        inspect(bytes(data[: random_.randrange(len(data) + 1)]))


@pytest.mark.parametrize(
    'data',
    [
        b'', b'BM', b'BMW is no picture, but a car', b'BM' + bytes(12) + b'\x28\0\0\0' + bytes(8), b'II*\0', b'II*\0\xff\xff\xff\xff',
        b'MM\0*\0\0\0\x08\xff\xff\x01\0', b'II*\0\x08\0\0\0\1\0\0\1', b'\x89PNG\r\n\x1a\n',
    ],
)  # fmt: skip
def test_what_looks_like_a_bmp_or_tiff_and_is_none(data: bytes, tmp_path: Path) -> None:
    file = tmp_path / 'picture'
    file.write_bytes(data)
    assert as_png(file).format == ''


def test_a_tiff_may_have_either_order_of_bytes(tmp_path: Path) -> None:
    file = tmp_path / 'picture.tif'
    for order, head in (('<', b'II*\0'), ('>', b'MM\0*')):
        directory = struct.pack(order + 'HHHIIHHIHH', 2, 256, 4, 1, 300, 257, 3, 1, 200, 0)
        file.write_bytes(head + struct.pack(order + 'I', 20) + bytes(12) + directory)
        facts = as_png(file)
        assert (facts.format, facts.width_px, facts.height_px) == ('png', 300, 200)
