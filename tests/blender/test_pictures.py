# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures from files and from Blender's images."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bpy
import numpy
import pytest

from hunyuan3d_blender.jobs.pictures import inspect
from hunyuan3d_blender.scene import pictures

RED = (1.0, 0.0, 0.0, 1.0)


@pytest.fixture(autouse=True)
def unchanged() -> Iterator[None]:
    """Nothing may stay behind, and the file may not look changed."""
    before = (len(bpy.data.images), len(bpy.data.scenes))
    dirty = bpy.data.is_dirty
    yield
    own = len([image for image in bpy.data.images if image.get('of the test')])
    assert (len(bpy.data.images) - own, len(bpy.data.scenes)) == before
    assert bpy.data.is_dirty == dirty


def new_image(width: int = 40, height: int = 20, colour: Any = RED, **options: Any) -> Any:
    image = bpy.data.images.new("art", width, height, alpha=True, **options)
    image['of the test'] = True
    image.pixels.foreach_set(numpy.tile(numpy.float32(colour), width * height))
    return image


def saved(image: Any, file: Path, file_format: str = 'PNG') -> Path:
    image.file_format = file_format
    image.save(filepath=str(file))
    bpy.data.images.remove(image)
    return file


def loaded(file: Path) -> Any:
    image = bpy.data.images.load(str(file))
    image['of the test'] = True
    return image


def pixel(data: bytes, tmp_path: Path, x: int = 0, y: int = 0) -> tuple[float, ...]:
    """Of an encoded picture, counted from the lower left corner."""
    file = tmp_path / 'back'
    file.write_bytes(data)
    image = bpy.data.images.load(str(file))
    start = 4 * (y * image.size[0] + x)
    values = tuple(image.pixels[start : start + 4])
    bpy.data.images.remove(image)
    return values


@pytest.mark.parametrize(('file_format', 'short'), [('PNG', 'png'), ('JPEG', 'jpg'), ('WEBP', 'webp')])
def test_a_file_image_is_its_file(file_format: str, short: str, tmp_path: Path) -> None:
    file = saved(new_image(), tmp_path / 'picture', file_format)
    image = loaded(file)
    assert pictures.picture_bytes(image) == file.read_bytes()
    assert inspect(pictures.picture_bytes(image)).format == short
    image.pack()
    file.unlink()
    assert inspect(pictures.picture_bytes(image)).format == short


def test_a_painted_image_is_what_was_painted(tmp_path: Path) -> None:
    image = new_image()
    image.pixels[0:4] = (0.0, 1.0, 0.0, 1.0)
    before = (image.source, image.is_dirty, image.filepath_raw, image.file_format)
    data = pictures.picture_bytes(image)
    facts = inspect(data)
    assert (facts.format, facts.width_px, facts.height_px) == ('png', 40, 20)
    assert pixel(data, tmp_path) == pytest.approx((0.0, 1.0, 0.0, 1.0), abs=0.01)
    assert pixel(data, tmp_path, 1) == pytest.approx(RED, abs=0.01)
    assert (image.source, image.is_dirty, image.filepath_raw, image.file_format) == before


def test_a_packed_image_painted_over_is_not_its_old_file(tmp_path: Path) -> None:
    image = loaded(saved(new_image(), tmp_path / 'picture.png'))
    image.pack()
    image.pixels[0:4] = (0.0, 0.0, 1.0, 1.0)
    assert image.is_dirty
    assert pixel(pictures.picture_bytes(image), tmp_path) == pytest.approx((0.0, 0.0, 1.0, 1.0), abs=0.01)


def test_transparency_is_kept(tmp_path: Path) -> None:
    data = pictures.picture_bytes(new_image(colour=(0.2, 0.4, 0.6, 0.5)))
    assert pixel(data, tmp_path) == pytest.approx((0.2, 0.4, 0.6, 0.5), abs=0.01)


def test_a_float_image_looks_the_same(tmp_path: Path) -> None:
    data = pictures.picture_bytes(new_image(colour=(0.5, 0.2, 0.1, 1.0), float_buffer=True))
    assert inspect(data).format == 'png'
    assert pixel(data, tmp_path) == pytest.approx((0.5, 0.2, 0.1, 1.0), abs=0.01)


def test_a_format_no_service_takes_becomes_png(tmp_path: Path) -> None:
    data = pictures.picture_bytes(loaded(saved(new_image(), tmp_path / 'picture.tga', 'TARGA')))
    assert inspect(data).format == 'png'
    assert pixel(data, tmp_path) == pytest.approx(RED, abs=0.01)


def test_an_image_whose_file_is_gone(tmp_path: Path) -> None:
    file = saved(new_image(), tmp_path / 'picture.png')
    image = loaded(file)
    file.unlink()
    with pytest.raises(pictures.NoPicture):
        pictures.picture_bytes(image)


def noise(file: Path, side: int) -> Path:
    image = new_image(side, side)
    random = numpy.random.default_rng(1).random((side * side, 4), numpy.float32)
    random[:, 3] = 1.0
    image.pixels.foreach_set(random.ravel())
    return saved(image, file)


@pytest.mark.parametrize(
    ('width', 'height', 'side', 'size'),
    [(400, 100, 200, (200, 50)), (100, 400, 200, (50, 200)), (300, 300, 500, (300, 300))],
)
def test_shrink_keeps_the_proportions(
    width: int, height: int, side: int, size: tuple[int, int], tmp_path: Path
) -> None:
    file = saved(new_image(width, height), tmp_path / 'picture.png')
    before = file.read_bytes()
    data = pictures.shrink(file, max_side_px=side, max_bytes=1 << 20)
    facts = inspect(data)
    assert (facts.format, (facts.width_px, facts.height_px)) == ('jpg', size)
    assert pixel(data, tmp_path) == pytest.approx(RED, abs=0.05)
    assert file.read_bytes() == before


@pytest.mark.parametrize('max_bytes', [100_000, 30_000, 10_000])
def test_shrink_keeps_to_the_size(max_bytes: int, tmp_path: Path) -> None:
    data = pictures.shrink(noise(tmp_path / 'noise.png', 400), max_side_px=400, max_bytes=max_bytes)
    assert len(data) <= max_bytes
    assert inspect(data).width_px >= pictures.SIDE_MIN_PX


def test_shrink_lays_transparency_on_white(tmp_path: Path) -> None:
    file = saved(new_image(200, 200, (0.0, 0.0, 0.0, 0.25)), tmp_path / 'picture.png')
    data = pictures.shrink(file, max_side_px=200, max_bytes=1 << 20)
    assert pixel(data, tmp_path)[:3] == pytest.approx((0.75, 0.75, 0.75), abs=0.03)


def test_shrink_of_what_cannot_be_shrunk(tmp_path: Path) -> None:
    text = tmp_path / 'text.png'
    text.write_text("no picture at all")
    for file, limit in (
        (text, 1 << 20),
        (tmp_path / 'missing.png', 1 << 20),
        (noise(tmp_path / 'n.png', 200), 500),
    ):
        with pytest.raises(pictures.NoPicture):
            pictures.shrink(file, max_side_px=1000, max_bytes=limit)
