# SPDX-License-Identifier: GPL-3.0-or-later
"""What the clients beside Tencent's signed one make of every answer, and of a sandbox that misbehaves."""

from __future__ import annotations

import base64
import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hunyuan3d_blender.sandbox.server import Sandbox, running
from hunyuan3d_blender.services.contract import (
    Answer,
    GenerateType,
    Key,
    Operation,
    Picture,
    Request,
    Status,
    View,
)
from hunyuan3d_blender.services.errors import Busy, Kind, NotSent, Refused, ServiceError, Spent, Unclear
from hunyuan3d_blender.services.registry import TABLES
from tests.protocol.loopback import answer, free_port, header, reset, serving
from tests.protocol.other_services import (
    ATTEMPT,
    KEY,
    MODEL,
    PHOTO,
    PHOTO_64,
    SERVICES,
    URL,
    Words,
    in_sandbox,
    says,
    service_at,
)
from tests.protocol.sandbox_calls import switch_on, wait_until

ALL = pytest.mark.parametrize(('service', 'words'), SERVICES.items(), ids=SERVICES)
PAID = pytest.mark.parametrize(
    ('service', 'words'),
    [
        pytest.param(service, words, id=service)
        for service, words in SERVICES.items()
        if TABLES[service].needs_key
    ],
)
HTML = b'<html>log in</html>'


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    with running(tmp_path) as sandbox:
        yield sandbox


def submitted(service: str, url: str, words: Words) -> str:
    return service_at(service, url).submit(words.request, dict(words.inputs), ATTEMPT).remote_id


def test_every_service_is_tested() -> None:
    assert SERVICES.keys() | {'sandbox', 'tencent_cn', 'tencent_intl'} == TABLES.keys()


# Good answers


@ALL
def test_a_submit(service: str, words: Words) -> None:
    with serving(says(words.accepted)) as server:
        assert submitted(service, server.url, words) == '1'
    (request,) = server.requests
    assert request.startswith(f'POST {words.submit} HTTP/1.1\r\n'.encode())
    assert (header(request, 'Authorization') or '') == words.authorization.replace('KEY', KEY.secret)
    assert header(request, 'Content-Type') == 'application/json'


@ALL
def test_each_status_word(service: str, words: Words) -> None:
    for word, status in words.statuses.items():
        with serving(says(words.state(word))) as server:
            got = service_at(service, server.url).query(words.request, '1')
        assert (got.status, got.word) == (status, word)
        assert server.requests[0].startswith(f'{words.query} HTTP/1.1\r\n'.encode())
    assert set(words.statuses.values()) >= {Status.RUNNING, Status.DONE}


@ALL
def test_a_job_that_is_done(service: str, words: Words) -> None:
    with serving(says(words.done)) as server:
        got = service_at(service, server.url).query(words.request, '1')
    assert got.status is Status.DONE
    expected = (URL, b'') if TABLES[service].needs_key else ('', MODEL)
    assert [(file.url, file.data) for file in got.files] == [expected]
    assert [file.type.lower() for file in got.files] == ['glb']
    assert 'q-signature' not in repr(got)
    assert 'glTF' not in repr(got)


@ALL
def test_a_job_that_failed(service: str, words: Words) -> None:
    with serving(says(words.failed)) as server:
        got = service_at(service, server.url).query(words.request, '1')
    assert (got.status, got.error_message) == (Status.FAILED, "no luck")


@pytest.mark.parametrize('pasted', ['/', '/v1', '/v1/', '/v1/ai3d'])
def test_a_pasted_path_does_no_harm(pasted: str) -> None:
    with serving(says(SERVICES['openai_compatible'].accepted)) as server:
        submitted('openai_compatible', server.url + pasted, SERVICES['openai_compatible'])
    assert server.requests[0].startswith(b'POST /v1/ai3d/submit ')


# Requests as the services' pages show them


