# SPDX-License-Identifier: GPL-3.0-or-later
"""What is particular about servers of one's own: the model comes in the answer, and failures are hardly told."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hunyuan3d_blender.sandbox.server import Sandbox, running
from hunyuan3d_blender.services.contract import Operation, Picture, Request, Status
from hunyuan3d_blender.services.errors import Kind, NotSent, Refused, ServiceError, Unclear
from hunyuan3d_blender.services.http import Network, call
from hunyuan3d_blender.services.http.addresses import is_home
from hunyuan3d_blender.services.limits import effective, problems
from hunyuan3d_blender.services.registry import TABLES
from hunyuan3d_blender.services.sampling import Sampling
from tests.protocol.every_service import ATTEMPT, MODEL, PHOTO, PHOTO_64, SELF_HOSTED, says, service_at
from tests.protocol.loopback import answer, serving
from tests.protocol.sandbox_calls import get, wait_until

OFFER = TABLES['self_hosted'].offers[Operation.GENERATE]
REQUEST, INPUTS = SELF_HOSTED.request, dict(SELF_HOSTED.inputs)
DEFAULTS = {
    'image': PHOTO_64, 'texture': True, 'seed': 1234, 'num_inference_steps': 5, 'guidance_scale': 5.0,
    'octree_resolution': 256,
}  # fmt: skip


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    with running(tmp_path) as sandbox:
        yield sandbox


# What is sent


@pytest.mark.parametrize(
    ('given', 'sent'),
    [
        ({}, {}),
        ({'enable_geometry': True, 'enable_pbr': True}, {'texture': False}),
        ({'face_count': 20_000}, {'face_count': 20_000}),
        (
            {'sampling': Sampling(seed=7, steps=20, guidance=7.5, octree_resolution=512)},
            {'seed': 7, 'num_inference_steps': 20, 'guidance_scale': 7.5, 'octree_resolution': 512},
        ),
    ],
)
def test_the_body_of_a_submit(given: dict[str, Any], sent: dict[str, Any]) -> None:
    request = Request(operation=Operation.GENERATE, image=PHOTO, **given)
    assert problems(effective(request, OFFER), OFFER) == ()
    with serving(says({'uid': '1'})) as server:
        service_at('self_hosted', server.url).submit(request, INPUTS, ATTEMPT)
    assert json.loads(server.requests[-1].partition(b'\r\n\r\n')[2]) == DEFAULTS | sent
    assert b'Authorization' not in server.requests[-1]


def test_a_request_survives_the_store() -> None:
    request = Request(operation=Operation.GENERATE, image=PHOTO, sampling=Sampling(seed=9))
    assert Request.from_json(json.loads(json.dumps(request.to_json()))) == request
    old = {name: value for name, value in request.to_json().items() if name != 'sampling'}
    assert Request.from_json(old).sampling is None, "jobs of earlier versions had none"


@pytest.mark.parametrize(
    ('given', 'field'),
    [
        ({'prompt': "a chair"}, 'prompt'), ({}, 'prompt'),
        ({'image': PHOTO, 'sampling': Sampling(steps=0)}, 'sampling'),
        ({'image': PHOTO, 'sampling': Sampling(octree_resolution=1024)}, 'sampling'),
        ({'image': PHOTO, 'sampling': Sampling(guidance=0.0)}, 'sampling'),
        ({'image': PHOTO, 'sampling': Sampling(seed=-1)}, 'sampling'),
    ],
)  # fmt: skip
def test_what_the_servers_do_not_take(given: dict[str, Any], field: str) -> None:
    (problem,) = problems(Request(operation=Operation.GENERATE, **given), OFFER)
    assert problem.field == field
    assert '{' not in problem.message.format(**problem.facts)


def test_other_services_get_no_sampling() -> None:
    request = Request(operation=Operation.GENERATE, prompt="x", sampling=Sampling(seed=9))
    assert effective(request, TABLES['tencent_cn'].offers[Operation.GENERATE]).sampling is None


def test_a_picture_by_its_address_is_refused_here() -> None:
    request = Request(operation=Operation.GENERATE, image=Picture(url='https://example.com/a.png'))
    with serving(says({'uid': '1'})) as server, pytest.raises(Refused) as refused:
        service_at('self_hosted', server.url).submit(request, {}, ATTEMPT)
    assert (refused.value.failure.kind, server.connections) == (Kind.INPUT, 0)


# What comes back


@pytest.mark.parametrize(
    ('content', 'status', 'kind_of_error', 'kind', 'words'),
    [
        ({'error': "CUDA out of memory"}, '500 E', Refused, Kind.SERVICE, "CUDA out of memory"),
        ({'text': "NETWORK ERROR", 'error_code': 1}, '404 N', Refused, Kind.SERVICE, "NETWORK ERROR"),
        (
            {'detail': [{'loc': ['body', 'num_inference_steps'], 'msg': "too large", 'type': 't'}]}, '422 U',
            Refused, Kind.INPUT, "num_inference_steps: too large",
        ),
        ({'detail': "Not Found"}, '404 N', Refused, Kind.UNSUPPORTED, "Not Found"),
        ({'detail': [7]}, '422 U', Refused, Kind.INPUT, ""),
        ({}, '200 OK', Unclear, Kind.SERVICE, ""),
    ],
)  # fmt: skip
def test_a_submit_that_is_not_taken(
    content: Any, status: str, kind_of_error: type[ServiceError], kind: Kind, words: str
) -> None:
    with serving(says(content, status)) as server, pytest.raises(ServiceError) as raised:
        service_at('self_hosted', server.url).submit(REQUEST, INPUTS, ATTEMPT)
    assert (type(raised.value), raised.value.failure.kind) == (kind_of_error, kind)
    assert raised.value.failure.service_message == words


def encoded(data: bytes) -> dict[str, str]:
    return {'status': 'completed', 'model_base64': base64.b64encode(data).decode()}


@pytest.mark.parametrize('length', [4, 11, 12, len(MODEL) // 2, len(MODEL) - 1])
def test_a_model_that_is_still_being_written_is_asked_for_again(length: int) -> None:
    with serving(says(encoded(MODEL[:length]))) as server:
        got = service_at('self_hosted', server.url).query(REQUEST, '1')
    assert (got.status, got.files) == (Status.RUNNING, ())


@pytest.mark.parametrize('wrong', [None, '', 7, 'no base64!', 'YQ', ['YQ==']])
def test_a_model_that_cannot_be_read(wrong: Any) -> None:
    content = {'status': 'completed', 'model_base64': wrong}
    with serving(says(content)) as server, pytest.raises(Unclear):
        service_at('self_hosted', server.url).query(REQUEST, '1')


def test_a_large_model_comes_through() -> None:
    large = MODEL + bytes(6_000_000)
    with serving(says(encoded(large))) as server:
        (file,) = service_at('self_hosted', server.url).query(REQUEST, '1').files
    assert file.data == large


def test_an_error_of_the_status_is_the_jobs_own() -> None:
    with serving(says({'status': 'error', 'message': "gone"}, '500 E')) as server:
        got = service_at('self_hosted', server.url).query(REQUEST, '1')
    assert (got.status, got.error_message) == (Status.FAILED, "gone")


def test_a_strange_job_id_stays_within_its_path() -> None:
    with serving(says({'status': 'processing'})) as server:
        service_at('self_hosted', server.url).query(REQUEST, '../health?x=/#y')
    assert server.requests[0].startswith(b'GET /status/..%2Fhealth%3Fx%3D%2F%23y HTTP/1.1\r\n')


# Which server it is


@pytest.mark.parametrize('path', ['', '/', '/hunyuan3d-2', '/hunyuan3d-2/'])
def test_both_families_answer(sandbox: Sandbox, path: str) -> None:
    client = service_at('self_hosted', sandbox.url + path)
    client.test_connection()
    job_id = client.submit(REQUEST, INPUTS, ATTEMPT).remote_id
    wait_until(lambda: sandbox.ledger.job(job_id).finished_at is not None)
    (file,) = client.query(REQUEST, job_id).files
    assert file.data[:4] == b'glTF'
    assert client.query(REQUEST, 'never-heard-of').word == 'processing', "as the real ones answer"


def test_only_the_newer_family_checks_numbers(sandbox: Sandbox) -> None:
    request = Request(operation=Operation.GENERATE, image=PHOTO, sampling=Sampling(steps=50))
    service_at('self_hosted', f"{sandbox.url}/hunyuan3d-2").submit(request, INPUTS, ATTEMPT)
    with pytest.raises(Refused) as refused:
        service_at('self_hosted', sandbox.url).submit(request, INPUTS, ATTEMPT)
    assert refused.value.failure.service_message.startswith('num_inference_steps')
    assert get(f"{sandbox.url}/hunyuan3d-2/health").status == 404


@pytest.mark.parametrize(
    'handler', [answer(b'<html>'), says({}), says({'paths': {}}), says({'paths': 7}), answer(b'', '404 N')]
)
def test_another_server_is_not_called_one(handler: Any) -> None:
    with serving(handler) as server, pytest.raises(Refused) as refused:
        service_at('self_hosted', server.url).test_connection()
    assert refused.value.failure.kind is Kind.UNSUPPORTED


# Where it may be

HOME = [
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.20',
    '100.64.0.1',
    '::1',
    'fd00::1',
]
ELSEWHERE = [
    '8.8.8.8',
    '172.32.0.1',
    '169.254.169.254',
    '0.0.0.0',
    '224.0.0.1',
    'fe80::1',
    '2606:4700::1111',
    '1.1.1.1',
]


def test_what_counts_as_home() -> None:
    assert all(map(is_home, HOME))
    assert not any(map(is_home, ELSEWHERE))


@pytest.mark.parametrize('address', [address for address in HOME if address != '127.0.0.1'])
@pytest.mark.parametrize('allow_home', [True, False])
def test_plain_http_goes_home_for_this_service_only(
    monkeypatch: pytest.MonkeyPatch, address: str, allow_home: bool
) -> None:
    tried = []

    def connect(_socket: Any, place: Any) -> None:
        tried.append(place[0])
        raise OSError

    monkeypatch.setattr('hunyuan3d_blender.services.http.sockets.PlainSocket.connect', connect)
    host = f"[{address}]" if ':' in address else address
    with pytest.raises(NotSent):
        call(Network(), 'GET', f"http://{host}:8081/", headers={}, allow_home=allow_home)
    assert tried == ([address] if allow_home and address != '::1' else [])


@pytest.mark.parametrize('address', ELSEWHERE)
def test_plain_http_goes_nowhere_else(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    tried = []
    monkeypatch.setattr(
        'hunyuan3d_blender.services.http.sockets.PlainSocket.connect',
        lambda _socket, place: tried.append(place),
    )
    host = f"[{address}]" if ':' in address else address
    with pytest.raises(NotSent) as not_sent:
        call(Network(), 'GET', f"http://{host}:8081/", headers={}, allow_home=True)
    assert not_sent.value.failure.kind is Kind.UNSUPPORTED
    assert not tried


def test_without_online_access_only_this_computer_is_spoken_to() -> None:
    with pytest.raises(NotSent) as not_sent:
        call(Network(online=False), 'GET', 'http://192.168.1.20:8081/', headers={}, allow_home=True)
    assert not_sent.value.failure.kind is Kind.OFFLINE
