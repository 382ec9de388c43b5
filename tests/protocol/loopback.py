# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers on this computer that answer as a test wants, byte by byte, and remember what reached them."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from hunyuan3d_blender.services.http import HttpAnswer, Network, call

NETWORK = Network()
SECRET = 'q-signature=very-secret'
"""Part of a URL that must not be found in any message."""


def get(url: str, network: Network = NETWORK, *, deadline_s: float = 20.0, body: bytes = b'{}') -> HttpAnswer:
    """One call with a body, which may go to this computer."""
    return call(network, 'POST', url, body=body, headers={}, deadline_s=deadline_s, allow_loopback=True)


Handler = Callable[[socket.socket], None]


def answer(body: bytes = b'ok', status: str = '200 OK', headers: str = '', *, length: bool = True) -> Handler:
    """A handler that reads a whole request and gives one answer."""
    head = f"HTTP/1.1 {status}\r\n{headers}" + (f"Content-Length: {len(body)}\r\n" if length else "")
    return lambda connection: connection.sendall(head.encode() + b'\r\n' + body)


def reset(connection: socket.socket) -> None:
    """Close without a farewell, so that the other side sees a reset."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
    connection.close()


class Server:
    """A listening socket with a thread that serves one connection after the other."""

    def __init__(
        self,
        handler: Handler,
        tls: ssl.SSLContext | None = None,
        *,
        read_first: bool = True,
        ip: str = '127.0.0.1',
    ) -> None:
        self.requests: list[bytes] = []
        """What came in, whole requests only when `read_first`."""
        self.connections = 0
        self.stopping = threading.Event()
        self._handler, self._tls, self._read_first = handler, tls, read_first
        family = socket.AF_INET6 if ':' in ip else socket.AF_INET
        self._socket = socket.create_server((ip, 0), family=family)
        self.port: int = self._socket.getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://{f'[{ip}]' if ':' in ip else ip}:{self.port}"
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def close(self) -> None:
        self.stopping.set()
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()

    def _serve(self) -> None:
        while not self.stopping.is_set():
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            with connection, contextlib.suppress(OSError):
                connection.settimeout(20)
                self._one(self._tls.wrap_socket(connection, server_side=True) if self._tls else connection)

    def _one(self, connection: socket.socket) -> None:
        with connection:
            if self._read_first:
                self.requests.append(read_request(connection))
            self._handler(connection)


def read_request(connection: socket.socket) -> bytes:
    """A request with its body, as far as it comes."""
    data = b''
    while b'\r\n\r\n' not in data:
        piece = connection.recv(65536)
        if not piece:
            return data
        data += piece
    head, _, body = data.partition(b'\r\n\r\n')
    lengths = [
        line.split(b':')[1] for line in head.lower().split(b'\r\n') if line.startswith(b'content-length:')
    ]
    while lengths and len(body) < int(lengths[0]):
        piece = connection.recv(1 << 20)
        if not piece:
            break
        body += piece
    return head + b'\r\n\r\n' + body


@contextmanager
def serving(
    handler: Handler, tls: ssl.SSLContext | None = None, *, read_first: bool = True, ip: str = '127.0.0.1'
) -> Iterator[Server]:
    """A running server."""
    server = Server(handler, tls, read_first=read_first, ip=ip)
    try:
        yield server
    finally:
        server.close()


def certificate(folder: Path, *, name: str = 'localhost', days: int = 2) -> tuple[ssl.SSLContext, Path]:
    """A server's TLS context with a fresh self-signed certificate, and the certificate's file."""
    key, file = folder / 'key.pem', folder / 'certificate.pem'
    subprocess.run(
        [
            'openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes',
            '-keyout', key, '-out', file, '-days', str(days), '-subj', '/O=Some Office Proxy/CN=test',
            '-addext', f"subjectAltName=DNS:{name}" + (',IP:127.0.0.1' if name == 'localhost' else ''),
        ],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, key)
    return context, file


# The way there


def tunnel(to: Server) -> Handler:
    """A proxy that connects every CONNECT to one server."""

    def handler(connection: socket.socket) -> None:
        connection.sendall(b'HTTP/1.1 200 Connection established\r\n\r\n')
        with socket.create_connection(('127.0.0.1', to.port)) as inner:
            back = threading.Thread(target=_pump, args=(inner, connection))
            back.start()
            _pump(connection, inner)
            back.join()

    return handler


def _pump(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def resolver(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> None:
    """Stand in for the name server, which is not ours to run: each question gets the next answer."""
    left = list(answers)
    real = socket.getaddrinfo

    def getaddrinfo(host: str, port: Any, *args: Any, flags: int = 0, **options: Any) -> Any:
        if flags & socket.AI_NUMERICHOST:
            return real(host, port, *args, flags=flags, **options)
        addresses = left.pop(0) if len(left) > 1 else left[0]
        return [entry for address in addresses for entry in real(address, port, type=socket.SOCK_STREAM)]

    monkeypatch.setattr(socket, 'getaddrinfo', getaddrinfo)


# What came


def header(request: bytes, name: str) -> str | None:
    """The value of a header of a recorded request, None when it is not there."""
    for line in request.partition(b'\r\n\r\n')[0].split(b'\r\n')[1:]:
        key, _, value = line.partition(b':')
        if key.decode().lower() == name.lower():
            return value.decode().strip()
    return None


# Answers that take their time

LENGTH = b'HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n'
CHUNKED = b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'


def endless(head: bytes, piece: bytes, pause_s: float = 0.0) -> Handler:
    """A handler that sends `head`, and then `piece` again and again; without a piece it waits."""

    def handler(connection: socket.socket) -> None:
        connection.sendall(head)
        if not piece:
            while connection.recv(65536):  # until the other side closes
                pass
            return
        for _ in range(100 if pause_s else 100_000):  # without a deadline the test sees another end
            connection.sendall(piece)
            time.sleep(pause_s)

    return handler


# What was connected to

_records: list[list[Any]] = []


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if event == 'socket.connect':
        for record in _records:
            record.append(arguments[1])


sys.addaudithook(_audit)  # cannot be removed again; without records it does nothing


@contextmanager
def recorded_connects() -> Iterator[list[Any]]:
    """Every address that any socket of this process is connected to meanwhile, as the interpreter itself reports."""
    _records.append(record := [])
    yield record
    _records.remove(record)


def free_port() -> int:
    """A port where nobody listens."""
    with socket.create_server(('127.0.0.1', 0)) as closed:
        return int(closed.getsockname()[1])
