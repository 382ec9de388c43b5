# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the services beside Tencent's signed one share: how to reach each, and how each says things."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hunyuan3d_blender.sandbox.server import Sandbox
from hunyuan3d_blender.services.contract import Key, Operation, Picture, Request, Service, Status
from hunyuan3d_blender.services.http import Network
from hunyuan3d_blender.services.registry import connect
from tests import model_files
from tests.protocol.loopback import answer
from tests.unit.test_sandbox_operations import png

KEY = Key('sk-0123456789abcdef')
ATTEMPT = '8c5a1f0e-0000-4000-8000-000000000001'
TEXT = Request(operation=Operation.GENERATE, prompt="a chair")
URL = 'https://b.cos.ap-guangzhou.tencentcos.cn/a.glb?q-signature=s'
PHOTO = Picture(file='photo.png', format='png', width_px=512, height_px=512, size_bytes=5)
PHOTO_64 = png()


@dataclass(frozen=True, kw_only=True)
class Words:
    """One service, in its own words."""

    submit: str
    """Path of a submit."""
    query: str
    """Path of a query for job 1, with its method in front."""
    authorization: str
    """Header for the key 'KEY'."""
    accepted: Mapping[str, Any]
    """The answer to a submit that gives job 1."""
    statuses: Mapping[str, Status]
    """Every documented word, and some that are not."""
    state: Callable[[str], Mapping[str, Any]]
    """What a query answers with a status word."""
    done: Mapping[str, Any]
    """A job that is done, with `URL` as its GLB."""
    failed: Mapping[str, Any]
    """A job that failed with the words "no luck"."""
    error: Callable[[str], Mapping[str, Any]]
    """The answer of a call that is turned away with a code."""
    id_at: tuple[str, ...]
    """Where the job's id stands in `accepted`."""
    request: Request = TEXT
    inputs: Mapping[str, bytes] = field(default_factory=dict)


OPENAI_COMPATIBLE = Words(
    submit='/v1/ai3d/submit',
    query='POST /v1/ai3d/query',
    authorization='KEY',
    accepted={'Response': {'JobId': '1', 'RequestId': 'r'}},
    statuses={
        'WAIT': Status.WAITING, 'RUN': Status.RUNNING, 'DONE': Status.DONE, 'FAIL': Status.FAILED,
        'PONDERING': Status.RUNNING,
    },
    state=lambda word: {'Response': {'Status': word, 'RequestId': 'r'}},
    done={'Response': {'Status': 'DONE', 'ResultFile3Ds': [{'Type': 'GLB', 'Url': URL, 'PreviewImageUrl': URL}]}},
    failed={'Response': {'Status': 'FAIL', 'ErrorCode': 'FailedOperation.InnerError', 'ErrorMessage': "no luck"}},
    error=lambda code: {'Response': {'Error': {'Code': code, 'Message': "words"}, 'RequestId': 'r'}},
    id_at=('Response', 'JobId'),
)  # fmt: skip

TOKENHUB = Words(
    submit='/v1/api/3d/submit',
    query='POST /v1/api/3d/query',
    authorization='Bearer KEY',
    accepted={'id': '1', 'request_id': 'r', 'object': '3d_job', 'created_at': 1770000000, 'status': 'queued'},
    statuses={
        'queued': Status.WAITING, 'in_progress': Status.RUNNING, 'processing': Status.RUNNING,
        'running': Status.RUNNING, 'completed': Status.DONE, 'success': Status.DONE, 'done': Status.DONE,
        'failed': Status.FAILED, 'pondering': Status.RUNNING,
    },
    state=lambda word: {'id': '1', 'status': word},
    done={'id': '1', 'status': 'completed', 'data': [{'type': 'glb', 'url': URL, 'preview_image_url': URL}]},
    failed={'id': '1', 'status': 'failed', 'error': {'code': 'FailedOperation.InnerError', 'message': "no luck"}},
    error=lambda code: {'error': {'message': "words", 'type': 'api_error', 'code': code}, 'request_id': 'r'},
    id_at=('id',),
)  # fmt: skip

MODEL = model_files.glb()
SELF_HOSTED = Words(
    submit='/send',
    query='GET /status/1',
    authorization='',
    accepted={'uid': '1'},
    statuses={
        'processing': Status.RUNNING, 'texturing': Status.RUNNING, 'error': Status.FAILED,
        'pondering': Status.RUNNING, 'completed': Status.DONE,
    },
    state=lambda word: {'status': word, 'model_base64': base64.b64encode(MODEL).decode()},
    done={'status': 'completed', 'model_base64': base64.b64encode(MODEL).decode(), 'initial_model_base64': ''},
    failed={'status': 'error', 'message': "no luck"},
    error=lambda code: {'error': "words"},
    id_at=('uid',),
    request=Request(operation=Operation.GENERATE, image=PHOTO),
    inputs={PHOTO.file: base64.b64decode(PHOTO_64)},
)  # fmt: skip

VTRIX_TASK = {'id': '1', 'created_at': 1770000000000, 'model': 'tencent_hunyuan_3d_pro'}
VTRIX = Words(
    submit='/model/v1/generation',
    query='GET /model/v1/generation/task/1',
    authorization='Bearer KEY',
    accepted=VTRIX_TASK | {'status': 'in_progress', 'progress': 0},
    statuses={
        'in_progress': Status.RUNNING, 'completed': Status.DONE, 'failed': Status.FAILED,
        'queued': Status.RUNNING, 'pondering': Status.RUNNING,
    },
    state=lambda word: VTRIX_TASK | {'status': word},
    done=VTRIX_TASK | {
        'status': 'completed',
        'output': [{'content': [{'type': 'obj', 'format': 'glb', 'url': URL, 'preview_url': URL, 'jobId': '2'}]}],
        'usage': {
            'cost': '0.40', 'quantity': 1, 'unit_price': '0.40', 'extra_info': {'ResultCreditConsumed': 20},
            'input_tokens': None, 'output_tokens': None, 'total_tokens': None, 'user_discount': 1,
        },
        'metadata': {'completed_at': 120, 'in_queue_at': 1, 'upload_at': 2},
    },
    failed=VTRIX_TASK | {'status': 'failed', 'error': {'code': 13001095, 'message': "no luck"}},
    error=lambda code: {'error': {'code': code, 'message': "words"}},
    id_at=('id',),
)  # fmt: skip

SERVICES: dict[str, Words] = {
    'openai_compatible': OPENAI_COMPATIBLE,
    'tokenhub': TOKENHUB,
    'self_hosted': SELF_HOSTED,
    'vtrix': VTRIX,
}


def service_at(service: str, url: str, key: Key = KEY) -> Service:
    return connect(service, endpoint=url, key=lambda: key, network=Network())


def in_sandbox(service: str, sandbox: Sandbox) -> Service:
    """A client with the sandbox's own key."""
    return service_at(service, sandbox.url, Key(sandbox.ledger.keys.api_key))


def says(content: Any, status: str = '200 OK', headers: str = '') -> Callable[[Any], None]:
    return answer(json.dumps(content).encode(), status, headers)
