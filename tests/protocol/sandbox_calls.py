# SPDX-License-Identifier: GPL-3.0-or-later
"""Talk to a sandbox as plainly as possible: one signed call, one download, nothing interpreted."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from hunyuan3d_blender.sandbox.server import Sandbox

CHINA = ('ai3d', '2025-05-13', 'ap-guangzhou')
INTERNATIONAL = ('hunyuan', '2023-09-01', 'ap-singapore')
SUBMIT, QUERY = 'SubmitHunyuanTo3DProJob', 'QueryHunyuanTo3DProJob'
SUBMIT_RAPID, QUERY_RAPID = 'SubmitHunyuanTo3DRapidJob', 'QueryHunyuanTo3DRapidJob'


class Clock:
    """A time that only tests move."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def response(self) -> dict[str, Any]:
        return json.loads(self.body)['Response']

    @property
    def code(self) -> str:
        """Of the error, '' for success."""
        return self.response.get('Error', {}).get('Code', '')


def get(url: str, headers: Mapping[str, str] | None = None) -> Answer:
    """One GET, nothing followed. Raises what http.client raises."""
    parts = urlsplit(url)
    return _exchange(parts.netloc, 'GET', f"{parts.path}?{parts.query}", b"", headers or {})


def switch_on(sandbox: Sandbox, name: str, times: int | None = None) -> Answer:
    """Choose a scenario over HTTP; '' for none."""
    body = json.dumps({'name': name, 'times': times}).encode()
    headers = {'Content-Type': 'application/json'}
    return _exchange(sandbox.host, 'POST', '/_sandbox/scenario', body, headers)


def call(
    sandbox: Sandbox,
    action: str,
    values: Mapping[str, Any] | bytes,
    edition: tuple[str, str, str] = CHINA,
    **changed: str | None,
) -> Answer:
    """One signed call. `changed` are headers by their names with _ for -, None for one left out."""
    body = values if isinstance(values, bytes) else json.dumps(values).encode()
    service, version, region = edition
    now = int(sandbox.clock())
    headers = {
        'Content-Type': 'application/json',
        'Host': sandbox.host,
        'X-TC-Action': action,
        'X-TC-Version': version,
        'X-TC-Region': region,
        'X-TC-Timestamp': str(now),
        'Authorization': _authorization(sandbox, service, now, body),
    } | {name.replace('_', '-'): value for name, value in changed.items()}
    return _exchange(sandbox.host, 'POST', '/', body, {k: v for k, v in headers.items() if v is not None})


def submit(sandbox: Sandbox, prompt: str = "a chair", **values: Any) -> str:
    """The id of a new job."""
    return call(sandbox, SUBMIT, {'Prompt': prompt, **values}).response['JobId']


def query(sandbox: Sandbox, job_id: str) -> dict[str, Any]:
    """What the service says of a job."""
    return call(sandbox, QUERY, {'JobId': job_id}).response


def finished(sandbox: Sandbox, job_id: str) -> dict[str, Any]:
    """The same when it has nothing more to do for the job."""
    wait_until(lambda: sandbox.ledger.job(job_id).finished_at is not None)
    return query(sandbox, job_id)


def wait_until(condition: Callable[[], bool], limit_s: float = 60.0) -> None:
    """Look again and again; only the box of a test is waited for, which takes no time."""
    end = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def _authorization(sandbox: Sandbox, service: str, now: int, body: bytes) -> str:
    date = time.strftime('%Y-%m-%d', time.gmtime(now))
    payload = hashlib.sha256(body).hexdigest()
    canonical = (
        f"POST\n/\n\ncontent-type:application/json\nhost:{sandbox.host}\n\ncontent-type;host\n{payload}"
    )
    scope = f"{date}/{service}/tc3_request"
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    key = b'TC3' + sandbox.ledger.keys.secret_key.encode()
    for part in (date, service, 'tc3_request', f"TC3-HMAC-SHA256\n{now}\n{scope}\n{digest}"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    credential = f"Credential={sandbox.ledger.keys.secret_id}/{scope}"
    return f"TC3-HMAC-SHA256 {credential}, SignedHeaders=content-type;host, Signature={key.hex()}"


def _exchange(host: str, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    connection = http.client.HTTPConnection(host, timeout=60)
    try:
        connection.request(method, path, body, dict(headers))
        response = connection.getresponse()
        return Answer(response.status, dict(response.headers), response.read())
    finally:
        connection.close()
