# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures as arrays and as files: PNG and JPEG out of pixels, pixels out of files, and copies that are small enough.

Pixels are a numpy array of bytes, rows from the top: height x width x 4 with straight alpha, or x 3 without. Their
values are sRGB, as screens and files have them. No data-block stays behind, and the open file stays unchanged.
"""

from __future__ import annotations

import struct
import tempfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import bpy
from bpy.types import Image

from ..services.contract import PictureLimits
from ..services.errors import N_

QUALITIES = (95, 90, 85, 80, 75)
"""Of the JPEG, tried in this order; below that a smaller picture looks better than a coarser one."""
SMALLER = 0.8
"""How much shorter the sides become when no quality is small enough, down to what a service needs."""
SIDE_PX = 1024
"""The longer side of a picture that we draw: what services look at, and even as PNG never above their limits."""
SIDES_PX = 129, 4095
"""What every service takes, of every picture."""

_DEPTHS_WITH_ALPHA = (32, 64, 128)
"""Bits of a pixel in Blender's memory with four channels of 1, 2 or 4 bytes."""
_ZLIB_LEVEL = 4
"""Twice as fast as the default, and hardly larger."""

Pixels = Any


class NoPicture(Exception):
    """There is no picture to be had. `message` is a marked sentence, with names that `facts` fills in."""

    def __init__(self, message: str, **facts: str | float) -> None:
        super().__init__(message.format(**facts))
        self.message = message
        self.facts = facts


def png(pixels: Pixels) -> bytes:
    """A PNG file of these pixels."""
    import numpy

    height, width, channels = pixels.shape
    rows = numpy.zeros((height, 1 + width * channels), numpy.uint8)  # each begins with its filter: none
    rows[:, 1:] = pixels.reshape(height, -1)
    header = struct.pack('>IIBBBBB', width, height, 8, 6 if channels == 4 else 2, 0, 0, 0)
    chunks = ((b'IHDR', header), (b'IDAT', zlib.compress(rows.tobytes(), _ZLIB_LEVEL)), (b'IEND', b''))
    return b'\x89PNG\r\n\x1a\n' + b''.join(
        struct.pack('>I', len(data)) + name + data + struct.pack('>I', zlib.crc32(name + data))
        for name, data in chunks
    )


