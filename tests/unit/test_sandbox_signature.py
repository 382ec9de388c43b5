# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandbox's check of TC3 signatures, against vectors that were computed by others."""

from __future__ import annotations

import pytest

from hunyuan3d_blender.sandbox.refusal import Refusal
from hunyuan3d_blender.sandbox.signature import Keys, check

KEYS = Keys('AKIDexampleEXAMPLEexample0000000000', 'exampleSecretKeyEXAMPLE00000000')
NOW = 1767225600
PLAIN, UTF8 = 'application/json', 'application/json; charset=utf-8'
SUBMIT = b'{"Prompt": "a wooden chair", "Model": "3.0", "EnablePBR": true, "FaceCount": 50000, "GenerateType": "Normal"}'
QUERY = b'{"JobId": "1234567890123456789"}'


def headers(
    *,
    signature: str,
    signed: str = 'content-type;host',
    content_type: str = PLAIN,
    service: str = 'ai3d',
    host: str = 'ai3d.tencentcloudapi.com',
    action: str = 'SubmitHunyuanTo3DProJob',
    timestamp: int = NOW,
    secret_id: str = KEYS.secret_id,
    date: str = '2026-01-01',
) -> dict[str, str]:
    credential = f"Credential={secret_id}/{date}/{service}/tc3_request"
    return {
        'authorization': f"TC3-HMAC-SHA256 {credential}, SignedHeaders={signed}, Signature={signature}",
        'content-type': content_type,
        'host': host,
        'x-tc-action': action,
        'x-tc-timestamp': str(timestamp),
    }


A = headers(signature='c566f09b62f5360acb227abbd5c53f204b85ff282cdd1f19d1509ae87663568a')
INTERNATIONAL = {
    'service': 'hunyuan',
    'host': 'hunyuan.intl.tencentcloudapi.com',
    'action': 'QueryHunyuanTo3DProJob',
}
B = headers(signature='b45c9fb6401c3c8028be03924244ef996f92edf4cb158a188744396289acf508', **INTERNATIONAL)
WITH_ACTION = 'content-type;host;x-tc-action'


@pytest.mark.parametrize(
    ('given', 'body', 'service'),
    [
        (A, SUBMIT, 'ai3d'),
        (
            headers(
                signature='2b1b4aa7295c5286c3287d0f51a79d4f0e7c2cdbeda01a630162321701621ea2',
                content_type=UTF8,
            ),
            SUBMIT,
            'ai3d',
        ),
        (
            headers(
                signature='795aaa82bc6e0ec86394cf4adee21791d6ff1c9a15929708e8fbb39f499ae579',
                content_type=UTF8,
                signed=WITH_ACTION,
            ),
            SUBMIT,
            'ai3d',
        ),
        (
            headers(
                signature='801a157d9aef2f9d347525152f7d53d4d94ae62c21cf794f3e1f300195a80f32',
                signed=WITH_ACTION,
            ),
            SUBMIT,
            'ai3d',
        ),
        (B, QUERY, 'hunyuan'),
        (
            headers(
                signature='79a930ae62e670f66a4bb311fec1f57aaa78108ec191b1b84cca7dfb224f5313',
                content_type=UTF8,
                signed=WITH_ACTION,
                **INTERNATIONAL,
            ),
            QUERY,
            'hunyuan',
        ),
    ],
)
def test_vectors_are_accepted(given: dict[str, str], body: bytes, service: str) -> None:
    check(given, body, service, KEYS, NOW)


def test_the_published_vector_is_accepted() -> None:
    keys = Keys('AKIDz8krbsJ5yKBZQpn74WFkmLPx3*******', 'Gu5t9xGARNpq86cd98joQYCN3*******')
    body = rb'{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}'
    given = headers(
        signature='be4f67d323c78ab9acb7395e43c0dbcf822a9cfac32fea2449a7bc7726b770a3',
        signed=WITH_ACTION,
        content_type=UTF8,
        service='cvm',
        host='cvm.tencentcloudapi.com',
        action='DescribeInstances',
        timestamp=1551113065,
        secret_id=keys.secret_id,
        date='2019-02-25',
    )
    check(given, body, 'cvm', keys, 1551113065)


def without(*names: str) -> dict[str, str]:
    return {name: value for name, value in A.items() if name not in names}


@pytest.mark.parametrize(
    ('given', 'body', 'service', 'now', 'code'),
    [
        (A, SUBMIT + b' ', 'ai3d', NOW, 'AuthFailure.SignatureFailure'),
        (A, SUBMIT, 'hunyuan', NOW, 'AuthFailure.SignatureFailure'),
        ({**A, 'host': 'example.com'}, SUBMIT, 'ai3d', NOW, 'AuthFailure.SignatureFailure'),
        ({**A, 'content-type': 'text/plain'}, SUBMIT, 'ai3d', NOW, 'AuthFailure.SignatureFailure'),
        (A, SUBMIT, 'ai3d', NOW + 301, 'AuthFailure.SignatureExpire'),
        (A, SUBMIT, 'ai3d', NOW - 301, 'AuthFailure.SignatureExpire'),
        ({**A, 'x-tc-token': 'x'}, SUBMIT, 'ai3d', NOW, 'AuthFailure.TokenFailure'),
        (without('authorization'), SUBMIT, 'ai3d', NOW, 'AuthFailure.InvalidAuthorization'),
        ({**A, 'authorization': 'Bearer x'}, SUBMIT, 'ai3d', NOW, 'AuthFailure.InvalidAuthorization'),
        (headers(signature='0' * 64, signed='host'), SUBMIT, 'ai3d', NOW, 'AuthFailure.InvalidAuthorization'),
        (without('x-tc-timestamp'), SUBMIT, 'ai3d', NOW, 'MissingParameter'),
        ({**A, 'x-tc-timestamp': 'now'}, SUBMIT, 'ai3d', NOW, 'MissingParameter'),
        (headers(signature='0' * 64, secret_id='AKIDother'), SUBMIT, 'ai3d', NOW, 'AuthFailure.SecretIdNotFound'),
        (headers(signature='0' * 64, secret_id='sk-other'), SUBMIT, 'ai3d', NOW, 'AuthFailure.InvalidSecretId'),
    ],
)  # fmt: skip
def test_others_are_refused(given: dict[str, str], body: bytes, service: str, now: float, code: str) -> None:
    with pytest.raises(Refusal) as raised:
        check(given, body, service, KEYS, now)
    assert raised.value.code == code


@pytest.mark.parametrize('off_s', [-300, 300])
def test_clocks_may_be_five_minutes_apart(off_s: int) -> None:
    check(A, SUBMIT, 'ai3d', KEYS, NOW + off_s)


def test_the_secret_is_in_no_representation() -> None:
    assert KEYS.secret_key not in repr(KEYS)
