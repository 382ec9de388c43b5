# SPDX-License-Identifier: GPL-3.0-or-later
"""The use cases in Blender: starting, deciding, arriving; across files, undo and two Blenders."""

from __future__ import annotations

import sqlite3
import time
from dataclasses import replace
from pathlib import Path

import bpy
import pytest

from hunyuan3d_blender import app, credentials
from hunyuan3d_blender.app import arrivals, asked, connection_tests, worker_link
from hunyuan3d_blender.jobs.job import State
from hunyuan3d_blender.jobs.store import Store
from hunyuan3d_blender.scene import placement
from hunyuan3d_blender.services.contract import Key, Operation
from hunyuan3d_blender.services.errors import Failure, Kind
from hunyuan3d_blender.worker import start as worker_start

HOST = 'https://ai3d.tencentcloudapi.com'


@pytest.fixture(autouse=True)
def quiet_worker(monkeypatch, library):
    """No worker runs: the test plays its part with a store of its own."""
    app.reset()
    woken = []
    monkeypatch.setattr(worker_start, 'ensure_running', lambda *_arguments, **values: woken.append(values))
    monkeypatch.setattr(worker_start, 'is_running', lambda _library: True)
    yield woken
    app.reset()


@pytest.fixture
def worker(library):
    """The store as the worker sees it."""
    with Store(library) as store:
        yield store


def a_model(file: Path, name="Chair") -> None:
    """A converted model as the converter writes it."""
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata([(-1, -1, 0), (1, -1, 0), (1, 1, 0), (0, 0, 2)], [], [(0, 1, 2), (0, 1, 3), (1, 2, 3)])
    root = bpy.data.objects.new(name, mesh)
    collection = bpy.data.collections.new(name)
    collection.objects.link(root)
    file.parent.mkdir(parents=True, exist_ok=True)
    bpy.data.libraries.write(str(file), {collection}, compress=False)
    bpy.data.batch_remove([collection, root, mesh])


def make_ready(worker, job):
    """Walk the job to READY, as the worker does."""
    a_model(worker.library.job(job.id).model_blend)
    for state in (State.SUBMITTING, State.WAITING, State.DOWNLOADING, State.CONVERTING, State.READY):
        job = worker.get(job.id)
        job = worker.change(job.id, job.state, state=state)
    return job


def meshes():
    return sorted(item.name for item in bpy.context.scene.objects if item.type == 'MESH')


def draft(**values):
    return app.Draft(**{'prompt': "a wooden chair"} | values)


def test_a_started_job_is_on_disk_with_a_placeholder(worker, quiet_worker):
    bpy.context.scene.cursor.location = (1, 2, 3)
    job = app.start(bpy.context, draft())
    stored = worker.get(job.id)
    assert stored == job
    assert (stored.state, stored.name, stored.account.service) == (State.QUEUED, "A wooden chair", 'sandbox')
    assert stored.destination.location == (1, 2, 3)
    assert tuple(placement.placeholder_of(job.id).location) == pytest.approx((1, 2, 3))
    assert len(quiet_worker) == 1
    assert worker.library.attention.exists()


@pytest.mark.parametrize(
    ('values', 'kind'),
    [
        ({'prompt': ''}, Kind.INPUT),
        ({'prompt': 'x' * 1025}, Kind.INPUT),
        ({'prompt': 'x' * 201, 'operation': Operation.RAPID}, Kind.INPUT),
        ({'picture_file': '/nowhere/picture.png', 'prompt': ''}, Kind.INPUT),
        ({'face_count': 2999}, Kind.INPUT),
        ({'service': 'tencent_cn'}, Kind.OFFLINE),
    ],
)
def test_what_cannot_be_started_leaves_nothing_behind(library, values, kind):
    before = sorted(item.name for item in bpy.data.objects)
    with pytest.raises(app.NotPossible) as caught:
        app.start(bpy.context, draft(**values))
    assert caught.value.failure.kind is kind
    assert sorted(item.name for item in bpy.data.objects) == before
    with Store(library) as store:
        assert store.page() == []


def test_without_a_key_nothing_is_started(library, monkeypatch):
    monkeypatch.setattr('hunyuan3d_blender.app.accounts.offline_reason', lambda _service: None)
    with pytest.raises(app.NotPossible) as caught:
        app.start(bpy.context, draft(service='tencent_cn'))
    assert caught.value.failure.kind is Kind.CREDENTIALS


