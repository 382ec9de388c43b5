# SPDX-License-Identifier: GPL-3.0-or-later
"""The buttons that take pictures: what they choose as the picture to send, and what they say when they cannot."""

from __future__ import annotations

import warnings
from pathlib import Path
from types import SimpleNamespace

import bpy
import numpy
import pytest
from mathutils import Euler, Vector

from hunyuan3d_blender.scene import pictures
from hunyuan3d_blender.scene.capture.image import picture_bytes
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


def test_an_image_becomes_the_picture_that_is_sent(app, addon_part, settings, library, capfd):
    image = new_image(300, 200)
    image.name = "蓝色 chair/1"
    before = state_of_file()
    assert bpy.ops.hunyuan3d.use_image(image=image.name) == {'FINISHED'}
    assert not changes(before, state_of_file())
    assert "Info: The picture to send is 蓝色 chair 1.png, 300 × 200 pixels" in capfd.readouterr().out
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


# Renders


@pytest.fixture
def camera(app):
    """A camera that looks at a bright box from the front, in a scene with settings of the artist's."""
    scene = bpy.context.scene
    scene.render.engine, scene.cycles.samples = 'CYCLES', 1
    scene.cycles.use_denoising = False
    scene.render.resolution_x, scene.render.resolution_y, scene.render.resolution_percentage = 64, 32, 50
    scene.render.image_settings.file_format = 'JPEG'
    scene.render.filepath = '//artist'
    scene.camera = bpy.data.objects.new("Camera", bpy.data.cameras.new("Camera"))
    scene.collection.objects.link(scene.camera)
    scene.camera.location, scene.camera.rotation_euler = (0, -10, 0), (1.5708, 0, 0)
    bpy.ops.mesh.primitive_cube_add()
    material = bpy.data.materials.new("Light")
    with warnings.catch_warnings(action='ignore'):
        material.use_nodes = True
    shader = material.node_tree.nodes['Principled BSDF']
    shader.inputs['Emission Color'].default_value = (0.0, 0.0, 100.0, 1.0)
    shader.inputs['Emission Strength'].default_value = 1.0
    bpy.context.object.data.materials.append(material)
    scene.view_settings.view_transform = 'Standard'
    return scene.camera


def test_a_render_is_the_cameras_picture_on_white(settings, camera):
    bpy.ops.render.render()
    result = next(image for image in bpy.data.images if image.type == 'RENDER_RESULT')
    last = picture_bytes(result, bpy.context.scene)
    counts = bpy.app.version >= (4, 3)  # see scene/capture/render.py
    before = state_of_file(users=counts)
    assert bpy.ops.hunyuan3d.render_picture() == {'FINISHED'}
    assert not changes(before, state_of_file(users=counts))
    assert picture_bytes(result, bpy.context.scene) == last, "the artist's last render is still there"
    pixels = pictures.read(Path(settings.picture))
    assert pixels.shape == (512, 1024, 4)
    assert tuple(pixels[256, 512]) == (0, 0, 255, 255)
    assert tuple(pixels[5, 5]) == (255, 255, 255, 255), "no world behind it"


@pytest.mark.parametrize('engine', ['EEVEE', 'WORKBENCH'])
def test_a_quick_render_leaves_the_scenes_engine_alone(settings, camera, engine):
    """The scene's own engine would need hours for so many samples."""
    bpy.ops.render.render()  # adds Blender's image of the result, which stays
    bpy.context.scene.cycles.samples = 100_000_000
    counts = bpy.app.version >= (4, 3)
    before = state_of_file(users=counts)
    assert bpy.ops.hunyuan3d.render_picture(engine=engine) == {'FINISHED'}
    assert not changes(before, state_of_file(users=counts))
    pixels = pictures.read(Path(settings.picture))
    assert pixels.shape == (512, 1024, 4)
    assert tuple(pixels[5, 5]) == (255, 255, 255, 255), "no world behind it"
    colour = [int(channel) for channel in pixels[256, 512, :3]]
    if engine == 'EEVEE':
        assert colour == [0, 0, 255], "the material glows"
    else:
        assert max(colour) < 250, "it does not glow"
        assert max(colour) - min(colour) < 40, "only its surface is seen"


