# SPDX-License-Identifier: GPL-3.0-or-later
"""Every picture of the materials becomes a PNG or JPEG file with a name of its own.

The exporters of FBX and OBJ copy files only, and take packed pictures without a path for one and the same (4.2, 4.5).
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import bpy
from bpy.types import Image, Material

_KINDS = ((b'\x89PNG\r\n\x1a\n', '.png'), (b'\xff\xd8\xff', '.jpg'))
"""What every format can hold."""


def write_files(materials: Iterable[Material], folder: Path, painted: Mapping[str, Mapping[str, Any]]) -> int:
    """Give each picture a file in `folder`; those that have none drop out of their materials. Return how many there are.

    `painted`: pictures that were painted and not saved, as `selection.Painted`.
    """
    nodes: dict[Image, list[Any]] = {}
    for material in materials:
        for node in _picture_nodes(material.node_tree, set()):
            nodes.setdefault(node.image, []).append(node)
    written = 0
    for image, used_by in nodes.items():
        file = folder / f'texture_{written + 1}'
        if image.name in painted:
            _fill(image, painted[image.name])
        done = _write(image, file)
        if done is None:
            for node in used_by:
                node.image = None
        else:
            _lead_to(image, done)
            written += 1
    return written


def _picture_nodes(tree: Any, seen: set[Any]) -> Iterator[Any]:
    if tree is None or tree in seen:
        return
    seen.add(tree)
    for node in tree.nodes:
        if node.type == 'TEX_IMAGE' and node.image:
            yield node
        elif node.type == 'GROUP':
            yield from _picture_nodes(node.node_tree, seen)


def _fill(image: Any, painted: Mapping[str, Any]) -> None:
    """Paint again what was painted, into a picture that has no file any more."""
    pixels = array('f')
    pixels.frombytes(Path(painted['file']).read_bytes())
    if image.packed_file:
        image.unpack(method='REMOVE')
    image.source = 'GENERATED'
    image.generated_width, image.generated_height = painted['size']
    image.use_generated_float = painted['is_float']
    image.pixels.foreach_set(pixels)


def _write(image: Any, file: Path) -> Path | None:
    """Write a picture beside its name with the right ending; None where it has no pixels."""
    data = b''
    if image.source == 'FILE':
        data = image.packed_file.data if image.packed_file else _on_disk(image)
    ending = next((ending for magic, ending in _KINDS if data.startswith(magic)), '')
    if ending:
        file = file.with_suffix(ending)
        file.write_bytes(data)
        return file
    if image.source == 'TILED' or not all(image.size):
        return None
    file = file.with_suffix('.png')
    image.file_format = 'PNG'
    try:
        image.save(filepath=str(file))
    except RuntimeError:
        return None
    return file


def _on_disk(image: Any) -> bytes:
    try:
        return Path(bpy.path.abspath(image.filepath_raw, library=image.library)).read_bytes()
    except OSError:
        return b''


def _lead_to(image: Any, file: Path) -> None:
    """Have an image read its pixels from a file and nowhere else."""
    if image.packed_file:
        image.unpack(method='REMOVE')
    image.source = 'FILE'
    image.filepath = str(file)
    image.reload()
