# SPDX-License-Identifier: GPL-3.0-or-later
"""Read a ZIP file and believe nothing in it twice: every number is held against every other place that states it.

Python's `zipfile` looks at the central directory only, accepts overlapping entries up to Python 3.11.7
(CVE-2024-0450) and bytes in front of the archive, and does not notice an entry that is longer than it says. The rules
here follow uv's `uv-extract` and APPNOTE.TXT 6.3 (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT).

Bytes that are missing or corrupt raise `Damaged`, contradictions and tricks raise `Hostile`.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ...services.errors import N_
from ...value import value
from .refusal import Damaged, Hostile

ENTRIES_MAX = 2_000
"""Files and folders in one archive. Results of services have fewer than twenty."""

SIZE_MAX_BYTES = 2 << 30
"""Of all files together, unpacked."""

RATIO_MAX = 200
"""Unpacked to packed. Text and pictures of results reach 20."""

DIRECTORY_MAX_BYTES = 4 << 20
"""Of the central directory: more than 2,000 entries with long names and extra fields need."""

STORED, DEFLATED = 0, 8

_CHUNK_BYTES = 1 << 18
_END = struct.Struct('<4s4H2LH')
_END64_LOCATOR = struct.Struct('<4sLQL')
_END64 = struct.Struct('<4sQ4x2L4Q')
_CENTRAL = struct.Struct('<4s4x2H4x3L4H2x2L')
_LOCAL = struct.Struct('<4s2x2H4x3L2H')
_SIZES64 = 0x0001
_FLAG_ENCRYPTED, _FLAG_DESCRIPTOR, _FLAG_UTF8 = 0x1, 0x8, 0x800
_FLAGS_KNOWN = 0x6 | _FLAG_DESCRIPTOR | _FLAG_UTF8
"""0x6 tells how hard the compressor tried. All others encrypt, patch or mask."""

_NO_DIRECTORY = N_("The archive is incomplete: its directory is missing")
_BAD_DATA = N_("The archive is damaged: {name} cannot be unpacked")
_DIRECTORY_LIES = N_("The directory of the archive contradicts itself")
_ENTRY_LIES = N_("The archive contradicts itself about {name}")
_FOREIGN = N_("The archive has foreign bytes in front of it or inside it")
_OVERLAP = N_("Files of the archive overlap")


@value
class Entry:
    """One file or folder of the archive, as both of its headers describe it."""

    name: str
    """As stored, without a leading './'; folders end with '/'."""
    method: int
    """`STORED` or `DEFLATED`."""
    crc: int
    packed_bytes: int
    size_bytes: int
    unix_mode: int
    """File type and permissions, 0 where the archive states none."""
    dos_attributes: int
    start: int
    """Offset of the local header."""
    data: int
    """Offset of the first packed byte."""
    end: int
    """Offset behind the last byte that belongs to the entry."""


@dataclass(frozen=True)
class _Described:
    """An entry as the central directory describes it."""

    raw_name: bytes
    flags: int
    method: int
    crc: int
    packed_bytes: int
    size_bytes: int
    start: int
    attributes: int


def read_entries(path: Path) -> list[Entry]:
    """The entries in the order in which they lie in the file, headers checked, data not yet read.

    Raise `Damaged` or `Hostile`, and OSError when the file cannot be read.
    """
    with path.open('rb') as file:
        file_bytes = file.seek(0, 2)
        start, length, count = _find_directory(file, file_bytes)
        described = sorted(_directory(_read(file, start, length), count), key=lambda entry: entry.start)
        entries = [_entry(file, entry, start) for entry in described]
    _refuse_overlap(entries)
    _refuse_bomb(sum(entry.size_bytes for entry in entries), file_bytes)
    return entries


def read_data(file: BinaryIO, entry: Entry) -> Iterator[bytes]:
    """Unpack one entry in small pieces; never more bytes than it announces.

    Raise `Damaged` when size or CRC are wrong; what came before is worthless then.
    """
    crc = size = 0
    for piece in _packed(file, entry) if entry.method == STORED else _inflated(file, entry):
        size += len(piece)
        crc = zlib.crc32(piece, crc)
        if size > entry.size_bytes:
            break
        yield piece
    if size != entry.size_bytes:
        raise Damaged(N_("The archive is damaged: {name} has another size than stated"), name=entry.name)
    if crc != entry.crc:
        raise Damaged(N_("The archive is damaged: the checksum of {name} is wrong"), name=entry.name)


# The directory at the end


def _find_directory(file: BinaryIO, file_bytes: int) -> tuple[int, int, int]:
    """Offset, length and number of entries of the central directory."""
    tail_start = max(0, file_bytes - _END.size - 0xFFFF)
    tail = _read(file, tail_start, file_bytes - tail_start)
    found = tail.rfind(b'PK\5\6')
    if found < 0 or len(tail) - found < _END.size:
        raise Damaged(_NO_DIRECTORY)
    _, disk, first_disk, here, count, length, start, comment = _END.unpack_from(tail, found)
    end = tail_start + found
    if found + _END.size + comment != len(tail):
        raise Hostile(N_("The archive has foreign bytes behind its end"))
    if 0xFFFF in (here, count) or 0xFFFFFFFF in (length, start):
        end, disk, first_disk, here, count, length, start = _find_directory64(file, end)
    if disk or first_disk or here != count:
        raise Hostile(N_("The archive is one part of several"))
    if count > ENTRIES_MAX or length > DIRECTORY_MAX_BYTES:
        message = N_("The archive holds {count} files, at most {limit} are accepted")
        raise Hostile(message, count=count, limit=ENTRIES_MAX)
    if start + length != end:
        raise Hostile(_FOREIGN)
    return start, length, count


def _find_directory64(file: BinaryIO, end: int) -> tuple[int, ...]:
    """The same from the ZIP64 records, which writers use when they do not know the size beforehand."""
    place = end - _END64_LOCATOR.size
    if place < 0:
        raise Damaged(_NO_DIRECTORY)
    magic, _, start64, disks = _END64_LOCATOR.unpack(_read(file, place, _END64_LOCATOR.size))
    if magic != b'PK\6\7' or disks > 1 or start64 + _END64.size > place:
        raise Hostile(_DIRECTORY_LIES)
    record = _read(file, start64, _END64.size)
    magic, size, disk, first_disk, here, count, length, start = _END64.unpack(record)
    if magic != b'PK\6\6' or start64 + 12 + size != place:
        raise Hostile(_DIRECTORY_LIES)
    return start64, disk, first_disk, here, count, length, start


def _directory(data: bytes, count: int) -> Iterator[_Described]:
    offset = 0
    for _ in range(count):
        if len(data) - offset < _CENTRAL.size:
            raise Hostile(_DIRECTORY_LIES)
        values = _CENTRAL.unpack_from(data, offset)
        magic, flags, method, crc, packed, size, name, extra, comment, disk, attributes, start = values
        extra_start = offset + _CENTRAL.size + name
        offset = extra_start + extra + comment
        if magic != b'PK\1\2' or offset > len(data) or disk not in (0, 0xFFFF):
            raise Hostile(_DIRECTORY_LIES)
        size, packed, start = _sizes64(data[extra_start : extra_start + extra], size, packed, start)
        raw_name = data[extra_start - name : extra_start]
        yield _Described(raw_name, flags, method, crc, packed, size, start, attributes)
    if offset != len(data):
        raise Hostile(_DIRECTORY_LIES)


def _sizes64(extra: bytes, *values: int) -> tuple[int, ...]:
    """Replace each value of 0xFFFFFFFF by the next one of the ZIP64 extra field."""
    offset, wide = 0, b''
    while offset + 4 <= len(extra):
        kind, length = struct.unpack_from('<2H', extra, offset)
        if kind == _SIZES64:
            wide = extra[offset + 4 : offset + 4 + length]
        offset += 4 + length
    numbers = list(struct.unpack(f'<{len(wide) // 8}Q', wide[: len(wide) // 8 * 8]))
    if len(numbers) < values.count(0xFFFFFFFF):
        raise Hostile(_DIRECTORY_LIES)
    return tuple(numbers.pop(0) if value == 0xFFFFFFFF else value for value in values)


# Each file's own header


def _entry(file: BinaryIO, described: _Described, directory: int) -> Entry:
    name = _decode(described)
    if described.start >= directory:
        raise Hostile(_ENTRY_LIES, name=name)
    if described.flags & _FLAG_ENCRYPTED:
        raise Hostile(N_("The archive is encrypted"))
    if described.flags & ~_FLAGS_KNOWN or described.method not in (STORED, DEFLATED):
        raise Hostile(N_("The archive packs {name} in a way that is not supported"), name=name)
    if described.method == STORED and described.packed_bytes != described.size_bytes:
        raise Hostile(_ENTRY_LIES, name=name)
    data = _check_local(file, described, name)
    end = data + described.packed_bytes
    if end > directory:
        raise Hostile(_OVERLAP)
    if described.flags & _FLAG_DESCRIPTOR:
        end += _descriptor_bytes(file, described, end, directory, name)
    return Entry(
        name=name,
        method=described.method,
        crc=described.crc,
        packed_bytes=described.packed_bytes,
        size_bytes=described.size_bytes,
        unix_mode=described.attributes >> 16,
        dos_attributes=described.attributes & 0xFFFF,
        start=described.start,
        data=data,
        end=end,
    )


def _decode(described: _Described) -> str:
    """UTF-8 whether the flag says so or not, else the code page of the format's first days."""
    try:
        return described.raw_name.decode('utf-8').removeprefix('./')
    except UnicodeDecodeError:
        if described.flags & _FLAG_UTF8:
            raise Hostile(N_("A name in the archive cannot be read")) from None
        return described.raw_name.decode('cp437')