def test_a_folder_that_cannot_be_written_is_said():
    app.configure(app.AppSettings(library=Path('/proc/hunyuan3d')))  # not even root may write there
    with pytest.raises(app.NotPossible) as caught:
        app.start(bpy.context, draft())
    assert caught.value.failure.kind is Kind.DISK
    assert list(bpy.data.objects) == []


def test_a_library_that_is_a_file_is_said_and_nothing_left(tmp_path):
    file = tmp_path / 'library'
    file.write_text("in the way")
    app.configure(app.AppSettings(library=file))
    with pytest.raises(app.NotPossible) as caught:
        app.start(bpy.context, draft())
    assert caught.value.failure.kind is Kind.DISK
    assert list(bpy.data.objects) == []
    assert file.read_text() == "in the way"


def test_a_full_disk_at_start_leaves_no_placeholder(worker, monkeypatch):
    def full(*_arguments):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(Store, 'add', full)
    with pytest.raises(app.NotPossible) as caught:
        app.start(bpy.context, draft())
    assert caught.value.failure.kind is Kind.DISK
    assert list(bpy.data.objects) == []


def test_the_picture_is_copied_into_the_job(worker, tmp_path):
    image = bpy.data.images.new("Picture", 200, 150)
    picture = tmp_path / "my picture.png"
    image.filepath_raw, image.file_format = str(picture), 'PNG'
    image.save()
    job = app.start(bpy.context, draft(prompt='', picture_file=str(picture)))
    facts = worker.get(job.id).request.image
    assert (facts.format, facts.width_px, facts.height_px) == ('png', 200, 150)
    copy = worker.library.job(job.id).input / facts.file
    assert copy.read_bytes() == picture.read_bytes()
    assert job.name == "My picture"


def test_a_ready_model_arrives_once_as_an_undo_step(worker):
    job = app.start(bpy.context, draft())
    app.tick()
    make_ready(worker, job)
    assert app.has_open_jobs()
    assert app.tick()
    assert len(meshes()) == 1
    assert worker.get(job.id).state is State.ARRIVED
    assert placement.placeholder_of(job.id) is None
    app.tick()
    assert len(meshes()) == 1
    assert not app.has_open_jobs()


def test_nothing_arrives_in_another_file_but_by_the_button(worker):
    job = app.start(bpy.context, draft())
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    app.load_post()
    make_ready(worker, job)
    app.tick()
    assert meshes() == []
    assert worker.get(job.id).state is State.READY
    assert not app.has_open_jobs(), "a job of another file needs no watching"
    bpy.context.scene.cursor.location = (5, 0, 0)
    app.bring_in(bpy.context, job.id)
    assert len(meshes()) == 1
    assert bpy.data.objects[meshes()[0]].location[0] == pytest.approx(5)
    assert worker.get(job.id).state is State.ARRIVED


def told():
    """The states of the jobs that the next notice is about."""
    return [row.state for row in app.take_endings()]


def test_an_arrival_is_told_once(worker):
    job = app.start(bpy.context, draft())
    app.tick()
    make_ready(worker, job)
    assert told() == []
    app.tick()
    assert app.has_endings()
    assert told() == [State.ARRIVED]
    app.tick()
    assert not app.has_endings()


def test_a_job_of_another_file_is_told_once_however_many_files_are_opened(worker):
    job = app.start(bpy.context, draft())
    app.tick()
    make_ready(worker, job)
    for _ in range(3):
        app.load_post()
        app.tick()
    assert told() == [State.READY]
    app.bring_in(bpy.context, job.id)
    app.tick()
    assert told() == [], "the artist has pressed the button and knows"


def test_an_end_before_the_first_look_is_told(worker):
    """The worker may be quick, and the first look find the store locked."""
    job = app.start(bpy.context, draft())
    worker.change(job.id, State.QUEUED, state=State.REJECTED)
    app.tick()
    assert told() == [State.REJECTED]
    app.send_again(bpy.context, job.id)
    worker.change(job.id, State.QUEUED, state=State.REJECTED)
    app.tick()
    assert told() == [State.REJECTED]


def test_after_a_restart_only_what_goes_on_is_told(worker):
    over, going_on = (app.start(bpy.context, draft()) for _ in range(2))
    worker.change(over.id, State.QUEUED, state=State.REJECTED)
    app.reset()  # Blender is started again
    app.tick()
    assert told() == []
    worker.change(going_on.id, State.QUEUED, state=State.REJECTED)
    app.tick()
    assert told() == [State.REJECTED]


