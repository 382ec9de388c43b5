# SPDX-License-Identifier: GPL-3.0-or-later
"""URLs and names that lead where they must not, and proxies."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest

from hunyuan3d_blender.services.errors import Kind, NotSent, Unclear
from hunyuan3d_blender.services.http import Network, open_stream
from hunyuan3d_blender.services.http.addresses import is_public
from tests.protocol.loopback import (
    LENGTH,
    NETWORK,
    SECRET,
    answer,
    certificate,
    endless,
    free_port,
    get,
    header,
    reset,
    resolver,
    serving,
    tunnel,
)

# Where a URL may lead

PRIVATE = [
    '127.0.0.1', '127.1', '127.0.1', '0x7f.1', '0x7f000001', '0x7f.0.0.1', '2130706433', '017700000001',
    '0177.0.0.1', '127.000.000.001', '127.8.9.10', 'localhost', 'LOCALHOST', 'localhost.', '0', '0.0.0.0',
    '0x0', '[::]', '[::1]', '[0:0:0:0:0:0:0:1]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[::127.0.0.1]',
    '[64:ff9b::127.0.0.1]', '[64:ff9b::7f00:1]', '[2002:7f00:1::]', '[2002:a9fe:a9fe::]',
    '[::ffff:0:127.0.0.1]', '10.0.0.1', '10.255.255.255', '0xa.0.0.1', '167772161', '172.16.0.1',
    '172.31.255.255', '192.168.0.1', '192.168.1', '0xc0a80001', '3232235521', '169.254.169.254',
    '0xa9fea9fe', '2852039166', '0251.0376.0251.0376', '169.254.43518', '[::ffff:169.254.169.254]',
    '[fe80::1]', '[fe80::1%25lo]', '[fc00::1]', '[fd00:ec2::254]', '[fec0::1]', '[ff02::1]',
    '[64:ff9b::a9fe:a9fe]', '100.64.0.1', '100.100.100.200', '192.0.0.1', '192.0.2.1', '198.18.0.1',
    '198.51.100.1', '203.0.113.1', '224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255',
    '[2001:db8::1]', '[2001::1]', '[100::1]', '[::ffff:10.0.0.1]', '[::ffff:0a00:1]',
]  # fmt: skip


@pytest.mark.parametrize('proxied', [False, True])
def test_no_spelling_of_a_private_address_is_connected_to(proxied: bool, reached: list[Any]) -> None:
    assert len(PRIVATE) >= 60
    with serving(answer()) as proxy:
        network = Network(proxies={'https': proxy.url} if proxied else {})
        for host in PRIVATE:
            for url in (f"https://{host}/?{SECRET}", f"https://{host}:8443/"):
                with pytest.raises(NotSent) as error, open_stream(network, url, headers={}):
                    pytest.fail(f"{url} was asked for")
                assert error.value.failure.kind in (Kind.UNSUPPORTED, Kind.NETWORK), url
        assert proxy.connections == 0
    assert reached == []


@pytest.mark.parametrize('host', ['8.8.8.8', '[2606:4700:4700::1111]', '[64:ff9b::808:808]', '134744072'])
def test_a_public_address_is_tried(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The counterpart of the test above: it would also pass if everything were refused."""
    tried = []

    def connect(_socket: socket.socket, address: Any) -> None:
        tried.append(address)
        raise OSError

    monkeypatch.setattr('hunyuan3d_blender.services.http.sockets.PlainSocket.connect', connect)
    with pytest.raises(NotSent), open_stream(NETWORK, f"https://{host}/", headers={}):
        pass
    assert len(tried) == 1


URLS = [
    '', 'x', '//host/x', 'https:', 'https://', 'https:///x', 'file:///etc/passwd', 'ftp://example.com/x', 'data:,x',
    'javascript:1', r'\\host\share', r'https:\\example.com', r'https://example.com\@127.0.0.1/', 'gopher://example.com',
    'https://user@example.com/', 'https://user:pass@example.com/', 'https://exa mple.com/',
    'https://example.com/\r\nX: y', ' https://example.com/', 'https://example.com/\x00',
    'https://[::1/', 'https://a:b/',
    'http://example.com/', 'HTTP://example.com/', 'http://ai3d.tencentcloudapi.com/', 'https://example.com:99999/',
]  # fmt: skip


@pytest.mark.parametrize('url', URLS)
def test_no_other_kind_of_url_is_asked_for(url: str, reached: list[Any]) -> None:
    with pytest.raises(NotSent) as error, open_stream(NETWORK, url, headers={}, allow_loopback=True):
        pass
    assert error.value.failure.kind == Kind.UNSUPPORTED
    assert reached == []


