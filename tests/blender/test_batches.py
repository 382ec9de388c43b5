# SPDX-License-Identifier: GPL-3.0-or-later
"""Variants and batches: what becomes of lists, where models stand, and that nothing is lost or started twice."""

from __future__ import annotations

import json
import math
import os
import time
from itertools import combinations
from pathlib import Path

import bpy
import pytest

from hunyuan3d_blender import app
from hunyuan3d_blender.app import batches, proposals
from hunyuan3d_blender.app.session import session
from hunyuan3d_blender.jobs import plans
from hunyuan3d_blender.jobs.job import State
from hunyuan3d_blender.jobs.lists import LIST_MAX_BYTES
from hunyuan3d_blender.jobs.selection import Selection
from hunyuan3d_blender.jobs.store import Store
from hunyuan3d_blender.scene import grid, placement, provenance
from hunyuan3d_blender.services.contract import View
from hunyuan3d_blender.services.errors import Kind
from hunyuan3d_blender.worker import start as worker_start
from tests.blender.test_app import make_ready

LIST = "\n".join(f"chair {number}" for number in range(25))


@pytest.fixture(autouse=True)
def quiet_worker(monkeypatch, library):
    """No worker runs: the test plays its part with a store of its own."""
    app.reset()
    monkeypatch.setattr(worker_start, 'ensure_running', lambda *_arguments, **_values: None)
    monkeypatch.setattr(worker_start, 'is_running', lambda _library: True)
    yield
    app.reset()


@pytest.fixture
def worker(library):
    """The store as the worker sees it."""
    with Store(library) as store:
        yield store


def draft(**values):
    return app.Draft(**{'prompt': "a wooden chair"} | values)


def a_picture(file, width=300, height=200):
    image = bpy.data.images.new("Picture", width, height)
    image.filepath_raw, image.file_format = str(file), 'PNG'
    image.save()
    bpy.data.images.remove(image)
    return file


def finish():
    """Let ticks go by until everything is started or cancelled."""
    for _ in range(100):
        app.tick()
        if not session().batches.errands:
            return
    raise AssertionError("still not done")


def crash():
    """This Blender is gone, another one starts."""
    app.reset()
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)


def abandon(library):
    """So much time has passed that nobody carries the plans out any more."""
    for file in (library.path / 'batches').glob('*.json'):
        os.utime(file, (0, time.time() - plans.ABANDONED_S - 1))


# Where they stand


@pytest.mark.parametrize('count', [1, 2, 3, 4, 5, 6, 10, 500])
@pytest.mark.parametrize(('size_m', 'scale'), [(2.0, 1.0), (0.0, 1.0), (0.5, 0.01)])
@pytest.mark.parametrize('rotation', [(0, 0, 0), (0.3, 1.0, 2.0)])
def test_a_grid_lies_around_its_place_and_nothing_overlaps(count, size_m, scale, rotation):
    bpy.context.scene.unit_settings.scale_length = scale
    middle = (5.0, -3.0, 1.0)
    places = grid.places(bpy.context.scene, count=count, size_m=size_m, location=middle, rotation=rotation)
    assert len(places) == count
    side = (size_m or 2.0) / scale
    nearest = min((math.dist(a, b) for a, b in combinations(places[:30], 2)), default=side * 2)
    assert nearest > side * 1.2
    columns = math.ceil(math.sqrt(count))
    assert max(math.dist(middle, place) for place in places) < side * 1.25 * columns


def test_a_grid_is_read_like_a_page_seen_from_the_front():
    places = grid.places(bpy.context.scene, count=4, size_m=2.0, location=(0, 0, 0), rotation=(0, 0, 0))
    assert places == [(-1.25, 1.25, 0), (1.25, 1.25, 0), (-1.25, -1.25, 0), (1.25, -1.25, 0)]


# Variants


@pytest.mark.parametrize(
    ('service', 'seed', 'seeds'),
    [
        ('sandbox', 7, [1234, 1234, 1234]),
        ('self_hosted', 7, [7, 8, 9]),
        ('self_hosted', 4_294_967_294, [4_294_967_294, 4_294_967_295, 0]),
    ],
)
def test_variants_differ_in_their_seed_where_there_is_one(tmp_path, service, seed, seeds):
    base = draft(service=service)
    if service == 'self_hosted':
        picture = str(a_picture(tmp_path / "cup.png"))
        base = draft(service=service, prompt='', picture_file=picture)
        base = app.Draft(**{**vars(base), 'sampling': type(base.sampling)(seed=seed)})
    proposal = app.proposals.variants(base, 3)
    assert [entry.draft.sampling.seed for entry in proposal.entries] == seeds
    assert [entry.name[-2:] for entry in proposal.entries] == [" 1", " 2", " 3"]
    assert all(
        len(entry.name.encode()) <= 48
        for entry in app.proposals.variants(draft(prompt="猫" * 90), 10).entries
    )