EXAMPLES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    (
        'openai_compatible', {'prompt': "a small dog", 'model': '3.0', 'enable_pbr': True},
        {'Prompt': "a small dog", 'Model': '3.0', 'EnablePBR': True, 'GenerateType': 'Normal'},
    ),
    (
        'openai_compatible', {'image': PHOTO, 'model': '3.1', 'face_count': 100_000},
        {'ImageBase64': PHOTO_64, 'Model': '3.1', 'GenerateType': 'Normal', 'FaceCount': 100_000},
    ),
    (
        'openai_compatible', {'image': Picture(url='https://e.com/a.png'), 'views': {View.LEFT: PHOTO}},
        {
            'ImageUrl': 'https://e.com/a.png', 'Model': '3.0', 'GenerateType': 'Normal',
            'MultiViewImages': [{'ViewType': 'left', 'ViewImageBase64': PHOTO_64}],
        },
    ),
    (
        'tokenhub',
        {
            'image': PHOTO, 'views': {View.LEFT_FRONT: PHOTO, View.BACK: Picture(url='https://e.com/b.png')},
            'model': '3.1', 'enable_pbr': True, 'face_count': 50_000, 'result_format': 'FBX',
        },
        {
            'model': 'hy-3d-3.1', 'image_base64': PHOTO_64, 'generate_type': 'Normal', 'enable_pbr': True,
            'face_count': 50_000, 'result_format': 'fbx',
            'multi_view_images': [
                {'view_type': 'left_front', 'view_image_base64': PHOTO_64},
                {'view_type': 'back', 'view_image_url': 'https://e.com/b.png'},
            ],
        },
    ),
    (
        'tokenhub', {'prompt': "x", 'generate_type': GenerateType.LOW_POLY, 'model': '3.0'},
        {'model': 'hy-3d-3.0', 'prompt': "x", 'generate_type': 'LowPoly', 'polygon_type': 'triangle'},
    ),
    (
        'tokenhub', {'operation': Operation.RAPID, 'prompt': "x" * 1024, 'enable_geometry': True},
        {'model': 'hy-3d-express', 'prompt': "x" * 1024, 'enable_geometry': True, 'result_format': 'glb'},
    ),
    (
        'vtrix', {'prompt': "a wooden chair", 'enable_pbr': True},
        {
            'model': 'tencent_hunyuan_3d_pro',
            'input': [{'params': {'prompt': "a wooden chair", 'generate_type': 'Normal', 'enable_pbr': True}}],
        },
    ),
    (
        'vtrix',
        {
            'image': Picture(url='https://example.com/front.png'), 'face_count': 100_000,
            'views': {View.LEFT: Picture(url='https://example.com/left.png')},
        },
        {
            'model': 'tencent_hunyuan_3d_pro',
            'input': [{'params': {
                'image_url': 'https://example.com/front.png', 'face_count': 100_000, 'generate_type': 'Normal',
                'multi_view_images': [{'ViewType': 'left', 'ViewImageUrl': 'https://example.com/left.png'}],
            }}],
        },
    ),
    (
        'vtrix', {'operation': Operation.RAPID, 'prompt': "x"},
        {'model': 'tencent_hunyuan_3d_rapid', 'input': [{'params': {'prompt': "x", 'result_format': 'GLB'}}]},
    ),
]  # fmt: skip


@pytest.mark.parametrize(('service', 'given', 'sent'), EXAMPLES)
def test_the_body_of_a_submit(service: str, given: dict[str, Any], sent: dict[str, Any]) -> None:
    request = Request(operation=given.pop('operation', Operation.GENERATE), **given)
    with serving(says(SERVICES[service].accepted)) as server:
        service_at(service, server.url).submit(request, {PHOTO.file: base64.b64decode(PHOTO_64)}, ATTEMPT)
    assert json.loads(server.requests[0].partition(b'\r\n\r\n')[2]) == sent


# Errors


PLATFORM_CODES: list[tuple[str, type[ServiceError], Kind]] = [
    ('InvalidParameter', Refused, Kind.INPUT),
    ('AuthFailure.InvalidAuthorization', Refused, Kind.CREDENTIALS),
    ('AuthFailure.SecretIdNotFound', Refused, Kind.CREDENTIALS),
    ('AuthFailure.UnauthorizedOperation', Refused, Kind.CREDENTIALS),
    ('RequestLimitExceeded', Busy, Kind.BUSY),
    ('RequestLimitExceeded.JobNumExceed', Busy, Kind.BUSY),
    ('ResourceInsufficient', Refused, Kind.BILLING),
    ('OperationDenied.TextIllegalDetected', Refused, Kind.CONTENT),
    ('FailedOperation.JobNotFound', Refused, Kind.GONE),
    ('InternalError', Unclear, Kind.SERVICE),
    ('NeverHeardOf', Unclear, Kind.SERVICE),
]