def _check_local(file: BinaryIO, described: _Described, name: str) -> int:
    """Compare the local header with the directory's words and return the offset of the data."""
    header = _read(file, described.start, _LOCAL.size)
    if len(header) < _LOCAL.size or header[:4] != b'PK\3\4':
        raise Hostile(_ENTRY_LIES, name=name)
    _, flags, method, crc, packed, size, name_bytes, extra_bytes = _LOCAL.unpack(header)
    raw = file.read(name_bytes + extra_bytes)
    if len(raw) < name_bytes + extra_bytes:
        raise Hostile(_ENTRY_LIES, name=name)
    size, packed = _sizes64(raw[name_bytes:], size, packed)
    stated = (crc, packed, size)
    true = (described.crc, described.packed_bytes, described.size_bytes)
    later = bool(flags & _FLAG_DESCRIPTOR) and stated == (0, 0, 0)  # the numbers follow the data
    same = (flags, method, raw[:name_bytes]) == (described.flags, described.method, described.raw_name)
    if not same or not (stated == true or later):
        raise Hostile(_ENTRY_LIES, name=name)
    return described.start + _LOCAL.size + len(raw)


def _descriptor_bytes(file: BinaryIO, described: _Described, offset: int, limit: int, name: str) -> int:
    """Length of the data descriptor behind the data, which exists in four layouts."""
    found = _read(file, offset, min(24, limit - offset))
    for magic in (b'PK\7\x08', b''):
        for layout in ('<3L', '<L2Q'):
            sizes = (described.crc, described.packed_bytes, described.size_bytes)
            if layout == '<3L' and max(sizes) > 0xFFFFFFFF:
                continue
            expected = magic + struct.pack(layout, *sizes)
            if found.startswith(expected):
                return len(expected)
    raise Hostile(_ENTRY_LIES, name=name)


