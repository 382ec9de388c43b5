# SPDX-License-Identifier: GPL-3.0-or-later
"""What every service sends and returns when all goes well, and what it says of a key. `test_matrix.py` has the rest."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hunyuan3d_blender.sandbox.server import Sandbox, running
from hunyuan3d_blender.services.contract import (
    Answer,
    Key,
    Operation,
    Request,
    Status,
)
from hunyuan3d_blender.services.errors import Busy, Kind, Refused, ServiceError
from hunyuan3d_blender.services.registry import TABLES
from tests.canaries import Canaries
from tests.protocol.cases import BODY_OF_A_PAGE
from tests.protocol.every_service import (
    ATTEMPT,
    KEY,
    MODEL,
    SERVICES,
    URL,
    Words,
    in_sandbox,
    says,
    service_at,
)
from tests.protocol.loopback import answer, header, reset, serving
from tests.protocol.sandbox_calls import wait_until

ALL = pytest.mark.parametrize(('service', 'words'), SERVICES.items(), ids=SERVICES)
PAID = pytest.mark.parametrize(
    ('service', 'words'),
    [
        pytest.param(service, words, id=service)
        for service, words in SERVICES.items()
        if TABLES[service].needs_key
    ],
)


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    with running(tmp_path) as sandbox:
        yield sandbox


def submitted(service: str, url: str, words: Words) -> str:
    return service_at(service, url).submit(words.request, dict(words.inputs), ATTEMPT).remote_id


# Good answers


@ALL
def test_a_submit_and_a_query(service: str, words: Words) -> None:
    with serving(says(words.accepted)) as taking:
        assert submitted(service, taking.url, words) == '1'
    with serving(says(words.done)) as telling:
        service_at(service, telling.url).query(words.request, '1')
    (submit,), (query,) = taking.requests, telling.requests
    assert submit.startswith(f'POST {words.submit} HTTP/1.1\r\n'.encode())
    assert query.startswith(f'{words.query} HTTP/1.1\r\n'.encode())
    for request in (submit, query):
        authorization = header(request, 'Authorization') or ''
        is_signed = words.authorization.endswith('/')
        assert authorization.startswith(words.authorization)
        assert is_signed or authorization == words.authorization
        assert header(request, 'Content-Type') == 'application/json'


@pytest.mark.parametrize('service', ['tencent_cn', 'tencent_intl'])
def test_of_a_pair_only_the_id_and_a_signature_for_this_host_leave(service: str) -> None:
    """A pair that belongs to the other site is of no use to whoever reads the request."""
    words = SERVICES[service]
    with serving(says(words.accepted)) as server, serving(says(words.accepted)) as other:
        for one in (server, other):
            submitted(service, one.url, words)
    requests = server.requests[0], other.requests[0]
    assert not any(Canaries((KEY.secret,)).in_bytes(request) for request in requests)
    signatures = {(header(request, 'Authorization') or '').partition('Signature=')[2] for request in requests}
    assert len(signatures) == 2
    assert all(signatures)


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


@pytest.mark.parametrize('pasted', ['/', '/v1', '/v1/', '/v1/ai3d'])
def test_a_pasted_path_does_no_harm(pasted: str) -> None:
    with serving(says(SERVICES['openai_compatible'].accepted)) as server:
        submitted('openai_compatible', server.url + pasted, SERVICES['openai_compatible'])
    assert server.requests[0].startswith(b'POST /v1/ai3d/submit ')


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


ASK = {
    'submit': lambda client, words: client.submit(words.request, {}, ATTEMPT).remote_id == '1',
    'query': lambda client, words: client.query(words.request, '1').status is Status.DONE,
    'test_connection': lambda client, words: client.test_connection() is None,
}


@pytest.mark.parametrize('challenge', ['WWW-Authenticate: Bearer realm="x"\r\n', ''])
@pytest.mark.parametrize('ask', ASK)
def test_a_server_that_takes_a_bearer_only_gets_one(ask: str, challenge: str) -> None:
    words = SERVICES['openai_compatible']
    content = words.accepted if ask == 'submit' else words.done

    def handler(connection: Any) -> None:
        is_bearer = header(server.requests[-1], 'Authorization') == f"Bearer {KEY.secret}"
        (says(content) if is_bearer else says({}, '401 Unauthorized', challenge))(connection)

    with serving(handler) as server:
        client = service_at('openai_compatible', server.url)
        for _ in range(2):
            assert ASK[ask](client, words)
    assert len(server.requests) == 3, "it is remembered"


@pytest.mark.parametrize(
    ('challenge', 'times'), [('', 2), ('WWW-Authenticate: Bearer\r\n', 2), ('WWW-Authenticate: Basic\r\n', 1)]
)
def test_a_key_that_is_wrong_in_either_form_is_refused_each_time(challenge: str, times: int) -> None:
    with serving(says({}, '401 Unauthorized', challenge)) as server:
        client = service_at('openai_compatible', server.url)
        for _ in range(2):
            with pytest.raises(Refused) as refused:
                client.test_connection()
            assert refused.value.failure.kind is Kind.CREDENTIALS
    forms = [header(request, 'Authorization') for request in server.requests]
    assert forms == [KEY.secret, f"Bearer {KEY.secret}"][:times] * 2


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
        (answer(BODY_OF_A_PAGE), Kind.SERVICE), (answer(BODY_OF_A_PAGE, '404 Not Found'), Kind.UNSUPPORTED),
        (answer(b'', '302 Found', 'Location: https://login.example/\r\n'), Kind.UNSUPPORTED),
        (answer(BODY_OF_A_PAGE, '500 E'), Kind.SERVICE), (answer(BODY_OF_A_PAGE, '429 T'), Kind.BUSY), (reset, Kind.NETWORK),
    ],
)  # fmt: skip
def test_a_key_that_nobody_has_looked_at_is_not_called_good(
    service: str, words: Words, handler: Any, kind: Kind
) -> None:
    with serving(handler) as server, pytest.raises(ServiceError) as raised:
        service_at(service, server.url).test_connection()
    assert raised.value.failure.kind is kind
