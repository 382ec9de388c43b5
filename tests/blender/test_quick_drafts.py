# SPDX-License-Identifier: GPL-3.0-or-later
"""Quick drafts: what is quicker where, and the real model from the same input where the draft stands."""

from __future__ import annotations

from types import SimpleNamespace

import bpy
import pytest

from hunyuan3d_blender import app
from hunyuan3d_blender.jobs.job import State
from hunyuan3d_blender.scene import placement, provenance, standing
from hunyuan3d_blender.services.contract import GenerateType, Operation, View
from hunyuan3d_blender.worker.history import history_of
from tests.blender.test_app import make_ready
from tests.blender.test_batches import a_picture, draft, quiet_worker, worker

__all__ = ['quiet_worker', 'worker']


RAPID, FULL = Operation.RAPID, Operation.GENERATE


@pytest.mark.parametrize(
    ('values', 'quick', 'full'),
    [
        ({}, (RAPID, 'Normal', False, False), (FULL, 'Normal', True)),
        ({'service': 'tencent_cn'}, (RAPID, 'Normal', False, False), (FULL, 'Normal', True)),
        ({'prompt': "x" * 300}, (FULL, 'Geometry', False, False), (FULL, 'Normal', True)),
        ({'service': 'openai_compatible'}, (FULL, 'Geometry', False, False), (FULL, 'Normal', True)),
        (
            {'generate_type': GenerateType.LOW_POLY, 'face_count': None},
            (RAPID, 'Normal', False, False),
            (FULL, 'LowPoly', True),
        ),
        (
            {'operation': RAPID, 'result_format': 'OBJ'},
            (RAPID, 'Normal', False, False),
            (FULL, 'Normal', True),
        ),
    ],
)
def test_what_is_quicker(values, quick, full):
    base = draft(**values)
    found = app.quick_drafts.quick_draft_of(base)
    assert (found.operation, found.generate_type, found.enable_pbr, found.enable_geometry) == quick
    assert app.problems(found) == ()
    from hunyuan3d_blender.app.quick_drafts import full_of

    real = full_of(base)
    assert (real.operation, real.generate_type, real.enable_pbr) == full


def test_a_server_of_ones_own_makes_the_shape_first(tmp_path):
    picture = str(a_picture(tmp_path / "cup.png"))
    found = app.quick_drafts.quick_draft_of(draft(service='self_hosted', prompt='', picture_file=picture))
    assert (found.operation, found.enable_geometry) == (FULL, True)


@pytest.mark.parametrize(
    ('values', 'reason'),
    [
        ({'prompt': ''}, "Write what you want"),
        ({'generate_type': GenerateType.SKETCH, 'model': '3.0'}, "Draw a sketch"),
        (
            {'service': 'openai_compatible', 'generate_type': GenerateType.GEOMETRY},
            "makes nothing quicker",
        ),
        ({'prompt': "x" * 300, 'generate_type': GenerateType.GEOMETRY}, "characters; the service takes"),
    ],
)
def test_why_there_is_nothing_quicker(values, reason):
    with pytest.raises(app.NotPossible, match=reason):
        app.quick_drafts.quick_draft_of(draft(**values))


def arrive(worker, job):
    """Let the model of a job arrive, with its history on it as the converter writes it."""
    job = worker.get(job.id)
    make_ready(worker, job)
    mesh = bpy.data.meshes.new("Chair")
    mesh.from_pydata([(-1, -1, 0), (1, -1, 0), (0, 0, 2)], [], [(0, 1, 2)])
    root, collection = bpy.data.objects.new("Chair", mesh), bpy.data.collections.new("Chair")
    provenance.write(root, history_of(job))
    collection.objects.link(root)
    file = worker.library.job(job.id).model_blend
    bpy.data.libraries.write(str(file), {collection}, compress=False)
    bpy.data.batch_remove([collection, root, mesh])
    app.tick()
    assert worker.get(job.id).state is State.ARRIVED


def test_the_real_one_takes_the_place_of_its_draft_which_is_hidden(worker, tmp_path):
    picture, left = a_picture(tmp_path / "cup.png"), a_picture(tmp_path / "left.png")
    base = draft(prompt='', picture_file=str(picture), view_files={View.LEFT: str(left)}, model='3.0')
    bpy.context.scene.cursor.location = (1, 2, 3)
    quick = app.quick_drafts.start_quick_draft(bpy.context, base)
    assert (quick.request.operation, quick.request.views) == (RAPID, {})
    picture.unlink()
    left.unlink()
    arrive(worker, quick)
    (model,) = standing.models_of(quick.id)
    model.location, model.scale = (7, 8, 9), (2, 2, 2)
    real = app.quick_drafts.make_real(bpy.context, quick.id)
    request = worker.get(real.id).request
    assert (request.operation, request.model, request.enable_pbr) == (FULL, '3.0', True)
    assert request.image.sha256 == quick.request.image.sha256
    assert set(request.views) == {View.LEFT}
    assert (real.draft_id, history_of(real)['draft'], real.full) == (quick.id, quick.id, None)
    placeholder = placement.placeholder_of(real.id)
    assert (tuple(placeholder.location), tuple(placeholder.scale)) == ((7, 8, 9), (2, 2, 2))
    assert model.users_collection[0] not in placeholder.users_collection, "beside it, not inside"
    assert model.visible_get(), "until the real one is there"
    arrive(worker, real)
    (new,) = standing.models_of(real.id)
    assert tuple(new.location) == (7, 8, 9)
    assert model.name in bpy.context.scene.objects
    assert (model.hide_get(), model.hide_render) == (True, True)


def test_a_draft_that_has_not_arrived_leaves_its_place(worker):
    quick = app.quick_drafts.start_quick_draft(bpy.context, draft())
    placement.placeholder_of(quick.id).location = (4, 5, 6)
    real = app.quick_drafts.make_real(bpy.context, quick.id)
    assert tuple(placement.placeholder_of(real.id).location) == (4, 5, 6)
    assert placement.placeholder_of(quick.id) is not None


def test_every_copy_of_a_draft_gets_a_real_one(worker):
    quick = app.quick_drafts.start_quick_draft(bpy.context, draft())
    arrive(worker, quick)
    (model,) = standing.models_of(quick.id)
    copy = model.copy()
    copy.location = (5, 5, 5)
    bpy.context.scene.collection.objects.link(copy)
    real = app.quick_drafts.make_real(bpy.context, quick.id)
    assert len(placement.placeholders_of(real.id)) == 2


def test_in_another_file_it_goes_to_the_cursor(worker):
    quick = app.quick_drafts.start_quick_draft(bpy.context, draft())
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    app.load_post()
    bpy.context.scene.cursor.location = (3, 3, 3)
    real = app.quick_drafts.make_real(bpy.context, quick.id)
    assert tuple(placement.placeholder_of(real.id).location) == (3, 3, 3)


def test_only_a_quick_draft_has_a_real_one(worker):
    job = app.start(bpy.context, draft())
    with pytest.raises(app.NotPossible, match="no quick draft"):
        app.quick_drafts.make_real(bpy.context, job.id)


def test_prices_of_draft_and_real_one():
    base = draft(service='tencent_cn')
    assert app.price(app.quick_drafts.quick_draft_of(base)).total == 15
    row = SimpleNamespace(service='tencent_cn', full=app.request_of(base))
    assert app.quick_drafts.price_of_real(row).total == 30
    assert app.quick_drafts.price_of_real(SimpleNamespace(service='of another version', full=None)) is None