def test_what_the_service_would_refuse_is_refused_before():
    with pytest.raises(app.NotPossible) as caught:
        app.proposals.variants(draft(prompt="x" * 1025), 3)
    assert "1024" in str(caught.value.failure.facts)


def test_variants_stand_side_by_side_in_a_collection_of_theirs(worker):
    bpy.context.scene.cursor.location = (10, 0, 0)
    job_ids = app.start_batch(bpy.context, app.proposals.variants(draft(), 4))
    finish()
    jobs = [worker.get(job_id) for job_id in job_ids]
    assert {job.batch.name for job in jobs} == {"A wooden chair"}
    assert len({job.batch.id for job in jobs}) == 1
    collection = bpy.data.collections["A wooden chair"]
    standing = [placement.placeholder_of(job_id) for job_id in job_ids]
    assert [item.name for item in standing] == [f"A wooden chair {number}" for number in range(1, 5)]
    assert set(collection.objects) == set(standing)
    assert len({item.instance_collection for item in standing}) == 1, "they share a box"
    for job, item in zip(jobs, standing, strict=True):
        assert tuple(item.location) == pytest.approx(job.destination.location)
        assert job.destination.collection == collection.name
    assert worker.count(Selection(batch=jobs[0].batch.id)) == 4
    placement.remove_placeholders(job_ids[0])
    assert standing[1].instance_collection is not None


def test_models_arrive_one_per_tick_where_their_placeholders_were_moved_to(worker):
    job_ids = app.start_batch(bpy.context, app.proposals.variants(draft(), 3))
    finish()
    _first, second, third = job_ids
    placement.placeholder_of(second).location = (1, 2, 3)
    placement.remove_placeholders(third)
    for job_id in job_ids:
        make_ready(worker, worker.get(job_id))
    for arrived in range(1, 4):
        app.tick()
        assert sum(job.state is State.ARRIVED for job in worker.page()) == arrived
    collection = bpy.data.collections["A wooden chair"]
    meshes = [item for item in collection.all_objects if item.type == 'MESH']
    assert len(meshes) == 3, "also the one whose placeholder the artist has deleted"
    assert (1, 2, 3) in {tuple(item.location) for item in meshes}
    assert worker.get(third).destination.location in {
        tuple(round(part, 6) for part in item.location) for item in meshes
    }


# Lists


@pytest.mark.parametrize(
    ('text', 'started', 'left_out'),
    [
        ("a chair\n\n# no\na chair\n", 2, []),
        ("a chair\n" + "x" * 10_000, 1, [(1, "The prompt has")]),
        ("a\n" * 100_000, proposals.BATCH_MAX, [(100_000 - proposals.BATCH_MAX, "A batch has")]),
        ("a chair\n" + ("y" * 1025 + "\n") * 3, 1, [(1, "The prompt has")] * 3),
    ],
)
def test_a_list_of_prompts(text, started, left_out):
    proposal = app.proposals.batch_of_prompts(draft(), "Chairs", text)
    assert len(proposal.entries) == started
    assert [(item.count, item.problem.message[: len(start)]) for item, (_, start) in
            zip(proposal.left_out, left_out, strict=True)] == left_out  # fmt: skip
    assert proposal.name == "Chairs"


@pytest.mark.parametrize(
    ('data', 'message'),
    [
        (b"", "There is nothing in"),
        (b"# a\n\n", "There is nothing in"),
        (b"\x89PNG\r\n\x1a\n\0\0", "is no text"),
        ("椅子".encode('gbk'), "is no text"),
        (b"x" * (LIST_MAX_BYTES + 1), "is too large"),
        (b"x" * 5000, "The prompt has"),
        (None, "cannot be read"),
    ],
)
def test_a_list_that_makes_no_batch_is_refused_with_the_reason(tmp_path, library, data, message):
    file = tmp_path / "chairs.txt"
    if data is not None:
        file.write_bytes(data)
    with pytest.raises(app.NotPossible) as caught:
        app.proposals.batch_of_file(draft(), file)
    assert message in caught.value.failure.message
    assert caught.value.failure.kind is Kind.INPUT
    assert not library.store.exists()


