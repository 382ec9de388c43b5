# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandbox's bucket is one for Amazon's own library too, and refuses what a real one refuses."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import botocore.auth
import pytest
from botocore.config import Config

from hunyuan3d_blender.sandbox.fetch import fetch_model
from hunyuan3d_blender.sandbox.object_storage import BUCKET, PART_MIN_BYTES
from hunyuan3d_blender.sandbox.refusal import Refusal
from hunyuan3d_blender.sandbox.server import Sandbox, running
from hunyuan3d_blender.sandbox.signed_query import REGION
from tests.worker_parts import Clock


class Boto:
    """URLs that Amazon's library signs, at the time of the sandbox."""

    def __init__(self, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, **changed: str) -> None:
        self.sandbox = sandbox
        self._patch = monkeypatch
        keys = sandbox.ledger.keys
        values = {
            'region_name': REGION,
            'aws_access_key_id': keys.secret_id,
            'aws_secret_access_key': keys.secret_key,
        }
        style = Config(
            signature_version='s3v4',
            s3={'addressing_style': 'path'},
            request_checksum_calculation='when_required',
        )
        self._client = boto3.client('s3', endpoint_url=sandbox.url, config=style, **values | changed)

    def url(self, operation: str, name: str = 'model.glb', lifetime_s: int = 60, **values: Any) -> str:
        moment = datetime.fromtimestamp(self.sandbox.clock(), UTC)
        self._patch.setattr(botocore.auth, 'get_current_datetime', lambda *_, **__: moment)
        return self._client.generate_presigned_url(
            operation, {'Bucket': BUCKET, 'Key': name, **values}, ExpiresIn=lifetime_s
        )


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sandbox(tmp_path: Path, clock: Clock) -> Iterator[Sandbox]:
    with running(tmp_path / 'sandbox', clock=clock) as sandbox:
        yield sandbox


