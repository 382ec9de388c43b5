# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers that answer a request with the model itself, `/generate`: nothing is lost, and nothing is asked twice in vain."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from hunyuan3d_blender.jobs import actions
from hunyuan3d_blender.jobs.job import OPEN, Account, Job, State
from hunyuan3d_blender.services.contract import Operation, Request, Submission
from hunyuan3d_blender.services.errors import Kind, NotSent, Refused, Spent
from hunyuan3d_blender.services.model_options import InputModel
from hunyuan3d_blender.worker.fetching import fetch_result
from hunyuan3d_blender.worker.making import TRIES_MAX, make
from tests import model_files
from tests.protocol.every_service import ATTEMPT, MODEL, PHOTO, SELF_HOSTED, says, service_at
from tests.protocol.loopback import Handler, answer, free_port, reset, serving
from tests.worker_parts import OneAccount, a_job, tools_for, with_picture
from tests.worker_process import World, wait_until, world

HELD = Submission(remote_id='')
INPUTS = {**SELF_HOSTED.inputs, 'model.glb': MODEL}
PAINT = Request(
    operation=Operation.TEXTURE, image=PHOTO, model_input=InputModel(file='model.glb', format='GLB')
)
WITH_MESH = {'components': {'schemas': {'Form': {'properties': {'image': {}, 'mesh': {}}}}}}
BARE = Request(operation=Operation.GENERATE, image=PHOTO, enable_geometry=True)
DESCRIBED = {'paths': {'/generate': {}}}
HEALTHY = {'status': 'healthy', 'worker_id': 'w'}


def by_path(answers: dict[str, Handler], requests: Callable[[], list[bytes]]) -> Handler:
    """Answer each path in its own way, and others with 404."""
    return lambda connection: answers.get(
        requests()[-1].split(b' ')[1].decode(), says({'detail': "Not Found"}, '404 N')
    )(connection)


# Whether the connection has to be held


@pytest.mark.parametrize(
    ('request_', 'answers', 'is_held'),
    [
        (SELF_HOSTED.request, {'/openapi.json': says(DESCRIBED)}, True),
        (SELF_HOSTED.request, {'/send': says({'error': "x"}, '500 E'), '/openapi.json': says(DESCRIBED)}, True),
        (SELF_HOSTED.request, {'/send': says({}, '405 M'), '/openapi.json': says(DESCRIBED)}, True),
        (SELF_HOSTED.request, {'/send': says({'uid': '1'}), '/openapi.json': says(DESCRIBED)}, False),
        (BARE, {'/send': says({'uid': '1'}), '/health': says(HEALTHY)}, True),
        (BARE, {'/send': says({'uid': '1'})}, False),
        (BARE, {'/send': says({'uid': '1'}), '/health': answer(b'<html>')}, False),
        (PAINT, {'/send': says({'uid': '1'}), '/openapi.json': says(DESCRIBED)}, True),
        (PAINT, {'/send': says({'uid': '1'})}, False),
        (PAINT, {'/health': says(HEALTHY), '/openapi.json': says(DESCRIBED | WITH_MESH)}, True),
    ],
)  # fmt: skip
def test_the_server_is_asked_which_way_it_knows(
    request_: Request, answers: dict[str, Handler], is_held: bool
) -> None:
    seen: list[bytes] = []
    with serving(by_path(answers, lambda: seen)) as server:
        seen = server.requests
        submission = service_at('self_hosted', server.url).submit(request_, INPUTS, ATTEMPT)
    assert (submission == HELD) is is_held
    assert not any(request.startswith(b'POST /generate') for request in server.requests), "nothing was begun"


def test_a_server_that_does_not_say_what_it_is_was_asked_for_nothing() -> None:
    with serving(reset) as server, pytest.raises(NotSent):
        service_at('self_hosted', server.url).submit(BARE, INPUTS, ATTEMPT)


@pytest.mark.parametrize(
    'description', [{}, DESCRIBED, {'components': 7}, {'components': {'schemas': {'a': 7, 'b': {'properties': 7}}}}]
)  # fmt: skip
def test_a_server_that_takes_no_mesh_is_asked_for_nothing(description: Any) -> None:
    seen: list[bytes] = []
    answers = {'/health': says(HEALTHY), '/openapi.json': says(description)}
    with serving(by_path(answers, lambda: seen)) as server:
        seen, service = server.requests, service_at('self_hosted', server.url)
        with pytest.raises(Refused) as refused:
            service.submit(PAINT, INPUTS, ATTEMPT)
    assert refused.value.failure.kind is Kind.UNSUPPORTED
    assert not any(request.startswith(b'POST') for request in server.requests)


# What comes of it


def held(library: Any) -> Job:
    """A job that is held on disk, before its request is made."""
    job = with_picture(a_job(state=State.RUNNING, attempt_id=ATTEMPT), library, INPUTS[PHOTO.file])
    account = Account(service='self_hosted', endpoint='http://127.0.0.1:8081')
    return replace(job, account=account, request=replace(job.request, prompt=''))


