# SPDX-License-Identifier: GPL-3.0-or-later
"""The pictures of an imported model: only its own ones, each once, packed, under names that tell nothing of this machine."""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import bpy
from bpy.types import Image

logger = logging.getLogger(__name__)

_SUFFIXES: tuple[tuple[bytes, str], ...] = ((b'\x89PNG', '.png'), (b'\xff\xd8', '.jpg'), (b'RIFF', '.webp'))


def drop_foreign(folder: Path) -> None:
    """Remove every image whose file lies outside of `folder`, before it is packed.

    Importers follow '../' and absolute paths (measured on all versions): a model from outside could carry the artist's
    own pictures away in a .blend. What an importer has packed by itself came out of the model's own file.
    """
    inside = folder.resolve()
    for image in list(bpy.data.images):
        if not image.packed_file and not _is_within(image, inside):
            logger.warning("An image is not in the model's folder and was left out")
            bpy.data.images.remove(image)


def load(file: Path, *, is_data: bool) -> Image:
    """The picture of `file`, loaded once. Raise RuntimeError when it cannot be read."""
    image = bpy.data.images.load(str(file), check_existing=True)
    if image.users and image.colorspace_settings.is_data != is_data:
        image = bpy.data.images.load(str(file))
    if is_data:
        image.colorspace_settings.is_data = True
    return image


def pack() -> None:
    """Pack all images. One that cannot be read is removed."""
    for image in list(bpy.data.images):
        if image.packed_file is None:
            try:
                image.pack()
            except RuntimeError as error:
                logger.warning("An image could not be packed: %s", error)
                bpy.data.images.remove(image)


def merge_twins() -> None:
    """Let every user of one of several images with equal bytes and colour space use the same one."""
    sizes = Counter(map(_size, bpy.data.images))
    first: dict[tuple[bytes, str], Image] = {}
    for image in list(bpy.data.images):
        if sizes[_size(image)] == 1:  # reading the bytes of all textures takes a tenth of a conversion
            continue
        twin = first.setdefault((_digest(image), image.colorspace_settings.name), image)
        if twin is not image:
            image.user_remap(twin)
            bpy.data.images.remove(image)


def rename(names: Mapping[str, str], fallback: str, suffix: str = '') -> None:
    """Give images new names (`names` by old name), and their packed files the same names instead of paths.

    `suffix` is that of all packed files where it is known: asking them copies all their bytes.
    """
    wanted = {image: names.get(image.name, fallback) for image in bpy.data.images}
    for image in wanted:
        image.name = "~"  # so that no old name is in the way of a new one
    for image, name in wanted.items():
        image.name = name
        image.filepath_raw = image.name + (suffix or _suffix(image))
        for packed in image.packed_files:
            packed.filepath = image.filepath_raw


def _is_within(image: Image, folder: Path) -> bool:
    file = Path(bpy.path.abspath(image.filepath_raw)).resolve()
    return image.source == 'FILE' and file.is_file() and file.is_relative_to(folder)


def _size(image: Image) -> int:
    return sum(file.packed_file.size for file in image.packed_files if file.packed_file)


def _digest(image: Image) -> bytes:
    digest = hashlib.sha256()
    for file in image.packed_files:
        if file.packed_file:
            digest.update(file.packed_file.data)
    return digest.digest()


def _suffix(image: Image) -> str:
    head = image.packed_file.data[:4] if image.packed_file else b''
    known = (suffix for magic, suffix in _SUFFIXES if head.startswith(magic))
    return next(known, Path(image.filepath_raw).suffix)
