# SPDX-License-Identifier: GPL-3.0-or-later
"""The buttons for sketches: what they choose, what is sent, what the panel says; and the page to draw on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy
import numpy
import pytest

from hunyuan3d_blender.scene import pictures
from tests.blender.drawing import SQUARE, Pencil, annotate, in_viewport, ink
from tests.blender.picture_parts import changes, new_image, state_of_file
from tests.blender.ui_parts import Layout, context


@pytest.fixture
def app(addon_part, monkeypatch):
    """The use cases of the registered add-on, with no worker process."""
    monkeypatch.setattr(addon_part('worker.start'), 'ensure_running', lambda *_arguments, **_values: None)
    return addon_part('app')


@pytest.fixture
def settings(app) -> Any:
    return bpy.context.scene.hunyuan3d


def panel(addon_part) -> Layout:
    layout = Layout()
    cls = addon_part('ui.panels.generate').HUNYUAN3D_PT_generate
    cls.draw(type('Panel', (), {'layout': layout})(), context())
    return layout


def draw_pencil() -> None:
    Pencil().draw(SQUARE, closed=True)


def draw_annotation() -> None:
    with in_viewport():
        annotate([(300, 300), (400, 300), (400, 500)])


@pytest.mark.parametrize(
    ('draw', 'button'), [(draw_annotation, 'sketch_annotations'), (draw_pencil, 'sketch_pencil')]
)
def test_what_was_drawn_is_sent_as_a_sketch(app, addon_part, settings, library, draw, button):
    draw()
    assert getattr(bpy.ops.hunyuan3d, button)() == {'FINISHED'}
    assert settings.source == 'SKETCH'
    file = Path(settings.picture)
    assert file.is_relative_to(library.path)
    ink(file.read_bytes())
    settings.prompt = "a wooden box"
    assert bpy.ops.hunyuan3d.generate() == {'FINISHED'}
    with addon_part('jobs.store').Store(library) as store:
        (job,) = store.page()
    assert (job.request.generate_type, job.request.prompt) == ('Sketch', "a wooden box")
    assert not job.request.views
    assert (library.job(job.id).input / job.request.image.file).read_bytes() == file.read_bytes()


def test_a_painting_is_kept_as_it_is_on_white(settings):
    image = new_image(300, 200, (0.0, 0.0, 0.0, 0.0))
    values = numpy.zeros((200, 300, 4), numpy.float32)
    values[90:110, 20:280] = (0, 0, 0, 1)
    image.pixels.foreach_set(values.ravel())
    settings.source = 'SKETCH'
    assert bpy.ops.hunyuan3d.use_image(image=image.name) == {'FINISHED'}
    assert settings.source == 'SKETCH'
    pixels = pictures.read(Path(settings.picture))
    assert pixels.shape == (200, 300, 4)
    assert (pixels[100, 150] == (0, 0, 0, 255)).all()
    assert (pixels[10, 10] == 255).all()


@pytest.mark.parametrize('button', ['sketch_annotations', 'sketch_pencil'])
def test_without_strokes_nothing_changes(settings, button):
    settings.picture = 'before.png'
    before = state_of_file()
    with pytest.raises(RuntimeError, match="at this frame"):
        getattr(bpy.ops.hunyuan3d, button)()
    assert (settings.picture, settings.source) == ('before.png', 'TEXT')
    assert not changes(before, state_of_file())


# The page


def pen() -> dict[str, Any]:
    tools = bpy.context.scene.tool_settings
    shared = getattr(tools.image_paint, 'unified_paint_settings', None) or tools.unified_paint_settings
    return {
        name: repr(getattr(shared, name)) for name in ('use_unified_color', 'use_unified_size', 'size')
    } | {'color': tuple(shared.color)}


def test_a_page_is_white_and_the_pen_black(settings):
    before = pen()
    assert not bpy.ops.hunyuan3d.use_sketch.poll()
    assert bpy.ops.hunyuan3d.start_sketch() == {'FINISHED'}
    page = settings.page
    assert tuple(page.size) == (1024, 1024)
    assert settings.source == 'SKETCH'
    assert pen()['color'] == (0, 0, 0)
    values = numpy.ones(4 * 1024 * 1024, numpy.float32)
    page.pixels.foreach_get(values)
    assert (values == 1).all()
    with pytest.raises(RuntimeError, match="page is empty"):
        bpy.ops.hunyuan3d.use_sketch()
    assert settings.page == page
    assert not settings.picture
    values.reshape(1024, 1024, 4)[300:310, 200:800, :3] = 0
    page.pixels.foreach_set(values)
    assert bpy.ops.hunyuan3d.use_sketch() == {'FINISHED'}
    assert pen() == before
    assert settings.page is None
    assert page.name in bpy.data.images, "the drawing stays"
    black = ink(Path(settings.picture).read_bytes())
    assert black.sum() == 6000
    assert black[1023 - 305, 500] == 1


def test_a_new_page_gives_back_the_pen_as_well(settings):
    before = pen()
    bpy.ops.hunyuan3d.start_sketch()
    first = settings.page
    bpy.ops.hunyuan3d.start_sketch()
    assert settings.page != first
    settings.page.pixels[0:3] = (0, 0, 0)
    bpy.ops.hunyuan3d.use_sketch()
    assert pen() == before


def test_a_page_whose_image_was_deleted_is_no_page(settings):
    bpy.ops.hunyuan3d.start_sketch()
    bpy.data.images.remove(settings.page)
    assert not bpy.ops.hunyuan3d.use_sketch.poll()
    assert bpy.ops.hunyuan3d.start_sketch() == {'FINISHED'}


# The panel


def test_the_panel_has_a_button_for_each_source(addon_part, settings):
    settings.source = 'SKETCH'
    shown = panel(addon_part)
    buttons = {
        'start_sketch',
        'use_image',
        'sketch_annotations',
        'sketch_pencil',
        'choose_picture',
        'generate',
    }
    assert {f'hunyuan3d.{name}' for name in buttons} <= set(shown.operators())
    assert {'prompt', 'picture'} <= set(shown.properties())
    bpy.ops.hunyuan3d.start_sketch()
    shown = panel(addon_part).operators()
    assert 'hunyuan3d.use_sketch' in shown
    assert 'hunyuan3d.start_sketch' not in shown


def test_where_no_sketches_are_taken_that_is_said(addon_part, settings):
    settings.source, settings.operation = 'SKETCH', 'rapid'
    draw_pencil()
    assert "Sketches are not taken here" in panel(addon_part).text()
    bpy.ops.hunyuan3d.sketch_pencil()
    with pytest.raises(RuntimeError, match="choose Pro"):
        bpy.ops.hunyuan3d.generate()
    settings.operation = 'generate'
    assert "Sketches are not taken here" not in panel(addon_part).text()
    assert bpy.ops.hunyuan3d.generate.poll()
    settings.service = 'self_hosted'
    assert 'source' not in panel(addon_part).properties(), "a server that takes pictures only has no choice"


def test_a_version_that_makes_no_sketches_is_switched(settings):
    draw_pencil()
    bpy.ops.hunyuan3d.sketch_pencil()
    settings.model = '3.1'
    assert not bpy.ops.hunyuan3d.generate.poll()
    assert bpy.ops.hunyuan3d.switch_model() == {'FINISHED'}
    assert settings.model == '3.0'
    assert bpy.ops.hunyuan3d.generate.poll()


def test_words_are_asked_for_where_they_are_needed(app, addon_part, settings):
    draw_pencil()
    bpy.ops.hunyuan3d.sketch_pencil()
    assert bpy.ops.hunyuan3d.generate.poll(), "Tencent makes models from a sketch alone"
    settings.service = 'vtrix'
    assert "A sketch needs words" in panel(addon_part).text()
    settings.prompt = "  a box "
    assert "A sketch needs words" not in panel(addon_part).text()


def test_a_sketch_can_be_reused(app, addon_part, settings, library):
    draw_pencil()
    bpy.ops.hunyuan3d.sketch_pencil()
    settings.prompt = "a box"
    bpy.ops.hunyuan3d.generate()
    with addon_part('jobs.store').Store(library) as store:
        (job,) = store.page()
    settings.source, settings.prompt, settings.picture = 'TEXT', "", ""
    addon_part('ui.properties').fill_in(settings, app.draft_of_job(job.id))
    assert (settings.source, settings.prompt) == ('SKETCH', "a box")
    assert Path(settings.picture).is_file()


HOSTS = [
    ('sandbox', 'PICTURE', "Stays on this computer"),
    ('sandbox', 'SKETCH', "Stays on this computer"),
    ('self_hosted', 'PICTURE', "Stays on this computer"),
    ('tencent_cn', 'TEXT', "Sends the prompt to ai3d.tencentcloudapi.com"),
    ('tencent_cn', 'PICTURE', "Sends the picture to ai3d.tencentcloudapi.com"),
    ('tencent_intl', 'SKETCH', "Sends sketch and prompt to hunyuan.intl.tencentcloudapi.com"),
    ('vtrix', 'PICTURE', "Sends the picture to cloud.vtrix.ai"),
]


@pytest.mark.parametrize(('service', 'source', 'text'), HOSTS)
def test_the_panel_says_who_gets_what(addon_part, settings, service, source, text):
    settings.service, settings.source = service, source
    assert text in panel(addon_part).text()
