# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures that follow one another as GIF 89a, which Blender does not write."""

from __future__ import annotations

import struct
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
"""(h, w, 3)."""

_LEVELS = (6, 6, 6)
"""Of red, green and blue: 216 colours, the same for every picture, and grey stays grey."""
_CLEAR, _END, _CODES_MAX = 256, 257, 4096


def encode(pictures: Sequence[Picture], seconds_each: float) -> bytes:
    """The file, which repeats for ever. All pictures have the size of the first."""
    height, width = pictures[0].shape[:2]
    palette = bytes(
        round(255 * value / (levels - 1))
        for index in range(216)
        for value, levels in zip(np.unravel_index(index, _LEVELS), _LEVELS, strict=True)
    )
    data = bytearray(b'GIF89a' + struct.pack('<HHBBB', width, height, 0xF7, 0, 0))
    data += palette + bytes(768 - len(palette))
    data += b'\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0'
    for picture in pictures:
        data += b'\x21\xf9\x04\x04' + struct.pack('<H', round(100 * seconds_each)) + b'\0\0'
        data += b'\x2c' + struct.pack('<HHHHB', 0, 0, width, height, 0) + b'\x08'
        packed = _lzw(_indices(picture))
        for start in range(0, len(packed), 255):
            block = packed[start : start + 255]
            data += bytes((len(block),)) + block
        data += b'\0'
    return bytes(data + b'\x3b')


def _indices(picture: Picture) -> bytes:
    levels = np.array(_LEVELS) - 1
    steps = np.rint(picture * (levels / 255)).astype(np.uint8)
    return bytes(np.ravel_multi_index(tuple(np.moveaxis(steps, -1, 0)), _LEVELS).astype(np.uint8).ravel())


def _lzw(indices: bytes) -> bytes:
    """GIF's own compression, codes of 9 to 12 bits, the lowest bit first."""
    out = bytearray()
    waiting, bits = 0, 0

    def put(code: int, width: int) -> None:
        nonlocal waiting, bits
        waiting |= code << bits
        bits += width
        while bits >= 8:
            out.append(waiting & 0xFF)
            waiting >>= 8
            bits -= 8

    table: dict[tuple[int, int], int] = {}
    width = 9
    put(_CLEAR, width)
    prefix = indices[0]
    for index in indices[1:]:
        known = table.get((prefix, index))
        if known is not None:
            prefix = known
            continue
        put(prefix, width)
        code = _END + 1 + len(table)
        if code < _CODES_MAX:
            table[prefix, index] = code
            width += code == 1 << width
        else:
            put(_CLEAR, width)
            table, width = {}, 9
        prefix = index
    put(prefix, width)
    put(_END, width)
    put(0, 7)
    return bytes(out)