def test_a_folder_of_pictures(tmp_path, worker):
    folder = tmp_path / "my vases"
    folder.mkdir()
    for name in ("vase 10.png", "vase 2.jpg", "no suffix"):
        a_picture(folder / "new.png").rename(folder / name)
    a_picture(folder / "tiny.png", 40, 40)
    (folder / "notes.png").write_text("no picture")
    (folder / "sub").mkdir()
    a_picture(folder / "sub" / "deep.png")
    (folder / "gone.png").symlink_to(folder / "nowhere")
    views = {View.LEFT: str(folder / "vase 10.png")}
    proposal = app.proposals.batch_of_folder(draft(view_files=views), folder)
    assert [entry.name for entry in proposal.entries] == ["No suffix", "Vase 2", "Vase 10"]
    assert {item.text: item.problem.field for item in proposal.left_out} == {
        "gone.png": 'image', "notes.png": 'image', "tiny.png": 'image'
    }  # fmt: skip
    job_ids = app.start_batch(bpy.context, proposal)
    finish()
    for job_id, entry in zip(job_ids, proposal.entries, strict=True):
        job = worker.get(job_id)
        assert (job.request.prompt, job.request.views, job.request.image.format) == ('', {}, 'png')
        copy = worker.library.job(job_id).input / job.request.image.file
        assert copy.read_bytes() == Path(entry.draft.picture_file).read_bytes()
    assert bpy.data.collections["My vases"]


def test_a_folder_without_pictures_or_none_at_all(tmp_path):
    for folder, message in ((tmp_path, "There is nothing in"), (tmp_path / "gone", "cannot be read")):
        with pytest.raises(app.NotPossible, match=message):
            app.proposals.batch_of_folder(draft(), folder)


def test_the_price_of_all_is_named_where_it_is_known():
    assert app.proposals.batch_of_prompts(draft(service='tencent_cn'), "Chairs", LIST).credits == 25 * 30
    assert app.proposals.batch_of_prompts(draft(service='tokenhub'), "Chairs", LIST).credits is None


# Started some at a time


def test_a_batch_is_started_with_the_ticks_and_keeps_its_order(worker):
    job_ids = app.start_batch(bpy.context, app.proposals.batch_of_prompts(draft(), "Chairs", LIST))
    begun = worker.size()
    assert 0 < begun <= batches.PIECE
    assert len(placement.all_placeholders()) == 25, "all stand there at once, within one undo step"
    assert app.has_open_jobs()
    app.tick()
    assert app.state_of(job_ids[24]) is State.QUEUED
    finish()
    assert worker.size() == 25
    assert [job.request.prompt for job in worker.open_jobs()] == LIST.splitlines()
    assert list((worker.library.path / 'batches').glob('*')) == []


def test_a_picture_that_has_gone_meanwhile_is_in_the_list_with_the_reason(tmp_path, worker):
    for number in range(12):
        a_picture(tmp_path / f"{number}.png")
    job_ids = app.start_batch(bpy.context, app.proposals.batch_of_folder(draft(), tmp_path))
    (tmp_path / "11.png").unlink()
    a_picture(tmp_path / "10.png", 64, 64)
    finish()
    for job_id, message in ((job_ids[11], "There is no picture at"), (job_ids[10], "is too small")):
        job = worker.get(job_id)
        assert (job.state, message in job.error.message) == (State.REJECTED, True)
    assert worker.size() == 12
    assert {row.id for row in app.take_endings()} == {job_ids[11], job_ids[10]}


def test_a_busy_store_only_delays(worker):
    app.start_batch(bpy.context, app.proposals.batch_of_prompts(draft(), "Chairs", LIST))
    worker._connection.execute("BEGIN EXCLUSIVE")
    for _ in range(3):
        app.tick()
    worker._connection.execute("ROLLBACK")
    finish()
    assert worker.size() == 25


def test_what_cannot_be_started_leaves_nothing_behind(library):
    with Store(library) as holder:
        holder._connection.execute("BEGIN EXCLUSIVE")
        with pytest.raises(app.NotPossible) as caught:
            app.start_batch(bpy.context, app.proposals.variants(draft(), 3))
        holder._connection.execute("ROLLBACK")
        assert holder.size() == 0
    assert caught.value.failure.kind is Kind.BUSY
    assert (list(bpy.data.objects), list(bpy.data.collections)) == ([], [])
    assert list((library.path / 'batches').glob('*')) == []


