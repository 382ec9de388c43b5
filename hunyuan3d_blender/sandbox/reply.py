# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes back over the wire for a call."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Reply:
    """One HTTP answer."""

    status: int = 200
    """Errors of API 3.0 are told with 200 too; 0 closes the connection without a word."""
    body: bytes = b''
    content_type: str = 'application/json'
    headers: Mapping[str, str] = field(default_factory=dict)


def bare_reply(values: Mapping[str, Any], status: int = 200) -> Reply:
    """JSON without an envelope."""
    return Reply(status=status, body=json.dumps(values, ensure_ascii=False).encode())


def json_reply(values: Mapping[str, Any], request_id: str) -> Reply:
    """The envelope of API 3.0 around the values of an answer."""
    response = {'Response': {**values, 'RequestId': request_id}}
    return Reply(body=json.dumps(response, ensure_ascii=False).encode())


def error_reply(code: str, message: str, request_id: str) -> Reply:
    """The envelope of a call that was turned away."""
    return json_reply({'Error': {'Code': code, 'Message': message}}, request_id)
