# SPDX-License-Identifier: GPL-3.0-or-later
"""Blender's images as the picture: every kind, colour space and depth looks as it does in Blender."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy
import numpy
import pytest

from hunyuan3d_blender.jobs.pictures import inspect
from hunyuan3d_blender.scene.capture.image import picture_bytes
from hunyuan3d_blender.scene.pictures import NoPicture
from tests.blender.picture_parts import RED, changes, loaded, new_image, pixel, saved, state_of_file

pytestmark = pytest.mark.usefixtures('nothing_left')


def picture_of(image: Any) -> bytes:
    """The picture of an image, and a check that nothing was changed by taking it."""
    values = numpy.empty(len(image.pixels), numpy.float32)
    image.pixels.foreach_get(values)
    before = state_of_file()
    data = picture_bytes(image, bpy.context.scene)
    assert not changes(before, state_of_file())
    after = numpy.empty_like(values)
    image.pixels.foreach_get(after)
    assert (after == values).all()
    return data


@pytest.mark.parametrize(('file_format', 'short'), [('PNG', 'png'), ('JPEG', 'jpg'), ('WEBP', 'webp')])
def test_a_file_image_is_its_file(file_format: str, short: str, tmp_path: Path) -> None:
    file = saved(new_image(), tmp_path / 'picture', file_format)
    image = loaded(file)
    assert picture_of(image) == file.read_bytes()
    assert inspect(picture_of(image)).format == short
    image.pack()
    file.unlink()
    assert inspect(picture_of(image)).format == short


def test_a_painted_image_is_what_was_painted(tmp_path: Path) -> None:
    image = new_image()
    image.pixels[0:4] = (0.0, 1.0, 0.0, 1.0)
    before = (image.source, image.is_dirty, image.filepath_raw, image.file_format)
    data = picture_of(image)
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
    assert pixel(picture_of(image), tmp_path) == pytest.approx((0.0, 0.0, 1.0, 1.0), abs=0.01)


@pytest.mark.parametrize('is_float', [False, True])
def test_transparency_becomes_white(is_float: bool, tmp_path: Path) -> None:
    colour = (
        (0.2, 0.4, 0.6, 0.5)
        if not is_float
        else (0.5 * linear(0.2), 0.5 * linear(0.4), 0.5 * linear(0.6), 0.5)
    )
    data = picture_of(new_image(colour=colour, float_buffer=is_float))
    assert pixel(data, tmp_path) == pytest.approx((0.6, 0.7, 0.8, 1.0), abs=0.01)


def test_transparency_of_a_file_becomes_white(tmp_path: Path) -> None:
    image = loaded(saved(new_image(colour=(0.0, 0.0, 0.0, 0.25)), tmp_path / 'picture.png'))
    assert pixel(picture_of(image), tmp_path) == pytest.approx((0.75, 0.75, 0.75, 1.0), abs=0.01)


CHART = (
    (0.451, 0.322, 0.267), (0.761, 0.588, 0.510), (0.384, 0.478, 0.616), (0.839, 0.494, 0.173),
    (0.275, 0.580, 0.286), (0.686, 0.212, 0.235), (0.953, 0.953, 0.949), (0.204, 0.204, 0.204),
    (1.0, 1.0, 1.0), (0.0, 0.0, 0.0), (0.01, 0.02, 0.03), (0.5, 0.5, 0.5),
)  # fmt: skip
"""Patches of a usual colour chart, and the ends, in sRGB."""


def linear(value: float) -> float:
    """What sRGB stands for (IEC 61966-2-1)."""
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


@pytest.mark.parametrize(
    ('is_float', 'space', 'stored'),
    [
        (False, 'sRGB', float),
        (False, 'Non-Color', float),
        (True, 'Linear Rec.709', linear),
        (True, 'Non-Color', float),
    ],
)
def test_a_colour_chart_keeps_its_colours(is_float: bool, space: str, stored: Any, tmp_path: Path) -> None:
    image = new_image(len(CHART), 1, float_buffer=is_float)
    image.colorspace_settings.name = space
    image.pixels.foreach_set([value for patch in CHART for value in (*map(stored, patch), 1.0)])
    data = picture_of(image)
    for x, patch in enumerate(CHART):
        assert pixel(data, tmp_path, x)[:3] == pytest.approx(patch, abs=1.01 / 255)


@pytest.mark.parametrize(
    ('file_format', 'depth', 'ending'),
    [
        ('OPEN_EXR', '32', 'exr'),
        ('OPEN_EXR', '16', 'exr'),
        ('TIFF', '16', 'tif'),
        ('PNG', '16', 'png'),
        ('HDR', '32', 'hdr'),
    ],
)
def test_files_of_greater_depth_keep_their_colours(
    file_format: str, depth: str, ending: str, tmp_path: Path
) -> None:
    source = new_image(len(CHART), 1, float_buffer=True)
    source.pixels.foreach_set([value for patch in CHART for value in (*map(linear, patch), 1.0)])
    scene = bpy.data.scenes.new("writer")
    scene.view_settings.view_transform = 'Standard'
    scene.render.image_settings.file_format = file_format
    if file_format != 'HDR':
        scene.render.image_settings.color_depth = depth
    file = tmp_path / f'chart.{ending}'
    source.save_render(str(file), scene=scene)
    bpy.data.scenes.remove(scene)
    bpy.data.images.remove(source)
    data = picture_of(loaded(file))
    for x, patch in enumerate(CHART):
        assert pixel(data, tmp_path, x)[:3] == pytest.approx(patch, abs=2.2 / 255)


@pytest.mark.parametrize(('width', 'height'), [(100, 50), (5100, 130)])
def test_too_small_and_too_large_pictures_are_left_to_the_limits(width: int, height: int) -> None:
    facts = inspect(picture_of(new_image(width, height)))
    assert (facts.width_px, facts.height_px) == (width, height)


def test_a_format_no_service_takes_becomes_png(tmp_path: Path) -> None:
    data = picture_of(loaded(saved(new_image(), tmp_path / 'picture.tga', 'TARGA')))
    assert inspect(data).format == 'png'
    assert pixel(data, tmp_path) == pytest.approx(RED, abs=0.01)


def test_an_image_whose_file_is_gone(tmp_path: Path) -> None:
    file = saved(new_image(), tmp_path / 'picture.png')
    image = loaded(file)
    file.unlink()
    with pytest.raises(NoPicture):
        picture_of(image)


def test_the_last_render_is_a_picture(tmp_path: Path) -> None:
    scene = bpy.context.scene
    scene.render.engine, scene.cycles.samples = 'CYCLES', 1
    scene.render.resolution_x, scene.render.resolution_y = 40, 30
    scene.render.film_transparent = True
    scene.render.image_settings.file_format = 'JPEG'
    scene.camera = bpy.data.objects.new("Camera", bpy.data.cameras.new("Camera"))
    scene.collection.objects.link(scene.camera)
    bpy.ops.render.render()
    result = next(image for image in bpy.data.images if image.type == 'RENDER_RESULT')
    result['of the test'] = True
    before = state_of_file()
    data = picture_bytes(result, scene)
    assert not changes(before, state_of_file())
    assert (inspect(data).width_px, inspect(data).height_px) == (40, 30)
    assert pixel(data, tmp_path) == (1.0, 1.0, 1.0, 1.0), "nothing was in the picture"