def test_after_a_crash_the_rest_is_named_and_can_be_started_once(library, worker):
    job_ids = app.start_batch(bpy.context, app.proposals.batch_of_prompts(draft(), "Chairs", LIST))
    begun = worker.size()
    crash()
    app.tick()
    assert app.abandoned() == (), "perhaps it is still being carried out"
    abandon(library)
    app.reset()
    app.tick()
    (plan,) = app.abandoned()
    assert [item.id for item in plan.items] == list(job_ids[begun:])
    assert [item.prompt for item in plan.items] == LIST.splitlines()[begun:]
    assert worker.size() == begun, "nothing is started without the artist's word"
    app.start_rest(bpy.context, plan.id)
    finish()
    assert worker.size() == 25
    assert app.abandoned() == ()
    assert {placement.placeholder_of(job_id) is not None for job_id in job_ids[begun:]} == {True}
    with pytest.raises(app.NotPossible):
        app.start_rest(bpy.context, plan.id)
    assert list((library.path / 'batches').glob('*')) == []


def test_two_who_carry_out_the_same_plan_start_each_job_once(library, worker):
    app.start_batch(bpy.context, app.proposals.batch_of_prompts(draft(), "Chairs", LIST))
    ((plan, _),) = plans.all_plans(library)
    other = batches.StartJobs(plan)
    while other.step(worker):
        pass
    finish()
    assert worker.size() == 25


def test_the_rest_can_be_forgotten(library, worker):
    app.start_batch(bpy.context, app.proposals.batch_of_prompts(draft(), "Chairs", LIST))
    begun = worker.size()
    crash()
    abandon(library)
    app.tick()
    app.forget_rest(app.abandoned()[0].id)
    finish()
    assert (app.abandoned(), worker.size()) == ((), begun)


# Cancelled together


def test_a_batch_is_cancelled_with_what_was_not_started_yet(worker):
    alone = app.start(bpy.context, draft())
    job_ids = app.start_batch(bpy.context, app.proposals.batch_of_prompts(draft(), "Chairs", LIST))
    batch_id = worker.get(job_ids[0]).batch.id
    make_ready(worker, worker.get(job_ids[0]))
    app.tick()
    assert app.is_open_batch(batch_id)
    begun = worker.size()
    assert app.open_in_batch(batch_id) == 24
    assert app.cancel_batch(batch_id) == 24
    finish()
    app.tick()
    states = {job.id: job.state for job in worker.page()}
    assert len(states) == begun, "no more were started"
    assert not app.is_open_batch(batch_id)
    assert states[alone.id] is State.QUEUED
    assert {states[job_id] for job_id in job_ids[1:] if job_id in states} == {State.CANCELLED}
    assert states[job_ids[0]] is State.ARRIVED
    assert [of for _, of in placement.all_placeholders()] == [alone.id]
    assert {row.id for row in app.take_endings()} == {job_ids[0]}, "the artist's own cancelling is no news"
    with pytest.raises(app.NotPossible):
        app.cancel_batch(batch_id)


def test_the_list_shows_one_batch(worker):
    app.start(bpy.context, draft())
    job_ids = app.start_batch(bpy.context, app.proposals.variants(draft(), 3))
    finish()
    app.tick()
    assert len(app.shown().rows) == 4
    batch = app.row(job_ids[0]).batch
    app.show(app.View(batch=batch.id))
    assert [row.id for row in app.shown().rows] == list(reversed(job_ids))


def test_each_model_has_its_own_history(worker):
    from hunyuan3d_blender.worker.history import history_of

    job_ids = app.start_batch(
        bpy.context, app.proposals.batch_of_prompts(draft(), "Chairs", "red chair\nblue chair")
    )
    finish()
    histories = [history_of(worker.get(job_id)) for job_id in job_ids]
    assert [history['prompt'] for history in histories] == ["red chair", "blue chair"]
    assert [history['job'] for history in histories] == list(job_ids)
    assert {history['batch'] for history in histories} == {"Chairs"}
    assert json.dumps(histories)
    mesh = bpy.data.objects.new("Chair", None)
    provenance.write(mesh, histories[0])
    assert provenance.job_of(mesh) == job_ids[0]
