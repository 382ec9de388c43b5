# SPDX-License-Identifier: GPL-3.0-or-later
"""The one outward connection against servers that misbehave."""

from __future__ import annotations

import logging
import socket
import threading
from pathlib import Path
from typing import Any

import pytest

from hunyuan3d_blender.services import http
from hunyuan3d_blender.services.errors import Kind, NotSent, ServiceError, Unclear
from hunyuan3d_blender.services.http import ANSWER_MAX_BYTES, Network, call
from tests.protocol.loopback import (
    CHUNKED,
    LENGTH,
    SECRET,
    answer,
    certificate,
    endless,
    free_port,
    get,
    header,
    reset,
    serving,
)

# What is sent and what comes back


def test_a_call_sends_what_it_is_given_and_nothing_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / '.netrc').write_text('machine 127.0.0.1 login thief password thief\n', encoding='utf-8')
    (tmp_path / '.netrc').chmod(0o600)
    monkeypatch.setenv('HOME', str(tmp_path))
    monkeypatch.setenv('NETRC', str(tmp_path / '.netrc'))
    monkeypatch.setenv('REQUESTS_CA_BUNDLE', '/nowhere')
    with serving(answer(b'wrong')) as proxy, serving(answer(b'<html>', headers='X-Any: thing\r\n')) as server:
        for name in ('http_proxy', 'https_proxy', 'all_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'):
            monkeypatch.setenv(name, proxy.url)
        network = Network(user_agent='test/1')
        got = call(
            network,
            'POST',
            f"{server.url}/a%2Fb?c=%3B",
            body=b'\x00\xff',
            headers={'X-Mine': 'm'},
            allow_loopback=True,
        )
        assert (got.status, got.body, got.headers['x-ANY']) == (200, b'<html>', 'thing')
        (request,) = server.requests
        assert proxy.connections == 0
    assert request.startswith(b'POST /a%2Fb?c=%3B HTTP/1.1\r\n')
    assert request.endswith(b'\r\n\r\n\x00\xff')
    assert header(request, 'Authorization') is None
    assert header(request, 'Cookie') is None
    assert header(request, 'X-Mine') == 'm'
    assert header(request, 'User-Agent') == 'test/1'
    assert header(request, 'Accept-Encoding') == 'identity'


@pytest.mark.parametrize('status', [301, 302, 303, 307, 308])
def test_a_call_follows_no_redirect(status: int) -> None:
    with serving(answer()) as other:
        redirect = answer(b'', f"{status} Moved", f"Location: {other.url}/\r\n")
        with serving(redirect) as server:
            assert get(server.url).status == status
        assert other.connections == 0


@pytest.mark.parametrize('status', ['100 Continue', '204 No Content', '404 Not Found', '500 Oops', '599 Own'])
def test_any_status_is_an_answer(status: str) -> None:
    body = b'' if status[:3] in ('100', '204') else b'text'
    first = b'HTTP/1.1 100 Continue\r\n\r\n' if status.startswith('100') else b''
    final = '200 OK' if first else status

    def handler(connection: socket.socket) -> None:
        connection.sendall(first)
        answer(body, final)(connection)

    with serving(handler) as server:
        got = get(server.url)
        assert (got.status, got.body) == (int(final[:3]), body)


# Answers that are none


BROKEN = {
    'reset at once': (reset, b''),
    'closed at once': (lambda connection: None, b''),
    'no HTTP': (lambda connection: connection.sendall(b'hello\r\n\r\n'), b''),
    'half of the first line': (lambda connection: connection.sendall(b'HTTP/1'), b''),
    'half of the body': (lambda connection: connection.sendall(LENGTH + b'half'), b'half'),
    'half a chunk': (lambda connection: connection.sendall(CHUNKED + b'8\r\nhalf'), b'half'),
    'a wrong chunk': (lambda connection: connection.sendall(CHUNKED + b'4\r\nhalf\r\nzz\r\n'), b'half'),
    '500 headers': (
        lambda connection: connection.sendall(b'HTTP/1.1 200 OK\r\n' + b'A: b\r\n' * 500 + b'\r\n'),
        b'',
    ),
    'a header without end': (endless(b'HTTP/1.1 200 OK\r\nA: ', b'x' * 65536), b''),
    'a body without end': (endless(LENGTH, b'x' * 65536), b'x' * http.KEPT_BYTES),
    'chunks without end': (endless(CHUNKED, b'10000\r\n' + b'x' * 65536 + b'\r\n'), b'x' * http.KEPT_BYTES),
}


@pytest.mark.parametrize('name', BROKEN)
def test_a_broken_answer_is_unclear_and_its_bytes_are_kept(name: str) -> None:
    handler, kept = BROKEN[name]
    with serving(handler) as server, pytest.raises(Unclear) as error:
        get(server.url)
    assert error.value.answer == kept
    assert len(server.requests) == 1


@pytest.mark.parametrize(('extra', 'fits'), [(0, True), (1, False)])
def test_the_largest_answer(extra: int, fits: bool) -> None:
    with serving(answer(b'x' * (ANSWER_MAX_BYTES + extra))) as server:
        if fits:
            assert len(get(server.url).body) == ANSWER_MAX_BYTES
        else:
            with pytest.raises(Unclear) as error:
                get(server.url)
            assert error.value.failure.kind == Kind.SERVICE


# Slowness. The server goes on for ten times the deadline, and then ends in another way.

TOO_LATE = "{host} did not answer in time"

