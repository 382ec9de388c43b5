# SPDX-License-Identifier: GPL-3.0-or-later
"""The official SDK of both editions, pointed at the sandbox: what it can do there, it can do at the real service."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hunyuan3d_blender.sandbox.server import Sandbox, running
from tests.protocol.sandbox_calls import Clock, get, switch_on, wait_until
from tests.protocol.tencent_sdk import EDITIONS, Sdk, code_of

pytestmark = pytest.mark.filterwarnings("ignore:.*utcfromtimestamp:DeprecationWarning")  # the SDK's own


@pytest.fixture
def clock() -> Clock:
    """The SDK signs with the real time, so the sandbox begins with that."""
    clock = Clock()
    clock.now = time.time()
    return clock


@pytest.fixture
def sandbox(tmp_path: Path, clock: Clock) -> Iterator[Sandbox]:
    with running(tmp_path, clock=clock, seconds=8.0) as sandbox:
        yield sandbox


@pytest.fixture(params=EDITIONS)
def edition(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def sdk(edition: str, sandbox: Sandbox) -> Sdk:
    keys = sandbox.ledger.keys
    return Sdk(edition, sandbox.url, keys.secret_id, keys.secret_key)


@pytest.mark.parametrize('kind', ['Pro', 'Rapid'])
def test_submit_and_query(sdk: Sdk, edition: str, sandbox: Sandbox, clock: Clock, kind: str) -> None:
    values = {'EnablePBR': True} | ({'ResultFormat': 'GLB'} if kind == 'Rapid' else {'FaceCount': 50_000})
    submitted = sdk.call(f'SubmitHunyuanTo3D{kind}Job', Prompt="a chair", **values)
    wait_until(lambda: sandbox.ledger.job(submitted.JobId).finished_at is not None)
    clock.now += 8
    answer = sdk.call(f'QueryHunyuanTo3D{kind}Job', JobId=submitted.JobId)
    assert (answer.Status, answer.ErrorCode, answer.ErrorMessage) == ('DONE', '', '')
    assert [file.Type for file in answer.ResultFile3Ds] == (['GLB'] if kind == 'Rapid' else ['OBJ', 'GLB'])
    assert get(answer.ResultFile3Ds[-1].Url).body.startswith(b'glTF')
    if (kind, edition) == ('Pro', 'china'):
        assert answer.ResultCreditConsumed == 40
        assert answer.ResultCreditDetails == '{"GenerateType-Normal": 20, "Pbr": 10, "FaceCount": 10}'


@pytest.mark.parametrize(
    ('values', 'code'),
    [
        ({}, 'InvalidParameter'),
        ({'Prompt': "x" * 1025}, 'InvalidParameterValue'),
        ({'Prompt': "x", 'FaceCount': 1}, 'InvalidParameterValue'),
        ({'Prompt': "x", 'Model': '3.1', 'GenerateType': 'LowPoly'}, 'InvalidParameterValue'),
        ({'ImageBase64': 'AAAA'}, 'FailedOperation.ImageDecodeFailed'),
        ({'ImageUrl': 'https://example.com/a.png'}, 'FailedOperation.DownloadError'),
    ],
)
def test_refusals(sdk: Sdk, sandbox: Sandbox, values: dict[str, Any], code: str) -> None:
    assert code_of(lambda: sdk.call('SubmitHunyuanTo3DProJob', **values)) == code
    assert not sandbox.ledger.jobs()


def test_too_many_jobs(sdk: Sdk) -> None:
    sdk.call('SubmitHunyuanTo3DRapidJob', Prompt="a chair")
    code = code_of(lambda: sdk.call('SubmitHunyuanTo3DRapidJob', Prompt="a chair"))
    assert code == 'RequestLimitExceeded.JobNumExceed'


def test_wrong_keys(edition: str, sandbox: Sandbox) -> None:
    keys = sandbox.ledger.keys
    for secret_id, secret_key, code in (
        (keys.secret_id, 'x' * 32, 'AuthFailure.SignatureFailure'),
        ('AKIDx', keys.secret_key, 'AuthFailure.SecretIdNotFound'),
        ('x', keys.secret_key, 'AuthFailure.InvalidSecretId'),
    ):
        sdk = Sdk(edition, sandbox.url, secret_id, secret_key)
        assert code_of(lambda sdk=sdk: sdk.call('QueryHunyuanTo3DProJob', JobId='1')) == code


def test_a_clock_that_is_ten_minutes_off(sdk: Sdk, sandbox: Sandbox) -> None:
    switch_on(sandbox, 'clock')
    code = code_of(lambda: sdk.call('QueryHunyuanTo3DProJob', JobId='1'))
    assert code == 'AuthFailure.SignatureExpire'
