# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures as files: smaller copies, and files of our own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy
import pytest

from hunyuan3d_blender.jobs.pictures import inspect
from hunyuan3d_blender.scene import pictures
from hunyuan3d_blender.services.contract import Operation, PictureLimits, Request, View
from hunyuan3d_blender.services.limits import problems
from hunyuan3d_blender.services.registry import TABLES
from tests.blender.picture_parts import RED, new_image, pixel, saved

pytestmark = pytest.mark.usefixtures('nothing_left')

PRO = TABLES['tencent_cn'].offers[Operation.GENERATE]
LIMITS = PRO.pictures


def limits(side_max_px: int, max_bytes: int = 1 << 20) -> PictureLimits:
    """Of a service that takes small pictures, too."""
    return replace(
        LIMITS,
        side_min_px=50,
        side_max_px=side_max_px,
        view_sides_px=None,
        size_max_bytes=max_bytes,
        total_max_bytes=max_bytes,
    )


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
    (data,) = pictures.shrink([file], limits(side))
    facts = inspect(data)
    assert (facts.format, (facts.width_px, facts.height_px)) == ('jpg', size)
    assert pixel(data, tmp_path) == pytest.approx(RED, abs=0.05)
    assert file.read_bytes() == before


@pytest.mark.parametrize('max_bytes', [100_000, 30_000, 10_000])
def test_shrink_keeps_to_the_size(max_bytes: int, tmp_path: Path) -> None:
    (data,) = pictures.shrink([noise(tmp_path / 'noise.png', 400)], limits(400, max_bytes))
    assert len(data) <= max_bytes
    assert inspect(data).width_px >= 50


def test_shrink_lays_transparency_on_white(tmp_path: Path) -> None:
    file = saved(new_image(200, 200, (0.0, 0.0, 0.0, 0.25)), tmp_path / 'picture.png')
    (data,) = pictures.shrink([file], limits(200))
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
            pictures.shrink([file], limits(1000, limit))


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
    files = pictures.fit_together(three, limits(400, 60_000))
    facts = [inspect(data) for data in files]
    assert sum(map(len, files)) <= 60_000
    assert [round(300 * fact.width_px / fact.height_px, -1) for fact in facts] == [200, 300, 400]
    assert {fact.format for fact in facts} == {'jpg'}


@pytest.mark.parametrize('sizes', [
    [(5100, 131)], [(131, 5100)], [(2000, 2000), (200, 200)], [(5100, 400), (5100, 400), (129, 4999)], [(512, 512), (5000, 130)],
])  # fmt: skip
def test_what_is_made_smaller_is_taken_by_the_service(sizes: list[tuple[int, int]]) -> None:
    noisy = numpy.random.default_rng(1).integers(0, 256, (5100, 5100, 1), numpy.uint8)
    small = replace(LIMITS, size_max_bytes=900_000)
    files = pictures.fit_together(
        [noisy[:height, :width].repeat(3, axis=2) for width, height in sizes], small
    )
    front, *others = [inspect(data, 'a.jpg') for data in files]
    views = dict(zip(View, others, strict=False))
    request = Request(operation=Operation.GENERATE, image=front, views=views, model='3.1')
    assert problems(request, replace(PRO, pictures=small)) == ()


@pytest.mark.parametrize('size', [(5100, 130), (20, 6000)])
def test_what_is_too_narrow_for_the_service_is_said(size: tuple[int, int]) -> None:
    with pytest.raises(pictures.NoPicture, match="too narrow"):
        pictures.fit_together([numpy.zeros((size[1], size[0], 3), numpy.uint8)], LIMITS)


@pytest.mark.parametrize(
    ('proportions', 'size'),
    [
        ((1920, 1080), (1024, 576)),
        ((100, 1000), (129, 1290)),
        ((3000, 100), (3870, 129)),
        ((10_000, 1), (4095, 1)),
    ],
)
def test_what_we_draw_has_a_size_that_services_take(
    proportions: tuple[int, int], size: tuple[int, int]
) -> None:
    """Where that is possible."""
    assert pictures.drawn_size(*proportions) == size


@pytest.mark.parametrize(
    'limits',
    {offer.pictures for table in TABLES.values() for offer in table.offers.values() if offer.pictures},
)
def test_every_service_takes_the_sides_of_what_we_draw(limits: PictureLimits) -> None:
    for of_view in (False, True):
        low, high = limits.sides_px(of_view=of_view)
        assert low <= pictures.SIDES_PX[0] < pictures.SIDE_PX < pictures.SIDES_PX[1] <= high