def test_a_saved_file_gets_its_model_after_a_restart(worker, tmp_path):
    job = app.start(bpy.context, draft())
    path = str(tmp_path / 'work.blend')
    bpy.ops.wm.save_as_mainfile(filepath=path)
    app.save_post(path)
    app.tick()
    app.reset()  # Blender is started again
    bpy.ops.wm.open_mainfile(filepath=path)
    app.load_post()
    make_ready(worker, job)
    app.tick()
    assert len(meshes()) == 1
    assert placement.placeholder_of(job.id) is None
    assert told() == [State.ARRIVED]


@pytest.mark.parametrize('state', [State.READY, State.ARRIVED])
def test_a_model_belongs_to_the_file_that_it_was_brought_into(worker, tmp_path, state):
    job = app.start(bpy.context, draft())
    ready = make_ready(worker, job)
    worker.change(job.id, State.READY, state=state)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / 'other.blend'))
    app.load_post()
    app.bring_in(bpy.context, job.id)
    brought = worker.get(job.id)
    assert brought.destination.file == str(tmp_path / 'other.blend')
    if state is State.READY:
        assert brought.state_since == ready.state_since, "how long the model took is not how long it waited"


def test_all_jobs_follow_their_file_to_its_new_path_some_at_a_time(worker, tmp_path):
    started = [app.start(bpy.context, draft()) for _ in range(arrivals.MOVES_MAX + 3)]
    path = str(tmp_path / 'work.blend')
    bpy.ops.wm.save_as_mainfile(filepath=path)
    app.save_post(path)
    app.load_post()  # another file is opened before the next look
    for moved in (arrivals.MOVES_MAX, len(started), len(started)):
        app.tick()
        assert sum(worker.get(job.id).destination.file == path for job in started) == moved


def test_a_model_that_was_begun_twice_waits_for_the_artist(worker):
    job = app.start(bpy.context, draft())
    make_ready(worker, job)
    worker.change(job.id, State.READY, arrivals_begun=arrivals.BEGUN_MAX)
    app.tick()
    assert meshes() == []
    app.bring_in(bpy.context, job.id)
    assert len(meshes()) == 1


def test_a_damaged_model_blend_is_a_failure_that_can_be_converted_again(worker):
    job = app.start(bpy.context, draft())
    make_ready(worker, job)
    blend = worker.library.job(job.id).model_blend
    blend.write_bytes(blend.read_bytes()[:1000])
    before = list(bpy.data.objects)
    app.tick()
    failed = worker.get(job.id)
    assert (failed.state, failed.error.kind) == (State.FAILED, Kind.BLENDER)
    assert list(bpy.data.objects) == before
    worker.change(job.id, State.FAILED, files=('model.glb',))
    app.retry(job.id)
    assert worker.get(job.id).state is State.CONVERTING


def test_a_model_of_a_newer_blender_is_converted_again_by_this_one(worker):
    job = app.start(bpy.context, draft())
    make_ready(worker, job)
    blend = worker.library.job(job.id).model_blend
    own = blend.read_bytes()
    header = b"BLENDER17-01v9900" if own.startswith(b"BLENDER17") else b"BLENDER-v999"
    blend.write_bytes(header + own[len(header) :])
    app.tick()
    again = worker.get(job.id)
    assert (again.state, again.converter.version) == (State.CONVERTING, tuple(bpy.app.version[:2]))
    assert meshes() == []


def test_a_busy_store_is_tried_again_on_the_next_tick(worker):
    job = app.start(bpy.context, draft())
    app.tick()
    make_ready(worker, job)
    worker._connection.execute("BEGIN EXCLUSIVE")
    begun = time.perf_counter()
    assert not app.tick()
    waited = time.perf_counter() - begun
    with pytest.raises(app.NotPossible) as caught:
        app.cancel(job.id)
    assert caught.value.failure.kind is Kind.BUSY
    worker._connection.execute("ROLLBACK")
    assert waited < 10 * 0.05
    assert app.tick()
    assert len(meshes()) == 1


def test_the_artists_decisions(worker):
    job = app.start(bpy.context, draft())
    app.cancel(job.id)
    assert worker.get(job.id).state is State.CANCELLED
    with pytest.raises(app.NotPossible):
        app.cancel(job.id)
    app.send_again(bpy.context, job.id)
    worker.change(job.id, State.QUEUED, state=State.SUBMITTING)
    unclear = Failure(kind=Kind.NETWORK, message="x")
    worker.change(job.id, State.SUBMITTING, state=State.UNKNOWN, error=unclear)
    with pytest.raises(app.NotPossible):
        app.paste_job_id(job.id, "not\nan id")
    app.paste_job_id(job.id, "123")
    assert worker.get(job.id).state is State.WAITING
    app.cancel(job.id)
    app.remove(job.id)
    assert app.rows() == ()
    assert worker.library.job(job.id).path.exists(), "the folder is the artist's"


