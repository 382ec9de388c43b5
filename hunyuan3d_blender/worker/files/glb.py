# SPDX-License-Identifier: GPL-3.0-or-later
"""The container of binary glTF: a header, a JSON chunk and at most one chunk of bytes.

https://registry.khronos.org/glTF/specs/2.0/glTF-2.0.html#binary-gltf-layout
"""

from __future__ import annotations

import json
import re
import struct
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

from ...services.errors import N_
from .refusal import Damaged, ModelRefused

MAGIC = b'glTF'

JSON_MAX_BYTES = 64 << 20
"""Of the JSON chunk; models of services need some kilobytes, a scene of 100,000 nodes some megabytes."""

JSON_DEPTH_MAX = 64
"""Brackets inside brackets. glTF itself needs ten."""

_HEADER = struct.Struct('<4sII')
_CHUNK = struct.Struct('<I4s')
_STRING_OR_BRACKET = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[\[{]|[\]}]', re.DOTALL)


def read_glb(path: Path) -> tuple[dict[str, Any], int, int]:
    """Return the JSON, and offset and length of the binary chunk within the file (0, 0 where there is none).

    Raise `Damaged` when the file is incomplete or corrupt, `ModelRefused` when its JSON asks for trouble, and OSError.
    """
    with path.open('rb') as file:
        file_bytes = file.seek(0, 2)
        file.seek(0)
        _check_header(file, file_bytes)
        json_bytes, kind = _chunk(file, file_bytes)
        if kind != b'JSON':
            raise Damaged(N_("The GLB is damaged: it does not begin with its description"))
        if json_bytes > JSON_MAX_BYTES:
            raise ModelRefused(N_("The description inside the GLB is too large"))
        document = parse_json(file.read(json_bytes))
        binary = (0, 0)
        if file.tell() < file_bytes:
            length, kind = _chunk(file, file_bytes)
            binary = (file.tell(), length) if kind == b'BIN\0' else (0, 0)
            _skip_chunks(file, file_bytes, file.tell() + length)
    return document, *binary


def parse_json(data: bytes) -> dict[str, Any]:
    """The document as Blender's importer would read it. Raise `Damaged` or `ModelRefused`."""
    depth = 0
    for token in _STRING_OR_BRACKET.finditer(data):
        character = data[token.start()]
        depth += (character in b'[{') - (character in b']}')
        if depth > JSON_DEPTH_MAX:
            raise ModelRefused(N_("The description inside the GLB is nested too deeply"))
    try:
        document = json.loads(data.decode(), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Damaged(N_("The GLB is damaged: its description cannot be read")) from None
    if not isinstance(document, dict):
        raise Damaged(N_("The GLB is damaged: its description cannot be read"))
    return document


def _check_header(file: BinaryIO, file_bytes: int) -> None:
    header = file.read(_HEADER.size)
    magic, version, length = _HEADER.unpack(header.ljust(_HEADER.size, b'\0'))
    if magic != MAGIC or version != 2:
        raise Damaged(N_("The file is no GLB of version 2"))
    if length != file_bytes:
        message = N_("The GLB is incomplete: {size} bytes of {expected}")
        raise Damaged(message, size=file_bytes, expected=length)


def _chunk(file: BinaryIO, file_bytes: int) -> tuple[int, bytes]:
    """Length and type of the chunk that begins here."""
    header = file.read(_CHUNK.size)
    length, kind = _CHUNK.unpack(header.ljust(_CHUNK.size, b'\0'))
    if len(header) < _CHUNK.size or length > file_bytes - file.tell():
        raise Damaged(N_("The GLB is damaged: a part of it is longer than the file"))
    return length, kind


def _skip_chunks(file: BinaryIO, file_bytes: int, offset: int) -> None:
    """Chunks of other types may follow and mean nothing, but they too must fit."""
    while offset < file_bytes:
        file.seek(offset)
        length, _ = _chunk(file, file_bytes)
        offset = file.tell() + length


def _no_constant(text: str) -> NoReturn:
    """NaN and Infinity are no JSON, and Blender's importer refuses them too."""
    raise ValueError(text)
