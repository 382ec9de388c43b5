# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection test as its own process, and the sandbox as the worker's child."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from hunyuan3d_blender import launch
from hunyuan3d_blender.services.errors import Kind
from hunyuan3d_blender.worker import sandbox_process
from hunyuan3d_blender.worker.programs import Programs
from hunyuan3d_blender.worker.sandbox_process import SandboxFailed, SandboxProcess
from tests.protocol import loopback
from tests.protocol.sandbox_calls import get, switch_on
from tests.worker_parts import Clock
from tests.worker_process import world

PROGRAMS = Programs(sys.executable, ())


def asked(**question):
    """What the connection test answers."""
    base = {
        'service': 'tencent_cn',
        'endpoint': '',
        'region': 'ap-guangzhou',
        'key': None,
        'network': {},
        'converter': [],
    }
    done = subprocess.run(
        launch.python_command(sys.executable, 'worker.connection_test'),
        input=json.dumps(base | question).encode() + b'\n', capture_output=True, env=launch.child_environment(),
        check=True,
    )  # fmt: skip
    return json.loads(done.stdout)


@pytest.fixture
def sandbox(library, tmp_path):
    with world(library, tmp_path / 'sandbox') as here:
        yield here.sandbox


def key_of(sandbox, **changed):
    keys = sandbox.ledger.keys
    return {'id': keys.secret_id, 'secret': keys.secret_key, 'token': ''} | changed


def test_a_good_key(sandbox):
    assert asked(endpoint=sandbox.url, key=key_of(sandbox)) == {'ok': True}
    assert not sandbox.ledger.jobs()


@pytest.mark.parametrize(
    ('changed', 'scenario', 'kind'),
    [
        ({'secret': 'wrong' * 6}, '', Kind.CREDENTIALS),
        ({'id': 'AKIDwrong'}, '', Kind.CREDENTIALS),
        ({}, 'secret_wrong', Kind.CREDENTIALS),
        ({}, 'query_redirect', Kind.UNSUPPORTED),
    ],
)
def test_a_test_that_fails(sandbox, changed, scenario, kind):
    if scenario:
        switch_on(sandbox, scenario, -1)
    answer = asked(endpoint=sandbox.url, key=key_of(sandbox, **changed))
    assert (answer['ok'], answer['failure']['kind']) == (False, kind)
    assert changed.get('secret', 'wrong') not in json.dumps(answer)


def test_a_page_instead_of_an_answer():
    with loopback.serving(loopback.answer(b'<html>log in</html>')) as server:
        answer = asked(endpoint=server.url, key={'id': 'AKID', 'secret': 'canary-key', 'token': ''})
    assert answer['failure']['kind'] == Kind.SERVICE
    assert b'canary-key' not in server.requests[0]


def test_nobody_listens():
    with loopback.serving(loopback.answer()) as server:
        url = server.url
    answer = asked(endpoint=url, key={'id': 'AKID', 'secret': 'x', 'token': ''})
    assert answer['failure']['kind'] == Kind.NETWORK


def test_without_online_access_a_public_service_is_not_asked():
    answer = asked(key={'id': 'AKID', 'secret': 'x', 'token': ''})
    assert answer['failure']['kind'] == Kind.OFFLINE


def test_without_a_key():
    answer = asked(endpoint=f"http://127.0.0.1:{loopback.free_port()}")
    assert answer['failure']['kind'] == Kind.CREDENTIALS


def test_the_sandbox_needs_no_key():
    assert asked(service='sandbox') == {'ok': True}


def test_nonsense_is_answered_too():
    assert (
        asked(service='nobody', key={'id': 'a', 'secret': 'b', 'token': ''})['failure']['kind']
        == Kind.INTERNAL
    )


# The sandbox of the worker


def test_the_sandbox_starts_when_asked_and_ends_when_idle(tmp_path):
    clock = Clock()
    process = SandboxProcess(tmp_path / 'sandbox', PROGRAMS, clock.monotonic)
    try:
        address = process.address()
        assert process.address() is address
        assert get(f"{address.url}/_sandbox/ledger").status == 200
        clock.tick(sandbox_process.IDLE_S - 1)
        process.tend(wanted=True)
        clock.tick(sandbox_process.IDLE_S - 1)
        process.tend(wanted=False)
        assert get(f"{address.url}/_sandbox/ledger").status == 200
        clock.tick(2)
        process.tend(wanted=False)
        with pytest.raises(OSError, match='refused'):
            get(f"{address.url}/_sandbox/ledger")
        again = process.address()
        assert again.key.id == address.key.id  # the account and its jobs are still there
    finally:
        process.close()


@pytest.mark.parametrize('python', [sys.executable + '-missing', '/bin/false'])
def test_a_sandbox_that_does_not_start(tmp_path, python):
    process = SandboxProcess(tmp_path / 'sandbox', Programs(python, ()))
    with pytest.raises(SandboxFailed):
        process.address()
    process.close()
