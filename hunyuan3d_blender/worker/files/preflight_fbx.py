# SPDX-License-Identifier: GPL-3.0-or-later
"""Check an FBX: its records lie inside one another as they should, no list unpacks to gigabytes, and no file name in
it finds a file of this computer.

The binary layout is not published; https://code.blender.org/2013/08/fbx-binary-file-format-specification/ describes it.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from mmap import ACCESS_READ, mmap
from pathlib import Path

from ...services.errors import N_
from .formats import FBX_MAGIC
from .references import refuse_found_outside
from .refusal import ModelRefused

RECORDS_MAX = 1_000_000
DEPTH_MAX = 64
ARRAYS_MAX_BYTES = 4 << 30
"""Of all lists together, unpacked: 50 million vertices with normals and texture coordinates."""

_PIECE_BYTES = 1 << 20
_SCALAR_BYTES = {b'C': 1, b'B': 1, b'Z': 1, b'Y': 2, b'I': 4, b'F': 4, b'D': 8, b'L': 8}
_ELEMENT_BYTES = {b'b': 1, b'c': 1, b'i': 4, b'f': 4, b'd': 8, b'l': 8}
_FILE_NAMES = frozenset({b'FileName', b'Filename', b'RelativeFilename', b'Path'})
_ASCII_NAME = re.compile(rb'(?:RelativeFile[Nn]ame|File[Nn]ame|Path)"?[^"\n]*"([^"\n]*)"')
_DAMAGED = N_("The FBX is not valid: its parts do not fit into one another")


def check_fbx(path: Path) -> None:
    """Raise `ModelRefused`, or OSError when the file cannot be read."""
    with path.open('rb') as file, mmap(file.fileno(), 0, access=ACCESS_READ) as data:
        if data[: len(FBX_MAGIC)] == FBX_MAGIC:
            try:
                names = list(_Records(data).file_names())
            except (struct.error, zlib.error):
                raise ModelRefused(_DAMAGED) from None
        else:
            names = [match[1] for match in _ASCII_NAME.finditer(data)]
    refuse_found_outside({name.decode('utf-8', 'replace') for name in names if name}, path.parent)


@dataclass
class _Records:
    """A walk through all records of a binary FBX."""

    data: mmap
    records: int = 0
    array_bytes: int = 0

    def file_names(self) -> Iterator[bytes]:
        """What records with a file name say. Raise `ModelRefused` or struct.error where the file is not valid."""
        start = len(FBX_MAGIC) + 4
        version = int.from_bytes(self.data[len(FBX_MAGIC) : start], 'little')
        layout = struct.Struct('<3QB' if version >= 7500 else '<3IB')
        ends = [len(self.data)]  # of the records around the place where we are
        offset = start
        while True:
            end, properties, properties_bytes, name_bytes = layout.unpack_from(self.data, offset)
            body = offset + layout.size + name_bytes
            if end == 0:  # the empty record behind the last child
                if len(ends) == 1:
                    return
                offset = body
            else:
                if not body + properties_bytes <= end <= ends[-1]:
                    raise ModelRefused(_DAMAGED)
                self._count(len(ends))
                name = self.data[body - name_bytes : body]
                values = list(self._properties(body, body + properties_bytes))
                if len(values) != properties:
                    raise ModelRefused(_DAMAGED)
                if name in _FILE_NAMES:
                    yield from values
                offset = body + properties_bytes
                ends.append(end)
            while len(ends) > 1 and offset >= ends[-1]:
                if offset > ends.pop():
                    raise ModelRefused(_DAMAGED)

    def _count(self, depth: int) -> None:
        self.records += 1
        if self.records > RECORDS_MAX or depth > DEPTH_MAX:
            raise ModelRefused(N_("The model has more parts than can be handled"))

    def _properties(self, offset: int, end: int) -> Iterator[bytes]:
        """Check every property between two offsets and yield the text of each, b'' where it is none."""
        while offset < end:
            kind = self.data[offset : offset + 1]
            offset += 1
            text = b''
            if kind in _SCALAR_BYTES:
                offset += _SCALAR_BYTES[kind]
            elif kind in (b'S', b'R'):
                (length,) = struct.unpack_from('<I', self.data, offset)
                offset += 4 + length
                text = self.data[offset - length : offset] if kind == b'S' and offset <= end else b''
            elif kind in _ELEMENT_BYTES:
                count, encoding, length = struct.unpack_from('<3I', self.data, offset)
                offset += 12 + length
                if offset > end:
                    raise ModelRefused(_DAMAGED)
                self._check_array(count * _ELEMENT_BYTES[kind], encoding, offset - length, length)
            else:
                raise ModelRefused(_DAMAGED)
            yield text
        if offset != end:
            raise ModelRefused(_DAMAGED)

    def _check_array(self, size: int, encoding: int, offset: int, length: int) -> None:
        """Unpack a list as far as it says it goes: some importers would unpack all of it, however much it is."""
        self.array_bytes += size
        if self.array_bytes > ARRAYS_MAX_BYTES:
            raise ModelRefused(N_("The model is larger than can be handled"))
        unpacked = length
        if encoding == 1:
            inflate, rest, unpacked = zlib.decompressobj(), self.data[offset : offset + length], 0
            while unpacked <= size and (piece := inflate.decompress(rest, _PIECE_BYTES)):
                unpacked += len(piece)
                rest = inflate.unconsumed_tail
        if encoding not in (0, 1) or unpacked != size:
            raise ModelRefused(_DAMAGED)
