# SPDX-License-Identifier: GPL-3.0-or-later
"""TC3 signatures against published vectors, and against the official SDK."""

from __future__ import annotations

import json
import time
from importlib import import_module
from typing import Any

import pytest
import requests

from hunyuan3d_blender.services.contract import Key
from hunyuan3d_blender.services.tencent_cloud.signing import Tc3Auth, authorization
from tests.protocol.loopback import answer, header, serving

EXAMPLE = Key('exampleSecretKeyEXAMPLE00000000', id='AKIDexampleEXAMPLEexample0000000000')
PUBLISHED = Key('Gu5t9xGARNpq86cd98joQYCN3*******', id='AKIDz8krbsJ5yKBZQpn74WFkmLPx3*******')
CHINA, INTERNATIONAL = 'ai3d.tencentcloudapi.com', 'hunyuan.intl.tencentcloudapi.com'
PLAIN, WITH_CHARSET = 'application/json', 'application/json; charset=utf-8'

CHAIR = b'{"Prompt": "a wooden chair", "Model": "3.0", "EnablePBR": true, "FaceCount": 50000, "GenerateType": "Normal"}'
QUERY = b'{"JobId": "1234567890123456789"}'
UNNAMED = b'{"Limit": 1, "Filters": [{"Values": ["\\u672a\\u547d\\u540d"], "Name": "instance-name"}]}'

# key, service, host, content type, action when it is signed too, body, timestamp, signature
VECTORS: list[tuple[Any, ...]] = [
    (EXAMPLE, 'ai3d', CHINA, PLAIN, '', CHAIR, 1767225600,
     'c566f09b62f5360acb227abbd5c53f204b85ff282cdd1f19d1509ae87663568a'),
    (EXAMPLE, 'ai3d', CHINA, WITH_CHARSET, '', CHAIR, 1767225600,
     '2b1b4aa7295c5286c3287d0f51a79d4f0e7c2cdbeda01a630162321701621ea2'),
    (EXAMPLE, 'ai3d', CHINA, WITH_CHARSET, 'submithunyuanto3dprojob', CHAIR, 1767225600,
     '795aaa82bc6e0ec86394cf4adee21791d6ff1c9a15929708e8fbb39f499ae579'),
    (EXAMPLE, 'ai3d', CHINA, PLAIN, 'submithunyuanto3dprojob', CHAIR, 1767225600,
     '801a157d9aef2f9d347525152f7d53d4d94ae62c21cf794f3e1f300195a80f32'),
    (EXAMPLE, 'hunyuan', INTERNATIONAL, PLAIN, '', QUERY, 1767225600,
     'b45c9fb6401c3c8028be03924244ef996f92edf4cb158a188744396289acf508'),
    (EXAMPLE, 'hunyuan', INTERNATIONAL, WITH_CHARSET, 'queryhunyuanto3dprojob', QUERY, 1767225600,
     '79a930ae62e670f66a4bb311fec1f57aaa78108ec191b1b84cca7dfb224f5313'),
    # https://cloud.tencent.com/document/api/362/4208, whose keys really end in asterisks
    (PUBLISHED, 'cvm', 'cvm.tencentcloudapi.com', WITH_CHARSET, 'describeinstances', UNNAMED, 1551113065,
     'be4f67d323c78ab9acb7395e43c0dbcf822a9cfac32fea2449a7bc7726b770a3'),
]  # fmt: skip


@pytest.mark.parametrize(
    ('key', 'service', 'host', 'content_type', 'action', 'body', 'timestamp', 'signature'), VECTORS
)
def test_published_vectors(
    key: Key,
    service: str,
    host: str,
    content_type: str,
    action: str,
    body: bytes,
    timestamp: int,
    signature: str,
) -> None:
    headers = {'host': host, 'content-type': content_type} | ({'x-tc-action': action} if action else {})
    value = authorization(key, service=service, headers=headers, body=body, timestamp=timestamp)
    assert value.endswith(f", SignedHeaders={';'.join(sorted(headers))}, Signature={signature}")


