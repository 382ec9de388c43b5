# SPDX-License-Identifier: GPL-3.0-or-later
"""Which format a file has, by its content, and whether it is complete, by that format's own rules.

Services give no checksums, so a complete file is one that says so itself. What a file is called, and what the service
says its type is, counts only where the content leaves the choice open (OBJ, binary STL).
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import BinaryIO

from ...services.errors import N_
from . import glb
from .refusal import Damaged, Hostile, ModelRefused
from .zip_records import read_data, read_entries

HEAD_BYTES = 4096
"""How much of a file's beginning `sniff` wants to see."""


class Format(StrEnum):
    """What a file can be. The values serve as suffixes."""

    GLB = 'glb'
    FBX = 'fbx'
    OBJ = 'obj'
    STL = 'stl'
    USDZ = 'usdz'
    ZIP = 'zip'
    PNG = 'png'
    JPG = 'jpg'
    WEBP = 'webp'
    GIF = 'gif'
    MP4 = 'mp4'
    PAGE = 'page'
    """HTML, XML or JSON: what servers send instead of a file when something is wrong. Never a model."""
    JSON = 'json'
    """Where it is wanted: the file is called so."""
    UNKNOWN = ''


FBX_MAGIC = b'Kaydara FBX Binary  \0\x1a\0'

_MAGIC: tuple[tuple[bytes, Format], ...] = (
    (glb.MAGIC, Format.GLB),
    (FBX_MAGIC, Format.FBX),
    (b'; FBX', Format.FBX),
    (b'PK\5\6', Format.ZIP),  # an empty one
    (b'\x89PNG\r\n\x1a\n', Format.PNG),
    (b'\xff\xd8\xff', Format.JPG),
    (b'GIF87a', Format.GIF),
    (b'GIF89a', Format.GIF),
)

_USD_SUFFIXES = (b'.usdc', b'.usda', b'.usd')
_OBJ_LINE = re.compile(rb'^[ \t]*(v[nt]?[ \t]+[-+.\d]|f[ \t]+\d|mtllib[ \t])', re.MULTILINE)
_TEXT = frozenset(range(0x20, 0x7F)) | frozenset(range(0x80, 0x100)) | frozenset(b'\t\n\v\f\r')


def sniff(head: bytes, name: str = '') -> Format:
    """Return the format of the file that begins with `head` (`HEAD_BYTES` of it, or all).

    A binary STL has no sign of its own: it is known by `name` here, and by its length in `format_of`.
    """
    for magic, format_ in _MAGIC:
        if head.startswith(magic):
            return format_
    if head.startswith(b'PK\3\4'):
        return Format.USDZ if _first_name(head).lower().endswith(_USD_SUFFIXES) else Format.ZIP
    if head[:4] == b'RIFF' and head[8:12] == b'WEBP':
        return Format.WEBP
    if head[4:8] == b'ftyp':
        return Format.MP4
    if _TEXT.issuperset(head):
        return _sniff_text(head.removeprefix(b'\xef\xbb\xbf').lstrip(), name)
    return Format.STL if name.lower().endswith('.stl') and len(head) > _STL_HEADER_BYTES else Format.UNKNOWN


def format_of(path: Path, name: str = '') -> Format:
    """The format of a file on disk, which will be called `name` one day. Raise OSError when it cannot be read."""
    with path.open('rb') as file:
        head = file.read(HEAD_BYTES)
        file_bytes = file.seek(0, 2)
    found = sniff(head)
    if found is Format.UNKNOWN and file_bytes == _stl_bytes(head):
        return Format.STL
    return sniff(head, name or path.name) if found in (Format.UNKNOWN, Format.PAGE) else found


