# SPDX-License-Identifier: GPL-3.0-or-later
"""Signed URLs of a bucket: those of the documents, and of botocore, character by character."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import botocore.auth
import botocore.session
import pytest
from botocore.config import Config
from hypothesis import given
from hypothesis import strategies as st

from hunyuan3d_blender.services.contract import Key
from hunyuan3d_blender.services.object_storage.bucket import Addressing, Bucket
from hunyuan3d_blender.services.object_storage.signing import presigned

NEW_YEAR = 1767225600.0
EXAMPLE = Key('exampleSecretKeyEXAMPLE00000000', id='AKIDexampleEXAMPLEexample0000000000')
TEMPORARY = Key(EXAMPLE.secret, id=EXAMPLE.id, token='FakeSessionToken==')
COS = Bucket(
    endpoint='https://cos.ap-guangzhou.myqcloud.com', region='ap-guangzhou', name='examplebucket-1250000000'
)
CHINESE = 'hunyuan/模型 1.fbx'

BUCKETS = {
    'cos': COS,
    'aws': Bucket(endpoint='https://s3.eu-west-1.amazonaws.com', region='eu-west-1', name='my-models'),
    'aws_cn': Bucket(
        endpoint='https://s3.cn-north-1.amazonaws.com.cn', region='cn-north-1', name='my-models'
    ),
    'dotted': Bucket(endpoint='https://s3.eu-west-1.amazonaws.com', region='eu-west-1', name='my.models'),
    'r2': Bucket(
        endpoint='https://0123456789abcdef.r2.cloudflarestorage.com',
        region='auto',
        name='models',
        addressing=Addressing.PATH,
    ),
    'minio': Bucket(
        endpoint='http://127.0.0.1:9000', region='us-east-1', name='models', addressing=Addressing.PATH
    ),
    'port': Bucket(
        endpoint='https://minio.example:9443', region='us-east-1', name='models', addressing=Addressing.PATH
    ),
}
KEYS = [
    'model.glb', CHINESE, 'a b.fbx', 'a+b.glb', 'a/b//c/', 'a%20b', "q?x=1&y=2#z", "~tilde_-.", "!*'();:@,$[]{}|^`\"<>\\",
    'ä' * 40, '🪑.glb', 'new\nline', 'e\u0301', 'very/' * 100 + 'deep',
]  # fmt: skip
OPERATIONS = {'PUT': 'put_object', 'GET': 'get_object', 'DELETE': 'delete_object', 'HEAD': 'head_object'}


def ours(method: str, bucket: Bucket, name: str, key: Key = EXAMPLE, **changed: Any) -> str:
    values = {'region': bucket.region, 'lifetime_s': 3600, 'now': NEW_YEAR} | changed
    return presigned(method, bucket.url(name), key, **values)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Sets botocore's clock."""

    def set_to(now: float) -> None:
        moment = datetime.fromtimestamp(now, UTC)
        monkeypatch.setattr(botocore.auth, 'get_current_datetime', lambda *_arguments, **_options: moment)

    set_to(NEW_YEAR)
    return set_to


def botocores(operation: str, bucket: Bucket, name: str, key: Key = EXAMPLE, **arguments: Any) -> str:
    lifetime_s = arguments.pop('lifetime_s', 3600)
    values = {'Bucket': bucket.name, 'Key': name, **arguments}
    return client_of(bucket, key).generate_presigned_url(operation, values, ExpiresIn=lifetime_s)


@cache
def client_of(bucket: Bucket, key: Key) -> Any:
    style = {'addressing_style': str(bucket.addressing)}
    return botocore.session.get_session().create_client(
        's3',
        region_name=bucket.region,
        endpoint_url=bucket.endpoint,
        aws_access_key_id=key.id,
        aws_secret_access_key=key.secret,
        aws_session_token=key.token or None,
        config=Config(signature_version='s3v4', s3=style, request_checksum_calculation='when_required'),
    )


@pytest.mark.parametrize(
    ('method', 'key', 'signature'),
    [
        ('PUT', EXAMPLE, '140ad39dfa40399178570dacb0295a35689c421731faff1b4c7748fdd06d8cfa'),
        ('GET', EXAMPLE, '4f7b8463bbbe78d39402bc1cc387ba51f642213eef97f7fa13adc2cb4d143d31'),
        ('PUT', TEMPORARY, 'e42f168be01a6094890f70ffec0e08432866e61cdb40c9048f9fcbb50667e7e6'),
        ('GET', TEMPORARY, 'ea8f9ea4a7ca36e70f840afe528495259799d05c0f4c40fd815ef878016f1d2d'),
    ],
)
def test_vectors(method: str, key: Key, signature: str) -> None:
    assert ours(method, COS, CHINESE, key).endswith(f"&X-Amz-Signature={signature}")


