# SPDX-License-Identifier: GPL-3.0-or-later
"""The step that has a background Blender make model.blend, and the pool of Blenders that wait."""

from __future__ import annotations

import errno
import json
import os
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from hunyuan3d_blender.jobs.job import Converter, State
from hunyuan3d_blender.jobs.store import Store
from hunyuan3d_blender.services.errors import Kind, Spent
from hunyuan3d_blender.worker import convert as convert_module
from hunyuan3d_blender.worker import converters
from hunyuan3d_blender.worker.background_blender import LOG_MAX_BYTES, BackgroundBlender
from hunyuan3d_blender.worker.convert import convert
from hunyuan3d_blender.worker.converters import ConverterPool
from hunyuan3d_blender.worker.history import history_of
from hunyuan3d_blender.worker.partial_file import PartialFile, Version, part_of
from tests import model_files
from tests.worker_parts import REMOTE_ID, Clock, accepted, tools_for

GLB = model_files.glb()
OBJ = b'mtllib a.mtl\nv 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n'


def command(behaviour: str = 'fine') -> tuple[str, ...]:
    return (sys.executable, str(Path(__file__).parents[1] / 'stand_in_blender.py'), behaviour)


def downloaded(library, behaviour='fine', data=GLB, name='model-1.glb', **values):
    """A job whose file has been fetched."""
    job = accepted(State.CONVERTING, files=(name,), converter=Converter(command=command(behaviour)), **values)
    folder = library.job(job.id).download
    folder.mkdir(parents=True)
    (folder / name).write_bytes(data)
    return job


def converted(library, job, **values):
    """The job after its step."""
    with tools_for(library, **values) as tools:
        tools.store.add(job)
        convert(job, tools)
        return tools.store.get(job.id)


def order_of(library, job):
    """What the stand-in was given."""
    return json.loads(library.job(job.id).model_blend.read_bytes().removeprefix(b'BLENDER'))


def test_a_model_becomes_ready_with_its_thumbnail(library):
    job = downloaded(library, target_size_m=1.5)
    folder = library.job(job.id)
    after = converted(library, job)
    assert (after.state, after.error) == (State.READY, None)
    order = order_of(library, job)
    assert (order['name'], order['target_size_m'], order['bytes']) == (job.name, 1.5, len(GLB))
    assert order['memory_limit_bytes'] >= 4 << 30
    assert folder.thumbnail.is_file()
    assert (folder.download / 'model-1.glb').read_bytes() == GLB
    assert not [path.name for path in folder.path.iterdir() if '.part' in path.name]


def just_fetched(library, behaviour='fine', data=GLB):
    """A job whose file is complete and has not got its name yet; its note says that nothing has reached the disk."""
    job = replace(downloaded(library, behaviour), bytes_total=len(GLB))
    named = library.job(job.id).download / job.files[0]
    part = PartialFile(named.with_name('other.glb'))
    part.begin(Version(etag='"one"', total_bytes=len(GLB)))
    part.append(data)
    part.complete().replace(part_of(named))
    named.with_name('other.glb.part.json').replace(named.with_name(f'{named.name}.part.json'))
    named.unlink()
    return job


def test_the_file_has_its_name_when_the_model_is_ready(library):
    job = just_fetched(library)
    folder = library.job(job.id)
    with tools_for(library) as tools:
        change = tools.store.change

        def changing(job_id, *expected, **values):
            if values.get('state') is State.READY:
                assert [path.name for path in folder.download.iterdir()] == [*job.files]
            return change(job_id, *expected, **values)

        tools.store.add(job)
        tools.store.change = changing
        convert(job, tools)
        assert tools.store.get(job.id).state is State.READY
    assert (folder.download / job.files[0]).read_bytes() == GLB


@pytest.mark.parametrize('behaviour', ['crash', 'fail', 'no_start'])
def test_the_file_gets_its_name_also_when_no_model_comes_of_it(library, behaviour):
    job = just_fetched(library, behaviour)
    assert converted(library, job).state is State.FAILED
    assert [path.name for path in library.job(job.id).download.iterdir()] == [*job.files]