@pytest.fixture
def boto(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Boto:
    return Boto(sandbox, monkeypatch)


def send(method: str, url: str, body: bytes | None = b'', **headers: str) -> tuple[int, bytes, Any]:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=60)
    try:
        connection.request(method, f"{parts.path}?{parts.query}", body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read(), answer.headers
    finally:
        connection.close()


@pytest.mark.parametrize('name', ['model.glb', 'a/b c/模型+1.fbx', '~!*\'()=&?#'])
def test_objects(boto: Boto, name: str) -> None:
    assert send('PUT', boto.url('put_object', name), b'0123456789')[0] == 200
    assert boto.sandbox.objects.names() == [name]
    status, body, headers = send('GET', boto.url('get_object', name))
    assert (status, body) == (200, b'0123456789')
    assert send('GET', boto.url('get_object', name), Range='bytes=2-4')[:2] == (206, b'234')
    status, body, headers = send('HEAD', boto.url('head_object', name))
    assert (status, body, headers['Content-Length']) == (200, b'', '10')
    assert send('DELETE', boto.url('delete_object', name))[0] == 204
    assert send('DELETE', boto.url('delete_object', name))[0] == 204
    assert send('GET', boto.url('get_object', name))[0] == 404
    assert boto.sandbox.objects.names() == []


def test_objects_in_parts(boto: Boto) -> None:
    status, body, _ = send('POST', boto.url('create_multipart_upload'))
    assert status == 200
    (upload,) = boto.sandbox.objects.uploads()
    assert upload.encode() in body
    parts = [b'a' * PART_MIN_BYTES, b'the end']
    tags = []
    for number, part in enumerate(parts, 1):
        url = boto.url('upload_part', UploadId=upload, PartNumber=number)
        status, _, headers = send('PUT', url, part)
        assert status == 200
        tags.append(headers['ETag'])
    whole = ''.join(
        f"<Part><PartNumber>{n}</PartNumber><ETag>{tag}</ETag></Part>" for n, tag in enumerate(tags, 1)
    )
    url = boto.url('complete_multipart_upload', UploadId=upload)
    wrong = whole.replace(tags[0], '"' + '0' * 32 + '"')
    assert b'InvalidPart' in send('POST', url, f"<C>{wrong}</C>".encode())[1]
    status, body, _ = send(
        'POST', url, f"<CompleteMultipartUpload>{whole}</CompleteMultipartUpload>".encode()
    )
    assert status == 200
    assert b'CompleteMultipartUploadResult' in body
    assert send('GET', boto.url('get_object'))[1] == b''.join(parts)
    assert send('POST', url, whole.encode())[0] == 404
    assert boto.sandbox.objects.uploads() == []


def test_small_parts_are_refused_where_a_real_bucket_refuses_them(boto: Boto) -> None:
    send('POST', boto.url('create_multipart_upload'))
    (upload,) = boto.sandbox.objects.uploads()
    tags = [
        send('PUT', boto.url('upload_part', UploadId=upload, PartNumber=n), b'small')[2]['ETag']
        for n in (1, 2)
    ]
    whole = ''.join(
        f"<Part><PartNumber>{n}</PartNumber><ETag>{tag}</ETag></Part>" for n, tag in enumerate(tags, 1)
    )
    status, body, _ = send(
        'POST', boto.url('complete_multipart_upload', UploadId=upload), f"<C>{whole}</C>".encode()
    )
    assert (status, b'EntityTooSmall' in body) == (400, True)
    assert send('DELETE', boto.url('abort_multipart_upload', UploadId=upload))[0] == 204
    assert boto.sandbox.objects.uploads() == []


@pytest.mark.parametrize(
    ('spoil', 'status', 'code'),
    [
        (lambda url: url.partition('?')[0], 403, b'AccessDenied'),
        (lambda url: url[:-1] + ('0' if url[-1] != '0' else '1'), 403, b'SignatureDoesNotMatch'),
        (lambda url: url.replace('model', 'other'), 403, b'SignatureDoesNotMatch'),
        (lambda url: url.replace('Expires=60', 'Expires=600'), 403, b'SignatureDoesNotMatch'),
        (lambda url: url.replace('Expires=60', 'Expires=604801'), 400, b'AuthorizationQueryParametersError'),
        (lambda url: url.replace('Expires=60', 'Expires=0'), 400, b'AuthorizationQueryParametersError'),
        (lambda url: url.replace('AKID', 'AKIX'), 403, b'InvalidAccessKeyId'),
        (lambda url: url.replace('X-Amz-Date=2', 'X-Amz-Date=x'), 400, b'AuthorizationQueryParametersError'),
        (lambda url: f"{url}&response-content-type=text/html", 403, b'SignatureDoesNotMatch'),
        (lambda url: url.replace('%2Fsandbox%2F', '%2Feu-west-1%2F'), 400, b'<Region>sandbox</Region>'),
    ],
)  # fmt: skip
def test_a_link_that_was_changed_is_refused(boto: Boto, spoil: Any, status: int, code: bytes) -> None:
    send('PUT', boto.url('put_object'), b'secret')
    answer = send('GET', spoil(boto.url('get_object')))
    assert answer[0] == status
    assert code in answer[1]
    assert b'secret' not in answer[1]


def test_a_link_is_for_its_method_its_time_and_its_key(boto: Boto, clock: Clock, monkeypatch: Any) -> None:
    link = boto.url('get_object')
    send('PUT', boto.url('put_object'), b'secret')
    assert send('DELETE', link)[0] == 403
    assert send('PUT', link, b'other')[0] == 403
    clock.tick(60)
    assert send('GET', link)[:2] == (200, b'secret')
    clock.tick(1)
    assert b'Request has expired' in send('GET', link)[1]
    early = boto.url('get_object')
    clock.tick(-3600)
    assert b'not yet valid' in send('GET', early)[1]
    wrong = Boto(boto.sandbox, monkeypatch, aws_secret_access_key='wrong')
    assert b'SignatureDoesNotMatch' in send('GET', wrong.url('get_object'))[1]
    temporary = Boto(boto.sandbox, monkeypatch, aws_session_token='token')
    assert b'InvalidToken' in send('GET', temporary.url('get_object'))[1]


def test_another_bucket_and_another_host_do_not_exist(boto: Boto) -> None:
    assert b'NoSuchBucket' in send('GET', boto.url('get_object', Bucket='another'))[1]
    assert send('GET', boto.url('get_object'), Host='evil.example')[0] == 400
    assert send('PUT', boto.url('put_object'), b'x', Host='evil.example')[0] == 400


def test_a_length_has_to_be_stated(boto: Boto) -> None:
    parts = urlsplit(boto.url('put_object'))
    connection = http.client.HTTPConnection(parts.netloc, timeout=60)
    connection.putrequest('PUT', f"{parts.path}?{parts.query}")
    connection.endheaders()
    assert connection.getresponse().status == 411
    connection.close()
    assert boto.sandbox.objects.names() == []


def test_objects_outlive_the_sandbox(tmp_path: Path, monkeypatch: Any) -> None:
    for expected in ([], ['model.glb']):
        with running(tmp_path / 'sandbox') as here:
            assert here.objects.names() == expected
            send('PUT', Boto(here, monkeypatch).url('put_object'), b'x')


# What the service fetches


def test_the_service_fetches_what_a_stranger_may_fetch(boto: Boto, clock: Clock) -> None:
    send('PUT', boto.url('put_object'), b'model')
    link = boto.url('get_object')
    assert fetch_model(link) == b'model'
    with pytest.raises(Refusal) as refusal:
        fetch_model(link, max_bytes=4)
    assert refusal.value.code == 'InvalidParameterValue'
    clock.tick(61)
    private = f"{boto.sandbox.url}/{BUCKET}/model.glb"
    for url in (
        link, private, 'https://bucket.example/model.glb', 'http://user@127.0.0.1/x', 'file:///etc/passwd',
        '/tmp/model.glb', '', f"{boto.sandbox.url}/nowhere", 'http://10.0.0.1/x', 'http://[::1',
    ):  # fmt: skip
        with pytest.raises(Refusal) as refusal:
            fetch_model(url)
        assert refusal.value.code == 'FailedOperation.DownloadError'


def test_a_name_that_is_too_long_is_refused(boto: Boto) -> None:
    status, body, _ = send('PUT', boto.url('put_object', 'x' * 300), b'x')
    assert (status, b'KeyTooLongError' in body) == (400, True)