def verify_complete(path: Path, format_: Format) -> None:
    """Raise `Damaged` unless the file is complete and intact as far as its format can tell, OSError on disk trouble.

    A file whose every byte has arrived is complete, also when `archive` or `preflight` will refuse it.
    """
    with path.open('rb') as file:
        file_bytes = file.seek(0, 2)
        file.seek(0)
        if not file_bytes:
            raise Damaged(N_("The file is empty"))
        check = _CHECKS.get(format_)
        if check:
            check(file, file_bytes)
            return
    if format_ is Format.GLB:
        with suppress(ModelRefused):
            glb.read_glb(path)
    elif format_ in (Format.ZIP, Format.USDZ):
        _verify_zip(path)
    elif format_ is Format.PAGE:
        raise Damaged(N_("The service sent a web page instead of a file"))
    else:
        raise Damaged(N_("The file is of no format that is known here"))


# Telling formats apart


def _first_name(head: bytes) -> bytes:
    """Name of the first entry of a ZIP: in a USDZ it is the scene."""
    if len(head) < 30:
        return b''
    (length,) = struct.unpack_from('<H', head, 26)
    return head[30 : 30 + length]


def _sniff_text(text: bytes, name: str) -> Format:
    if text[:1] in (b'<', b'{', b'['):
        return Format.JSON if text[:1] == b'{' and name.lower().endswith('.json') else Format.PAGE
    if text.startswith(b'solid') and (b'facet' in text or b'endsolid' in text):
        return Format.STL
    if _OBJ_LINE.search(text) or (text.startswith(b'#') and name.lower().endswith('.obj')):
        return Format.OBJ
    return Format.UNKNOWN


# Models

_STL_HEADER_BYTES = 84
_STL_FACET_BYTES = 50


def _stl_bytes(head: bytes) -> int:
    """How long a binary STL that begins so is, -1 when it is none."""
    if len(head) < _STL_HEADER_BYTES:
        return -1
    (facets,) = struct.unpack_from('<I', head, 80)
    return _STL_HEADER_BYTES + _STL_FACET_BYTES * int(facets)


def _verify_stl(file: BinaryIO, file_bytes: int) -> None:
    head = file.read(_STL_HEADER_BYTES)
    if file_bytes == _stl_bytes(head):
        return
    if head.lstrip().startswith(b'solid') and _last_line(file, file_bytes).startswith(b'endsolid'):
        return
    raise Damaged(N_("The STL is incomplete"))


def _verify_fbx(file: BinaryIO, file_bytes: int) -> None:
    """Binary: the records follow one another up to the empty one behind the last, and the footer closes the file."""
    head = file.read(len(FBX_MAGIC) + 4)
    if not head.startswith(FBX_MAGIC):
        _verify_ascii_fbx(file, file_bytes)
        return
    version = int.from_bytes(head[-4:], 'little')
    layout = struct.Struct('<3QB' if version >= 7500 else '<3IB')
    offset = len(head)
    while True:
        file.seek(offset)
        record = file.read(layout.size)
        if len(record) == layout.size and not any(record):
            break
        end = layout.unpack(record)[0] if len(record) == layout.size else 0
        if not offset < end <= file_bytes:
            raise Damaged(N_("The FBX is incomplete"))
        offset = end
    file.seek(max(0, file_bytes - len(_FBX_FOOTER)))
    if file.read() != _FBX_FOOTER:
        raise Damaged(N_("The FBX is incomplete"))


_FBX_FOOTER = bytes.fromhex('f85a8c6adef5d97eece90ce3758f290b')


def _verify_ascii_fbx(file: BinaryIO, file_bytes: int) -> None:
    """Every brace outside texts and remarks is closed, and the connections, which follow the objects, are there."""
    depth, has_connections = 0, False
    with mmap(file.fileno(), file_bytes, access=ACCESS_READ) as data:
        for token in _FBX_TOKEN.finditer(data):
            depth += bool(token['open']) - bool(token['close'])
            has_connections = has_connections or token[0].startswith(b'Connections:')
    if depth or not has_connections:
        raise Damaged(N_("The FBX is incomplete"))


_FBX_TOKEN = re.compile(rb'"[^"\n]*"|;[^\n]*|(?P<open>(?:^Connections:[ \t]*)?{)|(?P<close>})', re.MULTILINE)


