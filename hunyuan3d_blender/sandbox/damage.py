# SPDX-License-Identifier: GPL-3.0-or-later
"""Spoil a result file, in place: what a hostile or broken service might hand out."""

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
