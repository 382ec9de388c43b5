# SPDX-License-Identifier: GPL-3.0-or-later
"""What our menu entries do: ask for a prompt and send it, and lead from an object to its job."""

from __future__ import annotations

from types import SimpleNamespace

import bpy
import pytest

from tests.blender.ui_parts import Layout, context


@pytest.fixture
def app(addon_part, monkeypatch, library):
    """The use cases of the registered add-on, with no worker process."""
    start = addon_part('worker.start')
    monkeypatch.setattr(start, 'ensure_running', lambda *_arguments, **_values: None)
    monkeypatch.setattr(start, 'is_running', lambda _library: True)
    return addon_part('app')


@pytest.fixture
def entries(app):
    """`entries(bpy.types.VIEW3D_MT_add)`: the operators that we add to a menu."""

    def draw(menu):
        layout = Layout()
        for function in menu.draw._draw_funcs:
            if 'hunyuan3d' in function.__module__:
                function(SimpleNamespace(layout=layout), bpy.context)
        return layout.operators()

    return draw


@pytest.mark.parametrize('menu', ['VIEW3D_MT_add', 'TOPBAR_MT_file_import'])
def test_models_can_be_added_from_the_menus_in_which_one_looks_for_them(entries, menu):
    assert entries(getattr(bpy.types, menu)) == ['hunyuan3d.add_model']


def test_only_objects_of_ours_have_an_entry(entries, app):
    assert entries(bpy.types.VIEW3D_MT_object) == []
    bpy.ops.hunyuan3d.add_model(prompt="a chair")
    (placeholder,) = bpy.context.scene.objects
    bpy.context.view_layer.objects.active = placeholder
    assert entries(bpy.types.VIEW3D_MT_object) == ['hunyuan3d.show_job']


def test_what_was_typed_is_sent_and_seen_in_the_panel(app):
    settings = bpy.context.scene.hunyuan3d
    settings.source, settings.operation = 'PICTURE', 'rapid'
    assert bpy.ops.hunyuan3d.add_model(prompt="a wooden chair") == {'FINISHED'}
    app.tick()
    (row,) = app.rows()
    assert row.text == "a wooden chair"
    assert (settings.source, settings.prompt) == ('TEXT', "a wooden chair")
    assert len(bpy.context.scene.objects) == 1


@pytest.mark.parametrize(('prompt', 'reason'), [("", "Write what you want"), ("x" * 1025, "1025 characters")])
def test_what_the_service_would_refuse_is_said_and_not_sent(app, prompt, reason):
    with pytest.raises(RuntimeError, match=reason):
        bpy.ops.hunyuan3d.add_model(prompt=prompt)
    assert not app.rows()
    assert not bpy.context.scene.objects


def test_a_service_out_of_reach_is_not_asked(app):
    bpy.context.scene.hunyuan3d.service = 'tencent_cn'
    assert not bpy.ops.hunyuan3d.add_model.poll()


def test_a_service_that_takes_no_words_is_not_asked_for_any(app):
    settings = bpy.context.scene.hunyuan3d
    settings.service = next(
        name
        for name, table in app.services().items()
        if not any(offer.prompt_max_characters for offer in table.offers.values())
    )
    bpy.context.preferences.system.use_online_access = True
    with pytest.raises(RuntimeError, match="pictures only"):
        bpy.ops.hunyuan3d.add_model(prompt="a chair")
    bpy.context.preferences.system.use_online_access = False


def dialog():
    """The dialog as it is drawn."""
    layout = Layout()
    operator = bpy.types.HUNYUAN3D_OT_add_model
    properties = bpy.ops.hunyuan3d.add_model.get_rna_type()
    operator.draw(SimpleNamespace(layout=layout, bl_rna=properties), context())
    return layout


def test_the_dialog_says_what_is_sent_where_and_what_it_costs(app, monkeypatch):
    assert dialog().texts() == ["Sandbox", "Makes a sample, costs nothing"]
    bpy.context.scene.hunyuan3d.service = 'tencent_cn'
    assert "About" in dialog().text()
    assert "credits" in dialog().text()
    assert dialog().properties() == ['prompt']


def test_a_part_of_a_model_leads_to_the_job_of_the_model(app):
    bpy.ops.hunyuan3d.add_model(prompt="a chair")
    bpy.ops.hunyuan3d.add_model(prompt="a table")
    app.tick()
    chair = bpy.context.scene.objects["A chair"]
    part = bpy.data.objects.new("Leg", None)
    part.parent = chair
    bpy.context.scene.collection.objects.link(part)
    bpy.context.view_layer.objects.active = part
    bpy.ops.hunyuan3d.show_job()
    session = bpy.context.window_manager.hunyuan3d
    assert app.row(session.rows[session.index].name).text == "a chair"


@pytest.mark.parametrize('value', ['', 'f' * 32, 7])
def test_an_object_without_a_job_in_the_list_leads_nowhere(app, value):
    item = bpy.data.objects.new("Cube", None)
    bpy.context.scene.collection.objects.link(item)
    bpy.context.view_layer.objects.active = item
    item['hunyuan3d_job'] = value
    assert not bpy.ops.hunyuan3d.show_job.poll()


def test_without_an_active_object_there_is_nothing_to_show(app):
    assert bpy.context.active_object is None
    assert not bpy.ops.hunyuan3d.show_job.poll()


def test_an_image_that_is_shown_can_be_the_picture(entries, app):
    layout = Layout()
    (draw,) = [f for f in bpy.types.IMAGE_MT_image.draw._draw_funcs if 'hunyuan3d' in f.__module__]
    draw(SimpleNamespace(layout=layout), SimpleNamespace(space_data=SimpleNamespace(image=None)))
    assert layout.operators() == []
    image = bpy.data.images.new("Painted", 8, 8)
    draw(SimpleNamespace(layout=layout), SimpleNamespace(space_data=SimpleNamespace(image=image)))
    assert layout.operators() == ['hunyuan3d.use_image']
