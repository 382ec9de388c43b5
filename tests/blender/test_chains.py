# SPDX-License-Identifier: GPL-3.0-or-later
"""A model and what is done with it then, from the panel: what it costs, what stands in the way, what arrives."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import bpy
import pytest

from tests import scene_models
from tests.blender.test_app import a_model, meshes
from tests.blender.ui_parts import Layout, context, walk


@pytest.fixture
def scene(app):
    scene = bpy.context.scene
    scene.hunyuan3d.prompt = "a dragon"
    return scene


@pytest.fixture
def states(addon_part):
    return addon_part('jobs.job').State


def check(scene, *names, **work):
    for name in ('topology', 'uv', 'texture', 'rig'):
        setattr(scene.hunyuan3d_chain, name, name in names)
    for name, value in work.items():
        setattr(scene.hunyuan3d_work, name, value)


def start(store):
    """Press the button and return the steps in their order."""
    assert bpy.ops.hunyuan3d.generate() == {'FINISHED'}
    return store.steps(store.page()[0].whole_id)


def draw(name, **region):
    layout = Layout()
    getattr(bpy.types, name).draw(SimpleNamespace(layout=layout), context(**region))
    return layout


def make_ready(store, states, job):
    a_model(store.library.job(job.id).model_blend)
    walk(store, states, job.id, 'ready', remote_id='1')


def choose_picture(scene, folder):
    file = scene_models.picture(folder, "front", (0.5, 0.3, 0.1))
    image = bpy.data.images.load(str(file))
    image.scale(256, 256)
    image.save()
    scene.hunyuan3d.source, scene.hunyuan3d.picture = 'PICTURE', str(file)
    return file


ALL = ('topology', 'uv', 'texture', 'rig')


def test_the_tooltip_says_that_words_for_the_texture_go_as_well(scene, addon_part):
    said = addon_part('ui.operators.generate').HUNYUAN3D_OT_generate.description
    text = "What describes the texture is sent there, too"
    scene.hunyuan3d.service = 'tencent_cn'
    check(scene, 'texture', prompt="of bronze")
    assert text in said(bpy.context, None)
    check(scene, 'uv', prompt="of bronze")
    assert text not in said(bpy.context, None)
    scene.hunyuan3d.service = 'sandbox'
    check(scene, 'texture', prompt="of bronze")
    assert text not in said(bpy.context, None)


def test_all_steps_are_on_disk_before_anything_is_sent(scene, store):
    check(scene, *ALL, face_level='low')
    first, *others = steps = start(store)
    assert [job.request.operation for job in steps] == ['generate', *ALL]
    assert [job.state for job in steps] == ['queued'] * 5
    for before, after in zip(steps, others, strict=False):
        assert after.request.model_input.job_id == before.id
    assert [job.request.model_input.format for job in others] == ['GLB', 'GLB', 'OBJ', 'GLB']
    assert [job.name for job in steps] == ["A dragon", *(f"A dragon {what}" for what in ("Topology", "UV", "Texture", "Rig"))]  # fmt: skip
    assert [job.chain.number for job in steps] == [1, 2, 3, 4, 5]
    assert {(job.chain.id, job.chain.name, job.chain.count) for job in steps} == {
        (steps[-1].id, "A dragon", 5)
    }
    assert all(job.destination == first.destination and job.target_size_m == 2.0 for job in steps)
    assert others[2].request.prompt == "a dragon", "of what the model is made from"
    assert others[0].request.options.face_level == 'low'
    assert len(store.page()) == 1


def test_a_format_that_a_step_does_not_take_is_converted_as_a_step(scene, store):
    scene.hunyuan3d.operation, scene.hunyuan3d.result_format = 'rapid', 'STL'
    check(scene, 'rig')
    assert 'Sample in 3 Steps' in draw('HUNYUAN3D_PT_generate').text()
    scene.hunyuan3d.result_format = 'USDZ'
    with pytest.raises(RuntimeError, match=r"Convert:"):
        bpy.ops.hunyuan3d.generate()
    scene.hunyuan3d.result_format = 'OBJ'
    steps = start(store)
    assert [job.request.operation for job in steps] == ['rapid', 'convert', 'rig']
    assert steps[2].request.model_input.job_id == steps[1].id


def test_the_price_is_that_of_the_whole_and_says_what_for(app, scene, monkeypatch):
    monkeypatch.setenv('TENCENTCLOUD_SECRET_ID', 'AKIDcanarycanarycanarywxyz')
    monkeypatch.setenv('TENCENTCLOUD_SECRET_KEY', 'secretcanary')
    scene.hunyuan3d.service, scene.hunyuan3d.enable_pbr = 'tencent_cn', False
    check(scene, 'topology', 'uv')
    text = draw('HUNYUAN3D_PT_generate').text()
    assert "Generate in 3 Steps (about 80 credits)" in text
    check(scene)
    assert "Generate (about 20 credits)" in draw('HUNYUAN3D_PT_generate').text()


@pytest.mark.parametrize(
    ('names', 'values', 'reason'),
    [
        (('uv',), {}, "Unwrap UV: The model has 500,000 faces; the service takes 29,999 at most"),
        (('topology', 'rig'), {'face_level': 'lod_set'}, "A set of levels cannot be worked on further"),
        (('texture',), {'prompt': "x" * 201}, "Texture: The prompt has 201 characters"),
    ],
)
def test_what_stands_in_the_way_is_said_before(scene, store, names, values, reason):
    check(scene, *names, **values)
    assert reason in " ".join(draw('HUNYUAN3D_PT_generate', width=4000).texts())
    with pytest.raises(RuntimeError, match=reason):
        bpy.ops.hunyuan3d.generate()
    assert not store.page()


def test_variants_are_not_worked_on_further(scene):
    check(scene, 'topology')
    scene.hunyuan3d.variants = 3
    with pytest.raises(RuntimeError, match="Only one variant"):
        bpy.ops.hunyuan3d.generate()


def test_a_texture_is_made_of_the_picture_that_the_model_is_made_of(scene, store, tmp_path):
    picture = choose_picture(scene, tmp_path)
    check(scene, 'texture')
    for job in start(store):
        assert (store.library.job(job.id).input / job.request.image.file).read_bytes() == picture.read_bytes()


def test_the_last_result_arrives_and_the_others_can_be_brought_in(app, scene, store, states):
    scene.cursor.location = (1, 2, 3)
    check(scene, 'topology', 'rig')
    steps = start(store)
    make_ready(store, states, steps[0])
    app.tick()
    assert meshes() == []
    row = app.row(steps[2].id)
    assert (row.id, row.number, app.state_of(steps[2].id)) == (steps[1].id, 2, 'queued')
    assert bpy.ops.hunyuan3d.bring_in(job_id=steps[0].id) == {'FINISHED'}
    (first,) = meshes()
    for job in steps[1:]:
        make_ready(store, states, job)
        app.tick()
    assert store.get(steps[2].id).state == 'arrived'
    (last,) = (item for item in scene.objects if item.type == 'MESH' and item.name != first)
    assert last.name == "A dragon"
    assert tuple(last.location) == pytest.approx((1, 2, 3))
    (told,) = app.take_endings()
    assert (told.name, told.state) == ("A dragon", 'arrived')


def test_cancelling_takes_the_placeholder_and_stops_the_rest(app, scene, store, states):
    check(scene, 'topology', 'rig')
    steps = start(store)
    make_ready(store, states, steps[0])
    app.tick()
    assert bpy.ops.hunyuan3d.cancel() == {'FINISHED'}
    assert [store.get(job.id).state for job in steps] == ['ready', 'cancelled', 'rejected']
    assert len(scene.objects) == 0
    assert bpy.ops.hunyuan3d.send_again() == {'FINISHED'}
    assert [store.get(job.id).state for job in steps] == ['ready', 'queued', 'queued']
    assert len(scene.objects) == 1
    assert bpy.ops.hunyuan3d.cancel() == {'FINISHED'}
    assert bpy.ops.hunyuan3d.remove() == {'FINISHED'}
    assert store.size() == 0


def test_the_panel_shows_the_steps_below_the_row(app, scene, store, states):
    check(scene, 'topology', 'texture', 'rig')
    steps = start(store)
    make_ready(store, states, steps[0])
    walk(store, states, steps[1].id, 'running', progress=0.45)
    app.tick()
    layout = draw('HUNYUAN3D_PT_jobs')
    assert "2 of 4: Topology · Generating · 0:00" in layout.text()
    for text in ("1. Generate", "2. Topology", "3. Texture", "4. Rig"):
        assert text in layout.texts()
    assert layout.operators().count('hunyuan3d.bring_in') == 1
    assert layout.operators().count('hunyuan3d.reuse_settings') == 1
    for width, text in ((300, "2 of 4 · 45%"), (400, "2 of 4: Topology 45%")):
        line, item = Layout(), SimpleNamespace(name=steps[1].id)
        bpy.types.HUNYUAN3D_UL_jobs.draw_item(None, context(width), line, None, item, 0, None, '', 0, 0)
        assert line.texts() == ["A dragon", text]
    store.change(steps[1].id, states.RUNNING, state=states.FAILED, remote_id='1')
    app.tick()
    layout = draw('HUNYUAN3D_PT_jobs')
    assert layout.texts().count("Not sent") == 2
    assert {'hunyuan3d.retry', 'hunyuan3d.send_again'} <= set(layout.operators())
    retry = bpy.types.Operator.bl_rna_get_subclass_py('HUNYUAN3D_OT_retry')
    assert retry.description(bpy.context, None).endswith("The steps after it are sent then, and charged")


def test_only_offered_steps_are_shown(scene):
    assert draw('HUNYUAN3D_PT_then').properties()[0] == 'topology'
    panel = bpy.types.HUNYUAN3D_PT_then
    assert panel.poll(bpy.context)
    for service in ('openai_compatible', 'self_hosted'):
        scene.hunyuan3d.service = service
        assert not panel.poll(bpy.context)


@pytest.mark.parametrize('names', [(), ('topology', 'texture')])
def test_a_store_that_fails_leaves_nothing_behind(scene, store, tmp_path, names):
    """Not even the copies of pictures."""
    choose_picture(scene, tmp_path)
    check(scene, *names)
    store._connection.execute(
        "CREATE TRIGGER full BEFORE INSERT ON job BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
    )
    with pytest.raises(RuntimeError, match="disk is full"):
        bpy.ops.hunyuan3d.generate()
    assert not list((Path(store.library.path) / 'jobs').iterdir())
    assert len(scene.objects) == 0
