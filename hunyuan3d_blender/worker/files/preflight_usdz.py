# SPDX-License-Identifier: GPL-3.0-or-later
"""Check a USDZ: a ZIP without compression (https://openusd.org/release/spec_usdz.html) whose layers name no files of
this computer.

Of a binary layer only the list of its words is read, which holds every path in it; its layout is described in OpenUSD,
pxr/usd/sdf/crateFile.cpp, and the compression in https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from ...services.errors import N_
from .archive import inspect
from .pixels import HEAD_MAX_BYTES, check_pixels
from .references import refuse_found_outside
from .refusal import Damaged, Hostile, ModelRefused
from .zip_records import STORED, Entry

LAYERS = frozenset({'.usd', '.usda', '.usdc'})
PICTURES = frozenset({'.png', '.jpg', '.jpeg'})

WORDS_MAX_BYTES = 64 << 20
"""Of all words of one layer: names of objects and files, some kilobytes in real ones."""

_CRATE = b'PXR-USDC'
_ASSET = re.compile(rb'@{1,3}([^@\r\n]+)@')
_DAMAGED = N_("The USDZ is damaged: {name} cannot be read")


def check_usdz(path: Path) -> None:
    """Raise `ModelRefused`, or OSError when the file cannot be read."""
    try:
        entries = inspect(path, LAYERS | PICTURES)
    except (Damaged, Hostile) as error:
        raise ModelRefused(error.failure.message, **error.failure.facts) from error
    if not entries or Path(entries[0].name).suffix.lower() not in LAYERS:
        raise ModelRefused(N_("The USDZ does not begin with a scene"))
    with path.open('rb') as file:
        for entry in entries:
            if entry.method != STORED:
                raise ModelRefused(N_("The USDZ is compressed, which its format forbids"))
            if Path(entry.name).suffix.lower() in PICTURES:
                check_pixels(_read(file, entry.data, min(entry.size_bytes, HEAD_MAX_BYTES)), entry.name)
            else:
                refuse_found_outside(_paths(file, entry), path.parent)


def _paths(file: BinaryIO, entry: Entry) -> Iterator[str]:
    """Everything in a layer that may be the path of a file elsewhere."""
    if _read(file, entry.data, len(_CRATE)) == _CRATE:
        try:
            words = _words(file, entry).split(b'\0')
        except (ValueError, IndexError, struct.error):
            raise ModelRefused(_DAMAGED, name=entry.name) from None
    else:
        words = _ASSET.findall(_read(file, entry.data, entry.size_bytes))
    for word in words:
        text = word.decode('utf-8', 'replace')
        if '/' in text or '\\' in text:
            yield text


# Binary layers


def _words(file: BinaryIO, entry: Entry) -> bytes:
    """The TOKENS section, unpacked: words with a zero byte behind each. Raise ValueError and others when damaged."""
    version, (contents,) = _read(file, entry.data + 8, 3), struct.unpack('<Q', _part(file, entry, 16, 8))
    if not (0, 4) <= tuple(version[:2]) < (1, 0):  # older ones are not compressed, newer ones are not known
        raise ValueError(version)
    (count,) = struct.unpack('<Q', _part(file, entry, contents, 8))
    for number in range(min(count, 64)):
        section = _part(file, entry, contents + 8 + 32 * number, 32)
        name, start, _ = struct.unpack('<16s2Q', section)
        if name.rstrip(b'\0') == b'TOKENS':
            _, unpacked, packed = struct.unpack('<3Q', _part(file, entry, start, 24))
            if unpacked > WORDS_MAX_BYTES:
                raise ValueError(unpacked)
            return _decompress(_part(file, entry, start + 24, packed), unpacked)
    raise ValueError('TOKENS')


def _decompress(data: bytes, size: int) -> bytes:
    """What OpenUSD calls fast compression: a count of chunks, 0 for a single one, and LZ4 blocks."""
    if data[0] == 0:
        return _lz4(data[1:], size)
    out, offset = b'', 1
    for _ in range(data[0]):
        (length,) = struct.unpack_from('<i', data, offset)
        out += _lz4(data[offset + 4 : offset + 4 + length], size - len(out))
        offset += 4 + length
    return out


def _lz4(data: bytes, limit: int) -> bytes:
    """One LZ4 block of at most `limit` bytes. Raise ValueError or IndexError when it is damaged."""
    out, offset = bytearray(), 0
    while True:
        token = data[offset]
        length, offset = _length(data, offset + 1, token >> 4)
        out += data[offset : offset + length]
        offset += length
        if offset >= len(data):  # the last sequence has only literals
            break
        back = data[offset] | data[offset + 1] << 8
        length, offset = _length(data, offset + 2, token & 15)
        length += 4
        if not 0 < back <= len(out) or len(out) + length > limit:
            raise ValueError(back)
        for _ in range(length):  # may overlap what it writes
            out.append(out[-back])
    if len(out) > limit:
        raise ValueError(len(out))
    return bytes(out)


def _length(data: bytes, offset: int, length: int) -> tuple[int, int]:
    """A length of four bits, continued in further bytes when they are all set; and the offset behind it."""
    more = 255 if length == 15 else 0
    while more == 255:
        more = data[offset]
        length += more
        offset += 1
    return length, offset


def _part(file: BinaryIO, entry: Entry, offset: int, length: int) -> bytes:
    if offset + length > entry.size_bytes:
        raise ValueError(offset)
    return _read(file, entry.data + offset, length)


def _read(file: BinaryIO, offset: int, length: int) -> bytes:
    file.seek(offset)
    return file.read(length)
