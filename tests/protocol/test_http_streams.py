# SPDX-License-Identifier: GPL-3.0-or-later
"""Downloads: redirects, cuts, silence."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hunyuan3d_blender.services import http
from hunyuan3d_blender.services.errors import NotSent, Unclear
from hunyuan3d_blender.services.http import ANSWER_MAX_BYTES, Network, call, open_stream
from tests.protocol.loopback import (
    LENGTH,
    NETWORK,
    answer,
    certificate,
    endless,
    header,
    recorded_connects,
    serving,
)


@pytest.fixture
def reached() -> Iterator[list[Any]]:
    """Every address that was connected to during the test."""
    with recorded_connects() as addresses:
        yield addresses


def test_a_signed_url_is_asked_for_byte_by_byte() -> None:
    query = 'q-sign-time=1778488950%3B1778575349&q-header-list=host&q-url-param-list=&q-signature=ab%2Bc~_-.'
    with (
        serving(answer()) as server,
        open_stream(
            NETWORK, f"{server.url}/x/%E4%BD%A0.glb?{query}", headers={}, allow_loopback=True
        ) as stream,
    ):
        assert b''.join(stream.chunks()) == b'ok'
        assert server.requests[0].split(b' ')[1].decode() == f"/x/%E4%BD%A0.glb?{query}"


# Bodies that are too large for memory


class Pieces:
    """Three pieces, made anew each time."""

    def __len__(self) -> int:
        return 3 << 20

    def __iter__(self) -> Iterator[bytes]:
        return iter([b'a' * (1 << 20), b'b' * (1 << 20), b'c' * (1 << 20)])


@pytest.mark.parametrize('encrypted', [False, True], ids=['plain', 'tls'])
def test_a_streamed_body_arrives_whole_with_its_length(encrypted: bool, tmp_path: Path) -> None:
    tls, file = certificate(tmp_path) if encrypted else (None, None)
    network = Network(ca_bundle=str(file) if file else None)
    with serving(answer(), tls) as server:
        call(network, 'PUT', server.url, body=Pieces(), headers={}, allow_loopback=True)
    (request,) = server.requests
    assert header(request, 'Content-Length') == str(3 << 20)
    assert header(request, 'Transfer-Encoding') is None
    assert request.partition(b'\r\n\r\n')[2] == b''.join(Pieces())


def test_what_a_streamed_body_raises_goes_through() -> None:
    class Broken(Pieces):
        def __iter__(self) -> Iterator[bytes]:
            yield b'a'
            raise KeyError("cancelled")

    with serving(answer()) as server, pytest.raises(KeyError, match="cancelled"):
        call(NETWORK, 'PUT', server.url, body=Broken(), headers={}, allow_loopback=True)


# Streams


def test_a_stream_follows_checked_redirects_without_credentials() -> None:
    with serving(answer(b'data', headers='ETag: "1"\r\n')) as last:
        with serving(answer(b'', '302 Found', f"Location: {last.url}/file\r\nSet-Cookie: a=b\r\n")) as first:
            headers = {'Range': 'bytes=1-'}
            with open_stream(NETWORK, first.url, headers=headers, allow_loopback=True) as stream:
                assert (stream.status, stream.headers['etag'], b''.join(stream.chunks())) == (
                    200,
                    '"1"',
                    b'data',
                )
        (request,) = last.requests
    assert header(request, 'Range') == 'bytes=1-'
    assert header(request, 'Cookie') is None
    assert header(request, 'Authorization') is None


@pytest.mark.parametrize(
    'target',
    ['https://169.254.169.254/', 'http://example.com/', 'file:///etc/passwd', '//10.0.0.1/', 'https://[::]/'],
)
def test_a_redirect_is_checked_like_the_first_url(target: str, reached: list[Any]) -> None:
    with serving(answer(b'', '302 Found', f"Location: {target}\r\n")) as server:
        with pytest.raises(NotSent), open_stream(NETWORK, server.url, headers={}, allow_loopback=True):
            pass
        assert {address[1] for address in reached} == {server.port}


@pytest.mark.parametrize(('hops', 'arrives'), [(3, True), (4, False)])
def test_three_redirects_are_enough(hops: int, arrives: bool) -> None:
    left = hops

    def handler(connection: socket.socket) -> None:
        nonlocal left
        left -= 1
        (answer(b'', '301 Moved', 'Location: /next\r\n') if left >= 0 else answer())(connection)

    with serving(handler) as server:
        if arrives:
            with open_stream(NETWORK, server.url, headers={}, allow_loopback=True) as stream:
                assert b''.join(stream.chunks()) == b'ok'
        else:
            with pytest.raises(NotSent), open_stream(NETWORK, server.url, headers={}, allow_loopback=True):
                pass
        assert len(server.requests) == 4


def test_a_stream_without_end_is_not_collected() -> None:
    with serving(endless(LENGTH, b'x' * 65536)) as server:
        total = 0
        with open_stream(NETWORK, server.url, headers={}, allow_loopback=True) as stream:
            for chunk in stream.chunks():
                total += len(chunk)
                if total > 2 * ANSWER_MAX_BYTES:
                    break
        assert total > 2 * ANSWER_MAX_BYTES


def test_a_stream_gives_what_is_there_and_says_when_it_is_cut() -> None:
    def handler(connection: socket.socket) -> None:
        connection.sendall(LENGTH + b'first')
        time.sleep(0.2)
        connection.sendall(b'second')

    with (
        serving(handler) as server,
        open_stream(NETWORK, server.url, headers={}, allow_loopback=True) as stream,
    ):
        chunks = stream.chunks()
        assert (next(chunks), next(chunks)) == (b'first', b'second')
        with pytest.raises(Unclear):
            next(chunks)


def test_a_stream_that_falls_silent_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, 'SILENCE_S', 0.5)
    with (
        serving(endless(LENGTH + b'first', b'')) as server,
        open_stream(NETWORK, server.url, headers={}, allow_loopback=True) as stream,
    ):
        chunks = stream.chunks()
        assert next(chunks) == b'first'
        with pytest.raises(Unclear):
            next(chunks)


def test_a_stream_can_be_stopped_while_it_waits() -> None:
    stop = threading.Event()
    timer = threading.Timer(0.3, stop.set)
    timer.start()
    with (
        serving(endless(LENGTH, b'', 0.1)) as server,
        pytest.raises(Unclear),
        open_stream(NETWORK, server.url, headers={}, allow_loopback=True, stop=stop.is_set) as stream,
    ):
        next(stream.chunks())
    timer.join()
