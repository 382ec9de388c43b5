# SPDX-License-Identifier: GPL-3.0-or-later
"""Spoil a result, a file in place: what a hostile or broken service might hand out."""

from __future__ import annotations

import json
import struct
import zipfile
from pathlib import Path

BOMB_BYTES = 64 * 1024 * 1024
"""Unpacks to a thousand times its size, and still to little enough for a test."""


def add_outside_entry(path: Path) -> None:
    """Put a file into a zip that would land beside the folder it is unpacked to."""
    with zipfile.ZipFile(path, 'a') as archive:
        archive.writestr('../outside.txt', "This file must never be written.\n")


def add_bomb(path: Path) -> None:
    """Put a file into a zip that is all zeros."""
    with zipfile.ZipFile(path, 'a', zipfile.ZIP_DEFLATED) as archive, archive.open('bomb.obj', 'w') as entry:
        for _ in range(BOMB_BYTES >> 20):
            entry.write(bytes(1 << 20))


def cut_in_half(path: Path) -> None:
    """Keep the first half of a file."""
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


def break_index(path: Path) -> None:
    """Let the first face of a GLB name a vertex that does not exist."""
    data = bytearray(path.read_bytes())
    json_length = struct.unpack_from('<I', data, 12)[0]
    document = json.loads(data[20 : 20 + json_length])
    accessor = document['accessors'][document['meshes'][0]['primitives'][0]['indices']]
    view = document['bufferViews'][accessor['bufferView']]
    width = {5121: 1, 5123: 2, 5125: 4}[accessor['componentType']]
    at = 20 + json_length + 8 + view.get('byteOffset', 0) + accessor.get('byteOffset', 0)
    data[at : at + width] = (256**width - 2).to_bytes(width, 'little')
    path.write_bytes(data)


def with_double_faces(text: str) -> str:
    """Let every part of a segmentation begin with face 0."""
    parts = json.loads(text)
    for part in parts.values():
        part['face_ids'] = [0, *part['face_ids'][1:]]
    return json.dumps(parts)


def with_strange_faces(text: str) -> str:
    """Let a segmentation name faces far beyond the last one."""
    parts = json.loads(text)
    for part in parts.values():
        part['face_ids'] = [number + 10**9 for number in part['face_ids']]
    return json.dumps(parts)


def lengthened(text: str) -> str:
    """The same JSON, so long that the China site does not put it into an answer."""
    return text + " " * (9 << 20)
