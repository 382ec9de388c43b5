# SPDX-License-Identifier: GPL-3.0-or-later
"""A texture for a selected object from a server of one's own: pressed, exported, sent, painted, fetched, in the scene."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import bpy
import pytest
from mathutils import Matrix

from hunyuan3d_blender.jobs.job import State
from hunyuan3d_blender.sandbox.server import running
from hunyuan3d_blender.services.registry import TABLES
from hunyuan3d_blender.worker.convert import convert
from hunyuan3d_blender.worker.fetching import fetch_result
from hunyuan3d_blender.worker.making import make
from hunyuan3d_blender.worker.submit import submit
from tests import scene_models
from tests.blender.ui_parts import Layout, context
from tests.protocol.every_service import service_at
from tests.worker_parts import OneAccount, tools_for

pytestmark = pytest.mark.filterwarnings('ignore::DeprecationWarning')  # of Blender's own add-ons


class OwnServer(OneAccount):
    """All jobs belong to one server of the artist's own."""

    def __init__(self, url):
        super().__init__(service_at('self_hosted', url))
        self.offers = TABLES['self_hosted'].offers


@pytest.fixture
def box(app, tmp_path):
    """A box of the artist's own, selected, and a picture that shows how it shall look."""
    item = scene_models.spiked_box("Crate")
    item.matrix_world = Matrix.Translation((3, -2, 1)) @ Matrix.Rotation(0.5, 4, 'Z')
    bpy.context.view_layer.objects.active = item
    item.select_set(True)
    picture = scene_models.picture(tmp_path, "bronze", (0.5, 0.3, 0.1))
    image = bpy.data.images.load(str(picture))
    image.scale(256, 256)
    image.save()
    bpy.context.scene.hunyuan3d.service = 'self_hosted'
    work = bpy.context.scene.hunyuan3d_work
    work.picture, work.prompt = str(picture), "left from before"
    return item


def painted(library, url, job_id):
    """What the worker does with the job, up to model.blend."""
    with tools_for(library, accounts=OwnServer(url)) as tools:
        for step in (submit, make, fetch_result, convert):
            job = tools.store.get(job_id)
            assert job.state is not State.REJECTED, job.error
            step(job, tools)
        return tools.store.get(job_id)


@pytest.mark.parametrize('path', ['/hunyuan3d-2', '/generate-only'])
def test_the_texture_arrives_where_the_object_stands(app, addon_part, store, library, box, tmp_path, path):
    assert bpy.ops.hunyuan3d.texture() == {'FINISHED'}
    (job,) = store.page()
    assert (job.bucket, job.request.prompt, job.request.model_input.file) == (None, '', 'model.glb')
    before = [(box.matrix_world @ vertex.co)[:] for vertex in box.data.vertices]
    with running(tmp_path / 'sandbox', blender=[sys.executable]) as sandbox:
        ready = painted(library, sandbox.url + path, job.id)
        (sent,) = sandbox.ledger.jobs()
        assert (sent.operation, (sandbox.ledger.folder_of(sent) / 'model.glb').read_bytes()[:4]) == (
            'texture',
            b'glTF',
        )
    assert ready.state is State.READY, ready.error
    addon_part('app.arrivals').bring_in_due(store) or app.tick()
    bpy.context.view_layer.update()
    assert box.hide_get()
    new = bpy.data.objects[job.name]
    after = [(new.matrix_world @ vertex.co)[:] for vertex in new.data.vertices]
    for point in before:
        assert min(max(abs(a - b) for a, b in zip(point, p, strict=True)) for p in after) < 1e-3
    (material,) = [slot.material for slot in new.material_slots]
    assert any(node.type == 'TEX_IMAGE' for node in material.node_tree.nodes)


def test_what_the_newer_servers_cannot_do_is_said(app, store, library, box, tmp_path):
    assert bpy.ops.hunyuan3d.texture() == {'FINISHED'}
    (job,) = store.page()
    with (
        running(tmp_path / 'sandbox') as sandbox,
        tools_for(library, accounts=OwnServer(sandbox.url)) as tools,
    ):
        submit(tools.store.get(job.id), tools)
        after = tools.store.get(job.id)
        assert not sandbox.ledger.jobs()
    assert after.state is State.REJECTED
    assert "--enable_tex" in after.error.message


def test_the_panel_offers_what_the_servers_take(app, box):
    layout, here = Layout(), context()
    here.selected_objects = bpy.context.selected_objects
    bpy.types.HUNYUAN3D_PT_selected_model.draw(SimpleNamespace(layout=layout), here)
    assert 'picture' in layout.properties()
    assert not {'prompt', 'enable_pbr', 'keep_uv', 'texture_size'} & set(layout.properties())
    assert bpy.ops.hunyuan3d.texture.poll()
    bpy.context.scene.hunyuan3d_work.picture = ''
    assert not bpy.ops.hunyuan3d.texture.poll()
