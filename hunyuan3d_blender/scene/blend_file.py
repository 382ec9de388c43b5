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
from functools import cache
from pathlib import Path
from typing import BinaryIO, NamedTuple

_HEADER = re.compile(rb'BLENDER(?:[_-][vV](\d)(\d\d)|\d\d-\d\dv(\d\d)(\d\d))')

_OLD_HEAD = struct.Struct('<4siQii')
"""code, length, address, struct, count"""
_HEAD = struct.Struct('<4siQqq')
"""code, struct, address, length, count"""

_TEXT = re.compile(rb'\w+\[(\d+)\]')
_TEXT_BYTES_MIN = 64
"""Shorter arrays of `char` may be anything; longer ones are names and paths."""
_PATH_BYTES = 1024


class NoBlend(Exception):
    """The file is missing or no .blend."""


class _Block(NamedTuple):
    code: bytes
    struct: int
    start: int
    length: int
    structs: int


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
        dna = _Dna(_content(stream, next(block for block in blocks if block.code == b'DNA1')))
        for block in blocks:
            for at, room in dna.texts(block):
                _blank(stream, at, room, whole=block.code == b'GLOB')


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


def _content(stream: BinaryIO, block: _Block) -> bytes:
    stream.seek(block.start)
    return stream.read(block.length)


class _Dna:
    """The structs of a file: where in them texts are."""

    def __init__(self, dna: bytes) -> None:
        self._names, at = _words(dna, dna.index(b'NAME'))
        self._types, at = _words(dna, dna.index(b'TYPE', at))
        at = dna.index(b'TLEN', at) + 4
        self._lengths = struct.unpack_from(f'<{len(self._types)}H', dna, at)
        at = dna.index(b'STRC', at + 2 * len(self._types)) + 8
        (count,) = struct.unpack_from('<I', dna, at - 4)
        self._structs = []
        """Of each the bytes that describe it: its type, how many fields, and of each the type and the name."""
        for _ in range(count):
            (fields,) = struct.unpack_from('<H', dna, at + 2)
            self._structs.append(dna[at : at + 4 + 4 * fields])
            at += 4 + 4 * fields

    def texts(self, block: _Block) -> Iterator[tuple[int, int]]:
        """Where in the file each text of a block begins, and how much room it has."""
        if not 0 <= block.struct < len(self._structs):
            return
        length, texts = self._struct(block.struct)
        if length * block.structs != block.length:
            return  # raw bytes also say struct 0
        for start in range(block.start, block.start + block.length, length) if texts else ():
            for at, room in texts:
                yield start + at, room

    @cache  # noqa: B019 - one lives as long as one call
    def _struct(self, number: int) -> tuple[int, tuple[tuple[int, int], ...]]:
        """The length of a struct, and its texts as in `texts`."""
        kind, _count, *fields = struct.unpack(f'<{len(self._structs[number]) // 2}H', self._structs[number])
        texts = []
        at = 0
        for type_, name in zip(fields[::2], fields[1::2], strict=True):
            room = _room(self._names[name], self._lengths[type_])
            if (
                self._types[type_] == b'char'
                and room >= _TEXT_BYTES_MIN
                and _TEXT.fullmatch(self._names[name])
            ):
                texts.append((at, room))
            at += room
        return self._lengths[kind], tuple(texts)


def _words(dna: bytes, at: int) -> tuple[list[bytes], int]:
    """The words of one list of the SDNA, and where it ends."""
    (count,) = struct.unpack_from('<I', dna, at + 4)
    words = dna[at + 8 :].split(b'\0', count)[:count]
    return words, at + 8 + sum(len(word) + 1 for word in words)


def _room(name: bytes, size: int) -> int:
    """The bytes of one field: `*next`, `(*run)()`, `name[64]`, `mat[4][4]`."""
    room = 8 if name.startswith((b'*', b'(')) else size
    for count in re.findall(rb'\[(\d+)\]', name):
        room *= int(count)
    return room


def _blank(stream: BinaryIO, at: int, room: int, whole: bool) -> None:
    stream.seek(at)
    text = b'' if whole and room == _PATH_BYTES else stream.read(room).partition(b'\0')[0]
    stream.seek(at)
    stream.write(text.ljust(room, b'\0'))
