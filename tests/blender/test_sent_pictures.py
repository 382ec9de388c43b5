# SPDX-License-Identifier: GPL-3.0-or-later
"""What is sent of a picture lies on white, whichever way its path has come: the copy in the folder of the job says so."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy
import pytest

from hunyuan3d_blender.scene import pictures
from tests.blender.picture_parts import new_image, saved

FAINT = (200, 30, 30, 128)
ON_WHITE = (227, 142, 142, 255)


@pytest.fixture
def app(addon_part, monkeypatch, library):
    """The use cases of the registered add-on, with no worker process."""
    monkeypatch.setattr(addon_part('worker.start'), 'ensure_running', lambda *_arguments, **_values: None)
    return addon_part('app')


@pytest.fixture
def settings(app):
    bpy.context.scene.hunyuan3d.source = 'PICTURE'
    return bpy.context.scene.hunyuan3d


@pytest.fixture
def sent(app, addon_part, library):
    """What would be sent of the one job in the list: its pictures by their names."""

    def read():
        with addon_part('jobs.store').Store(library) as store:
            (job,) = store.page()
        assert job.state == 'queued', job.error
        images = [job.request.image, *job.request.views.values()]
        return {image.file: library.job(job.id).input / image.file for image in images}

    return read


def faint(file: Path) -> Path:
    """A picture that is half transparent everywhere."""
    file.write_bytes(pictures.png(numpy.full((150, 200, 4), FAINT, numpy.uint8)))
    return file


def typed(app, addon_part, settings, file):
    settings.picture = str(file)
    assert bpy.ops.hunyuan3d.generate() == {'FINISHED'}


def of_a_folder(app, addon_part, settings, file):
    app.start_batch(bpy.context, app.proposals.batch_of_folder(app.Draft(), file.parent))


def from_the_command_line(app, addon_part, settings, file):
    cli, job = addon_part('cli'), addon_part('jobs.job')
    options = cli._parser().parse_args(['generate', '--image', str(file), '--output', 'model.glb'])
    app.submit(cli._draft(options), job.Destination())


WAYS = (typed, of_a_folder, from_the_command_line)


@pytest.mark.parametrize('way', WAYS)
def test_a_transparent_picture_is_sent_on_white(app, addon_part, settings, sent, tmp_path, way):
    folder = tmp_path / 'vases'
    folder.mkdir()
    file = faint(folder / 'vase.png')
    before = file.read_bytes()
    way(app, addon_part, settings, file)
    (copy,) = sent().values()
    assert tuple(pictures.read(copy)[9, 9]) == ON_WHITE
    assert file.read_bytes() == before


def test_views_are_sent_on_white(app, settings, sent, tmp_path):
    settings.picture = str(faint(tmp_path / 'vase.png'))
    side = settings.views.add()
    side.name, side.picture = 'back', str(faint(tmp_path / 'vase back.png'))
    assert bpy.ops.hunyuan3d.generate() == {'FINISHED'}
    assert [tuple(pictures.read(copy)[9, 9]) for copy in sent().values()] == [ON_WHITE] * 2


@pytest.mark.parametrize('way', WAYS)
def test_an_opaque_picture_is_sent_as_it_is(app, addon_part, settings, sent, tmp_path, way):
    folder = tmp_path / 'vases'
    folder.mkdir()
    file = folder / 'vase.png'
    file.write_bytes(pictures.png(numpy.full((150, 200, 4), 255, numpy.uint8)))
    way(app, addon_part, settings, file)
    (copy,) = sent().values()
    assert copy.read_bytes() == file.read_bytes()


@pytest.mark.parametrize('way', WAYS)
@pytest.mark.parametrize(('file_format', 'ending'), [('BMP', 'bmp'), ('TIFF', 'tif')])
def test_what_only_blender_reads_is_sent_as_png(
    app, addon_part, settings, sent, tmp_path, way, file_format, ending
):
    folder = tmp_path / 'vases'
    folder.mkdir()
    way(app, addon_part, settings, saved(new_image(200, 150), folder / f'vase.{ending}', file_format))
    (copy,) = sent().values()
    assert copy.suffix == '.png'
    pixels = pictures.read(copy)
    assert (pixels.shape, tuple(pixels[9, 9])) == ((150, 200, 4), (255, 0, 0, 255))


@pytest.mark.parametrize(('file_format', 'ending'), [('BMP', 'bmp'), ('TIFF', 'tif')])
def test_their_size_is_known_before(app, settings, tmp_path, file_format, ending):
    settings.picture = str(saved(new_image(100, 150), tmp_path / f'vase.{ending}', file_format))
    with pytest.raises(RuntimeError, match=r"too small: 100 x 150 pixels"):
        bpy.ops.hunyuan3d.generate()


def test_a_broken_picture_is_said_and_not_sent(app, settings, tmp_path):
    file = faint(tmp_path / 'vase.png')
    file.write_bytes(file.read_bytes()[:60])
    settings.picture = str(file)
    with pytest.raises(RuntimeError, match=r"vase\.png cannot be read as a picture"):
        bpy.ops.hunyuan3d.generate()
    assert not list((app.library_folder() / 'jobs').glob('*'))
