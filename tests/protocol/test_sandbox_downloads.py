# SPDX-License-Identifier: GPL-3.0-or-later
"""Result files of the sandbox: ranges, expiry, and every way in which a download may go wrong."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from hunyuan3d_blender.sandbox.server import Sandbox, running
from tests.protocol.sandbox_calls import Clock, finished, get, query, submit, switch_on


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sandbox(tmp_path: Path, clock: Clock) -> Iterator[Sandbox]:
    with running(tmp_path, clock=clock) as sandbox:
        yield sandbox


@pytest.fixture
def job_id(sandbox: Sandbox) -> str:
    job_id = submit(sandbox)
    finished(sandbox, job_id)
    return job_id


@pytest.fixture
def url(sandbox: Sandbox, job_id: str) -> str:
    """Of a GLB."""
    return str(query(sandbox, job_id)['ResultFile3Ds'][1]['Url'])


@pytest.fixture
def data(sandbox: Sandbox, job_id: str) -> bytes:
    """What is behind it."""
    job = sandbox.ledger.job(job_id)
    return (sandbox.ledger.folder_of(job) / 'output' / job.files[1][1]).read_bytes()


def test_a_whole_file(url: str, data: bytes) -> None:
    answer = get(url)
    assert (answer.status, answer.body) == (200, data)
    assert answer.headers['Content-Length'] == str(len(data))
    assert answer.headers['Accept-Ranges'] == 'bytes'


@pytest.mark.parametrize(
    ('asked', 'status', 'part'),
    [
        ('bytes=0-', 206, slice(0, None)),
        ('bytes=10-', 206, slice(10, None)),
        ('bytes=10-19', 206, slice(10, 20)),
        ('bytes=10-999999999', 206, slice(10, None)),
        ('bytes=-10', 206, slice(-10, None)),
        ('bytes=999999999-', 416, slice(0, 0)),
        ('bytes=20-10', 416, slice(0, 0)),
        ('bytes=-', 200, slice(0, None)),
        ('bytes=0-1,4-5', 200, slice(0, None)),
        ('lines=1-2', 200, slice(0, None)),
    ],
)
def test_ranges(url: str, data: bytes, asked: str, status: int, part: slice) -> None:
    answer = get(url, {'Range': asked})
    assert (answer.status, answer.body) == (status, data[part])
    start, stop, _ = part.indices(len(data))
    expected = {206: f"bytes {start}-{stop - 1}/{len(data)}", 416: f"bytes */{len(data)}"}
    assert answer.headers.get('Content-Range') == expected.get(status)


def test_if_range(url: str, data: bytes) -> None:
    etag = get(url).headers['ETag']
    assert get(url, {'Range': 'bytes=10-', 'If-Range': etag}).body == data[10:]
    assert get(url, {'Range': 'bytes=10-', 'If-Range': '"other"'}).body == data


@pytest.mark.parametrize('asked_after_s', [0, 3600])
def test_urls_expire(sandbox: Sandbox, clock: Clock, job_id: str, asked_after_s: int) -> None:
    submitted = clock.now
    clock.now += asked_after_s
    url = str(query(sandbox, job_id)['ResultFile3Ds'][1]['Url'])
    clock.now = submitted + 86_399
    assert get(url).status == 200
    clock.now = submitted + 86_401
    expired = get(url)
    assert (expired.status, expired.headers['Content-Type']) == (403, 'application/xml')
    assert b'<Code>AccessDenied</Code><Message>Request has expired</Message>' in expired.body


@pytest.mark.parametrize(
    ('old', 'new'), [('q-sign-time=18', 'q-sign-time=19'), ('q-signature=', 'q-signature=0')]
)
def test_urls_cannot_be_changed(url: str, old: str, new: str) -> None:
    answer = get(url.replace(old, new))
    assert answer.status == 403
    assert b'SignatureDoesNotMatch' in answer.body


def test_urls_need_their_query(url: str) -> None:
    assert get(url.partition('?')[0]).status == 403


def test_expired_once(sandbox: Sandbox, job_id: str, url: str) -> None:
    switch_on(sandbox, 'url_expired')
    assert get(url).status == 403
    assert get(query(sandbox, job_id)['ResultFile3Ds'][1]['Url']).status == 200


def test_cut_and_resumed(sandbox: Sandbox, url: str, data: bytes) -> None:
    switch_on(sandbox, 'cut')
    with pytest.raises(http.client.IncompleteRead) as raised:
        get(url)
    first = raised.value.partial
    assert 0 < len(first) < len(data)
    rest = get(url, {'Range': f'bytes={len(first)}-'})
    assert rest.status == 206
    assert first + rest.body == data


def test_stalled(sandbox: Sandbox, url: str, data: bytes) -> None:
    switch_on(sandbox, 'stall')
    host, _, path = url.removeprefix('http://').partition('/')
    connection = http.client.HTTPConnection(host, timeout=0.5)
    connection.request('GET', f'/{path}')
    response = connection.getresponse()
    assert response.read(len(data) // 2) == data[: len(data) // 2]
    with pytest.raises(TimeoutError):
        response.read(1)
    response.close()
    connection.close()


def test_no_range(sandbox: Sandbox, url: str, data: bytes) -> None:
    switch_on(sandbox, 'no_range')
    answer = get(url, {'Range': 'bytes=10-'})
    assert (answer.status, answer.body) == (200, data)


def test_new_etag(sandbox: Sandbox, url: str, data: bytes) -> None:
    before = get(url).headers['ETag']
    switch_on(sandbox, 'new_etag')
    answer = get(url, {'Range': 'bytes=10-', 'If-Range': before})
    assert (answer.status, answer.body) == (200, data)
    assert answer.headers['ETag'] != before


def test_length_long(sandbox: Sandbox, url: str, data: bytes) -> None:
    switch_on(sandbox, 'length_long')
    with pytest.raises(http.client.IncompleteRead) as raised:
        get(url)
    assert raised.value.partial == data


def test_length_short(sandbox: Sandbox, url: str, data: bytes) -> None:
    switch_on(sandbox, 'length_short')
    answer = get(url)
    assert answer.body == data[: len(data) // 2], "the client sees half and a length that agrees"


def test_previews_take_no_part(sandbox: Sandbox, job_id: str, url: str) -> None:
    switch_on(sandbox, 'url_expired')
    assert get(query(sandbox, job_id)['ResultFile3Ds'][0]['PreviewImageUrl']).status == 200
    assert get(url).status == 403


def test_a_client_that_goes_away_harms_nobody(sandbox: Sandbox, url: str, data: bytes) -> None:
    with socket.create_connection(('127.0.0.1', sandbox.server_address[1])) as connection:
        connection.sendall(b'GET /results/1/2 HTTP/1.1\r\n')
    assert get(url).body == data
