# SPDX-License-Identifier: GPL-3.0-or-later
"""What a .blend tells without Blender: who has written it, and what it lets out.

header   'BLENDER-v405', and since 5.0 'BLENDER17-01v0500'
blocks   a head (_OLD_HEAD, since 5.0 _HEAD) and so many bytes: code, number of the struct, count of structs
'DNA1'   the block that names the structs (SDNA): their fields, and by them the place of every text

Shapes: doc/blender_file_format and source/blender/makesdna/intern/dna_genfile.cc of Blender.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_HEADER = re.compile(rb'BLENDER(?:[_-][vV](\d)(\d\d)|\d\d-\d\dv(\d\d)(\d\d))')

_OLD_HEAD = struct.Struct('<4siQii')
"""code, length, address, struct, count"""
_HEAD = struct.Struct('<4siQqq')
"""code, struct, address, length, count"""

_TEXT = re.compile(rb'\w+\[(\d+)\]')
_TEXT_BYTES_MIN = 64
"""Shorter arrays of `char` may be anything; longer ones are names and paths."""


class NoBlend(Exception):
    """The file is missing or no .blend."""


@dataclass(frozen=True)
class _Block:
    code: bytes
    struct: int
    start: int
    length: int
    count: int


@dataclass(frozen=True)
class _Struct:
    length: int
    texts: tuple[tuple[int, int], ...]
    """Where each text begins, and how much room it has."""


def version_of(file: Path) -> tuple[int, int]:
    """The Blender that has written `file`, e.g. (4, 2). Raise NoBlend."""
    try:
        with file.open('rb') as stream:
            header = _HEADER.match(stream.read(17))
    except OSError as error:
        raise NoBlend(str(error)) from error
    if not header:
        raise NoBlend("no header of a .blend")
    major, minor = (int(number) for number in header.groups() if number)
    return major, minor


def blank_rest_of_texts(file: Path) -> None:
    """Overwrite what Blender has left behind the ends of texts in an uncompressed file. Raise OSError, NoBlend.

    Some structs are filled in memory that is not cleared before (FileGlobal, and ImagePackedFile since 4.5), so
    whatever lay there goes into the file, paths of this machine among it (seen on 5.0). The path in FileGlobal
    is only used when a session is recovered; it goes as a whole.
    """
    with file.open('r+b') as stream:
        blocks = list(_blocks(stream))
        structs = _structs(stream, next(block for block in blocks if block.code == b'DNA1'))
        for block in blocks:
            for text in _texts(block, structs):
                _blank(stream, *text, whole=block.code == b'GLOB')


def _blocks(stream: BinaryIO) -> Iterator[_Block]:
    header = _HEADER.match(stream.read(17))
    if not header:
        raise NoBlend("no header of a .blend")
    old = header.end() == 12
    head = _OLD_HEAD if old else _HEAD
    at = header.end()
    while True:
        stream.seek(at)
        content = stream.read(head.size)
        if len(content) < head.size:
            raise NoBlend("no end of a .blend")
        code, second, _address, fourth, count = head.unpack(content)
        length, number = (second, fourth) if old else (fourth, second)
        code = code.rstrip(b'\0')
        if code == b'ENDB':
            return
        at += head.size
        yield _Block(code, number, at, length, count)
        at += length


def _structs(stream: BinaryIO, block: _Block) -> list[_Struct]:
    """Every struct of the file by its number."""
    stream.seek(block.start)
    dna = stream.read(block.length)
    names, at = _words(dna, dna.index(b'NAME'))
    types, at = _words(dna, dna.index(b'TYPE', at))
    at = dna.index(b'TLEN', at) + 4
    lengths = struct.unpack_from(f'<{len(types)}H', dna, at)
    at = dna.index(b'STRC', at + 2 * len(types))
    (count,) = struct.unpack_from('<I', dna, at + 4)
    at += 8
    found = []
    for _ in range(count):
        kind, fields = struct.unpack_from('<HH', dna, at)
        shorts = struct.unpack_from(f'<{2 * fields}H', dna, at + 4)
        at += 4 + 4 * fields
        pairs = zip(shorts[::2], shorts[1::2], strict=True)
        found.append(_struct(lengths[kind], [(types[t], lengths[t], names[n]) for t, n in pairs]))
    return found


def _struct(length: int, fields: list[tuple[bytes, int, bytes]]) -> _Struct:
    texts = []
    at = 0
    for kind, size, name in fields:
        room = _room(name, size)
        if kind == b'char' and room >= _TEXT_BYTES_MIN and _TEXT.fullmatch(name):
            texts.append((at, room))
        at += room
    return _Struct(length, tuple(texts))


def _room(name: bytes, size: int) -> int:
    """The bytes of one field: `*next`, `(*run)()`, `name[64]`, `mat[4][4]`."""
    room = 8 if name.startswith((b'*', b'(')) else size
    for count in re.findall(rb'\[(\d+)\]', name):
        room *= int(count)
    return room


def _words(dna: bytes, at: int) -> tuple[list[bytes], int]:
    """The words of one list of the SDNA, and where it ends."""
    (count,) = struct.unpack_from('<I', dna, at + 4)
    words = dna[at + 8 :].split(b'\0', count)[:count]
    return words, at + 8 + sum(len(word) + 1 for word in words)


def _texts(block: _Block, structs: list[_Struct]) -> Iterator[tuple[int, int]]:
    """Where in the file the texts of one block are. Number 0 may be raw bytes; blocks of another size are those."""
    kind = structs[block.struct] if 0 <= block.struct < len(structs) else _Struct(0, ())
    if kind.length * block.count != block.length:
        return
    for index in range(block.count if kind.texts else 0):
        for at, room in kind.texts:
            yield block.start + index * kind.length + at, room


def _blank(stream: BinaryIO, at: int, room: int, whole: bool) -> None:
    stream.seek(at)
    text = b'' if whole and room == 1024 else stream.read(room).partition(b'\0')[0]
    stream.seek(at)
    stream.write(text.ljust(room, b'\0'))
