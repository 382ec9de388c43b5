# SPDX-License-Identifier: GPL-3.0-or-later
"""Which of the result's files is fetched, and what happens when that does not work, over real HTTP on loopback."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

import pytest

from hunyuan3d_blender.jobs.job import State
from hunyuan3d_blender.jobs.store import Store
from hunyuan3d_blender.services.contract import Operation, Request, ResultFile, Status
from hunyuan3d_blender.services.errors import Kind, NotSent, Refused, Spent
from hunyuan3d_blender.services.model_options import SEGMENTATION, PartsOptions
from hunyuan3d_blender.worker import arriving, fetching
from hunyuan3d_blender.worker.fetching import FRUITLESS_MAX, fetch_result, in_order, wanted_of
from hunyuan3d_blender.worker.files.preflight import PREFERENCE
from hunyuan3d_blender.worker.partial_file import readable
from tests import model_files
from tests.protocol import loopback
from tests.worker_parts import NOON, Clock, Scripted, a_failure, accepted, an_answer, tools_for

GLB = model_files.glb()
OBJ_ZIP = model_files.zipped(('model.obj', b'v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n'))
PAGE = b"<html>log in</html>"


@contextmanager
def files_at(bodies: Mapping[str, bytes], status: str = '200 OK') -> Iterator[loopback.Server]:
    """A server that gives each name its body, 404 to others, or one status to all."""

    def handle(connection):
        name = server.requests[-1].split(b' ')[1].split(b'?')[0].decode().lstrip('/')
        if status != '200 OK' or name not in bodies:
            loopback.answer(b'', status if status != '200 OK' else '404 Not Found')(connection)
        else:
            loopback.answer(bodies[name], headers='ETag: "1"\r\n')(connection)

    with loopback.serving(handle) as server:
        yield server


def result(server: loopback.Server, *names: str) -> tuple[ResultFile, ...]:
    return tuple(ResultFile(url=f"{server.url}/{name}?q-signature=secret", type='') for name in names)


def names_asked(server: loopback.Server) -> list[str]:
    return [request.split(b' ')[1].split(b'?')[0].decode().lstrip('/') for request in server.requests]


@pytest.mark.parametrize(
    ('files', 'order'),
    [
        ([('OBJ', 'a.zip'), ('GLB', 'a.glb')], ['glb', 'zip']),
        ([('STL', 'a.stl'), ('USDZ', 'a.usdz'), ('FBX', 'a.fbx')], ['fbx', 'usdz', 'stl']),
        ([('GLB', 'a.fbx')], ['fbx']),
        ([('Glb', 'a')], ['glb']),
        ([('', 'a'), ('', 'b.GLB')], ['glb', 'bin']),
        ([('MP4', 'a.mp4'), ('GIF', 'a.gif'), ('IMAGE', 'a.png'), ('Image', 'a')], []),
        ([('MODEL', 'download')], ['bin']),
    ],
)
def test_order(files, order):
    assert [
        suffix
        for suffix, _ in in_order(tuple(ResultFile(url=f"https://x/{n}?a=.b", type=t) for t, n in files))
    ] == order


@pytest.mark.parametrize('asked', ['MP4', 'GIF'])
def test_a_film_is_taken_where_it_was_asked_for(asked):
    job = accepted(State.DOWNLOADING)
    request = replace(job.request, operation=Operation.CONVERT, result_format=asked)
    wanted = wanted_of(replace(job, request=request))
    files = [ResultFile(url=f"https://x/a.{name}?q=.b", type='') for name in ('glb', 'png', 'mp4', 'gif')]
    assert [suffix for suffix, _ in in_order(tuple(files), wanted)] == [asked.lower()]
    assert wanted_of(replace(job, request=replace(request, operation=Operation.RAPID))) == PREFERENCE


def test_only_the_best_is_fetched(library, caplog):
    caplog.set_level(logging.DEBUG)
    with files_at({'a.glb': GLB, 'a.zip': OBJ_ZIP}) as server, tools_for(library) as tools:
        job = tools.store.add(accepted(State.DOWNLOADING))
        tools.results[job.id] = result(server, 'a.zip', 'a.glb')
        fetch_result(job, tools)
        now = tools.store.get(job.id)
    assert now.state is State.CONVERTING
    (name,) = now.files
    assert readable(library.job(job.id).download / name).read_bytes() == GLB
    assert name.endswith('.glb')
    assert names_asked(server) == ['a.glb']
    assert (now.bytes_done, now.bytes_total) == (len(GLB), len(GLB))
    assert 'q-signature' not in caplog.text
    assert job.id not in tools.results


@pytest.mark.parametrize('wrong', [PAGE, model_files.MP4, model_files.png(), GLB[:-7]])
def test_when_the_content_says_otherwise_the_next_is_fetched(library, wrong):
    with files_at({'a.glb': wrong, 'a.zip': OBJ_ZIP}) as server, tools_for(library) as tools:
        job = tools.store.add(accepted(State.DOWNLOADING))
        tools.results[job.id] = result(server, 'a.glb', 'a.zip')
        fetch_result(job, tools)
        now = tools.store.get(job.id)
    assert now.state is State.CONVERTING
    assert readable(library.job(job.id).download / now.files[0]).read_bytes() == OBJ_ZIP


def test_content_names_the_file(library):
    with files_at({'a.obj': OBJ_ZIP}) as server, tools_for(library) as tools:
        job = tools.store.add(accepted(State.DOWNLOADING))
        tools.results[job.id] = result(server, 'a.obj')
        fetch_result(job, tools)
        assert tools.store.get(job.id).files[0].endswith('.zip')


def test_no_model_at_all(library):
    with files_at({'a.mp4': model_files.MP4}) as server, tools_for(library) as tools:
        job = tools.store.add(accepted(State.DOWNLOADING))
        tools.results[job.id] = result(server, 'a.mp4')
        fetch_result(job, tools)
        now = tools.store.get(job.id)
    assert (now.state, now.error.kind, now.error.spent) == (State.FAILED, Kind.FILE, Spent.YES)


def test_after_a_restart_the_service_is_asked_once(library):
    with files_at({'a.glb': GLB}) as server:
        service = Scripted(an_answer(Status.DONE, files=result(server, 'a.glb')))
        with tools_for(library, service) as tools:
            job = tools.store.add(accepted(State.DOWNLOADING))
            fetch_result(job, tools)
            assert tools.store.get(job.id).state is State.DOWNLOADING
            fetch_result(tools.store.get(job.id), tools)
            assert tools.store.get(job.id).state is State.CONVERTING
    assert len(service.queries) == 1


def test_what_is_there_already_is_not_fetched_again(library):
    with tools_for(library, Scripted()) as tools:
        job = tools.store.add(accepted(State.DOWNLOADING))
        folder = library.job(job.id).download
        folder.mkdir(parents=True)
        (folder / f"{fetching.stem_of(job)}.glb").write_bytes(GLB)
        (folder / f"{fetching.stem_of(job)}.glb.part").write_bytes(b'x')
        fetch_result(job, tools)
        assert tools.store.get(job.id).state is State.CONVERTING


def test_a_file_of_an_earlier_submit_is_not_taken(library):
    with files_at({'a.glb': GLB}) as server, tools_for(library) as tools:
        job = tools.store.add(accepted(State.DOWNLOADING))
        folder = library.job(job.id).download
        folder.mkdir(parents=True)
        (folder / f"{fetching.stem_of(accepted(remote_id='1'))}.glb").write_bytes(b'glTF of before')
        tools.results[job.id] = result(server, 'a.glb')
        fetch_result(job, tools)
        assert readable(folder / tools.store.get(job.id).files[0]).read_bytes() == GLB


def test_an_expired_url_is_replaced(library):
    with files_at({}, '403 Forbidden') as gone, files_at({'a.glb': GLB}) as server:
        service = Scripted(an_answer(Status.DONE, files=result(server, 'a.glb')))
        clock = Clock()
        with tools_for(library, service, clock=clock) as tools:
            job = tools.store.add(accepted(State.DOWNLOADING))
            tools.results[job.id] = result(gone, 'a.glb')
            for _ in range(3):
                fetch_result(tools.store.get(job.id), tools)
            assert tools.store.get(job.id).state is State.CONVERTING
    assert len(service.queries) == 1


def test_three_fruitless_tries_fail_with_everything_kept(library, monkeypatch):
    with files_at({}, '403 Forbidden') as gone:
        service = Scripted(an_answer(Status.DONE, files=result(gone, 'a.glb')))
        with tools_for(library, service) as tools:
            job = tools.store.add(accepted(State.DOWNLOADING))
            for _ in range(2 * FRUITLESS_MAX):
                assert tools.store.get(job.id).state is State.DOWNLOADING
                fetch_result(tools.store.get(job.id), tools)
            now = tools.store.get(job.id)
    assert (now.state, now.error.spent, now.tries) == (State.FAILED, Spent.YES, 0)
    assert now.remote_id


@pytest.mark.parametrize(
    ('outcome', 'state', 'kind'),
    [
        (an_answer(Status.RUNNING), State.DOWNLOADING, None),
        (an_answer(Status.FAILED), State.DOWNLOADING, Kind.SERVICE),
        (an_answer(Status.DONE, files=()), State.DOWNLOADING, Kind.FILE),
        (NotSent(a_failure()), State.DOWNLOADING, Kind.NETWORK),
        (Refused(a_failure(Kind.CREDENTIALS)), State.DOWNLOADING, Kind.CREDENTIALS),
    ],
)
def test_a_job_never_goes_back_from_done(library, outcome, state, kind):
    with tools_for(library, Scripted(outcome)) as tools:
        job = tools.store.add(accepted(State.DOWNLOADING))
        fetch_result(job, tools)
        now = tools.store.get(job.id)
    assert now.state is state
    assert (now.note and now.note.kind) == kind
    assert now.due_at > NOON


def test_a_result_that_is_gone_has_expired(library):
    clock = Clock(NOON + 25 * 3600)
    with tools_for(library, Scripted(Refused(a_failure(Kind.GONE))), clock=clock) as tools:
        job = tools.store.add(accepted(State.DOWNLOADING))
        fetch_result(job, tools)
        assert tools.store.get(job.id).state is State.EXPIRED


def test_a_full_disk_is_waited_for(library, monkeypatch):
    monkeypatch.setattr(arriving, 'SPACE_FACTOR', 1 << 60)
    with files_at({'a.glb': GLB}) as server, tools_for(library) as tools:
        job = tools.store.add(accepted(State.DOWNLOADING))
        tools.results[job.id] = result(server, 'a.glb')
        fetch_result(job, tools)
        now = tools.store.get(job.id)
        assert (now.state, now.note.kind, now.tries) == (State.DOWNLOADING, Kind.DISK, 0)
        monkeypatch.setattr(arriving, 'SPACE_FACTOR', 4)
        fetch_result(now, tools)
        assert tools.store.get(job.id).state is State.CONVERTING


def test_cancelled_while_downloading(library):
    with tools_for(library) as tools:
        job = tools.store.add(accepted(State.DOWNLOADING))

        def cancel_then_send(connection):
            with Store(library) as blender:
                blender.change(job.id, State.DOWNLOADING, state=State.CANCELLED)
            loopback.answer(GLB)(connection)

        with loopback.serving(cancel_then_send) as server:
            tools.results[job.id] = result(server, 'a.glb')
            fetch_result(job, tools)
        assert tools.store.get(job.id).state is State.CANCELLED


def test_stopped_while_downloading_stays(library):
    stop = threading.Event()
    stop.set()
    with files_at({'a.glb': GLB}) as server, tools_for(library, stop=stop) as tools:
        job = tools.store.add(accepted(State.DOWNLOADING))
        tools.results[job.id] = result(server, 'a.glb')
        fetch_result(job, tools)
        assert tools.store.get(job.id).state is State.DOWNLOADING


WORDS = b'{"a": {"face_ids": [0]}}'
FBX = model_files.fbx()


@pytest.mark.parametrize(
    ('words', 'state'),
    [(WORDS, State.CONVERTING), (WORDS[:-2], State.FAILED), (PAGE, State.FAILED), (None, State.FAILED)],
)
def test_a_list_of_parts_comes_with_its_model(library, words, state):
    """Without the list the job fails at last, and the model is kept."""
    bodies = {'a.fbx': FBX} | ({'a.json': words} if words else {})
    with files_at(bodies) as server, tools_for(library) as tools:
        request = Request(operation=Operation.PARTS, options=PartsOptions(staged=True))
        job = tools.store.add(accepted(State.DOWNLOADING, request=request))
        files = (
            *result(server, 'a.fbx'),
            *(replace(file, type=SEGMENTATION) for file in result(server, 'a.json')),
        )
        for _ in range(FRUITLESS_MAX + 1):
            tools.results[job.id] = files if words else files[:1]
            fetch_result(tools.store.get(job.id), tools)
            if tools.store.get(job.id).state is not State.DOWNLOADING:
                break
        now = tools.store.get(job.id)
        assert now.state is state, now
        folder = library.job(job.id).download
        (model,) = folder.glob('*.fbx')
        assert model.read_bytes() == FBX
        assert names_asked(server).count('a.fbx') == 1
    if state is State.CONVERTING:
        assert [(folder / name).read_bytes() for name in now.files] == [FBX, WORDS]
    else:
        assert (now.error.kind, now.error.spent) == (Kind.FILE, Spent.YES)
