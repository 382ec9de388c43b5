# SPDX-License-Identifier: GPL-3.0-or-later
"""Every service, and the bucket, over networks as they are: newer addresses, slow links, proxies, doubtful certificates."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from hunyuan3d_blender.i18n.zh_hans import TEXTS
from hunyuan3d_blender.services import exchange
from hunyuan3d_blender.services.contract import Key, Picture, Request
from hunyuan3d_blender.services.errors import Kind, NotSent, ServiceError
from hunyuan3d_blender.services.http import Network
from hunyuan3d_blender.services.object_storage.bucket import Addressing, Bucket
from hunyuan3d_blender.services.object_storage.client import ObjectStorage
from hunyuan3d_blender.services.registry import TABLES, connect
from hunyuan3d_blender.services.tencent_cloud import client as tencent_cloud
from hunyuan3d_blender.ui import reporting
from tests.canaries import Canaries
from tests.protocol.every_service import ATTEMPT, KEY, SERVICES, says
from tests.protocol.loopback import answer, certificate, header, serving, tunnel
from tests.protocol.test_request_examples import EXAMPLES, KEYS, NEW_YEAR

EACH = pytest.mark.parametrize('service', SERVICES)
PUBLIC = pytest.mark.parametrize('service', [service for service in SERVICES if TABLES[service].needs_key])


def submit(service: str, url: str, network: Network = Network(), **given: Any) -> str:  # noqa: B008 - it cannot be changed
    words = SERVICES[service]
    client = connect(service, endpoint=url, key=lambda: KEY, network=network)
    request, inputs = given.get('request', words.request), given.get('inputs', dict(words.inputs))
    return client.submit(request, inputs, ATTEMPT).remote_id


@EACH
def test_a_newer_address(service: str) -> None:
    with serving(says(SERVICES[service].accepted), ip='::1') as server:
        assert submit(service, server.url) == '1'
        assert header(server.requests[0], 'Host') == f'[::1]:{server.port}'


@EACH
def test_a_slow_link_is_given_the_time_that_a_large_picture_takes(
    service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The picture alone takes longer than the deadline for an answer."""
    for module in (exchange, tencent_cloud):
        monkeypatch.setattr(module, 'DEADLINE_S', 0.5)
        monkeypatch.setattr(module, 'UPLOAD_BYTES_PER_S', 100_000)
    picture = bytes(5_000_000)
    image = Picture(file='a.png', format='png', width_px=512, height_px=512, size_bytes=len(picture))
    request = Request(operation=SERVICES[service].request.operation, image=image)
    with serving(slowly(says(SERVICES[service].accepted)), read_first=False) as server:
        begun = time.monotonic()
        assert submit(service, server.url, request=request, inputs={'a.png': picture}) == '1'
        assert time.monotonic() - begun > 0.5, "else nothing was tested"


def slowly(handler: Callable[[socket.socket], None]) -> Callable[[socket.socket], None]:
    """Take what is sent in small pieces, and answer then."""

    def handle(connection: socket.socket) -> None:
        head, _, body = connection.recv(4096).partition(b'\r\n\r\n')
        left = int(header(head + b'\r\n\r\n', 'Content-Length') or 0) - len(body)
        while left > 0:
            left -= len(connection.recv(65536))
            time.sleep(0.01)
        handler(connection)

    return handle


def put(url: str, network: Network) -> None:
    """What is done with a bucket."""
    bucket = Bucket(endpoint=url, region='us-east-1', name='models', addressing=Addressing.PATH)
    key = Key('secret-of-the-bucket', id='AKIDbucket')
    ObjectStorage(bucket, lambda: key, network, clock=time.time).put('x', b'model')


@pytest.mark.parametrize('name', ['localhost', 'elsewhere.example'])
@pytest.mark.parametrize('place', [*SERVICES, 'bucket'])
def test_a_certificate_that_is_not_trusted_is_named_and_nothing_is_sent(
    place: str, name: str, tmp_path: Path
) -> None:
    """One that nobody knows, and one that is somebody else's."""
    tls, bundle = certificate(tmp_path, name=name)
    network = Network() if name == 'localhost' else Network(ca_bundle=str(bundle))
    with serving(answer(b'{}'), tls) as server, pytest.raises(ServiceError) as raised:
        put(server.url, network) if place == 'bucket' else submit(place, server.url, network)
    assert isinstance(raised.value, NotSent)
    assert server.requests == []
    for language in (lambda text: text, lambda text: TEXTS.get(text, text)):
        said = reporting.full_text(raised.value.failure, language)
        assert '127.0.0.1' in said
        assert 'test, Some Office Proxy' in said


@EACH
def test_a_certificate_of_the_preferences_is_trusted(service: str, tmp_path: Path) -> None:
    tls, bundle = certificate(tmp_path)
    with serving(says(SERVICES[service].accepted), tls) as server:
        assert submit(service, server.url, Network(ca_bundle=str(bundle))) == '1'


@PUBLIC
def test_a_proxy_sees_no_key(service: str, tmp_path: Path) -> None:
    """The service's own host, reached through a proxy that does not look into what passes."""
    url = TABLES[service].endpoint
    host = str(urlsplit(url).hostname)
    tls, bundle = certificate(tmp_path, name=host)
    with serving(says(SERVICES[service].accepted), tls) as server, serving(tunnel(server)) as proxy:
        assert submit(service, '', Network(proxies={'https': proxy.url}, ca_bundle=str(bundle))) == '1'
    assert proxy.requests[0].startswith(f'CONNECT {host}:443 '.encode())
    assert not Canaries((KEY.id, KEY.secret)).in_bytes(proxy.requests[0])
    assert header(server.requests[0], 'Host') == host


def test_vector_b_is_sent_as_it_is_printed(tmp_path: Path) -> None:
    """The one request of the pages whose every byte is known, to the host that it names."""
    example = EXAMPLES['signed query, vector B']
    tls, bundle = certificate(tmp_path, name='hunyuan.intl.tencentcloudapi.com')
    with serving(says(SERVICES['tencent_intl'].done), tls) as server, serving(tunnel(server)) as proxy:
        network = Network(proxies={'https': proxy.url}, ca_bundle=str(bundle))
        key = KEYS['tencent_intl']
        client = connect('tencent_intl', key=lambda: key, network=network, clock=lambda: NEW_YEAR)
        client.query(example.request, example.asks_for)
    (request,) = server.requests
    assert request.endswith(b'\r\n\r\n{"JobId": "1234567890123456789"}')
    assert header(request, 'Authorization') == (
        example.headers['Authorization'] + 'b45c9fb6401c3c8028be03924244ef996f92edf4cb158a188744396289acf508'
    )


@EACH
def test_only_servers_of_ones_own_are_spoken_to_in_a_private_network(
    service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []

    def refuse(_socket: socket.socket, address: Any) -> None:
        tried.append(address[0])
        raise OSError

    monkeypatch.setattr('hunyuan3d_blender.services.http.sockets.PlainSocket.connect', refuse)
    is_own = not TABLES[service].needs_key
    with pytest.raises(NotSent) as not_sent:
        submit(service, 'http://192.168.1.20:8081')
    assert tried == (['192.168.1.20'] if is_own else [])
    assert not_sent.value.failure.kind is (Kind.NETWORK if is_own else Kind.UNSUPPORTED)