CODES = {
    'openai_compatible': PLATFORM_CODES,
    'tokenhub': PLATFORM_CODES,
    'vtrix': [
        ('13001095', Unclear, Kind.SERVICE),
        ('13001096', Unclear, Kind.SERVICE),
        ('13001097', Unclear, Kind.SERVICE),
        ('13001098', Unclear, Kind.SERVICE),
        ('13001099', Refused, Kind.INPUT),
    ],
}


@pytest.mark.parametrize(
    ('service', 'code', 'kind_of_error', 'kind'),
    [(service, *row) for service, rows in CODES.items() for row in rows],
)
def test_each_documented_error(
    service: str, code: str, kind_of_error: type[ServiceError], kind: Kind
) -> None:
    words = SERVICES[service]
    with serving(says(words.error(code))) as server:
        client = service_at(service, server.url)
        with pytest.raises(ServiceError) as on_submit:
            client.submit(words.request, dict(words.inputs), ATTEMPT)
        with pytest.raises(ServiceError) as on_query:
            client.query(words.request, '1')
    assert len(server.requests) == 2, "nothing is sent twice"
    for raised in (on_submit.value, on_query.value):
        assert type(raised) is kind_of_error
        assert (raised.failure.kind, raised.failure.code) == (kind, code)
        assert raised.failure.service_message == "words"
    may_be_charged = kind_of_error is Unclear
    assert on_submit.value.failure.spent == (Spent.MAYBE if may_be_charged else Spent.NO)
    assert on_query.value.failure.spent == Spent.NO


STATUSES: list[tuple[str, type[ServiceError], Kind]] = [
    ('301 M', Refused, Kind.UNSUPPORTED), ('307 T', Refused, Kind.UNSUPPORTED), ('308 P', Refused, Kind.UNSUPPORTED),
    ('400 B', Refused, Kind.INPUT), ('401 U', Refused, Kind.CREDENTIALS), ('403 F', Refused, Kind.CREDENTIALS),
    ('404 N', Refused, Kind.UNSUPPORTED), ('413 L', Refused, Kind.INPUT), ('429 T', Busy, Kind.BUSY),
    ('200 OK', Unclear, Kind.SERVICE), ('408 T', Unclear, Kind.SERVICE), ('500 E', Unclear, Kind.SERVICE),
    ('502 B', Unclear, Kind.SERVICE), ('503 U', Unclear, Kind.SERVICE), ('504 T', Unclear, Kind.SERVICE),
]  # fmt: skip


@ALL
@pytest.mark.parametrize(('status', 'kind_of_error', 'kind'), STATUSES)
@pytest.mark.parametrize('body', [HTML, b'{}', b''], ids=['HTML', 'object', 'empty'])
def test_each_http_status(
    service: str, words: Words, status: str, kind_of_error: type[ServiceError], kind: Kind, body: bytes
) -> None:
    headers = 'Location: http://127.0.0.1:1/\r\nRetry-After: 7\r\n'
    with serving(answer(body, status, headers)) as server, pytest.raises(ServiceError) as raised:
        submitted(service, server.url, words)
    assert len(server.requests) == 1
    assert (type(raised.value), raised.value.failure.kind) == (kind_of_error, kind)
    failure = raised.value.failure
    assert '{' not in failure.message.format(**failure.facts)
    if isinstance(raised.value, Unclear):
        assert (raised.value.answer, failure.spent) == (body, Spent.MAYBE)
    if isinstance(raised.value, Busy):
        assert raised.value.retry_after_s == 7.0


NO_ID: list[Any] = [None, '', True, 1.5, {'a': 1}, ['1'], 'a b', '\ud800', '12\n3']


@ALL
def test_an_accepted_submit_without_job_id_is_unclear_and_kept(service: str, words: Words) -> None:
    for wrong in NO_ID:
        content = copy.deepcopy(dict(words.accepted))
        place = content
        for name in words.id_at[:-1]:
            place = place[name]
        place[words.id_at[-1]] = wrong
        with serving(says(content)) as server, pytest.raises(Unclear) as unclear:
            submitted(service, server.url, words)
        assert json.loads(unclear.value.answer) == content
        assert unclear.value.failure.spent == Spent.MAYBE


