# SPDX-License-Identifier: GPL-3.0-or-later
"""Make Parts: what is sent of a painted mesh, and what stands in the way."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from types import SimpleNamespace

import bpy
import numpy as np
import pytest

from tests.blender.ui_parts import Layout, context, walk
from tests.exports import lettered_box


@pytest.fixture
def staged(app, store, library, addon_part):
    """A job that has found two parts on the selected box, which are painted."""
    item = lettered_box()
    bpy.context.view_layer.objects.active = item
    item.select_set(True)
    bpy.context.view_layer.update()
    bpy.context.scene.hunyuan3d_work.staged = True
    assert bpy.ops.hunyuan3d.parts() == {'FINISHED'}
    (job,) = store.page()
    folder = library.job(job.id)
    folder.download.mkdir()
    (folder.download / 'came.fbx').write_bytes(b'Kaydara')
    count = len(item.data.polygons)
    numbers = np.arange(count, dtype=np.int32)
    part = addon_part('scene.segmentation').Part
    addon_part('scene.found_parts').FoundParts(
        parts=(part("low", '#FF0000'), part("high", '')), part_of_face=(numbers % 2).astype(np.int32),
        polygon_of_face=numbers, meshes=((item.name, count),),
    ).save(folder.parts)  # fmt: skip
    states = addon_part('jobs.job').State
    walk(store, states, job.id, 'ready', remote_id='1', files=('came.fbx', 'came.json'))
    store.change(job.id, states.READY, submitted_at=time.time())
    app.tick()
    assert item['hunyuan3d_parts'] == job.id
    return store.get(job.id)


def sets_of(item):
    return item.data.attributes['.sculpt_face_set'].data


def newest(store, staged):
    (job,) = (job for job in store.page() if job.id != staged.id)
    return job


def test_what_is_painted_is_sent_with_the_model_where_the_service_has_it(app, store, library, staged):
    item = bpy.data.objects["Lettered"]
    item.name, item.location.x = "Renamed", 5
    sets_of(item)[0].value = 40
    assert bpy.ops.hunyuan3d.make_parts() == {'FINISHED'}
    job = newest(store, staged)
    assert (job.request.model_input.job_id, job.request.model_input.format) == (staged.id, 'FBX')
    assert job.bucket is None
    assert job.account == staged.account
    words = json.loads((library.job(job.id).input / 'segmentation.json').read_text())
    count = len(item.data.polygons)
    assert {name: part['face_ids'] for name, part in words.items()} == {
        "low": list(range(2, count, 2)), "high": list(range(1, count, 2)), "part_2": [0],
    }  # fmt: skip
    assert (words["low"]['color'], 'color' in words["high"]) == ('#FF0000', False)
    assert not job.request.options.staged


def test_a_model_that_the_service_has_deleted_goes_by_the_bucket(app, store, library, staged):
    store.change(staged.id, staged.state, submitted_at=time.time() - 23 * 3600)
    assert bpy.ops.hunyuan3d.make_parts() == {'FINISHED'}
    job = newest(store, staged)
    assert job.request.model_input.file == 'model.fbx'
    assert (library.job(job.id).input / 'model.fbx').read_bytes() == b'Kaydara'
    assert job.bucket.is_sandbox


def drawn():
    layout, here = Layout(), context()
    here.selected_objects = bpy.context.selected_objects
    bpy.types.HUNYUAN3D_PT_selected_model.draw(SimpleNamespace(layout=layout), here)
    return layout


def test_the_panel_offers_both_steps_with_their_price(app, store, staged):
    assert {'hunyuan3d.paint_parts', 'hunyuan3d.make_parts'} <= set(drawn().operators())
    assert "Make Parts" in drawn().texts()
    store.change(staged.id, staged.state, account=replace(staged.account, service='tencent_cn'))
    bpy.ops.object.select_all(action='DESELECT')
    assert 'hunyuan3d.make_parts' not in drawn().operators()
    bpy.data.objects["Lettered"].select_set(True)
    assert "Make Parts (30 Credits)" in drawn().texts()
    bpy.context.scene.hunyuan3d_work.post_process = True
    assert "Make Parts (50 Credits)" in drawn().texts()


def test_the_panel_counts_what_modifiers_make_and_says_what_follows(app):
    item = lettered_box()
    item.modifiers.new("Mirror", 'MIRROR')
    item.select_set(True)
    bpy.context.view_layer.update()
    bpy.context.scene.hunyuan3d_work.staged = True
    seen = len(item.evaluated_get(bpy.context.evaluated_depsgraph_get()).data.polygons)
    assert seen > len(item.data.polygons)
    assert f"Lettered: {seen:,} faces" in drawn().texts()
    assert "14 loose parts" in drawn().texts()
    assert "the parts will be painted on a copy" in drawn().text()


def other_faces(item, _folder):
    bpy.ops.object.mode_set(mode='EDIT')
    bpy.ops.mesh.select_all(action='SELECT')
    bpy.ops.mesh.subdivide()
    bpy.ops.object.mode_set(mode='OBJECT')


def no_sets(item, _folder):
    item.data.attributes.remove(item.data.attributes['.sculpt_face_set'])


def no_library(_item, folder):
    folder.parts.unlink()


def damaged_library(_item, folder):
    folder.parts.write_bytes(b'PK\3\4')


@pytest.mark.parametrize(
    ('spoil', 'reason'),
    [
        (other_faces, "other faces than the parts were found on"),
        (no_sets, "other faces than the parts were found on"),
        (no_library, "no longer in the library folder"),
        (damaged_library, "no longer in the library folder"),
    ],
)
def test_why_parts_are_not_made(app, store, library, staged, spoil, reason):
    spoil(bpy.data.objects["Lettered"], library.job(staged.id))
    with pytest.raises(RuntimeError, match=reason):
        bpy.ops.hunyuan3d.make_parts()
    assert [job.id for job in store.page()] == [staged.id]
    assert [folder.name for folder in (library.path / 'jobs').iterdir()] == [staged.id]


@pytest.mark.parametrize(
    ('is_online', 'key_hint', 'age_h', 'reason'),
    [
        (False, '', 1, "Online access is switched off"),
        (True, 'abcd', 1, "No key is set up for this service"),
        (True, '', 22, "by way of a bucket of yours, and none is set up"),
        (True, '', 1, ""),
    ],
)
def test_the_button_is_grey_with_the_reason(
    app, addon_part, store, staged, monkeypatch, is_online, key_hint, age_h, reason
):
    """A key that was there when the parts were found can be gone."""
    account = replace(staged.account, service='tencent_cn', key_hint=key_hint)
    store.change(staged.id, staged.state, account=account, submitted_at=time.time() - age_h * 3600)
    addon_part('app.session').session().painted_parts = None
    monkeypatch.setattr(bpy.context.preferences.system, 'use_online_access', is_online)
    failure = app.parts.reason_against_parts(app.parts.painted_parts(bpy.context))
    assert reason in (addon_part('ui.text').sentence_of(failure) if failure else '')
    assert bpy.ops.hunyuan3d.make_parts.poll() == (not reason)
    if reason:
        with pytest.raises(app.NotPossible):
            app.parts.make_parts(bpy.context)


def test_without_painted_parts_there_is_no_button(app):
    item = lettered_box()
    item.select_set(True)
    bpy.context.view_layer.objects.active = item
    assert not bpy.ops.hunyuan3d.make_parts.poll()
    item['hunyuan3d_parts'] = 'of another library'
    assert app.parts.painted_parts(bpy.context) is None


def test_face_sets_of_the_artists_own_are_kept(app, store, library, staged, addon_part):
    """The next parts come as a model of their own then."""
    item = bpy.data.objects["Lettered"]
    del item['hunyuan3d_parts']
    before = [face.value for face in sets_of(item)]
    assert not addon_part('app.parts').paint_parts(staged, library.job(staged.id))
    assert [face.value for face in sets_of(item)] == before