def _verify_obj(file: BinaryIO, file_bytes: int) -> None:
    """OBJ has no end of its own. A file of zeros behind the text, or a last line cut short, can be told."""
    last = _last_line(file, file_bytes)
    words = last.split()
    if b'\0' in last or (words and len(words) < _OBJ_WORDS.get(words[0], 0)):
        raise Damaged(N_("The OBJ is incomplete"))


_OBJ_WORDS = {b'v': 4, b'vn': 4, b'vt': 2, b'f': 4, b'usemtl': 2, b'mtllib': 2}
"""How many words a line has at least, by its first."""


def _last_line(file: BinaryIO, file_bytes: int) -> bytes:
    """The last line that is not blank, of at most `HEAD_BYTES`."""
    file.seek(max(0, file_bytes - HEAD_BYTES))
    return file.read().rstrip().rpartition(b'\n')[2].strip()


def _verify_zip(path: Path) -> None:
    """Every checksum; `read_entries` sees to it that this takes seconds at most."""
    try:
        entries = read_entries(path)
    except Hostile:
        return
    with path.open('rb') as file:
        for entry in entries:
            for _ in read_data(file, entry):
                pass


# Pictures and films


def _verify_png(file: BinaryIO, file_bytes: int) -> None:
    """Every chunk has its checksum; IEND is the last."""
    offset, kind = 8, b''
    while kind != b'IEND':
        file.seek(offset)
        header = file.read(8)
        length = int.from_bytes(header[:4], 'big')
        kind = header[4:]
        if offset + 12 + length > file_bytes:
            raise Damaged(N_("The picture is incomplete"))
        data = file.read(length)
        if zlib.crc32(data, zlib.crc32(kind)) != int.from_bytes(file.read(4), 'big'):
            raise Damaged(N_("The picture is damaged"))
        offset += 12 + length


def _verify_jpg(file: BinaryIO, file_bytes: int) -> None:
    file.seek(max(0, file_bytes - HEAD_BYTES))
    if not file.read().rstrip(b'\0\r\n ').endswith(b'\xff\xd9'):
        raise Damaged(N_("The picture is incomplete"))


def _verify_webp(file: BinaryIO, file_bytes: int) -> None:
    if int.from_bytes(file.read(8)[4:], 'little') + 8 > file_bytes:
        raise Damaged(N_("The picture is incomplete"))


def _verify_gif(file: BinaryIO, file_bytes: int) -> None:
    file.seek(file_bytes - 1)
    if file.read() != b';':
        raise Damaged(N_("The picture is incomplete"))


def _verify_mp4(file: BinaryIO, file_bytes: int) -> None:
    """Boxes follow one another up to the end, the description and the data among them."""
    offset, kinds = 0, set()
    while 0 <= offset < file_bytes:
        file.seek(offset)
        header = file.read(16)
        kinds.add(header[4:8])
        length = int.from_bytes(header[:4], 'big') or file_bytes - offset  # 0: up to the end
        if length == 1:
            length = int.from_bytes(header[8:], 'big')
        offset = offset + length if length >= 8 else -1
    if offset != file_bytes or not kinds.issuperset({b'moov', b'mdat'}):
        raise Damaged(N_("The film is incomplete"))


def _verify_json(file: BinaryIO, file_bytes: int) -> None:
    file.seek(max(file_bytes - HEAD_BYTES, 0))
    if not file.read().rstrip().endswith(b'}'):
        raise Damaged(N_("The file is incomplete"))


_CHECKS: dict[Format, Callable[[BinaryIO, int], None]] = {
    Format.STL: _verify_stl,
    Format.FBX: _verify_fbx,
    Format.OBJ: _verify_obj,
    Format.PNG: _verify_png,
    Format.JPG: _verify_jpg,
    Format.WEBP: _verify_webp,
    Format.GIF: _verify_gif,
    Format.MP4: _verify_mp4,
    Format.JSON: _verify_json,
}