def test_after_a_power_cut_the_rest_is_fetched_again(library):
    job = just_fetched(library, data=GLB[:-9])
    after = converted(library, job)
    assert (after.state, after.files, after.error) == (State.DOWNLOADING, (), None)
    part = PartialFile(library.job(job.id).download / job.files[0])
    assert (part.size, part.version.total_bytes) == (0, len(GLB))
    part.close()


def test_a_disk_that_does_not_keep_the_file_makes_no_model_ready(library, monkeypatch):
    """Patched, because no disk can be made to fail here on purpose."""
    job = just_fetched(library)

    def fail(_descriptor):
        raise OSError(errno.EIO, "the disk fails")

    monkeypatch.setattr('os.fsync', fail)
    after = converted(library, job)
    assert (after.state, after.files) == (State.DOWNLOADING, ())
    assert part_of(library.job(job.id).download / job.files[0]).exists()


def test_ready_before_the_thumbnail(library):
    """The artist need not wait for a picture: when the thumbnail comes, the job may have arrived already."""
    job = downloaded(library)
    states = []
    with tools_for(library) as tools:
        change = tools.store.change

        def changing(job_id, *expected, **values):
            states.append((expected, values.get('state')))
            return change(job_id, *expected, **values)

        tools.store.add(job)
        tools.store.change = changing
        convert(job, tools)
    assert states == [((State.CONVERTING,), State.READY), ((State.READY, State.ARRIVED), None)]


FAILURES = [
    ('crash', Kind.BLENDER, "stopped"),
    ('no_start', Kind.BLENDER, "could not be started"),
    ('fail', Kind.BLENDER, "The model has no faces"),
    ('liar', Kind.BLENDER, "stopped"),
]


@pytest.mark.parametrize(('behaviour', 'kind', 'words'), FAILURES)
def test_a_conversion_that_breaks_is_a_failed_job(library, behaviour, kind, words):
    job = downloaded(library, behaviour)
    after = converted(library, job)
    folder = library.job(job.id)
    assert (after.state, after.error.kind, after.error.spent) == (State.FAILED, kind, Spent.YES)
    assert words in after.error.message
    assert len(after.error.service_message) <= 500
    assert '\n' not in after.error.service_message
    assert after.files == job.files
    assert (folder.download / 'model-1.glb').exists()
    assert (folder.path / 'convert.log').exists()
    assert not folder.model_blend.exists()


def test_a_missing_blender_is_a_failed_job(library):
    job = replace(downloaded(library), converter=Converter(command=('/nowhere/blender',)))
    after = converted(library, job)
    assert (after.state, after.error.kind) == (State.FAILED, Kind.BLENDER)


def test_a_hanging_conversion_is_ended(library, monkeypatch):
    monkeypatch.setattr(convert_module, 'DEADLINE_S', 0.5)
    job = downloaded(library, 'hang')
    after = converted(library, job)
    assert (after.state, after.error.kind) == (State.FAILED, Kind.BLENDER)
    assert "longer than" in after.error.message


def test_a_talkative_importer_fills_no_disk(library):
    job = downloaded(library, 'noisy')
    after = converted(library, job)
    assert after.state is State.READY
    log = (library.job(job.id).path / 'convert.log').read_bytes()
    assert 0 < len(log) <= LOG_MAX_BYTES


REFUSED = [
    ('model-1.zip', model_files.zipped(('../model.obj', OBJ))),
    ('model-1.zip', model_files.zipped(('readme.txt', b'nothing here'))),
    ('model-1.glb', GLB[:-9]),
    ('model-1.glb', b'<html>'),
    ('model-1.glb', b''),
]


@pytest.mark.parametrize(('name', 'data'), REFUSED)
def test_what_is_hostile_or_damaged_never_reaches_blender(library, name, data):
    job = downloaded(library, 'crash', data, name)
    after = converted(library, job)
    assert (after.state, after.error.kind, after.error.spent) == (State.FAILED, Kind.FILE, Spent.YES)
    assert (library.job(job.id).download / name).read_bytes() == data


def test_a_zip_is_unpacked(library):
    data = model_files.zipped(('in/a.obj', OBJ), ('in/a.mtl', b'newmtl a\n'), ('in/a.png', model_files.png()))
    job = downloaded(library, data=data, name='model-1.zip')
    assert converted(library, job).state is State.READY
    assert Path(order_of(library, job)['model']) == library.job(job.id).model / 'in' / 'a.obj'
    assert (library.job(job.id).model / 'in' / 'a.png').exists()