SLOW = {
    'silence': endless(b'', b'', 0.1),
    'headers byte by byte': endless(b'HTTP/1.1 200 OK\r\nA: ', b'x', 0.1),
    'body byte by byte': endless(LENGTH, b'x', 0.1),
    'chunks byte by byte': endless(CHUNKED, b'1\r\nx\r\n', 0.1),
    'only 100 Continue': endless(b'', b'HTTP/1.1 100 Continue\r\n\r\n', 0.1),
}


@pytest.mark.parametrize('encrypted', [False, True])
@pytest.mark.parametrize('name', SLOW)
def test_a_slow_answer_ends_with_the_deadline(name: str, encrypted: bool, tmp_path: Path) -> None:
    tls, bundle = certificate(tmp_path) if encrypted else (None, None)
    network = Network(ca_bundle=str(bundle) if bundle else None)
    with serving(SLOW[name], tls) as server, pytest.raises(Unclear) as error:
        get(server.url, network, deadline_s=1.0)
    assert error.value.failure.message == TOO_LATE


def test_a_body_that_is_taken_slowly_ends_with_the_deadline() -> None:
    over = threading.Event()

    def handler(connection: socket.socket) -> None:
        while not over.wait(0.1):
            connection.recv(10)

    with serving(handler, read_first=False) as server:
        with pytest.raises(Unclear) as error:
            get(server.url, deadline_s=1.0, body=bytes(50_000_000))
        over.set()
    assert error.value.failure.message == TOO_LATE


# Nothing sent


def test_a_refused_connection_is_not_sent() -> None:
    with pytest.raises(NotSent) as error:
        get(f"http://127.0.0.1:{free_port()}")
    assert error.value.failure.kind == Kind.NETWORK
    assert error.value.failure.facts == {'host': '127.0.0.1'}


def test_a_name_that_nobody_knows_is_not_sent() -> None:
    with pytest.raises(NotSent) as error:
        get('https://no-such-host.invalid/')
    assert error.value.failure.kind == Kind.NETWORK


def test_offline_reaches_this_computer_only(reached: list[Any]) -> None:
    offline = Network(online=False)
    with serving(answer()) as server:
        assert get(server.url, offline).body == b'ok'
    with pytest.raises(NotSent) as error:
        get('https://ai3d.tencentcloudapi.com', offline)
    assert error.value.failure.kind == Kind.OFFLINE
    assert [address[1] for address in reached] == [server.port]


def test_an_untrusted_certificate_is_not_sent_and_its_issuer_is_named(tmp_path: Path) -> None:
    tls, _ = certificate(tmp_path)
    with serving(answer(), tls) as server, pytest.raises(NotSent) as error:
        get(server.url)
    assert server.connections == 1
    assert server.requests == []
    failure = error.value.failure
    assert failure.facts['issuer'] == failure.facts['subject'] == 'test, Some Office Proxy'
    assert 'self' in str(failure.facts['reason'])


def test_a_certificate_for_another_host_is_not_sent(tmp_path: Path) -> None:
    tls, bundle = certificate(tmp_path, name='elsewhere.example')
    with serving(answer(), tls) as server, pytest.raises(NotSent) as error:
        get(server.url, Network(ca_bundle=str(bundle)))
    assert server.requests == []
    assert '127.0.0.1' in str(error.value.failure.facts['reason'])


def test_a_server_that_does_not_speak_tls_is_not_sent() -> None:
    with serving(answer(), read_first=False) as server, pytest.raises(NotSent):
        get(server.url.replace('http:', 'https:'))


def test_a_silent_tls_handshake_ends_with_the_deadline() -> None:
    with serving(endless(b'', b'', 0.1), read_first=False) as server, pytest.raises(NotSent) as error:
        get(server.url.replace('http:', 'https:'), deadline_s=1.0)
    assert error.value.failure.message == TOO_LATE


def test_a_missing_file_of_certificates_is_named() -> None:
    with serving(answer(), read_first=False) as server, pytest.raises(NotSent) as error:
        get(server.url.replace('http:', 'https:'), Network(ca_bundle='/no/such.pem'))
    assert error.value.failure.facts['file'] == '/no/such.pem'


# What is said about it


def test_no_error_and_no_log_shows_the_url(caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    caplog.set_level(logging.DEBUG)
    tls, _ = certificate(tmp_path)
    errors: list[ServiceError] = []
    odd = answer(headers='no header at all\r\n')  # urllib3 warns of it, with the URL
    with serving(reset) as broken, serving(answer(), tls) as untrusted, serving(odd) as good:
        for url in (
            broken.url,
            untrusted.url,
            'https://no-such-host.invalid',
            f"http://127.0.0.1:{free_port()}",
        ):
            with pytest.raises(ServiceError) as error:
                get(f"{url}/path?{SECRET}")
            errors.append(error.value)
        get(f"{good.url}/path?{SECRET}")
    for error_ in errors:
        logging.getLogger('test').error("failed", exc_info=error_)
        assert error_.__suppress_context__ or error_.__context__ is None
        assert SECRET not in str(error_.failure)
    assert 'failed' in caplog.text
    assert SECRET not in caplog.text


def test_a_whole_request_is_read(tmp_path: Path) -> None:
    """The server of these tests itself: a body of many packets over TLS arrives whole."""
    tls, bundle = certificate(tmp_path)
    body = bytes(range(256)) * 40_000
    with serving(lambda c: c.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'), tls) as server:
        assert get(server.url, Network(ca_bundle=str(bundle)), body=body).status == 200
        assert server.requests[0].endswith(body)