def _refuse_overlap(entries: list[Entry]) -> None:
    """A few bytes used by many entries make a bomb. Bytes in front of the first make two files in one."""
    end = 0
    for number, entry in enumerate(entries):
        if number == 0 and entry.start != 0:
            raise Hostile(_FOREIGN)
        if entry.start < end:
            raise Hostile(_OVERLAP)
        end = entry.end


def _refuse_bomb(size_bytes: int, file_bytes: int) -> None:
    if size_bytes > SIZE_MAX_BYTES or size_bytes > RATIO_MAX * file_bytes:
        message = N_("The archive would unpack to {size} bytes, which is more than a model can have")
        raise Hostile(message, size=size_bytes)


# Data


def _read(file: BinaryIO, offset: int, length: int) -> bytes:
    file.seek(offset)
    return file.read(length)


def _packed(file: BinaryIO, entry: Entry) -> Iterator[bytes]:
    file.seek(entry.data)
    left = entry.packed_bytes
    while left:
        piece = file.read(min(left, _CHUNK_BYTES))
        if not piece:
            raise Damaged(N_("The archive is incomplete: {name} ends early"), name=entry.name)
        left -= len(piece)
        yield piece


def _inflated(file: BinaryIO, entry: Entry) -> Iterator[bytes]:
    """Inflate with a limit for each step, so that memory stays small whatever the data says."""
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    behind = 0
    try:
        for packed in _packed(file, entry):
            behind += len(packed) if inflate.eof else 0
            rest = b'' if inflate.eof else packed
            while rest:
                yield inflate.decompress(rest, _CHUNK_BYTES)
                rest = inflate.unconsumed_tail
        while not inflate.eof and (piece := inflate.decompress(b'', _CHUNK_BYTES)):  # what is still inside
            yield piece
    except zlib.error:
        raise Damaged(_BAD_DATA, name=entry.name) from None
    if not inflate.eof or inflate.unused_data or behind:
        raise Damaged(_BAD_DATA, name=entry.name)
