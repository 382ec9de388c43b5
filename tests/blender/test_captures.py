# SPDX-License-Identifier: GPL-3.0-or-later
"""The buttons that take pictures: what they choose as the picture to send, and what they say when they cannot."""

from __future__ import annotations

from pathlib import Path

import bpy
import pytest
from mathutils import Euler, Vector

from hunyuan3d_blender.scene import pictures
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


# The viewport: bpy can draw one since 5.2; before, only a window can (tests/gui/scenarios/pictures.py)


def a_box(name="Box", location=(0, 0, 0), colour=(1.0, 0.0, 0.0, 1.0)):
    bpy.ops.mesh.primitive_cube_add(location=location)
    box = bpy.context.object
    box.name = name
    box.data.materials.append(bpy.data.materials.new(name))
    box.data.materials[0].diffuse_color = colour
    return box


@pytest.fixture
def viewport(app):
    """The first 3D viewport, with flat colours, as the context of what follows."""
    window = bpy.context.window_manager.windows[0]
    area = next(area for area in window.screen.areas if area.type == 'VIEW_3D')
    space = area.spaces.active
    space.shading.type, space.shading.light, space.shading.color_type = 'SOLID', 'FLAT', 'MATERIAL'
    with bpy.context.temp_override(window=window, area=area):
        yield space


can_draw = bpy.app.version >= (5, 2)


def test_nothing_selected_is_no_picture(app, viewport):
    a_box().select_set(False)
    assert not bpy.ops.hunyuan3d.capture_selection.poll()


@pytest.mark.parametrize('kind', ['EMPTY', 'LIGHT', 'CAMERA'])
def test_what_has_no_shape_is_no_picture(settings, viewport, kind):
    data = {'LIGHT': lambda: bpy.data.lights.new("L", 'POINT'), 'CAMERA': lambda: bpy.data.cameras.new("C")}
    item = bpy.data.objects.new("item", data[kind]() if kind in data else None)
    bpy.context.scene.collection.objects.link(item)
    item.select_set(True)
    with pytest.raises(RuntimeError, match="Nothing that could be drawn is selected"):
        bpy.ops.hunyuan3d.capture_selection()
    assert not settings.picture


if can_draw:

    def test_a_selection_is_alone_and_large(settings, viewport):
        a_box("Other", (0, 0, 0), (0.0, 1.0, 0.0, 1.0))
        box = a_box("Box", (0, 0, 40))
        bpy.ops.object.select_all(action='DESELECT')
        box.select_set(True)
        viewport.region_3d.view_rotation = Euler((1.5708, 0, 0)).to_quaternion()  # from the front
        before = state_of_file()
        assert bpy.ops.hunyuan3d.capture_selection() == {'FINISHED'}
        assert Path(settings.picture).stem == "Box"
        pixels = pictures.read(Path(settings.picture))
        assert pixels.shape == (1024, 1024, 4)
        assert tuple(pixels[512, 512]) == (255, 0, 0, 255)
        assert tuple(pixels[10, 10]) == (255, 255, 255, 255)
        red = (pixels[..., 1] < 128).mean()
        assert 0.75 < red < 0.9, "a square face with some air around it"
        assert not (pixels[..., 0] < 200).any(), "the green box is not in the picture"
        assert not changes(before, state_of_file())

    def test_a_viewport_is_drawn_as_it_is_seen(settings, viewport):
        a_box(colour=(0.0, 0.0, 1.0, 1.0))
        viewport.region_3d.view_location = Vector()
        viewport.region_3d.update()
        assert bpy.ops.hunyuan3d.capture_viewport() == {'FINISHED'}
        pixels = pictures.read(Path(settings.picture))
        assert max(pixels.shape[:2]) == 1024
        assert (pixels[..., 3] == 255).all()
        assert tuple(pixels[0, 0, :3]) == (255, 255, 255)

else:

    @pytest.mark.parametrize('button', ['capture_viewport', 'capture_selection'])
    def test_without_a_window_it_is_said(settings, viewport, button):
        a_box()
        before = state_of_file(), viewport.overlay.show_overlays
        with pytest.raises(RuntimeError, match="cannot draw without a window"):
            getattr(bpy.ops.hunyuan3d, button)()
        assert not settings.picture
        assert not changes(before[0], state_of_file())
        assert viewport.overlay.show_overlays == before[1]
