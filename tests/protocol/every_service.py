# SPDX-License-Identifier: GPL-3.0-or-later
"""Every service in its own words: how it is reached, what it answers, and each of its documented errors."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from hunyuan3d_blender.sandbox.server import Sandbox
from hunyuan3d_blender.services.contract import KEY_PAIR, Key, Operation, Picture, Request, Service, Status
from hunyuan3d_blender.services.errors import Kind
from hunyuan3d_blender.services.http import Network
from hunyuan3d_blender.services.registry import TABLES, connect
from tests import model_files
from tests.protocol.cases import BUSY, UNCLEAR, Case, Told, platform_errors, platform_failures, refused
from tests.protocol.loopback import answer
from tests.unit.test_sandbox_operations import png

KEY = Key('sk-0123456789abcdef', id='AKID0123456789abcdef')
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
    """Header for `KEY`, or how it begins where there is a signature."""
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
    id_at: tuple[str, ...]
    """Where the job's id stands in `accepted`."""
    word_at: tuple[str, ...]
    """Where the status word stands in `state`."""
    errors: tuple[Case, ...]
    """Every error that its pages tell of."""
    failures: tuple[Case, ...]
    """Every reason that they tell of why a job has failed."""
    statuses_told: Mapping[int, Told] = field(default_factory=dict)
    """HTTP statuses that mean something else here than elsewhere."""
    forms: tuple[Case, ...] = ()
    """Further forms of good answers and of failed jobs that its pages tell of."""
    key_forms: int = 1
    """In how many forms the key is sent before a server's 401 is believed."""
    request: Request = TEXT
    inputs: Mapping[str, bytes] = field(default_factory=dict)


def _said(content: Any) -> bytes:
    return json.dumps(content).encode()


def _wrapped(code: str, message: str) -> bytes:
    return _said({'Response': {'Error': {'Code': code, 'Message': message}, 'RequestId': 'r'}})


def _failed(code: str, message: str) -> bytes:
    return _said({'Response': {'Status': 'FAIL', 'ErrorCode': code, 'ErrorMessage': message}})


SIGNED = Words(
    submit='/',
    query='POST /',
    authorization=f'TC3-HMAC-SHA256 Credential={KEY.id}/',
    accepted={'Response': {'JobId': '1', 'RequestId': 'r'}},
    statuses={
        'WAIT': Status.WAITING, 'RUN': Status.RUNNING, 'DONE': Status.DONE, 'FAIL': Status.FAILED,
        'PONDERING': Status.RUNNING,
    },
    state=lambda word: {'Response': {'Status': word, 'ErrorCode': '', 'ErrorMessage': '', 'RequestId': 'r'}},
    done={'Response': {
        'Status': 'DONE', 'ErrorCode': '', 'ErrorMessage': '', 'ResultCreditConsumed': 40,
        'ResultCreditDetails': '{"FaceCount":10,"GenerateType-Normal":20,"Pbr":10}',
        'ResultFile3Ds': [{'Type': 'GLB', 'Url': URL, 'PreviewImageUrl': URL}], 'RequestId': 'r',
    }},
    failed={'Response': {
        'Status': 'FAIL', 'ErrorCode': 'FailedOperation.InnerError', 'ErrorMessage': "no luck", 'ResultFile3Ds': [],
    }},
    id_at=('Response', 'JobId'),
    word_at=('Response', 'Status'),
    errors=tuple(platform_errors(_wrapped, has_clock=True)),
    failures=tuple(platform_failures(_failed)),
    statuses_told={400: refused(Kind.UNSUPPORTED)},
)  # fmt: skip