def test_the_whole_header_of_vector_a() -> None:
    assert sign(CHAIR, EXAMPLE).headers['Authorization'] == (
        "TC3-HMAC-SHA256 Credential=AKIDexampleEXAMPLEexample0000000000/2026-01-01/ai3d/tc3_request, "
        "SignedHeaders=content-type;host, "
        "Signature=c566f09b62f5360acb227abbd5c53f204b85ff282cdd1f19d1509ae87663568a"
    )


def sign(body: bytes, key: Key, url: str = f"https://{CHINA}", timestamp: float = 1767225600.9) -> Any:
    auth = Tc3Auth(lambda: key, 'ai3d', clock=lambda: timestamp)
    return requests.Request('POST', url, {'Content-Type': PLAIN}, data=body, auth=auth).prepare()


def test_a_session_token_is_sent_and_changes_no_signature() -> None:
    plain = sign(CHAIR, EXAMPLE)
    temporary = sign(CHAIR, Key(EXAMPLE.secret, id=EXAMPLE.id, token='FakeSessionToken=='))
    assert 'X-TC-Token' not in plain.headers
    assert temporary.headers['X-TC-Token'] == 'FakeSessionToken=='
    assert temporary.headers['Authorization'] == plain.headers['Authorization']


def test_the_date_is_that_of_the_world_not_of_the_computer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('TZ', 'Pacific/Kiritimati')
    time.tzset()
    try:
        assert '/2026-01-01/ai3d/' in sign(CHAIR, EXAMPLE, timestamp=1767225600.0).headers['Authorization']
        assert '/2025-12-31/ai3d/' in sign(CHAIR, EXAMPLE, timestamp=1767225599.0).headers['Authorization']
    finally:
        monkeypatch.undo()
        time.tzset()


def test_the_host_is_signed_with_its_port() -> None:
    request = sign(CHAIR, EXAMPLE, 'http://127.0.0.1:8080')
    headers = {'host': '127.0.0.1:8080', 'content-type': PLAIN}
    assert request.headers['Host'] == '127.0.0.1:8080'
    assert request.headers['Authorization'] == authorization(
        EXAMPLE, service='ai3d', headers=headers, body=CHAIR, timestamp=1767225600
    )


@pytest.mark.filterwarnings(
    'ignore:.*utcfromtimestamp:DeprecationWarning'
)  # the SDK's, in Python 3.12 and later
@pytest.mark.parametrize('token', ['', 'FakeSessionToken=='])
@pytest.mark.parametrize(
    'parameters',
    [
        {'Prompt': "a chair"}, {'Prompt': "中文 \"'\\\n🪑"}, {'FaceCount': 50000, 'EnablePBR': True},
        {'ImageBase64': 'A' * 10_000},
    ],
    ids=['ascii', 'unicode', 'options', 'picture'],
)  # fmt: skip
def test_the_official_sdk_signs_the_same(parameters: dict[str, Any], token: str) -> None:
    """The SDK sends a request of its own to a server here; ours of the same body and second has the same signature."""
    credential = import_module('tencentcloud.common.credential')
    ai3d = import_module('tencentcloud.ai3d.v20250513.ai3d_client')
    from tencentcloud.common.profile.client_profile import ClientProfile
    from tencentcloud.common.profile.http_profile import HttpProfile

    accepted = answer(
        b'{"Response": {"JobId": "1", "RequestId": "r"}}', headers='Content-Type: application/json\r\n'
    )
    with serving(accepted) as server:
        profile = ClientProfile(httpProfile=HttpProfile(protocol='http', endpoint=f"127.0.0.1:{server.port}"))
        client = ai3d.Ai3dClient(
            credential.Credential(EXAMPLE.id, EXAMPLE.secret, token or None), '', profile
        )
        client.call_json('SubmitHunyuanTo3DProJob', parameters)
    (theirs,) = server.requests
    body = theirs.partition(b'\r\n\r\n')[2]
    assert json.loads(body) == parameters
    timestamp = float(header(theirs, 'X-TC-Timestamp') or 0)
    ours = sign(body, Key(EXAMPLE.secret, id=EXAMPLE.id, token=token), server.url, timestamp)
    for name in ('Authorization', 'X-TC-Timestamp', 'X-TC-Token', 'Host', 'Content-Type'):
        assert ours.headers.get(name) == header(theirs, name), name
