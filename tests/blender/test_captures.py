# SPDX-License-Identifier: GPL-3.0-or-later
"""The buttons that take pictures: what they choose as the picture to send, and what they say when they cannot."""

from __future__ import annotations

from pathlib import Path

import bpy
import pytest

from tests.blender.picture_parts import changes, new_image, state_of_file


@pytest.fixture
def app(addon_part, monkeypatch):
    """The use cases of the registered add-on, with no worker process."""
    monkeypatch.setattr(addon_part('worker.start'), 'ensure_running', lambda *_arguments, **_values: None)
    return addon_part('app')


@pytest.fixture
def settings(app):
    """The settings of the scene, with a picture as the source."""
    bpy.context.scene.hunyuan3d.source = 'PICTURE'
    return bpy.context.scene.hunyuan3d


def test_an_image_becomes_the_picture_that_is_sent(app, addon_part, settings, library):
    image = new_image(300, 200)
    image.name = "蓝色 chair/1"
    before = state_of_file()
    assert bpy.ops.hunyuan3d.use_image(image=image.name) == {'FINISHED'}
    assert not changes(before, state_of_file())
    file = Path(settings.picture)
    assert file.is_relative_to(library.path)
    facts = app.picture_facts(settings.picture)
    assert (facts.format, facts.width_px, facts.height_px) == ('png', 300, 200)
    assert bpy.ops.hunyuan3d.generate() == {'FINISHED'}
    with addon_part('jobs.store').Store(library) as store:
        (job,) = store.page()
        sent = library.job(job.id).input / job.request.image.file
    assert sent.read_bytes() == file.read_bytes()
    assert "chair" in job.name


def test_an_image_painted_over_is_another_picture(settings):
    image = new_image(300, 200)
    bpy.ops.hunyuan3d.use_image(image=image.name)
    first = settings.picture
    image.pixels[0:4] = (0.0, 0.0, 1.0, 1.0)
    bpy.ops.hunyuan3d.use_image(image=image.name)
    assert settings.picture != first
    assert Path(first).exists(), "a job may be going to be sent with it"


@pytest.mark.parametrize(
    ('size', 'reason', 'fixed'), [((100, 300), "too small", False), ((5100, 200), "too large", True)]
)
def test_what_the_service_would_refuse_is_said_before_it_is_sent(settings, size, reason, fixed):
    bpy.ops.hunyuan3d.use_image(image=new_image(*size).name)
    with pytest.raises(RuntimeError, match=reason):
        bpy.ops.hunyuan3d.generate()
    if fixed:
        bpy.ops.hunyuan3d.shrink_picture()
        assert bpy.ops.hunyuan3d.generate.poll()


def test_an_image_without_a_picture_changes_nothing(settings, tmp_path):
    settings.picture = 'before.png'
    image = new_image()
    image.source, image.filepath = 'FILE', str(tmp_path / 'gone.png')
    with pytest.raises(RuntimeError, match="its file is missing"):
        bpy.ops.hunyuan3d.use_image(image=image.name)
    assert settings.picture == 'before.png'


def test_a_folder_that_cannot_be_written_is_said(app, settings, tmp_path):
    in_the_way = tmp_path / 'library'
    in_the_way.write_text("")
    app.configure(app.AppSettings(library=in_the_way))
    with pytest.raises(RuntimeError, match="could not be kept"):
        bpy.ops.hunyuan3d.use_image(image=new_image(200, 200).name)


def test_without_images_the_button_is_grey(app):
    for image in list(bpy.data.images):
        bpy.data.images.remove(image)
    assert not bpy.ops.hunyuan3d.use_image.poll()
