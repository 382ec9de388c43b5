# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures to send: from files and from Blender's images. No data-block stays behind, and the open file stays unchanged.

Blender writes pictures to files only, so encoded bytes take the way through a temporary one.
"""

from __future__ import annotations

import math
import tempfile
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import bpy
from bpy.types import Image

QUALITIES = (95, 90, 85, 80, 75)
"""Of the JPEG, tried in this order; below that a smaller picture looks better than a coarser one."""
SMALLER = 0.8
"""How much shorter the sides become when no quality is small enough."""
SIDE_MIN_PX = 128
"""No service takes less."""

_DEPTHS_WITH_ALPHA = (32, 64, 128)
"""Bits of a pixel in Blender's memory with four channels of 1, 2 or 4 bytes."""

_SENDABLE = (b'\x89PNG\r\n\x1a\n', b'\xff\xd8\xff', b'RIFF')


class NoPicture(Exception):
    """There is nothing that Blender can read as a picture."""


def picture_bytes(image: Image) -> bytes:
    """The picture of an image data-block as it looks now: its own PNG, JPEG or WebP file, else a PNG. Raise NoPicture."""
    if image.source == 'FILE' and not image.is_dirty:
        own = _own_bytes(image)
        if own.startswith(_SENDABLE):
            return own
    if not all(_size(image)):
        raise NoPicture(image.name)
    with _copy_of(image) as copy:
        return _encode(copy, 'PNG')


def shrink(path: Path, *, max_side_px: int, max_bytes: int) -> bytes:
    """The picture of a file as JPEG on white, no side above `max_side_px`, not above `max_bytes`. Raise NoPicture."""
    with _loaded(path) as image:
        if image.depth in _DEPTHS_WITH_ALPHA:
            _lay_on_white(image)
        side = min(max_side_px, max(_size(image)))
        while side >= SIDE_MIN_PX:
            _scale(image, side)
            for quality in QUALITIES:
                data = _encode(image, 'JPEG', quality)
                if len(data) <= max_bytes:
                    return data
            side = int(side * SMALLER)
    raise NoPicture(f"{path.name} does not fit into {max_bytes} bytes")


def _own_bytes(image: Image) -> bytes:
    """The file of an image, packed or on disk, empty where there is none."""
    if image.packed_file:
        return image.packed_file.data
    try:
        return Path(bpy.path.abspath(image.filepath_raw, library=image.library)).read_bytes()
    except OSError:
        return b''


@contextmanager
def _copy_of(image: Image) -> Iterator[Image]:
    """A copy to do anything with. `Image.copy` is no way: of a painted image it is black (measured on 4.2 to 5.2)."""
    width, height = _size(image)
    copy = bpy.data.images.new(image.name, width, height, alpha=True, float_buffer=image.is_float)
    try:
        copy.colorspace_settings.name = image.colorspace_settings.name
        copy.alpha_mode = image.alpha_mode
        pixels = array('f', bytes(16 * width * height))
        image.pixels.foreach_get(pixels)
        copy.pixels.foreach_set(pixels)
        yield copy
    finally:
        bpy.data.images.remove(copy)


@contextmanager
def _loaded(path: Path) -> Iterator[Image]:
    try:
        image = bpy.data.images.load(str(path))
    except RuntimeError as error:
        raise NoPicture(str(error)) from error
    try:
        if not all(_size(image)):
            raise NoPicture(f"{path.name} is no picture")
        yield image
    finally:
        bpy.data.images.remove(image)


def _lay_on_white(image: Image) -> None:
    """Replace transparency by white: services do, or make it black, and JPEG has none."""
    import numpy

    pixels: Any = numpy.empty(4 * math.prod(_size(image)), numpy.float32)
    image.pixels.foreach_get(pixels)
    colour, alpha = pixels.reshape(-1, 4)[:, :3], pixels.reshape(-1, 4)[:, 3:]
    colour *= alpha
    colour += 1.0 - alpha
    alpha[:] = 1.0
    image.pixels.foreach_set(pixels)


def _scale(image: Image, side_px: int) -> None:
    """Make the longer side `side_px` long."""
    width, height = _size(image)
    factor = side_px / max(width, height)
    if factor < 1.0:
        image.scale(max(1, round(width * factor)), max(1, round(height * factor)))


def _size(image: Image) -> tuple[int, int]:
    """Width and height in pixels, 0 for what is no picture. Reads the file when that has not been done yet."""
    size: Any = image.size
    return size[0], size[1]


def _encode(image: Image, file_format: Literal['PNG', 'JPEG'], quality: int = 0) -> bytes:
    """The bytes that Blender writes for an image, which must be a copy of ours: saving changes it."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / 'picture'
        image.file_format = file_format
        image.save(filepath=str(file), quality=quality)
        return file.read_bytes()