@pytest.mark.parametrize(
    ('handler', 'state', 'kind', 'words'),
    [
        (answer(MODEL), State.DOWNLOADING, None, ""),
        (answer(MODEL, length=False), State.DOWNLOADING, None, ""),
        (says({'text': "CUDA out of memory", 'error_code': 1}, '404 N'), State.FAILED, Kind.SERVICE, "CUDA out of memory"),
        (says({'detail': "Not Found"}, '404 N'), State.FAILED, Kind.UNSUPPORTED, "Not Found"),
        (says({'detail': [{'loc': ['body', 'seed'], 'msg': "too large"}]}, '422 U'), State.FAILED, Kind.INPUT, "seed: too large"),
        (answer(b'<html>', '401 U'), State.FAILED, Kind.CREDENTIALS, ""),
        (answer(b'<html>log in</html>'), State.RUNNING, Kind.FILE, ""),
        (answer(model_files.png()), State.FAILED, Kind.FILE, ""),
        (answer(MODEL + b'more'), State.RUNNING, Kind.FILE, ""),
        (answer(MODEL[:100], length=False), State.RUNNING, Kind.FILE, ""),
        (answer(MODEL[:100], '200 OK', 'Content-Length: 5000\r\n', length=False), State.RUNNING, Kind.NETWORK, ""),
        (reset, State.RUNNING, Kind.NETWORK, ""),
        (answer(b'', '503 U'), State.RUNNING, Kind.SERVICE, ""),
        (answer(b'', '429 T'), State.RUNNING, Kind.BUSY, ""),
    ],
)  # fmt: skip
def test_each_answer(library: Any, handler: Handler, state: State, kind: Kind | None, words: str) -> None:
    with serving(handler) as server:
        service = service_at('self_hosted', server.url)
        with tools_for(library, accounts=OneAccount(service)) as tools:
            job = tools.store.add(held(library))
            make(job, tools)
            after = tools.store.get(job.id)
    assert after is not None
    assert len(server.requests) == 1
    said = after.error or after.note
    assert (after.state, said and said.kind) == (state, kind), said
    if said:
        assert (said.spent, said.service_message) == (Spent.NO, words)
        assert '{' not in said.message.format(**said.facts)
    else:
        (path,) = library.job(job.id).download.glob('*.glb')
        assert path.read_bytes() == MODEL


def test_what_breaks_again_and_again_is_not_asked_for_ever(library: Any) -> None:
    with serving(reset) as server:
        service = service_at('self_hosted', server.url)
        with tools_for(library, accounts=OneAccount(service)) as tools:
            job = tools.store.add(held(library))
            for _ in range(TRIES_MAX):
                make(tools.store.get(job.id) or job, tools)
            after = tools.store.get(job.id)
    assert after is not None
    assert (after.state, len(server.requests)) == (State.FAILED, TRIES_MAX)
    assert actions.possible(after, after.created_at, 3600.0) == {
        actions.Action.SEND_AGAIN,
        actions.Action.REMOVE,
    }


def test_a_server_that_is_not_there_is_waited_for(library: Any) -> None:
    service = service_at('self_hosted', f"http://127.0.0.1:{free_port()}")
    with tools_for(library, accounts=OneAccount(service)) as tools:
        job = tools.store.add(held(library))
        for _ in range(TRIES_MAX + 1):
            make(tools.store.get(job.id) or job, tools)
        after = tools.store.get(job.id)
    assert after is not None
    assert (after.state, after.note and after.note.kind) == (State.RUNNING, Kind.NETWORK)


# With a real worker


def queued(here: World, path: str, **request: Any) -> Job:
    job = with_picture(a_job(), here.library, INPUTS[PHOTO.file])
    account = Account(service='self_hosted', endpoint=here.sandbox.url + path)
    return here.job(id=job.id, account=account, request=replace(job.request, prompt='', **request))


@pytest.mark.parametrize(
    ('path', 'request_'), [('/generate-only', {}), ('', {'enable_geometry': True}), ('/hunyuan3d-2', {'enable_geometry': True})]
)  # fmt: skip
def test_from_the_queue_to_a_model(library: Any, tmp_path: Any, path: str, request_: dict[str, Any]) -> None:
    with world(library, tmp_path / 'sandbox', seconds=0.2) as here:
        job = queued(here, path, **request_)
        here.start()
        ready = here.wait_for(job, *(set(State) - OPEN))
        assert ready.state is State.READY, ready.error
        assert len(here.sandbox.ledger.jobs()) == 1


def test_a_worker_that_is_killed_has_the_model_made_once_more(library: Any, tmp_path: Any) -> None:
    with world(library, tmp_path / 'sandbox', seconds=2.0) as here:
        job = queued(here, '/generate-only')
        here.start()
        wait_until(lambda: bool(here.sandbox.ledger.jobs()), lambda: here.log)
        assert here.get(job).state is State.RUNNING, "shown as what it is"
        here.kill()
        here.start()
        ready = here.wait_for(job, *(set(State) - OPEN))
        assert ready.state is State.READY, ready.error
        assert len(here.sandbox.ledger.jobs()) == 2


def test_a_held_job_is_cancelled_at_once_and_makes_room(library: Any, tmp_path: Any) -> None:
    with world(library, tmp_path / 'sandbox', seconds=3600.0) as here:
        job = queued(here, '/generate-only')
        here.start()
        wait_until(lambda: bool(here.sandbox.ledger.jobs()), lambda: here.log)
        other = queued(here, '/generate-only')
        time.sleep(0.5)
        assert here.get(other).state is State.QUEUED, "one at a time"
        actions.cancel(here.store, job.id)
        wait_until(lambda: len(here.sandbox.ledger.jobs()) == 2, lambda: here.log)
        assert here.get(job).state is State.CANCELLED
        assert here.terminate() == 0, "a held connection does not keep the worker"
        assert here.get(other).state is State.RUNNING


def test_a_lost_file_is_made_again(library: Any) -> None:
    with tools_for(library, accounts=OneAccount(None)) as tools:
        job = tools.store.add(replace(held(library), state=State.DOWNLOADING))
        fetch_result(job, tools)
        after = tools.store.get(job.id)
    assert after is not None
    assert after.state is State.RUNNING
    assert json.dumps(after.to_json())