@pytest.mark.parametrize('again', [app.follow, app.send_again])
@pytest.mark.parametrize(
    ('meanwhile', 'count'),
    [
        (lambda: None, 1),
        (app.load_post, 0),  # another file
        (lambda: setattr(bpy.context.scene, 'name', "Other"), 0),
    ],
)
def test_a_cancelled_job_that_begins_anew_has_its_placeholder_again(worker, again, meanwhile, count):
    bpy.context.scene.cursor.location = (1, 2, 3)
    job = app.start(bpy.context, draft())
    worker.change(job.id, State.QUEUED, state=State.SUBMITTING)
    worker.change(job.id, State.SUBMITTING, state=State.WAITING, remote_id='1')
    app.cancel(job.id)
    bpy.context.scene.cursor.location = (0, 0, 0)
    meanwhile()
    again(bpy.context, job.id)
    found = placement.placeholders_of(job.id)
    assert [tuple(item.location) for item in found] == [(1, 2, 3)] * count


def test_a_failed_job_that_begins_anew_keeps_its_placeholder(worker):
    job = app.start(bpy.context, draft())
    moved = placement.placeholder_of(job.id)
    moved.location.x = 7
    worker.change(job.id, State.QUEUED, state=State.REJECTED)
    app.send_again(bpy.context, job.id)
    assert placement.placeholders_of(job.id) == [moved]


def test_keys_of_this_process_are_handed_over_and_kept_out_of_the_row(worker, monkeypatch):
    monkeypatch.setattr('hunyuan3d_blender.app.accounts.offline_reason', lambda _service: None)
    monkeypatch.setenv('TENCENTCLOUD_SECRET_ID', 'AKIDcanary0000000000000000000wxyz')
    monkeypatch.setenv('TENCENTCLOUD_SECRET_KEY', 'canaryCANARYcanary')
    job = app.start(bpy.context, draft(service='tencent_cn'))
    assert (job.account.key_source, job.account.key_hint) == ('environment', 'wxyz')
    taken = credentials.take_over(worker.library.path)
    assert [key.secret for key in taken.values()] == ['canaryCANARYcanary']
    assert credentials.take_over(worker.library.path) == {}
    for file in worker.library.path.rglob('*'):
        assert not file.is_file() or b'canary' not in file.read_bytes().lower()


def test_a_connection_test_tells_a_process_that_says_nothing(worker, monkeypatch):
    monkeypatch.setattr(asked.launch, 'python_command', lambda python, *_rest: [python, '-c', 'print("x")'])
    app.begin_connection_test('sandbox')
    test = connection_tests.connection_test('sandbox')
    while not test.poll():
        time.sleep(0.02)
    assert (test.is_good, test.failure.kind) == (False, Kind.INTERNAL)


@pytest.fixture
def session_key():
    """A key that this process alone knows, and forgets again."""
    purpose = credentials.Purpose('tencent_cn', HOST)
    credentials.set_session(purpose, Key('secret', id='AKIDsession1234'))
    yield
    credentials.set_session(purpose, None)


def test_settings_choose_the_account(session_key):
    settings = app.AppSettings(
        accounts={'tencent_cn': (app.AccountSettings(region='ap-shanghai', key_source='session'),)}
    )
    app.configure(settings)
    sender = app.account('tencent_cn')
    assert (sender.region, sender.key_source, sender.key_hint) == ('ap-shanghai', 'session', '1234')
    with app.chosen_by_name('tencent_cn', 'https://elsewhere.example'):
        assert app.account('tencent_cn').key_hint == '', "a key never goes to another host"
    assert app.account('tencent_cn') == sender
    assert replace(sender, region='') != sender


def test_a_worker_that_never_lives_is_said(worker, monkeypatch):
    app.start(bpy.context, draft())
    monkeypatch.setattr(worker_link, 'CHECK_S', 0.0)
    monkeypatch.setattr(worker_start, 'is_running', lambda _library: False)
    for _ in range(worker_link.MISSING_MAX):
        assert app.worker_trouble() is None
        app.tick()
    assert app.worker_trouble().kind is Kind.INTERNAL
    monkeypatch.setattr(worker_start, 'is_running', lambda _library: True)
    app.tick()
    assert app.worker_trouble() is None
