# SPDX-License-Identifier: GPL-3.0-or-later
"""A server of files that does wrong what it is told to do wrong, and downloads from it."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from hunyuan3d_blender.services.errors import Failure, Spent
from hunyuan3d_blender.services.http import Network
from hunyuan3d_blender.worker.download import FetchFailed, fetch
from hunyuan3d_blender.worker.partial_file import Settling
from tests import model_files as files


def large_glb(size: int, seed: int = 0) -> bytes:
    """A complete GLB of about `size` bytes that nobody can guess."""
    return files.pack_glb(b'{"asset":{"version":"2.0"}}', random.Random(seed).randbytes(size))


GLB = large_glb(300_000)


@dataclass
class Faults:
    """What the server serves, and what it does wrong."""

    data: bytes = GLB
    etag: str = '"one"'
    modified: str = 'Wed, 01 Oct 2025 10:00:00 GMT'
    status: int = 200
    ranges: bool = True
    """False: Range is ignored."""
    lax: bool = False
    """If-Range is ignored: ranges are given of whatever file there is."""
    shift: int = 0
    """A range begins so many bytes elsewhere."""
    cut: Callable[[int], int] | None = None
    """How many bytes of the body are sent, of so many, before the connection ends."""
    length: str | None = 'right'
    """Content-Length, 'right' for the true one, None for none."""
    headers: dict[str, str] = field(default_factory=dict)
    after: Callable[[Faults], None] | None = None
    """Called after each answer, to change something."""
    drip: tuple[int, float] = (1 << 20, 0.0)
    """Bytes sent at once, and seconds between."""
    requests: list[dict[str, str]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self):
        faults = self.server.faults
        faults.requests.append(dict(self.headers))
        status, body, headers = self.answer(faults)
        sent = body if faults.cut is None else body[: faults.cut(len(body))]
        self.send_response(status)
        for name, value in (headers | faults.headers).items():
            self.send_header(name, value)
        if faults.length is not None:
            self.send_header('Content-Length', str(len(body)) if faults.length == 'right' else faults.length)
        try:
            self.end_headers()
            step, pause_s = faults.drip
            for start in range(0, len(sent), step):
                self.wfile.write(sent[start : start + step])
                if faults.over.wait(pause_s):
                    break
        except OSError:
            pass  # the client has enough
        self.close_connection = True
        if faults.after:
            faults.after(faults)

    def answer(self, faults):
        if faults.status != 200:
            return faults.status, b'<?xml version="1.0"?><Error/>', {}
        data, headers = faults.data, {}
        if faults.etag:
            headers['ETag'] = faults.etag
        if faults.modified:
            headers['Last-Modified'] = faults.modified
        wanted = self.headers.get('Range')
        same = faults.lax or self.headers.get('If-Range') in (faults.etag, faults.modified)
        if not wanted or not faults.ranges or not same:
            return 200, data, headers
        start = int(wanted.removeprefix('bytes=').removesuffix('-')) + faults.shift
        if start >= len(data):
            return 416, b'', {'Content-Range': f"bytes */{len(data)}"}
        return 206, data[start:], headers | {'Content-Range': f"bytes {start}-{len(data) - 1}/{len(data)}"}

    def log_message(self, *_arguments):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = False

    def __init__(self) -> None:
        super().__init__(('127.0.0.1', 0), Handler)
        self.faults = Faults()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/model.glb?sign=secret"


@contextmanager
def serving() -> Iterator[Server]:
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={'poll_interval': 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.faults.over.set()
            server.shutdown()
            thread.join()


def load(server: Server, target: Path, **options) -> Path:
    fetch(Network(), server.url, target, allow_loopback=True, pause_s=0.0, **options)
    return Settling(target).finish()


def failure_of(server: Server, target: Path, **options) -> Failure:
    with pytest.raises(FetchFailed) as caught:
        load(server, target, **options)
    assert not target.exists()
    failure = caught.value.failure
    assert failure.spent is Spent.YES
    assert 'secret' not in failure.message.format(**failure.facts)
    return failure


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())