def test_a_whole_url() -> None:
    assert ours('PUT', COS, CHINESE) == (
        'https://examplebucket-1250000000.cos.ap-guangzhou.myqcloud.com/hunyuan/%E6%A8%A1%E5%9E%8B%201.fbx'
        '?X-Amz-Algorithm=AWS4-HMAC-SHA256'
        '&X-Amz-Credential=AKIDexampleEXAMPLEexample0000000000%2F20260101%2Fap-guangzhou%2Fs3%2Faws4_request'
        '&X-Amz-Date=20260101T000000Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host'
        '&X-Amz-Signature=140ad39dfa40399178570dacb0295a35689c421731faff1b4c7748fdd06d8cfa'
    )


@pytest.mark.parametrize('key', [EXAMPLE, TEMPORARY], ids=['permanent', 'temporary'])
@pytest.mark.parametrize('bucket', BUCKETS.values(), ids=BUCKETS.keys())
def test_botocore_signs_the_same(clock: Any, bucket: Bucket, key: Key) -> None:
    for method, operation in OPERATIONS.items():
        for name in KEYS:
            assert ours(method, bucket, name, key) == botocores(operation, bucket, name, key), (method, name)


@pytest.mark.parametrize('now', [0.0, 1.0e9, NEW_YEAR - 0.5, NEW_YEAR + 0.999, 1709164800.0, 4.1e9])
@pytest.mark.parametrize('lifetime_s', [1, 86_400, 604_800])
def test_botocore_signs_the_same_at_any_time(clock: Any, now: float, lifetime_s: int) -> None:
    clock(now)
    expected = botocores('get_object', COS, 'model.glb', lifetime_s=lifetime_s)
    assert ours('GET', COS, 'model.glb', now=now, lifetime_s=lifetime_s) == expected


@pytest.mark.parametrize(
    ('method', 'operation', 'parameters', 'arguments'),
    [
        ('POST', 'create_multipart_upload', {'uploads': ''}, {}),
        ('PUT', 'upload_part', {'uploadId': 'a+b/c==', 'partNumber': '12'}, {'UploadId': 'a+b/c==', 'PartNumber': 12}),
        ('POST', 'complete_multipart_upload', {'uploadId': 'a b~ä'}, {'UploadId': 'a b~ä'}),
        ('DELETE', 'abort_multipart_upload', {'uploadId': '1'}, {'UploadId': '1'}),
    ],
)  # fmt: skip
@pytest.mark.parametrize('bucket', [COS, BUCKETS['minio']], ids=['virtual', 'path'])
def test_botocore_signs_parts_the_same(
    clock: Any, bucket: Bucket, method: str, operation: str, parameters: Any, arguments: Any
) -> None:
    mine = urlsplit(ours(method, bucket, CHINESE, TEMPORARY, parameters=parameters))
    theirs = urlsplit(botocores(operation, bucket, CHINESE, TEMPORARY, **arguments))
    assert mine[:3] == theirs[:3]
    assert dict(parse_qsl(mine.query, True)) == dict(parse_qsl(theirs.query, True))


def test_the_usual_port_is_left_out_as_http_clients_do(clock: Any) -> None:
    bucket = Bucket(
        endpoint='https://Minio.example:443', region='us-east-1', name='models', addressing=Addressing.PATH
    )
    url = ours('GET', bucket, 'model.glb')
    assert url.startswith('https://minio.example/models/model.glb?')
    assert url.endswith(botocores('get_object', bucket, 'model.glb').rpartition('=')[2])


def test_the_date_is_that_of_the_world_not_of_the_computer(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = ours('PUT', COS, CHINESE)
    monkeypatch.setenv('TZ', 'Pacific/Kiritimati')
    time.tzset()
    try:
        assert ours('PUT', COS, CHINESE) == expected
    finally:
        monkeypatch.undo()
        time.tzset()


@given(st.text(min_size=1))
def test_any_name_is_one_path_of_plain_characters(name: str) -> None:
    name = name.encode('utf-8', 'replace').decode()
    url = urlsplit(ours('GET', COS, name))
    assert url.netloc == 'examplebucket-1250000000.cos.ap-guangzhou.myqcloud.com'
    assert url.geturl().isascii()
    assert not url.fragment
    assert url.query.startswith('X-Amz-Algorithm=')


@pytest.mark.parametrize('lifetime_s', [0, -1, 604_801])
def test_a_link_that_no_store_takes_is_not_made(lifetime_s: int) -> None:
    with pytest.raises(ValueError, match="cannot live"):
        ours('GET', COS, 'x', lifetime_s=lifetime_s)