def test_a_file_that_was_taken_away_can_be_downloaded_again(library):
    job = downloaded(library)
    (library.job(job.id).download / 'model-1.glb').unlink()
    after = converted(library, job)
    assert (after.state, after.files, after.error.kind) == (State.FAILED, (), Kind.FILE)


@pytest.mark.parametrize('how', ['cancel', 'stop'])
def test_a_conversion_nobody_wants_is_ended(library, how):
    job = downloaded(library, 'hang')
    stop = threading.Event()
    with tools_for(library, stop=stop) as tools:
        tools.store.add(job)

        def later():
            time.sleep(0.2)
            if how == 'stop':
                stop.set()
            else:
                with Store(library) as blender:
                    blender.change(job.id, State.CONVERTING, state=State.CANCELLED)

        thread = threading.Thread(target=later)
        thread.start()
        convert(job, tools)
        thread.join()
        after = tools.store.get(job.id)
    assert after.state is (State.CANCELLED if how == 'cancel' else State.CONVERTING)


def test_a_model_written_by_a_newer_blender_is_converted_again(library):
    job = downloaded(library)
    with tools_for(library) as tools:
        tools.store.add(job)
        convert(job, tools)
        tools.store.change(job.id, State.READY, state=State.CONVERTING)
        convert(tools.store.get(job.id), tools)
        assert tools.store.get(job.id).state is State.READY


def test_history_tells_where_a_model_comes_from():
    job = accepted(prompt="a chair", credits=20.0, credits_estimated=25.0, request_id='r-1')
    history = history_of(job)
    assert history['job'] == job.id
    assert (history['service'], history['operation'], history['prompt']) == (
        'tencent_cn',
        'generate',
        "a chair",
    )
    assert (history['remote_id'], history['request_id'], history['credits']) == (REMOTE_ID, 'r-1', 20.0)
    assert history['date'] == '2027-01-15T08:00:00+00:00'
    assert all(isinstance(value, str | int | float) for value in history.values())
    assert 'face_count' not in history


# The pool


@pytest.fixture
def pool():
    clock = Clock()
    pool = ConverterPool(monotonic=clock.monotonic)
    pool.clock = clock
    yield pool
    pool.close()


def test_a_warm_blender_is_used_once(pool):
    pool.warm(command())
    pool.warm(command())
    first, second = pool.take(command()), pool.take(command())
    assert first.next_event(30)['event'] == 'ready'
    assert first._process.pid != second._process.pid
    first.end()
    second.end()


def test_a_warm_blender_that_died_is_replaced(pool):
    pool.warm(command())
    dead = pool._waiting[command()].blender
    os.kill(dead._process.pid, 9)
    dead._process.wait()
    blender = pool.take(command())
    assert blender.next_event(30)['event'] == 'ready'
    blender.end()


def test_a_blender_that_cannot_start_is_not_started_all_the_time(pool):
    started = []

    def start(converter):
        started.append(converter)
        blender = BackgroundBlender(converter)
        blender._process.wait()
        return blender

    pool._start = start
    for _ in range(100):
        pool.warm(command('no_start'))
        pool.clock.tick(0.25)
    assert len(started) == 1
    pool.clock.tick(converters.START_AGAIN_S)
    pool.warm(command('no_start'))
    assert len(started) == 2


def test_an_idle_blender_is_ended(pool):
    pool.warm(command())
    blender = pool._waiting[command()].blender
    pool.clock.tick(converters.IDLE_S - 1)
    pool.warm(command())  # wanted again
    pool.clock.tick(converters.IDLE_S - 1)
    pool.tend()
    assert blender.alive
    pool.clock.tick(2)
    pool.tend()
    assert not blender.alive


def test_a_blender_without_work_ends_with_its_worker(pool):
    pool.warm(command())
    blender = pool.take(command())
    blender.next_event(30)
    blender._process.stdin.close()  # what the system does when the worker is killed
    assert blender.next_event(30) is None
    assert blender.end() == 0
