# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of Tencent Cloud's client share: an account, and answers in the service's form."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from hunyuan3d_blender.services.contract import Key, Operation, Request, Service
from hunyuan3d_blender.services.http import Network
from hunyuan3d_blender.services.registry import connect
from tests.protocol.loopback import answer

KEY = Key('exampleSecretKeyEXAMPLE00000000', id='AKIDexampleEXAMPLEexample0000000000')
NOW = 1767225600.0
ATTEMPT = '8c5a1f0e-0000-4000-8000-000000000001'
GENERATE, RAPID = Operation.GENERATE, Operation.RAPID
TEXT = Request(operation=GENERATE, prompt="a chair")


def service_at(url: str, service_id: str = 'tencent_cn', **options: Any) -> Service:
    return connect(service_id, endpoint=url, key=lambda: KEY, network=Network(), clock=lambda: NOW, **options)


def response(fields: Mapping[str, Any], status: str = '200 OK', headers: str = '') -> Callable[[Any], None]:
    return answer(json.dumps({'Response': {'RequestId': 'req-1', **fields}}).encode(), status, headers)


def error(code: str, **options: str) -> Callable[[Any], None]:
    return response({'Error': {'Code': code, 'Message': "words of the service"}}, **options)