def test_a_cancelled_render_leaves_everything_as_it_was(addon_part, settings, camera):
    """Blender writes no file then."""
    program = addon_part('ui.operators.render_picture')
    counts = bpy.app.version >= (4, 3)
    before = state_of_file(users=counts)
    begun = program._begin(bpy.context)
    assert len(bpy.data.scenes) == 2
    assert program._end(begun) == "Nothing was rendered: the picture to send is the one it was"
    assert not changes(before, state_of_file(users=counts))
    assert not settings.picture
    assert not begun.file.parent.exists()


class Failing(bpy.types.RenderEngine):
    """An engine that cannot do its work, and says so."""

    bl_idname, bl_label = 'OF_THE_TEST', "Of the Test"

    def render(self, _depsgraph):
        self.report({'ERROR'}, "no licence for this engine")


@pytest.fixture
def failing(camera):
    bpy.ops.render.render()  # adds Blender's image of the result, which stays
    bpy.utils.register_class(Failing)
    bpy.context.scene.render.engine = 'OF_THE_TEST'
    yield
    bpy.context.scene.render.engine = 'CYCLES'
    bpy.utils.unregister_class(Failing)


@pytest.mark.parametrize('how', ['EXEC_DEFAULT', 'INVOKE_DEFAULT'])
def test_a_render_that_fails_is_said_and_leaves_nothing(addon_part, settings, failing, how):
    counts = bpy.app.version >= (4, 3)
    settings.picture = 'before.png'
    before = state_of_file(users=counts)
    with pytest.raises(RuntimeError, match="could not be rendered: no licence for this engine"):
        bpy.ops.hunyuan3d.render_picture(how)
    assert not changes(before, state_of_file(users=counts))
    assert settings.picture == 'before.png'
    assert not addon_part('ui.operators.render_picture')._running


def test_a_render_that_writes_no_file_is_said(settings, camera, capfd):
    """As one that was cancelled."""

    def remove(scene, _depsgraph):
        Path(scene.render.filepath).unlink()

    settings.picture = 'before.png'
    bpy.app.handlers.render_write.append(remove)
    try:
        assert bpy.ops.hunyuan3d.render_picture() == {'CANCELLED'}
    finally:
        bpy.app.handlers.render_write.remove(remove)
    assert "Warning: Nothing was rendered" in capfd.readouterr().out
    assert [scene.name for scene in bpy.data.scenes] == [bpy.context.scene.name]
    assert settings.picture == 'before.png'


def test_the_end_of_a_render_in_a_window_is_told_by_who_watches(addon_part, settings, camera):
    """What a timer reports is seen by nobody."""
    program, notices = addon_part('ui.operators.render_picture'), addon_part('ui.notices')
    program._running.append(program._begin(bpy.context))
    assert program._look() is None
    assert notices.has_news()
    told = []
    assert notices.tell(SimpleNamespace(report=lambda level, text: told.append((level, text))))
    assert told == [({'WARNING'}, "Nothing was rendered: the picture to send is the one it was")]
    assert not notices.has_news()


def test_without_a_camera_nothing_is_rendered(settings):
    assert not bpy.ops.hunyuan3d.render_picture.poll()


# Views


def views_of(settings):
    return {item.name: Path(item.picture) for item in settings.views}


@pytest.mark.parametrize(
    ('model', 'views'),
    [
        ('3.0', ['left', 'right', 'back']),
        ('3.1', ['left', 'right', 'back', 'top', 'bottom', 'left_front', 'right_front']),
    ],
)
def test_views_of_the_selection_are_sent_with_the_front(app, addon_part, settings, library, model, views):
    settings.model = model
    a_box("Chair")
    assert bpy.ops.hunyuan3d.capture_views() == {'FINISHED'}
    assert Path(settings.picture).stem == "Chair"
    assert list(views_of(settings)) == views
    assert bpy.ops.hunyuan3d.generate() == {'FINISHED'}
    with addon_part('jobs.store').Store(library) as store:
        (job,) = store.page()
    assert list(job.request.views) == views
    assert job.name == "Chair"
    for view, picture in job.request.views.items():
        assert (library.job(job.id).input / picture.file).read_bytes() == views_of(settings)[
            view
        ].read_bytes()