OPENAI_COMPATIBLE = Words(
    submit='/v1/ai3d/submit',
    query='POST /v1/ai3d/query',
    authorization=KEY.secret,
    accepted={'Response': {'JobId': '1', 'RequestId': 'r'}},
    statuses={
        'WAIT': Status.WAITING, 'RUN': Status.RUNNING, 'DONE': Status.DONE, 'FAIL': Status.FAILED,
        'PONDERING': Status.RUNNING,
    },
    state=lambda word: {'Response': {'Status': word, 'RequestId': 'r'}},
    done={'Response': {'Status': 'DONE', 'ResultFile3Ds': [{'Type': 'GLB', 'Url': URL, 'PreviewImageUrl': URL}]}},
    failed={'Response': {'Status': 'FAIL', 'ErrorCode': 'FailedOperation.InnerError', 'ErrorMessage': "no luck"}},
    id_at=('Response', 'JobId'),
    word_at=('Response', 'Status'),
    errors=(
        *platform_errors(_wrapped, has_clock=False),
        Case(
            name='unwrapped', content=_said({'Error': {'Code': 'ResourceInsufficient', 'Message': "words"}, 'RequestId': 'r'}),
            code='ResourceInsufficient', says="words", submit=refused(Kind.BILLING), query=refused(Kind.BILLING),
        ),
    ),
    failures=tuple(platform_failures(_failed)),
    forms=(
        Case(name='accepted, unwrapped', content=_said({'JobId': '1', 'RequestId': 'r'}), submit='1'),
        Case(
            name='done, unwrapped', query=Status.DONE, credits=20.0,
            content=_said({'Status': 'DONE', 'ResultFile3Ds': [{'Type': 'GLB', 'Url': URL}], 'ResultCreditConsumed': 20}),
        ),
        Case(
            name='failed, unwrapped', query=Status.FAILED, says="no luck",
            content=_said({'Status': 'FAIL', 'ErrorCode': '', 'ErrorMessage': "no luck"}),
        ),
    ),
    key_forms=2,
)  # fmt: skip

TOKENHUB = Words(
    submit='/v1/api/3d/submit',
    query='POST /v1/api/3d/query',
    authorization=f'Bearer {KEY.secret}',
    accepted={'id': '1', 'request_id': 'r', 'object': '3d_job', 'created_at': 1770000000, 'status': 'queued'},
    statuses={
        'queued': Status.WAITING, 'in_progress': Status.RUNNING, 'processing': Status.RUNNING,
        'running': Status.RUNNING, 'completed': Status.DONE, 'success': Status.DONE, 'done': Status.DONE,
        'failed': Status.FAILED, 'pondering': Status.RUNNING,
    },
    state=lambda word: {'id': '1', 'status': word},
    done={'id': '1', 'status': 'completed', 'data': [{'type': 'glb', 'url': URL, 'preview_image_url': URL}]},
    failed={'id': '1', 'status': 'failed', 'error': {'code': 'FailedOperation.InnerError', 'message': "no luck"}},
    id_at=('id',),
    word_at=('status',),
    errors=(
        *platform_errors(
            lambda code, message: _said(
                {'error': {'message': message, 'type': 'api_error', 'code': code}, 'request_id': 'r'}
            ),
            has_clock=False,
        ),
        Case(
            name='401002', status='401 Unauthorized', code='401002', says="API Key does not exist",
            content=_said({'error': {'code': '401002', 'message': "API Key does not exist", 'message_zh': "…"}}),
            submit=refused(Kind.CREDENTIALS), query=refused(Kind.CREDENTIALS),
        ),
    ),
    failures=tuple(
        platform_failures(
            lambda code, message: _said({'id': '1', 'status': 'failed', 'error': {'code': code, 'message': message}})
        )
    ),
    forms=(
        *(
            Case(
                name=f'failed with {name}', content=_said({'id': '1', 'status': 'failed', name: "no luck"}),
                query=Status.FAILED, says="no luck",
            )
            for name in ('message', 'error_message')
        ),
        Case(
            name='done, with its price', query=Status.DONE, credits=20.0,
            content=_said({
                'id': '1', 'status': 'completed', 'credit_consumed': 20, 'data': [{'type': 'glb', 'url': URL}],
            }),
        ),
    ),
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
    id_at=('uid',),
    word_at=('status',),
    errors=(
        Case(
            name='cannot begin', content=_said({'error': "CUDA out of memory"}), status='500 E',
            submit=refused(Kind.SERVICE), says="CUDA out of memory",
        ),
        Case(
            name='error_code 1', content=_said({'text': "NETWORK ERROR", 'error_code': 1}), status='404 N',
            submit=refused(Kind.SERVICE), says="NETWORK ERROR",
        ),
        Case(
            name='a field', status='422 U', submit=refused(Kind.INPUT), says="num_inference_steps: too large",
            content=_said(
                {'detail': [{'loc': ['body', 'num_inference_steps'], 'msg': "too large", 'type': 't'}]}
            ),
        ),
        Case(
            name='no such path', content=_said({'detail': "Not Found"}), status='404 N',
            submit=refused(Kind.UNSUPPORTED), says="Not Found",
        ),
        Case(
            name='unreadable', content=_said({'status': 'error', 'message': "gone"}), status='500 E',
            query=Status.FAILED, says="gone",
        ),
    ),
    failures=(
        Case(name='any', content=_said({'status': 'error', 'message': "no luck"}), query=Status.FAILED, says="no luck"),
    ),
    statuses_told={422: refused(Kind.INPUT)},
    request=Request(operation=Operation.GENERATE, image=PHOTO),
    inputs={PHOTO.file: base64.b64decode(PHOTO_64)},
)  # fmt: skip