@pytest.mark.parametrize(
    'answers',
    [['127.0.0.1'], ['10.1.2.3'], ['8.8.8.8', '127.0.0.1'], ['169.254.169.254'], ['::1'], ['fd00::1']],
)
def test_a_name_that_leads_inside_is_not_connected_to(
    answers: list[str], monkeypatch: pytest.MonkeyPatch, reached: list[Any]
) -> None:
    resolver(monkeypatch, answers)
    with pytest.raises(NotSent), open_stream(NETWORK, 'https://example.com/', headers={}):
        pass
    assert reached == []


def test_the_address_that_was_checked_is_the_one_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name server that says something else the second time (DNS rebinding)."""
    tried = []

    def connect(_socket: socket.socket, address: Any) -> None:
        tried.append(address[0])
        raise OSError

    monkeypatch.setattr('hunyuan3d_blender.services.http.sockets.PlainSocket.connect', connect)
    resolver(monkeypatch, ['8.8.8.8'], ['127.0.0.1'])
    with pytest.raises(NotSent), open_stream(NETWORK, 'https://example.com/', headers={}):
        pass
    assert tried == ['8.8.8.8']


def test_this_computer_is_reached_by_its_newer_address_too() -> None:
    with serving(answer(b'six'), ip='::1') as server:
        assert get(server.url).body == b'six'
        assert header(server.requests[0], 'Host') == f"[::1]:{server.port}"


def test_a_name_with_a_dead_address_is_reached_by_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """So it is in a network that gives out IPv6 addresses and leads nowhere with them."""
    with serving(answer(b'four')) as server:
        resolver(monkeypatch, ['::1', '127.0.0.1'])
        assert get(f"http://localhost:{server.port}").body == b'four'


def test_the_resolver_of_a_vpn_is_believed_for_names_only() -> None:
    assert is_public('198.18.3.4', resolved=True)
    assert not is_public('198.18.3.4', resolved=False)


# Proxies


def test_a_proxy_of_the_settings_is_used_for_public_hosts(tmp_path: Path) -> None:
    tls, bundle = certificate(tmp_path, name='ai3d.tencentcloudapi.com')
    with serving(answer(b'through'), tls) as server, serving(tunnel(server)) as proxy:
        url = proxy.url.replace('http://', 'http://name:pass%20word@')
        network = Network(proxies={'https': url}, ca_bundle=str(bundle))
        assert get('https://ai3d.tencentcloudapi.com/', network).body == b'through'
        (connect,), (request,) = proxy.requests, server.requests
    assert connect.startswith(b'CONNECT ai3d.tencentcloudapi.com:443 ')
    assert header(connect, 'Proxy-Authorization') == 'Basic bmFtZTpwYXNzIHdvcmQ='
    assert header(request, 'Proxy-Authorization') is None
    assert header(request, 'Host') == 'ai3d.tencentcloudapi.com'


def test_a_slow_proxied_answer_ends_with_the_deadline(tmp_path: Path) -> None:
    tls, bundle = certificate(tmp_path, name='example.com')
    slow = endless(LENGTH, b'x', 0.1)
    with serving(slow, tls) as server, serving(tunnel(server)) as proxy:
        network = Network(proxies={'all': proxy.url}, ca_bundle=str(bundle))
        with pytest.raises(Unclear) as error:
            get('https://example.com/', network, deadline_s=1.0)
    assert error.value.failure.message == "{host} did not answer in time"


@pytest.mark.parametrize(
    'handler',
    [
        answer(b'', '407 Proxy Authentication Required'), answer(b'', '403 Forbidden'), answer(b'', '502 Bad Gateway'),
        reset, lambda connection: connection.sendall(b'HTTP/1.1 200 OK\r\n\r\nnot TLS'), endless(b'HTTP', b'', 0.1),
    ],
    ids=['407', '403', '502', 'reset', 'not TLS', 'silent'],
)  # fmt: skip
def test_what_a_proxy_refuses_is_not_sent(handler: Any) -> None:
    with serving(handler) as proxy, pytest.raises(NotSent):
        get('https://example.com/', Network(proxies={'https': proxy.url}), deadline_s=1.0)


@pytest.mark.parametrize(
    'proxy',
    ['https://127.0.0.1:1', 'socks5://127.0.0.1:1', f"http://127.0.0.1:{free_port()}"],
    ids=['https', 'socks5', 'nobody there'],
)
def test_a_proxy_that_cannot_be_used_is_not_sent(proxy: str) -> None:
    with pytest.raises(NotSent) as error:
        get('https://example.com/', Network(proxies={'https': proxy}))
    assert error.value.failure.kind == Kind.NETWORK


def test_hosts_without_proxy_and_this_computer_are_reached_directly() -> None:
    with serving(answer()) as proxy, serving(answer()) as server:
        network = Network(proxies={'https': proxy.url, 'http': proxy.url, 'no': 'example.com'})
        assert get(server.url, network).body == b'ok'
        with pytest.raises(NotSent):
            get('https://www.example.com.invalid/', Network(proxies={'https': proxy.url, 'no': '.invalid'}))
        assert proxy.connections == 0
