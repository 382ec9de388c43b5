# SPDX-License-Identifier: GPL-3.0-or-later
"""A service that does one job and returns one file, quicker than any real one, in a process of its own.

python -m benchmarks.stand_in FILE      prints its port, serves until its standard input ends

    POST            submits (by the X-TC-Action header) or queries, as Tencent Cloud; done after `TAKES_S`
    GET /times      when the job was done, and when that was told first
    GET /SPEED      the file, at so many MiB a second, 0 for no limit
"""

from __future__ import annotations

import http.server
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TAKES_S = 15.0
"""How long it works on a job: long enough for a converter to be warmed up, as in real life."""

CHUNK_BYTES = 1 << 20


@contextmanager
def serving(file: Path) -> Iterator[str]:
    """Run one in another process; yields its URL."""
    command = [sys.executable, '-m', 'benchmarks.stand_in', str(file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield f'http://127.0.0.1:{int(process.stdout.readline())}'
        process.communicate()


class Handler(http.server.BaseHTTPRequestHandler):
    """Takes one job and is done after a while."""

    file = Path()
    done_at = 0.0
    told_at = 0.0

    def do_POST(self) -> None:
        """Submit or query, whoever asks."""
        self.rfile.read(int(self.headers['Content-Length']))
        kind = type(self)
        if self.headers['X-TC-Action'].startswith('Submit'):
            kind.done_at = time.time() + TAKES_S
            self.answer({'JobId': '1'})
        elif time.time() < kind.done_at:
            self.answer({'Status': 'RUN', 'ResultFile3Ds': []})
        else:
            kind.told_at = kind.told_at or time.time()
            url = f'http://{self.headers["Host"]}/0'
            self.answer({'Status': 'DONE', 'ResultFile3Ds': [{'Type': 'GLB', 'Url': url}]})

    def answer(self, fields: dict[str, object]) -> None:
        """In the envelope of Tencent Cloud."""
        self.send(json.dumps({'Response': fields | {'RequestId': 'bench'}}).encode())

    def do_GET(self) -> None:
        """The file, or when it was done and when that was told."""
        if self.path == '/times':
            self.send(json.dumps([self.done_at, self.told_at]).encode())
            return
        speed = int(self.path[1:])
        self.begin(self.file.stat().st_size)
        due = time.monotonic()
        with self.file.open('rb') as source:
            while chunk := source.read(CHUNK_BYTES):
                self.wfile.write(chunk)
                due += 1 / speed if speed else 0.0
                time.sleep(max(0.0, due - time.monotonic()))

    def send(self, body: bytes) -> None:
        """A whole answer."""
        self.begin(len(body))
        self.wfile.write(body)

    def begin(self, size: int) -> None:
        """The head of an answer."""
        self.send_response(200)
        self.send_header('Content-Length', str(size))
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the base class's word
        """Say nothing."""


def main(file: Path) -> None:
    """Serve until standard input ends."""
    Handler.file = file
    with http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler) as server:
        print(server.server_address[1], flush=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        sys.stdin.read()
        os._exit(0)


if __name__ == '__main__':
    main(Path(sys.argv[1]))
