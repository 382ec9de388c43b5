# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures as files: smaller copies, and files of our own."""

from __future__ import annotations

from pathlib import Path

import numpy
import pytest

from hunyuan3d_blender.jobs.pictures import inspect
from hunyuan3d_blender.scene import pictures
from tests.blender.picture_parts import RED, new_image, pixel, saved

pytestmark = pytest.mark.usefixtures('nothing_left')


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
    (data,) = pictures.shrink([file], max_side_px=side, max_bytes=1 << 20)
    facts = inspect(data)
    assert (facts.format, (facts.width_px, facts.height_px)) == ('jpg', size)
    assert pixel(data, tmp_path) == pytest.approx(RED, abs=0.05)
    assert file.read_bytes() == before


@pytest.mark.parametrize('max_bytes', [100_000, 30_000, 10_000])
def test_shrink_keeps_to_the_size(max_bytes: int, tmp_path: Path) -> None:
    (data,) = pictures.shrink([noise(tmp_path / 'noise.png', 400)], max_side_px=400, max_bytes=max_bytes)
    assert len(data) <= max_bytes
    assert inspect(data).width_px >= pictures.SIDE_MIN_PX


def test_shrink_lays_transparency_on_white(tmp_path: Path) -> None:
    file = saved(new_image(200, 200, (0.0, 0.0, 0.0, 0.25)), tmp_path / 'picture.png')
    (data,) = pictures.shrink([file], max_side_px=200, max_bytes=1 << 20)
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
            pictures.shrink([file], max_side_px=1000, max_bytes=limit)


@pytest.mark.parametrize('channels', [3, 4])
def test_our_own_png_is_read_as_it_was_written(channels: int, tmp_path: Path) -> None:
    pixels = numpy.random.default_rng(1).integers(0, 256, (5, 7, channels), numpy.uint8)
    file = tmp_path / 'own.png'
    file.write_bytes(pictures.png(pixels))
    back = pictures.read(file)
    assert (back[..., :channels] == pixels).all()
    assert (back[..., channels:] == 255).all()


@pytest.mark.parametrize(
    ('pixel_before', 'after'),
    [
        ((10, 20, 30, 255), (10, 20, 30)),
        ((10, 20, 30, 0), (255, 255, 255)),
        ((0, 100, 255, 51), (204, 224, 255)),
    ],
)
def test_on_white(pixel_before: tuple[int, ...], after: tuple[int, ...]) -> None:
    assert tuple(pictures.on_white(numpy.uint8([[pixel_before]]))[0, 0]) == after


def test_pictures_that_must_fit_together_all_stay(tmp_path: Path) -> None:
    random = numpy.random.default_rng(1)
    three = [random.integers(0, 256, (300, 200 + 100 * n, 3), numpy.uint8) for n in range(3)]
    files = pictures.fit_together(three, max_side_px=400, max_bytes=60_000)
    facts = [inspect(data) for data in files]
    assert sum(map(len, files)) <= 60_000
    assert [round(300 * fact.width_px / fact.height_px, -1) for fact in facts] == [200, 300, 400]
    assert {fact.format for fact in facts} == {'jpg'}
