# SPDX-License-Identifier: GPL-3.0-or-later
"""One call of a service that takes a key in a header, or none, and speaks JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from .access import Access
from .http import HttpAnswer, call

DEADLINE_S = 60.0
UPLOAD_BYTES_PER_S = 50_000
"""The slowest upload that is waited for; the deadline grows with the body."""


def post(access: Access, path: str, body: Mapping[str, Any], authorization: str) -> HttpAnswer:
    """POST an object to a path of the service's host and return the answer, whatever its status."""
    return send(access, 'POST', origin(access.endpoint) + path, body, {'Authorization': authorization})


def send(
    access: Access,
    method: str,
    url: str,
    body: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
    **options: Any,
) -> HttpAnswer:
    """Send an object, or nothing, and return the answer, whatever its status. `options` are those of `http.call`."""
    content = b'' if body is None else json.dumps(body).encode()
    return call(
        access.network,
        method,
        url,
        body=content,
        headers={'Content-Type': 'application/json', **(headers or {})},
        allow_loopback=True,  # the endpoint is the artist's own choice
        **{'deadline_s': DEADLINE_S + len(content) / UPLOAD_BYTES_PER_S, **options},
    )


def origin(endpoint: str) -> str:
    """Scheme and host: people paste the paths of examples along with them."""
    try:
        parts = urlsplit(endpoint)
    except ValueError:
        return endpoint  # refused when it is asked for
    return f"{parts.scheme}://{parts.netloc}"
