# SPDX-License-Identifier: GPL-3.0-or-later
"""Vtrix: POST /model/v1/generation, GET /model/v1/generation/task/<id> (doc.vtrix.ai and its command-line client)."""

from __future__ import annotations

import hmac
import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .fields import SIDES, Check, address, check_fields, choice, flag, picture, text, views, whole
from .ledger import Job
from .operation import CHINA, Edition, Operation
from .operations import ACTIONS
from .refusal import Refusal
from .reply import Reply, bare_reply
from .scenarios import Where
from .tencent_cloud import picture_of, values_of
from .workshop import Call, Workshop, new_request_id, prompt_of

_PATH = '/model/v1/generation'
_EDITION = Edition('vtrix', '', (), 'FailedOperation.JobNotFound')
_INPUT: Mapping[str, Check] = {'image_url': address, 'image_base64': picture, 'enable_pbr': flag}


_FORMATS = choice('OBJ', 'GLB', 'STL', 'USDZ', 'FBX', 'MP4')


def _rules(values: Mapping[str, Any]) -> None:
    pictures = [name for name in ('ImageBase64', 'ImageUrl') if values.get(name)]
    is_sketch = values.get('GenerateType') == 'Sketch'
    given = len(pictures) + bool(values.get('Prompt'))
    if is_sketch and not (len(pictures) == 1 and values.get('Prompt')):
        raise Refusal('InvalidParameter', "Sketch needs prompt and one image.")
    if not is_sketch and given != 1:
        raise Refusal('InvalidParameter', "Exactly one of prompt, image_url and image_base64 is needed.")
    if is_sketch and values.get('MultiViewImages'):
        raise Refusal('InvalidParameter', "multi_view_images cannot be combined with Sketch.")


_MODELS: Mapping[str, Operation] = {
    'tencent_hunyuan_3d_pro': replace(
        ACTIONS[CHINA, 'SubmitHunyuanTo3DProJob'],
        edition=_EDITION,
        rules=_rules,
        fields={
            **_INPUT,
            'prompt': text(1024),
            'generate_type': choice('Normal', 'LowPoly', 'Geometry', 'Sketch'),
            'face_count': whole(3000, 1_500_000),
            'polygon_type': choice('triangle', 'quadrilateral'),
            'multi_view_images': views(*SIDES),
        },
    ),
    'tencent_hunyuan_3d_rapid': replace(
        ACTIONS[CHINA, 'SubmitHunyuanTo3DRapidJob'],
        edition=_EDITION,
        fields={
            **_INPUT,
            'prompt': text(200),
            'enable_geometry': flag,
            'result_format': _FORMATS,
        },
    ),
    'tencent_hunyuan_3d': replace(
        ACTIONS[CHINA, 'SubmitHunyuanTo3DRapidJob'],
        name='standard',
        edition=_EDITION,
        rules=_rules,
        concurrent_jobs=3,
        fields={
            **_INPUT,
            'prompt': text(1024),
            'result_format': _FORMATS,
            'multi_view_images': views('left', 'right', 'back', names=('View', 'ImageUrl', 'ImageBase64')),
        },
        credits=lambda _: {'Standard': 15},
    ),
}
_NAMES = {
    'prompt': 'Prompt',
    'image_url': 'ImageUrl',
    'image_base64': 'ImageBase64',
    'enable_pbr': 'EnablePBR',
    'generate_type': 'GenerateType',
    'face_count': 'FaceCount',
    'polygon_type': 'PolygonType',
    'multi_view_images': 'MultiViewImages',
    'enable_geometry': 'EnableGeometry',
    'result_format': 'ResultFormat',
}
"""What the makers of samples call it."""

_DOLLARS_PER_CREDIT = 0.02


