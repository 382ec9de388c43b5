# SPDX-License-Identifier: GPL-3.0-or-later
"""Archives byte by byte, so that everything in them can be made to lie."""

from __future__ import annotations

import stat
import struct
import zlib
from dataclasses import dataclass, field

from tests import model_files as files


@dataclass
class Raw:
    """One file of an archive in which everything can be made to lie."""

    name: bytes = b'model.obj'
    data: bytes = files.OBJ
    method: int = 8
    flags: int = 0x800
    mode: int = stat.S_IFREG | 0o644
    dos: int = 0
    local: dict[str, object] = field(default_factory=dict)
    """Fields in which the local header differs."""
    central: dict[str, object] = field(default_factory=dict)
    """Fields in which the directory differs."""
    packed: bytes | None = None
    extra: bytes = b''
    descriptor: bytes = b''

    def facts(self) -> dict[str, object]:
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        packed = packer.compress(self.data) + packer.flush() if self.method == 8 else self.data
        packed = packed if self.packed is None else self.packed
        return {
            'name': self.name,
            'flags': self.flags,
            'method': self.method,
            'crc': zlib.crc32(self.data),
            'packed_size': len(packed),
            'size': len(self.data),
            'packed': packed,
            'mode': self.mode,
            'dos': self.dos,
        }


def raw_zip(
    *entries: Raw, front: bytes = b'', comment: bytes = b'', end: dict[str, int] | None = None
) -> bytes:
    """An archive of such files; `end` overrules what the end record says."""
    body, directory = front, b''
    for entry in entries:
        here, there = entry.facts() | entry.local, entry.facts() | entry.central
        start = there.get('start', len(body))
        body += struct.pack(
            '<4s5H3L2H', b'PK\3\4', 20, here['flags'], here['method'], 0, 0x21, here['crc'], here['packed_size'],
            here['size'], len(here['name']), len(entry.extra),
        )  # fmt: skip
        body += here['name'] + entry.extra + here['packed'] + entry.descriptor
        directory += struct.pack(
            '<4s6H3L5H2L', b'PK\1\2', 0x314, 20, there['flags'], there['method'], 0, 0x21, there['crc'],
            there['packed_size'], there['size'], len(there['name']), len(entry.extra), 0, 0, 0,
            there['mode'] << 16 | there['dos'], start,
        )  # fmt: skip
        directory += there['name'] + entry.extra
    values = {'disk': 0, 'first': 0, 'here': len(entries), 'count': len(entries), 'length': len(directory)}
    values |= {'start': len(body)} | (end or {})
    return body + directory + struct.pack('<4s4H2LH', b'PK\5\6', *values.values(), len(comment)) + comment


def wide(entry: Raw) -> bytes:
    """The same archive with ZIP64 records, as writers make it that do not know sizes beforehand."""
    entry.extra = struct.pack('<2H2Q', 1, 16, len(entry.data), entry.facts()['packed_size'])
    unknown = {'size': 2**32 - 1, 'packed_size': 2**32 - 1}
    entry.local, entry.central = unknown, unknown
    data = raw_zip(entry)
    start, length = data.index(b'PK\1\2'), data.index(b'PK\5\6') - data.index(b'PK\1\2')
    record = struct.pack('<4sQ2H2L4Q', b'PK\6\6', 44, 45, 45, 0, 0, 1, 1, length, start)
    locator = struct.pack('<4sLQL', b'PK\6\7', 0, start + length, 1)
    end = struct.pack('<4s4H2LH', b'PK\5\6', 0, 0, 0xFFFF, 0xFFFF, 2**32 - 1, 2**32 - 1, 0)
    return data[: start + length] + record + locator + end