def _gateway_errors() -> Iterator[Case]:
    """Codes in the two forms of an error, and the words that come with HTTP statuses."""
    for code, told in {
        13001095: UNCLEAR, 13001096: UNCLEAR, 13001097: UNCLEAR, 13001098: UNCLEAR, 13001099: refused(Kind.INPUT),
    }.items():  # fmt: skip
        for spelled in (code, str(code)):
            yield Case(
                name=f'{spelled!r}', content=_said({'error': {'code': spelled, 'message': "words"}}),
                submit=told, query=told, code=str(code), says="words",
            )  # fmt: skip
    no_balance = {'status': {'code': 402, 'message': "words", 'error_code': 40201}}
    for status in ('402 P', '200 OK'):
        yield Case(
            name=f'40201 with {status}', content=_said(no_balance), status=status, code='40201', says="words",
            submit=refused(Kind.BILLING), query=refused(Kind.BILLING),
        )  # fmt: skip
    for status, told in {
        '400 B': refused(Kind.INPUT), '401 U': refused(Kind.CREDENTIALS), '403 F': refused(Kind.CREDENTIALS),
        '418 I': refused(Kind.INPUT), '429 T': BUSY, '500 E': UNCLEAR, '503 U': UNCLEAR,
    }.items():  # fmt: skip
        for form in ({'message': "words"}, {'error': "words"}, {'error': {'error_message': "words"}}):
            yield Case(
                name=f'{status} {form}', content=_said(form), status=status, says="words", submit=told, query=told
            )  # fmt: skip
    yield Case(
        name='not created', content=_said({'error': "words"}), submit=refused(Kind.INPUT), query=UNCLEAR, says="words"
    )  # fmt: skip
    yield Case(
        name='no such task', content=_said({'message': "words"}), status='404 N', query=refused(Kind.GONE), says="words"
    )  # fmt: skip


VTRIX_TASK = {'id': '1', 'created_at': 1770000000000, 'model': 'tencent_hunyuan_3d_pro'}
VTRIX = Words(
    submit='/model/v1/generation',
    query='GET /model/v1/generation/task/1',
    authorization=f'Bearer {KEY.secret}',
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
    id_at=('id',),
    word_at=('status',),
    errors=tuple(_gateway_errors()),
    failures=tuple(
        Case(
            name=str(code), query=told, code=str(code), says="no luck", why=why,
            content=_said(VTRIX_TASK | {'status': 'failed', 'error': {'code': code, 'message': "no luck"}}),
        )
        for code, told, why in (
            (13001095, Status.FAILED, Kind.SERVICE), (13001096, Status.FAILED, Kind.SERVICE),
            (13001097, UNCLEAR, Kind.SERVICE), (13001098, UNCLEAR, Kind.SERVICE),
            (13001099, Status.FAILED, Kind.INPUT), (40201, Status.FAILED, Kind.BILLING),
        )
    ),
    statuses_told={402: refused(Kind.BILLING), 422: refused(Kind.INPUT)},
)  # fmt: skip

SERVICES: dict[str, Words] = {
    'tencent_cn': SIGNED,
    'tencent_intl': SIGNED,
    'openai_compatible': OPENAI_COMPATIBLE,
    'tokenhub': TOKENHUB,
    'vtrix': VTRIX,
    'self_hosted': SELF_HOSTED,
}


def service_at(service: str, url: str, key: Key = KEY) -> Service:
    return connect(service, endpoint=url, key=lambda: key, network=Network())


def in_sandbox(service: str, sandbox: Sandbox) -> Service:
    """A client with the sandbox's own key."""
    keys = sandbox.ledger.keys
    is_pair = TABLES[service].key_fields == KEY_PAIR
    return service_at(
        service, sandbox.url, Key(keys.secret_key, id=keys.secret_id) if is_pair else Key(keys.api_key)
    )


def says(content: Any, status: str = '200 OK', headers: str = '') -> Callable[[Any], None]:
    return answer(json.dumps(content).encode(), status, headers)