@ALL
def test_half_an_answer_is_unclear(service: str, words: Words) -> None:
    whole = json.dumps(words.accepted).encode()
    for body in (whole[: len(whole) // 2], b'[' * 100_000, b'\xff\xfe', b'null', b'[]', b'"1"'):
        with serving(answer(body)) as server, pytest.raises(Unclear):
            submitted(service, server.url, words)


@ALL
def test_the_network(service: str, words: Words) -> None:
    with serving(reset) as server, pytest.raises(Unclear) as unclear:
        submitted(service, server.url, words)
    assert (unclear.value.failure.spent, len(server.requests)) == (Spent.MAYBE, 1)
    with pytest.raises(NotSent) as not_sent:
        submitted(service, f"http://127.0.0.1:{free_port()}", words)
    assert not_sent.value.failure.spent == Spent.NO


def test_an_error_may_say_itself_by_its_status_only() -> None:
    wrong_key = {'error': {'code': '401002', 'message': "API Key does not exist", 'message_zh': "…"}}
    with serving(says(wrong_key, '401 Unauthorized')) as server, pytest.raises(Refused) as refused:
        submitted('tokenhub', server.url, SERVICES['tokenhub'])
    assert (refused.value.failure.kind, refused.value.failure.code) == (Kind.CREDENTIALS, '401002')


@pytest.mark.parametrize(
    ('request_', 'model'),
    [
        (Request(operation=Operation.GENERATE), 'hy-3d-3.0'),
        (Request(operation=Operation.GENERATE, model='3.1'), 'hy-3d-3.1'),
        (Request(operation=Operation.RAPID), 'hy-3d-express'),
    ],
)
def test_a_query_repeats_the_model(request_: Request, model: str) -> None:
    with serving(says(SERVICES['tokenhub'].done)) as server:
        service_at('tokenhub', server.url).query(request_, '7')
    assert json.loads(server.requests[0].partition(b'\r\n\r\n')[2]) == {'model': model, 'id': '7'}


# A server that wants a Bearer


def test_the_header_a_server_asks_for_is_sent_once_more() -> None:
    words = SERVICES['openai_compatible']

    def handler(connection: Any) -> None:
        is_bearer = header(server.requests[-1], 'Authorization') == f"Bearer {KEY.secret}"
        wanted = says({}, '401 Unauthorized', 'WWW-Authenticate: Bearer realm="x"\r\n')
        (says(words.accepted) if is_bearer else wanted)(connection)

    with serving(handler) as server:
        client = service_at('openai_compatible', server.url)
        for _ in range(2):
            assert client.submit(words.request, {}, ATTEMPT).remote_id == '1'
    assert len(server.requests) == 3, "it is remembered"


# The sandbox


def follow(service: str, words: Words, sandbox: Sandbox) -> Answer:
    client = in_sandbox(service, sandbox)
    job_id = client.submit(words.request, dict(words.inputs), ATTEMPT).remote_id
    wait_until(lambda: sandbox.ledger.job(job_id).finished_at is not None)
    return client.query(words.request, job_id)


@ALL
def test_a_job_in_the_sandbox(service: str, words: Words, sandbox: Sandbox) -> None:
    got = follow(service, words, sandbox)
    assert got.status is Status.DONE
    assert 'glb' in [file.type.lower() for file in got.files]


TURNED_AWAY: list[tuple[str, type[ServiceError], Kind]] = [
    ('job_num_exceed', Busy, Kind.BUSY),
    ('rate_limit', Busy, Kind.BUSY),
    ('moderation', Refused, Kind.CONTENT),
    ('no_credits', Refused, Kind.BILLING),
    ('not_activated', Refused, Kind.BILLING),
    ('secret_wrong', Refused, Kind.CREDENTIALS),
    ('internal_error', Unclear, Kind.SERVICE),
]
SPOILT: list[tuple[str, type[ServiceError], Kind, int]] = [
    ('submit_redirect', Refused, Kind.UNSUPPORTED, 0),
    ('submit_answer_lost', Unclear, Kind.NETWORK, 1),
    ('submit_500', Unclear, Kind.SERVICE, 1),
    ('submit_html', Unclear, Kind.SERVICE, 1),
    ('submit_half_json', Unclear, Kind.SERVICE, 1),
    ('submit_wrong_types', Unclear, Kind.SERVICE, 1),
]


@PAID
@pytest.mark.parametrize(('name', 'kind_of_error', 'kind'), TURNED_AWAY, ids=[row[0] for row in TURNED_AWAY])
def test_a_submit_that_is_turned_away(
    service: str, words: Words, sandbox: Sandbox, name: str, kind_of_error: type[ServiceError], kind: Kind
) -> None:
    if (service, name) == ('vtrix', 'moderation'):
        kind = Kind.INPUT  # the gateway does not tell it from other reasons
    check_submit(service, words, sandbox, name, kind_of_error, kind)
    assert not sandbox.ledger.jobs()


@ALL
@pytest.mark.parametrize(('name', 'kind_of_error', 'kind', 'taken'), SPOILT, ids=[row[0] for row in SPOILT])
def test_a_submit_that_is_badly_answered(
    service: str,
    words: Words,
    sandbox: Sandbox,
    name: str,
    kind_of_error: type[ServiceError],
    kind: Kind,
    taken: int,
) -> None:
    check_submit(service, words, sandbox, name, kind_of_error, kind)
    assert len(sandbox.ledger.jobs()) == taken


def check_submit(
    service: str, words: Words, sandbox: Sandbox, name: str, kind_of_error: type[ServiceError], kind: Kind
) -> None:
    switch_on(sandbox, name)
    with pytest.raises(ServiceError) as raised:
        in_sandbox(service, sandbox).submit(words.request, dict(words.inputs), ATTEMPT)
    assert (type(raised.value), raised.value.failure.kind) == (kind_of_error, kind)


@ALL
@pytest.mark.parametrize('name', ['answer_lost', '500', 'html', 'half_json', 'wrong_types', 'redirect'])
def test_a_query_that_goes_wrong_can_be_repeated(
    service: str, words: Words, sandbox: Sandbox, name: str
) -> None:
    client = in_sandbox(service, sandbox)
    job_id = client.submit(words.request, dict(words.inputs), ATTEMPT).remote_id
    switch_on(sandbox, f'query_{name}')
    with pytest.raises(ServiceError):
        client.query(words.request, job_id)
    assert client.query(words.request, job_id).status in Status


@PAID
def test_the_sandbox_has_three_slots(service: str, words: Words, tmp_path: Path) -> None:
    with running(tmp_path, seconds=3600.0) as sandbox:
        client = in_sandbox(service, sandbox)
        for _ in range(3):
            client.submit(words.request, dict(words.inputs), ATTEMPT)
        with pytest.raises(Busy):
            client.submit(words.request, dict(words.inputs), ATTEMPT)
        assert len(sandbox.ledger.jobs()) == 3


@PAID
def test_a_key_is_tested_without_a_job(service: str, words: Words, sandbox: Sandbox) -> None:
    in_sandbox(service, sandbox).test_connection()
    with pytest.raises(Refused) as refused:
        service_at(service, sandbox.url, Key('sk-wrong')).test_connection()
    assert refused.value.failure.kind is Kind.CREDENTIALS
    assert not sandbox.ledger.jobs()


@PAID
@pytest.mark.parametrize(
    ('handler', 'kind'),
    [
        (answer(HTML), Kind.SERVICE), (answer(HTML, '404 Not Found'), Kind.UNSUPPORTED),
        (answer(b'', '302 Found', 'Location: https://login.example/\r\n'), Kind.UNSUPPORTED),
        (answer(HTML, '500 E'), Kind.SERVICE), (answer(HTML, '429 T'), Kind.BUSY), (reset, Kind.NETWORK),
    ],
)  # fmt: skip
def test_a_key_that_nobody_has_looked_at_is_not_called_good(
    service: str, words: Words, handler: Any, kind: Kind
) -> None:
    with serving(handler) as server, pytest.raises(ServiceError) as raised:
        service_at(service, server.url).test_connection()
    assert raised.value.failure.kind is kind
