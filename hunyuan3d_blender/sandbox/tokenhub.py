# SPDX-License-Identifier: GPL-3.0-or-later
"""TokenHub: POST /v1/api/3d/submit and /v1/api/3d/query (https://cloud.tencent.com/document/product/1823/130082)."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .fields import SIDES, address, check_fields, choice, flag, picture, text, views, whole
from .ledger import Job
from .operation import CHINA, Edition, Operation
from .operations import ACTIONS
from .refusal import Refusal
from .reply import Reply, bare_reply
from .scenarios import Where
from .tencent_cloud import picture_of, values_of
from .workshop import Call, Workshop, new_request_id, prompt_of

_EDITION = Edition('tokenhub', '', (), 'FailedOperation.JobNotFound')
_INPUT = {'prompt': text(1024), 'image_base64': picture, 'image_url': address, 'enable_pbr': flag}
_PRO_FIELDS = {
    **_INPUT,
    'model': choice('hy-3d-3.0', 'hy-3d-3.1', 'hy-3d-express'),
    'multi_view_images': views(*SIDES, names=('view_type', 'view_image_url', 'view_image_base64')),
    'face_count': whole(3000, 1_500_000),
    'generate_type': choice('Normal', 'LowPoly', 'Geometry', 'Sketch', code='InvalidParameter'),
    'polygon_type': choice('triangle', 'quadrilateral'),
    'result_format': choice('stl', 'usdz', 'fbx'),
}
_EXPRESS_FIELDS = {
    **_INPUT,
    'model': choice('hy-3d-express'),
    'enable_geometry': flag,
    'result_format': choice('obj', 'glb', 'stl', 'usdz', 'fbx', 'mp4'),
}
_PRO = replace(ACTIONS[CHINA, 'SubmitHunyuanTo3DProJob'], edition=_EDITION, fields=_PRO_FIELDS, credits=None)
_EXPRESS = replace(
    ACTIONS[CHINA, 'SubmitHunyuanTo3DRapidJob'], edition=_EDITION, fields=_EXPRESS_FIELDS, credits=None
)
_NAMES = {
    'prompt': 'Prompt',
    'image_base64': 'ImageBase64',
    'image_url': 'ImageUrl',
    'multi_view_images': 'MultiViewImages',
    'view_type': 'ViewType',
    'view_image_url': 'ViewImageUrl',
    'view_image_base64': 'ViewImageBase64',
    'enable_pbr': 'EnablePBR',
    'face_count': 'FaceCount',
    'generate_type': 'GenerateType',
    'polygon_type': 'PolygonType',
    'result_format': 'ResultFormat',
    'enable_geometry': 'EnableGeometry',
    'model': 'Model',
}
"""What the makers of samples call it."""

_WORDS = {'WAIT': 'queued', 'RUN': 'in_progress', 'DONE': 'completed', 'FAIL': 'failed'}
_HTTP = {'RequestLimitExceeded': 429, 'InternalError': 500, 'AuthFailure': 401}
"""By the first part of a code; the others come with 400."""


class TokenHub:
    """Everything below '/v1/api/3d/'."""

    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop

    def answer(self, call: Call) -> Reply | None:
        """Answer one call, None for another path."""
        action = call.path.removeprefix('/v1/api/3d/')
        if call.method != 'POST' or action not in ('submit', 'query'):
            return None
        request_id = new_request_id()
        if not hmac.compare_digest(
            call.headers.get('authorization', ''), f"Bearer {self._workshop.ledger.keys.api_key}"
        ):
            error = {'code': '401002', 'message': "API Key does not exist", 'message_zh': "API Key 不存在"}
            return bare_reply({'error': error}, 401)
        try:
            values = values_of(call.body)
            reply = self._submit(values, request_id) if action == 'submit' else self._query(values, call.base)
        except Refusal as refusal:
            self._workshop.ledger.note_call(self._workshop.clock(), action, refusal.code)
            error = {'message': refusal.message, 'type': 'api_error', 'code': refusal.code}
            status = _HTTP.get(refusal.code.partition('.')[0], 400)
            return bare_reply({'error': error, 'request_id': request_id}, status)
        self._workshop.ledger.note_call(self._workshop.clock(), action, '')
        return reply

    def _submit(self, values: Mapping[str, Any], request_id: str) -> Reply:
        operation = _EXPRESS if values.get('model') == 'hy-3d-express' else _PRO
        if not values.get('model'):
            raise Refusal('MissingParameter', "The parameter `model` is missing.")
        check_fields(values, operation.fields)
        ours = _ours(values)
        operation.rules(ours)
        prompt = ours.get('Prompt', '')

        def carry_out() -> Reply:
            job = self._workshop.accept(operation, ours, picture_of(ours), request_id)
            created = {'object': '3d_job', 'created_at': int(job.submitted_at), 'status': 'queued'}
            return bare_reply({'id': job.id, 'request_id': request_id, **created})

        return self._workshop.answer(Where.SUBMIT, prompt, prompt, carry_out)

    def _query(self, values: Mapping[str, Any], base: str) -> Reply:
        known = self._workshop.ledger.job(str(values.get('id', '')))
        operation = _EXPRESS if values.get('model') == 'hy-3d-express' else _PRO

        def carry_out() -> Reply:
            job = self._workshop.job(values.get('id', ''), operation)
            if _model(operation, job) != values.get('model'):
                raise Refusal('FailedOperation.JobNotFound', "The job does not belong to this model.")
            return bare_reply(self._state(job, base))

        return self._workshop.answer(Where.QUERY, prompt_of(known), known.id if known else '', carry_out)

    def _state(self, job: Job, base: str) -> dict[str, Any]:
        status = self._workshop.status(job)
        state: dict[str, Any] = {'id': job.id, 'status': _WORDS.get(status, status.lower())}
        if status == 'DONE':
            state['data'] = [
                {'type': file.type.lower(), 'url': file.url, 'preview_image_url': file.preview_url}
                for file in self._workshop.files(job, base)
            ]
        elif status == 'FAIL':
            code, message = self._workshop.error(job)
            state['error'] = {'code': code, 'message': message}
        return state


def _ours(values: Mapping[str, Any]) -> dict[str, Any]:
    ours: dict[str, Any] = {
        _NAMES[name]: [_ours(part) for part in value] if isinstance(value, list) else value
        for name, value in values.items()
    }
    if 'Model' in ours:
        ours['Model'] = ours['Model'].removeprefix('hy-3d-')
    if 'ResultFormat' in ours:
        ours['ResultFormat'] = ours['ResultFormat'].upper()
    return ours


def _model(operation: Operation, job: Job) -> str:
    return 'hy-3d-express' if operation is _EXPRESS else f"hy-3d-{job.values['Model']}"