def on_white(pixels: Pixels) -> Pixels:
    """The same without transparency: services make it white too, or black."""
    import numpy

    alpha = pixels[..., 3:].astype(numpy.uint16)
    colour = pixels[..., :3] * alpha + 255 * (255 - alpha)
    return ((colour + 127) // 255).astype(numpy.uint8)


def read(path: Path) -> Pixels:
    """The pixels of a picture file as it is stored, with alpha. Raise NoPicture."""
    with loaded(path) as image:
        return _pixels_of(image)


def decoded(data: bytes) -> Pixels:
    """The pixels of a picture file in memory, with alpha. Raise NoPicture."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / 'picture'
        file.write_bytes(data)
        return read(file)


def flattened(data: bytes) -> bytes:
    """A PNG of ours, laid on white where anything of it is transparent."""
    pixels = decoded(data)
    return data if pixels[..., 3].min() == 255 else png(on_white(pixels))


def size_of(image: Image) -> tuple[int, int]:
    """Width and height in pixels, 0 for what is no picture. Reads the file when that has not been done yet."""
    size: Any = image.size
    return size[0], size[1]


def is_opaque(image: Image) -> bool:
    """Whether nothing of an image is transparent."""
    return image.depth not in _DEPTHS_WITH_ALPHA or bool(_pixels_of(image)[..., 3].min(initial=255) == 255)


def drawn_size(width: float, height: float) -> tuple[int, int]:
    """Pixels of a picture that we draw with these proportions: `SIDE_PX` long, or longer where it is narrow."""
    short, long = sorted((width, height))
    factor = min(max(SIDE_PX / long, SIDES_PX[0] / short), SIDES_PX[1] / long)
    return max(1, round(width * factor)), max(1, round(height * factor))


def shrink(paths: Sequence[Path], limits: PictureLimits) -> list[bytes]:
    """The pictures of files, the front and then views, as JPEG on white that keep all limits. Raise NoPicture."""
    return fit_together([on_white(read(path)) for path in paths], limits)


def fit_together(pictures: Sequence[Pixels], limits: PictureLimits) -> list[bytes]:
    """The front and its views as JPEG, as good as possible while all together have the bytes of one. Raise NoPicture.

    They keep their proportions and are made smaller by the same factor, as far as the limits of each allow; none is
    left out, and none becomes too small.
    """
    ranges = [_factors(pixels, limits.sides_px(of_view=bool(n))) for n, pixels in enumerate(pictures)]
    lowest, factor = min(low for low, _ in ranges), max(high for _, high in ranges)
    max_bytes = min(limits.size_max_bytes, limits.total_max_bytes)
    while True:
        with _images(pictures, [min(max(factor, low), high) for low, high in ranges]) as images:
            for quality in QUALITIES:
                files = [_jpeg(image, quality) for image in images]
                if sum(map(len, files)) <= max_bytes:
                    return files
        if factor <= lowest:
            raise NoPicture(N_("It does not fit into {limit} MB"), limit=max_bytes / 1e6)
        factor *= SMALLER


def written(write: Callable[[str], object]) -> bytes:
    """The bytes of the file that `write` makes at the path it is given: Blender writes pictures to files only."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / 'picture'
        write(str(file))
        return file.read_bytes()


def text_of(path: Path) -> str:
    """A path that can be shown and kept in properties: on Linux a name may be any bytes."""
    return str(path).encode(errors='replace').decode()


@contextmanager
def loaded(path: Path) -> Iterator[Image]:
    """A picture file as a data-block, for as long as it is needed. Raise NoPicture."""
    try:
        image = bpy.data.images.load(str(path))
    except RuntimeError as error:
        raise NoPicture(N_("{name} cannot be read as a picture"), name=Path(text_of(path)).name) from error
    try:
        if not all(size_of(image)):
            raise NoPicture(N_("{name} cannot be read as a picture"), name=Path(text_of(path)).name)
        yield image
    finally:
        bpy.data.images.remove(image)


# Inside


def _factors(pixels: Pixels, sides_px: tuple[int, int]) -> tuple[float, float]:
    """By which a picture may be made smaller, at most and at least. Raise NoPicture where there is no such factor."""
    short, long = sorted(pixels.shape[:2])
    low, high = min(1.0, sides_px[0] / short), min(1.0, sides_px[1] / long)
    if low > high:
        message = N_("a picture of {width} × {height} pixels is too narrow, crop it")
        raise NoPicture(message, width=pixels.shape[1], height=pixels.shape[0])
    return low, high


@contextmanager
def _images(pictures: Sequence[Pixels], factors: Sequence[float]) -> Iterator[list[Image]]:
    """Data-blocks of ours with the pictures, scaled."""
    import numpy

    images: list[Image] = []
    try:
        for pixels, factor in zip(pictures, factors, strict=True):
            height, width = pixels.shape[:2]
            image = bpy.data.images.new("~", width, height)
            images.append(image)
            values: Any = numpy.ones((height, width, 4), numpy.float32)
            values[..., :3] = pixels[::-1] / numpy.float32(255)
            image.pixels.foreach_set(values.ravel())
            if factor < 1.0:
                image.scale(max(1, round(width * factor)), max(1, round(height * factor)))
        yield images
    finally:
        for image in images:
            bpy.data.images.remove(image)


def _pixels_of(image: Image) -> Pixels:
    import numpy

    width, height = size_of(image)
    values: Any = numpy.empty(4 * width * height, numpy.float32)
    image.pixels.foreach_get(values)
    numpy.clip(values, 0.0, 1.0, out=values)
    return (values.reshape(height, width, 4)[::-1] * 255 + 0.5).astype(numpy.uint8)


def _jpeg(image: Image, quality: int) -> bytes:
    """The JPEG of an image, which must be one of ours: saving changes it."""
    image.file_format = 'JPEG'
    return written(lambda file: image.save(filepath=file, quality=quality))
