# SPDX-License-Identifier: GPL-3.0-or-later
"""What each client makes of each answer, and what the artist reads of it: `matrix.py` has the table."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

from hunyuan3d_blender.sandbox.scenarios import Where
from hunyuan3d_blender.sandbox.server import running
from hunyuan3d_blender.services.contract import Answer, Service, Status, Submission
from hunyuan3d_blender.services.errors import Busy, ServiceError, Spent, Unclear
from hunyuan3d_blender.services.registry import TABLES
from hunyuan3d_blender.worker.poll import failed_at_service
from tests.canaries import Canaries
from tests.protocol.cases import NOT_SENT, Case, Told, check_words
from tests.protocol.every_service import ATTEMPT, KEY, SERVICES, in_sandbox, service_at
from tests.protocol.loopback import free_port, serving
from tests.protocol.matrix import (
    ALL_SCENARIOS,
    CARRIED_OUT,
    QUERIES,
    ROWS,
    SCENARIO_CELLS,
    SUBMITS,
    count,
    rendered,
)
from tests.protocol.sandbox_calls import switch_on, wait_until

PROBE = b'GET /openapi.json '
"""A server of one's own without a queue is asked what else it has."""
CONTRIBUTING = Path(__file__).parents[2] / 'CONTRIBUTING.md'


def test_no_cell_is_empty() -> None:
    assert SERVICES.keys() | {'sandbox'} == TABLES.keys()
    assert all(count(row, service) for row in ROWS for service in SERVICES)
    assert {(name, where) for _, name, where in SCENARIO_CELLS} == ALL_SCENARIOS
    assert len(SCENARIO_CELLS) == len(SERVICES) * (len(SUBMITS) + len(QUERIES))


def test_contributing_shows_the_matrix() -> None:
    assert rendered() in CONTRIBUTING.read_text(encoding='utf-8'), rendered()


@pytest.mark.parametrize('row', ROWS)
@pytest.mark.parametrize('service', SERVICES)
def test_a_cell(service: str, row: str) -> None:
    words = SERVICES[service]
    for case in ROWS[row](words):
        with serving(case.serve) as server:
            client = service_at(service, server.url)
            if case.submit is not None:
                check(submit(client, service), case.submit, case, Spent.MAYBE)
            if case.query is not None:
                check(query(client, service), case.query, case, Spent.NO)
        asked = (case.submit is not None) + (case.query is not None)
        if case.status.startswith('401') and not case.code:
            asked *= words.key_forms
        sent = [request for request in server.requests if not request.startswith(PROBE)]
        assert len(sent) == asked, f"{case.name}: nothing is sent twice"


@pytest.mark.parametrize('service', SERVICES)
def test_nobody_listens(service: str) -> None:
    client = service_at(service, f"http://127.0.0.1:{free_port()}")
    for ask in (submit, query):
        check(ask(client, service), NOT_SENT, Case(name="nobody listens"), Spent.NO)


@pytest.mark.parametrize(('service', 'name', 'where'), SCENARIO_CELLS)
def test_a_scenario_of_the_sandbox(tmp_path: Path, service: str, name: str, where: Where) -> None:
    with running(tmp_path) as sandbox:
        client, jobs = in_sandbox(service, sandbox), sandbox.ledger.jobs
        if where is Where.SUBMIT:
            switch_on(sandbox, name)
            check(submit(client, service), SUBMITS[name](service), Case(name=name), Spent.MAYBE)
            assert len(jobs()) == (name in CARRIED_OUT)
            return
        job_id = submit(client, service)().remote_id
        switch_on(sandbox, name)
        check(query(client, service, job_id), QUERIES[name](service), Case(name=name), Spent.NO)
        switch_on(sandbox, '')
        assert query(client, service, job_id)().status is not Status.FAILED, "it can be asked again"
        wait_until(lambda: jobs()[0].finished_at is not None)
        assert 'glb' in [file.type.lower() for file in query(client, service, job_id)().files]


# How a cell is looked at


def submit(client: Service, service: str) -> Callable[[], Submission]:
    words = SERVICES[service]
    return lambda: client.submit(words.request, dict(words.inputs), ATTEMPT)


def query(client: Service, service: str, job_id: str = '1') -> Callable[[], Answer]:
    return lambda: client.query(SERVICES[service].request, job_id)


def outcome(ask: Callable[[], Submission | Answer]) -> Submission | Answer | ServiceError:
    try:
        return ask()
    except ServiceError as error:
        return error


def check(
    ask: Callable[[], Submission | Answer], expected: str | Told, case: Case, when_unclear: Spent
) -> None:
    """Ask, and compare the value or the error with what is expected."""
    value = outcome(ask)
    if isinstance(value, ServiceError):
        assert Told(type(value), value.failure.kind) == expected, case.name
        _check_error(value, case, when_unclear)
    elif isinstance(value, Submission):
        assert value.remote_id == expected, case.name
    else:
        assert value.status == expected, case.name
        assert value.credits == case.credits or case.credits is None, case.name
        if value.status is Status.FAILED and case.content:
            _check_failed_job(value, case)


def _check_failed_job(answer: Answer, case: Case) -> None:
    failure = failed_at_service(answer)
    assert failure.kind is case.why or not case.says, case.name
    assert failure.service_message == case.says or not case.says, case.name
    assert failure.code == case.code or not case.code, case.name
    assert failure.spent in (Spent.NO, Spent.UNTOLD)
    check_words(failure)


def _check_error(error: ServiceError, case: Case, when_unclear: Spent) -> None:
    failure = error.failure
    told = ''.join(traceback.format_exception(error)) + repr(error) + repr(failure)
    assert not Canaries((KEY.id, KEY.secret)).in_bytes(told.encode())
    assert failure.spent is (when_unclear if isinstance(error, Unclear) else Spent.NO), case.name
    if case.content:
        assert (failure.code, failure.service_message) == (case.code, case.says), case.name
    if isinstance(error, Unclear) and case.content and case.handler is None:
        assert error.answer == case.content[: 64 * 1024]
    if isinstance(error, Busy) and 'Retry-After' in case.headers:
        assert error.retry_after_s == 7.0
    check_words(failure)
    json.dumps(failure.facts)
