# SPDX-License-Identifier: GPL-3.0-or-later
"""TC3-HMAC-SHA256, the signature of Tencent Cloud API 3.0 (https://cloud.tencent.com/document/api/362/4208)."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit

from requests import PreparedRequest
from requests.auth import AuthBase

from ..contract import Key

ALGORITHM = 'TC3-HMAC-SHA256'
SIGNED_HEADERS = ('content-type', 'host')
"""What the official SDK signs. Names in lower case, sorted."""


def authorization(
    key: Key,
    *,
    service: str,
    headers: Mapping[str, str],
    body: bytes,
    timestamp: int,
) -> str:
    """The Authorization header of a POST to '/'. `headers` are the signed ones, with names in lower case."""
    names = ';'.join(sorted(headers))
    lines = ''.join(f"{name}:{headers[name].strip()}\n" for name in sorted(headers))
    canonical = f"POST\n/\n\n{lines}\n{names}\n{_sha256(body)}"
    date = datetime.fromtimestamp(timestamp, UTC).date().isoformat()
    scope = f"{date}/{service}/tc3_request"
    text = f"{ALGORITHM}\n{timestamp}\n{scope}\n{_sha256(canonical.encode())}"
    signing_key = f"TC3{key.secret}".encode()
    for part in (date, service, 'tc3_request'):
        signing_key = _hmac(signing_key, part)
    signature = _hmac(signing_key, text).hex()
    return f"{ALGORITHM} Credential={key.id}/{scope}, SignedHeaders={names}, Signature={signature}"


class Tc3Auth(AuthBase):
    """Signs a prepared request. The key is asked for at that moment and not kept."""

    def __init__(
        self,
        key: Callable[[], Key],
        service: str,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._key, self._service, self._clock = key, service, clock

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Add Host, X-TC-Timestamp, Authorization and, for temporary keys, X-TC-Token."""
        key, timestamp = self._key(), int(self._clock())
        headers = request.headers
        headers['Host'] = urlsplit(str(request.url)).netloc
        headers['X-TC-Timestamp'] = str(timestamp)
        if key.token:
            headers['X-TC-Token'] = key.token
        headers['Authorization'] = authorization(
            key,
            service=self._service,
            headers={name: str(headers[name]) for name in SIGNED_HEADERS},
            body=request.body if isinstance(request.body, bytes) else str(request.body or '').encode(),
            timestamp=timestamp,
        )
        return request


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