def test_a_model_that_takes_fewer_views_is_switched_back(app, settings):
    settings.model = '3.1'
    a_box()
    bpy.ops.hunyuan3d.capture_views()
    settings.model = '3.0'
    with pytest.raises(RuntimeError, match="does not take these views"):
        bpy.ops.hunyuan3d.generate()
    bpy.ops.hunyuan3d.switch_model()
    assert settings.model == '3.1'
    assert bpy.ops.hunyuan3d.generate.poll()
    settings.operation = 'rapid'
    assert bpy.ops.hunyuan3d.generate.poll(), "views are left out where there are none"


def test_views_are_chosen_and_removed_one_by_one(settings, tmp_path):
    for view in ('back', 'left'):
        file = tmp_path / f'{view}.png'
        file.write_bytes(pictures.png(numpy.zeros((200, 200, 3), numpy.uint8)))
        bpy.ops.hunyuan3d.choose_view(view=view, filepath=str(file))
    assert list(views_of(settings)) == ['left', 'back']
    with pytest.raises(RuntimeError, match="There is no picture yet"):
        bpy.ops.hunyuan3d.generate()
    bpy.ops.hunyuan3d.remove_view(view='left')
    assert list(views_of(settings)) == ['back']


def test_views_that_are_too_large_together_all_become_smaller(settings, tmp_path):
    random = numpy.random.default_rng(1)
    for view in ('', 'left', 'right', 'back'):
        file = tmp_path / f'chair {view}.png'
        file.write_bytes(pictures.png(random.integers(0, 256, (1000, 1000, 3), numpy.uint8)))
        if view:
            bpy.ops.hunyuan3d.choose_view(view=view, filepath=str(file))
        else:
            settings.picture = str(file)
    with pytest.raises(RuntimeError, match="MB together"):
        bpy.ops.hunyuan3d.generate()
    assert bpy.ops.hunyuan3d.shrink_picture() == {'FINISHED'}
    assert list(views_of(settings)) == ['left', 'right', 'back']
    assert bpy.ops.hunyuan3d.generate.poll()


def test_a_missing_view_is_said(app, settings, tmp_path):
    a_box()
    bpy.ops.hunyuan3d.capture_views()
    next(iter(views_of(settings).values())).unlink()
    with pytest.raises(RuntimeError, match="There is no picture at"):
        bpy.ops.hunyuan3d.generate()


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
    for capture in (bpy.ops.hunyuan3d.capture_selection, bpy.ops.hunyuan3d.capture_views):
        with pytest.raises(RuntimeError, match=r"^Error: Nothing that could be drawn is selected"):
            capture()
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

    def test_that_another_engine_has_drawn_is_said(settings, viewport, capfd):
        """Cycles would need time; its viewport is drawn in Material Preview, and stays as it was."""
        a_box()
        bpy.context.scene.render.engine, viewport.shading.type = 'CYCLES', 'RENDERED'
        assert bpy.ops.hunyuan3d.capture_selection() == {'FINISHED'}
        assert "drawn as in Material Preview" in capfd.readouterr().out
        assert viewport.shading.type == 'RENDERED'
        viewport.shading.type = 'SOLID'
        assert bpy.ops.hunyuan3d.capture_selection() == {'FINISHED'}
        assert "Material Preview" not in capfd.readouterr().out

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
    def test_without_a_window_it_is_said_or_done(settings, viewport, button):
        """A background Blender of these versions can draw once it has rendered with Workbench."""
        a_box()
        before = state_of_file(), viewport.overlay.show_overlays
        said = ""
        try:
            getattr(bpy.ops.hunyuan3d, button)()
        except RuntimeError as error:
            said = str(error)
        assert "cannot draw without a window" in said or Path(settings.picture).is_file()
        assert bool(said) != bool(settings.picture)
        assert not changes(before[0], state_of_file())
        assert viewport.overlay.show_overlays == before[1]