class Vtrix:
    """The create path, and all below."""

    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop

    def answer(self, call: Call) -> Reply | None:
        """Answer one call, None for another path."""
        task = call.path.removeprefix(f'{_PATH}/task/')
        is_create = call.method == 'POST' and call.path == _PATH
        if not is_create and (call.method != 'GET' or task == call.path):
            return None
        wanted = f"Bearer {self._workshop.ledger.keys.api_key}"
        if not hmac.compare_digest(call.headers.get('authorization', ''), wanted):
            return bare_reply({'message': "invalid api key"}, 401)
        try:
            reply = self._create(values_of(call.body)) if is_create else self._query(task, call.base)
        except Refusal as refusal:
            self._workshop.ledger.note_call(self._workshop.clock(), _PATH, refusal.code)
            return _refused(refusal)
        self._workshop.ledger.note_call(self._workshop.clock(), _PATH, '')
        return reply

    def _create(self, values: Mapping[str, Any]) -> Reply:
        operation = _MODELS.get(str(values.get('model')))
        entries = values.get('input')
        if operation is None or not isinstance(entries, list) or len(entries) != 1:
            raise Refusal('InvalidParameter', "model and one input are needed")
        params = entries[0].get('params') if isinstance(entries[0], dict) else None
        if not isinstance(params, dict) or 'model' in params:
            raise Refusal('InvalidParameter', "input[0].params is needed, without a model in it")
        check_fields(params, operation.fields)
        ours = {_NAMES[name]: value for name, value in params.items()}
        operation.rules(ours)
        prompt = ours.get('Prompt', '')

        def carry_out() -> Reply:
            picture_ = picture_of(ours)
            job = self._workshop.accept(operation, ours, picture_, new_request_id(), str(uuid.uuid4()))
            return bare_reply(self._task(job, 'in_progress', str(values['model'])) | {'progress': 0})

        return self._workshop.answer(Where.SUBMIT, prompt, prompt, carry_out)

    def _query(self, task: str, base: str) -> Reply:
        known = self._workshop.ledger.job(task)

        def carry_out() -> Reply:
            job = self._workshop.job(task, *_MODELS.values())
            return bare_reply(self._state(job, base))

        return self._workshop.answer(Where.QUERY, prompt_of(known), task, carry_out)

    def _task(self, job: Job, status: str, model: str) -> dict[str, Any]:
        return {'id': job.id, 'created_at': int(job.submitted_at * 1000), 'status': status, 'model': model}

    def _state(self, job: Job, base: str) -> dict[str, Any]:
        model = next(name for name, operation in _MODELS.items() if operation.name == job.operation)
        status = self._workshop.status(job)
        if status == 'FAIL':
            error = {'code': 13001095, 'message': self._workshop.error(job)[1]}
            return self._task(job, 'failed', model) | {'error': error}
        if status != 'DONE':
            word = 'in_progress' if status in ('WAIT', 'RUN') else status.lower()
            return self._task(job, word, model) | {'progress': 0.5 if status == 'RUN' else 0}
        files = [  # the type is wrong on purpose: so it was seen
            {'type': 'glb', 'format': file.type.lower(), 'url': file.url, 'preview_url': file.preview_url,
             'jobId': job.request_id}
            for file in self._workshop.files(job, base)
        ]  # fmt: skip
        consumed = sum(job.credits.values())
        cost = f"{consumed * _DOLLARS_PER_CREDIT:.2f}"
        usage = {
            'cost': cost, 'unit_price': cost, 'quantity': 1, 'user_discount': 1,
            'extra_info': {'ResultCreditConsumed': consumed}, 'total_tokens': None,
        }  # fmt: skip
        return self._task(job, 'completed', model) | {'output': [{'content': files}], 'usage': usage}


def _refused(refusal: Refusal) -> Reply:
    """The gateway's own words for what the others tell by a code."""
    match refusal.code.partition('.')[0]:
        case 'AuthFailure':
            return bare_reply({'message': refusal.message}, 401)
        case 'ResourceInsufficient' | 'ResourceUnavailable':
            return bare_reply({'status': {'code': 402, 'message': refusal.message, 'error_code': 40201}}, 402)
        case 'RequestLimitExceeded':
            return bare_reply({'message': refusal.message}, 429)
        case 'InternalError':
            return bare_reply({'message': refusal.message}, 500)
        case 'OperationDenied':
            return bare_reply({'error': {'code': 13001099, 'message': refusal.message}})
    status = 404 if refusal.code.endswith('JobNotFound') else 400
    return bare_reply({'message': refusal.message}, status)
