# SPDX-License-Identifier: GPL-3.0-or-later
"""The loopback port: the services at their own paths, result files at `/results/`, a bucket at `/bucket/`, and the
sandbox's own switches at `/_sandbox/`."""

from __future__ import annotations

import json
import logging
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, BinaryIO, Protocol, cast
from urllib.parse import parse_qsl, unquote, urlsplit
from xml.sax.saxutils import escape

from .delivery import Delivery, deliver
from .ledger import Job, Ledger
from .maker import Maker
from .object_storage import BUCKET, ObjectCall, ObjectStore
from .openai_compatible import OpenAiCompatible
from .reply import Reply
from .result_url import why_refused
from .scenarios import SCENARIOS, Switchboard, Where
from .self_hosted import SelfHosted
from .tencent_cloud import BODY_MAX_BYTES, TencentCloud
from .tokenhub import TokenHub
from .vtrix import Vtrix
from .workshop import Call, Workshop

log = logging.getLogger(__name__)

CHUNK_BYTES = 64 * 1024
STALL_S = 600.0
"""Longer than any client should wait for nothing."""
_DRAINED_MAX_BYTES = 8 * BODY_MAX_BYTES
"""A body is read to its end before it is refused, or the client would see a reset and not the reason."""


class Sandbox(ThreadingHTTPServer):
    """The server with all it needs. Bound to 127.0.0.1."""

    daemon_threads = True

    def __init__(
        self, folder: Path, *, port: int = 0, blender: Sequence[str] = (), seconds: float = 0.0,
        clock: Callable[[], float] = time.time,
    ) -> None:  # fmt: skip
        super().__init__(('127.0.0.1', port), _Handler)
        self.clock = clock
        self.stopping = threading.Event()
        self.ledger = Ledger(folder)
        self.ledger.forget_expired(clock())
        self.switchboard = Switchboard()
        self.maker = Maker(self.ledger, blender, clock)
        self.objects = ObjectStore(folder, self.ledger.keys, self.switchboard, clock)
        self.workshop = Workshop(
            self.ledger, self.switchboard, seconds=seconds, clock=clock, on_new_job=self.maker.notice,
            stopping=self.stopping,
        )  # fmt: skip
        self._protocols = _protocols(self.workshop)

    @property
    def host(self) -> str:
        """Address and port."""
        return f"127.0.0.1:{self.server_address[1]}"

    @property
    def url(self) -> str:
        """Where clients find it."""
        return f"http://{self.host}"

    def now(self) -> float:
        """What the service takes for the time, in seconds since 1970."""
        scenario = self.switchboard.take(Where.CLOCK, '', '')
        return self.clock() + (scenario.late_s if scenario else 0.0)

    def answer(self, call: Call) -> Reply | None:
        """The answer of the service whose path it is, None for nobody's."""
        for path, protocol in self._protocols.items():
            if call.path == path or (path.endswith('/') and len(path) > 1 and call.path.startswith(path)):
                return protocol.answer(call)
        return None

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is nothing to report; anything else is a mistake of ours."""
        if not isinstance(sys.exception(), OSError):
            log.exception("A request was not answered")


class _Protocol(Protocol):
    def answer(self, call: Call) -> Reply | None: ...


def _protocols(workshop: Workshop) -> dict[str, _Protocol]:
    """Which service is found at which path; one that ends in '/' stands for all below."""
    self_hosted = SelfHosted(workshop)
    return {
        '/': TencentCloud(workshop),
        **dict.fromkeys(SelfHosted.PATHS, self_hosted),
        '/v1/ai3d/': OpenAiCompatible(workshop),
        **dict.fromkeys(('/model/v1/generation', '/model/v1/generation/task/'), Vtrix(workshop)),
        '/v1/api/3d/': TokenHub(workshop),
    }


@contextmanager
def running(folder: Path, **options: Any) -> Iterator[Sandbox]:
    """A sandbox that serves while the block runs. Options are those of `Sandbox`."""
    with Sandbox(folder, **options) as sandbox:
        thread = threading.Thread(target=sandbox.serve_forever, kwargs={'poll_interval': 0.05}, daemon=True)
        sandbox.maker.start()
        thread.start()
        try:
            yield sandbox
        finally:
            sandbox.stopping.set()
            sandbox.shutdown()
            sandbox.maker.stop()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    server: Sandbox
    protocol_version = 'HTTP/1.1'
    timeout = 60.0

    def do_POST(self) -> None:
        if self._is_object():
            self._object()
            return
        body = self._body()
        if body is None or not self._is_ours():
            self._send(Reply(status=400, body=b'Bad Request', content_type='text/plain'))
        elif self.path == '/_sandbox/scenario':
            self._send(self._switch(body))
        else:
            self._call(self.path, body)

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if self._is_object():
            self._object()
        elif not self._is_ours():
            self._send(Reply(status=400, body=b'Bad Request', content_type='text/plain'))
        elif parts.path.startswith('/results/'):
            self._result(unquote(parts.path), dict(parse_qsl(parts.query, keep_blank_values=True)))
        elif parts.path == '/_sandbox/ledger':
            jobs = [asdict(job) for job in self.server.ledger.jobs()]
            self._send(Reply(body=json.dumps(jobs).encode()))
        elif parts.path == '/_sandbox/scenarios':
            rows = {row.name: f"{', '.join(row.where)}: {row.what}" for row in SCENARIOS.values()}
            self._send(Reply(body=json.dumps(rows).encode()))
        else:
            self._call(parts.path, b'')

    def _call(self, path: str, body: bytes) -> None:
        call = Call(
            method=self.command, path=path, headers=self._headers(), body=body, base=self.server.url,
            now=self.server.now(),
        )  # fmt: skip
        not_found = Reply(status=404, body=b'Not Found', content_type='text/plain')
        self._send(self.server.answer(call) or not_found, call.now)

    def _switch(self, body: bytes) -> Reply:
        """Switch a scenario on. JSON only: a web page in a browser cannot send that here without asking."""
        try:
            wanted = json.loads(body if self.headers.get_content_type() == 'application/json' else b'')
            if wanted.get('name'):
                times = wanted.get('times')
                self.server.switchboard.switch_on(wanted['name'], None if times is None else int(times))
            else:
                self.server.switchboard.switch_all_off()
        except (ValueError, KeyError, TypeError, AttributeError):
            return Reply(status=400, body=b'{"error": "needs a name of a scenario, and perhaps times"}')
        return Reply(body=b'{}')

    # Objects

    def _is_object(self) -> bool:
        """Whether a request is for the bucket, or for another one, which does not exist."""
        return self.path.startswith(f"/{BUCKET}/") or 'X-Amz-Signature=' in self.path

    def _object(self) -> None:
        if not self._is_ours():
            self._send(Reply(status=400, body=b'Bad Request', content_type='text/plain'))
            return
        length = self.headers.get('Content-Length', '')
        call = ObjectCall(
            method=self.command, target=self.path, headers=self._headers(), body=cast(BinaryIO, self.rfile),
            length=int(length) if length.isdecimal() else None,
        )  # fmt: skip
        answer, now = self.server.objects.answer(call)
        if isinstance(answer, Delivery):
            self._deliver(answer)
        else:
            self._send(answer, now)

    def do_PUT(self) -> None:
        self._object()

    def do_DELETE(self) -> None:
        self._object()

    def do_HEAD(self) -> None:
        self._object()

    # Result files

    def _result(self, path: str, query: dict[str, str]) -> None:
        job, file = self._file_of(path)
        if job is None or file is None:
            self._send_xml(404, 'NoSuchKey', "The specified key does not exist.")
            return
        scenario = None
        if file.name != job.preview:
            prompt = str(job.values.get('Prompt', ''))
            scenario = self.server.switchboard.take(Where.DOWNLOAD, prompt, job.id)
        late_s = scenario.late_s if scenario else 0.0
        refused = why_refused(
            path, self.server.host, query, self.server.ledger.keys, self.server.clock() + late_s
        )
        if refused:
            self._send_xml(403, *refused)
            return
        delivery = deliver(file, self._headers())
        self._deliver(scenario.deliver(delivery) if scenario and scenario.deliver else delivery)

    def _file_of(self, path: str) -> tuple[Job | None, Path | None]:
        job_id, _, name = path.removeprefix('/results/').partition('/')
        job = self.server.ledger.job(job_id)
        if job is None or name not in {job.preview, job.segmentation, *(file for _, file in job.files)}:
            return job, None
        file = self.server.ledger.folder_of(job) / 'output' / name
        return job, file if file.is_file() else None

    def _deliver(self, delivery: Delivery) -> None:
        self.send_response(delivery.status)
        for name, value in delivery.headers.items():
            self.send_header(name, value)
        self._end_headers()
        left = delivery.length if delivery.sent_length is None else delivery.sent_length
        left = 0 if self.command == 'HEAD' else left
        with delivery.path.open('rb') as file:
            file.seek(delivery.start)
            while left > 0 and (chunk := file.read(min(left, CHUNK_BYTES))):
                self.wfile.write(chunk)
                left -= len(chunk)
        if delivery.stalls:
            self.server.stopping.wait(STALL_S)

    def _send_xml(self, status: int, code: str, message: str) -> None:
        error = f"<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
        body = f"<?xml version='1.0' encoding='utf-8' ?>\n{error}".encode()
        self._send(Reply(status=status, body=body, content_type='application/xml'))

    # HTTP

    def _body(self) -> bytes | None:
        length = self.headers.get('Content-Length', '')
        if not length.isdecimal() or int(length) > _DRAINED_MAX_BYTES:
            return None
        return self.rfile.read(int(length))

    def _headers(self) -> dict[str, str]:
        return {name.lower(): value for name, value in self.headers.items()}

    def _is_ours(self) -> bool:
        """No other site's name may lead here, or a page in the user's browser could read along."""
        port = self.server.server_address[1]
        return self.headers.get('Host') in (f"127.0.0.1:{port}", f"localhost:{port}")

    def _send(self, reply: Reply, now: float | None = None) -> None:
        if not reply.status:
            self.close_connection = True
            return
        self.send_response(reply.status, now=now)
        for name, value in {'Content-Type': reply.content_type, **reply.headers}.items():
            self.send_header(name, value)
        if reply.status != 204:
            self.send_header('Content-Length', str(len(reply.body)))
        self._end_headers()
        if self.command != 'HEAD':
            self.wfile.write(reply.body)

    def send_response(self, code: int, message: str | None = None, now: float | None = None) -> None:
        """Start an answer with the service's idea of the time."""
        self.send_response_only(code, message)
        self.send_header('Date', formatdate(self.server.clock() if now is None else now, usegmt=True))

    def _end_headers(self) -> None:
        self.send_header('Connection', 'close')
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's word
        """Keep quiet: request lines of downloads are signed URLs."""
