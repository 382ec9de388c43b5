# SPDX-License-Identifier: GPL-3.0-or-later
"""Answer calls of Tencent Cloud API 3.0, both editions: who calls, what may be asked, what becomes of it."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

from . import signature
from .fetch import fetch_picture
from .fields import MAIN_PICTURE, PictureRule, check_fields
from .ledger import Job
from .model_input import model_of
from .operation import EDITIONS, Edition, Operation
from .operations import ACTIONS
from .refusal import Refusal
from .reply import Reply, error_reply, json_reply
from .scenarios import Where
from .workshop import Call, Workshop, new_request_id, prompt_of

BODY_MAX_BYTES = 10 * 1024 * 1024
"""Of a signed POST."""
INLINE_MAX_BYTES = 9 * 1024 * 1024
"""Of a segmentation in the answer, where its URL is there as well."""


class TencentCloud:
    """Everything that is posted to '/'."""

    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop

    def answer(self, call: Call) -> Reply | None:
        """Answer one call, None where there is nothing."""
        if call.method != 'POST':
            return None
        request_id = new_request_id()
        action = call.headers.get('x-tc-action', '')
        ledger, now = self._workshop.ledger, self._workshop.clock()
        try:
            reply = self._dispatch(call, action, request_id)
        except Refusal as refusal:
            ledger.note_call(now, action, refusal.code)
            return error_reply(refusal.code, refusal.message, request_id)
        ledger.note_call(now, action, '')
        return reply

    def _dispatch(self, call: Call, action: str, request_id: str) -> Reply:
        edition = EDITIONS.get(call.headers.get('x-tc-version', ''))
        if edition is None:
            raise Refusal('NoSuchVersion', "The specified version does not exist.")
        if len(call.body) > BODY_MAX_BYTES:
            raise Refusal('RequestSizeLimitExceeded', "The request is larger than 10 MB.")
        signature.check(call.headers, call.body, edition.service, self._workshop.ledger.keys, call.now)
        operation = _operation(edition, action, call.headers)
        self._workshop.rates.count(edition.version, action, self._workshop.clock())
        values = values_of(call.body)
        if action == operation.submit:
            return self._submit(operation, values, call.base, request_id)
        return self._query(operation, values, call.base, request_id)

    def _submit(self, operation: Operation, values: Mapping[str, Any], base: str, request_id: str) -> Reply:
        check_fields(values, operation.fields)
        operation.rules(values)
        prompt = values.get('Prompt', '')

        def carry_out() -> Reply:
            picture = picture_of(values, operation.picture)
            model = model_of(operation.model, values) if operation.model else ('', b'')
            job = self._workshop.accept(operation, values, picture, request_id, model=model)
            if operation.query:
                return json_reply({'JobId': job.id}, request_id)
            (file,) = self._workshop.files(self._workshop.finished(job), base)
            return json_reply({'ResultFile3D': file.url}, request_id)

        return self._workshop.answer(Where.SUBMIT, prompt, prompt, carry_out)

    def _query(self, operation: Operation, values: Mapping[str, Any], base: str, request_id: str) -> Reply:
        known = self._workshop.ledger.job(str(values.get('JobId', '')))

        def carry_out() -> Reply:
            job = self._workshop.job(values.get('JobId', ''), operation)
            return json_reply(state_of(self._workshop, operation, job, base), request_id)

        return self._workshop.answer(Where.QUERY, prompt_of(known), known.id if known else '', carry_out)


def state_of(workshop: Workshop, operation: Operation, job: Job, base: str) -> dict[str, Any]:
    """What a query says of a job."""
    status = workshop.status(job)
    failed, done = status == 'FAIL', status == 'DONE'
    code, message = workshop.error(job) if failed else ('', '')
    files = [
        {'Type': file.type, 'Url': file.url, 'PreviewImageUrl': file.preview_url}
        for file in (workshop.files(job, base) if done else [])
    ]
    state: dict[str, Any] = {
        'Status': status, 'ErrorCode': code, 'ErrorMessage': message, 'ResultFile3Ds': files,
    }  # fmt: skip
    if operation.credits:
        state['ResultCreditConsumed'] = sum(job.credits.values()) if done else 0
        state['ResultCreditDetails'] = json.dumps(job.credits) if done else ''
    if operation.segmentation:
        state |= _segmentation(workshop, operation, job, base)
    return state


def _segmentation(workshop: Workshop, operation: Operation, job: Job, base: str) -> dict[str, str]:
    """What a query says of the parts, by the names that its edition has for it."""
    text = workshop.segmentation(job) if workshop.status(job) == 'DONE' else ''
    has_url = len(operation.segmentation) == 2
    inline = '' if has_url and len(text.encode()) > INLINE_MAX_BYTES else text
    url = workshop.url(job, job.segmentation, base) if text else ''
    return dict(zip(operation.segmentation, (inline, url), strict=False))


def values_of(body: bytes) -> Mapping[str, Any]:
    """The JSON object of a call. Raise Refusal."""
    try:
        values = json.loads(body)
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, dict):
        raise Refusal('InvalidParameter', "The request is not a JSON object.")
    return values


def picture_of(values: Mapping[str, Any], rule: PictureRule = MAIN_PICTURE) -> bytes:
    """The main picture's bytes, none for none. Raise Refusal when it cannot be fetched."""
    image = values.get('Image', {'Url': values.get('ImageUrl'), 'Base64': values.get('ImageBase64')})
    if image.get('Url'):
        return fetch_picture(image['Url'], rule)
    return base64.b64decode(image.get('Base64') or '')


def _operation(edition: Edition, action: str, headers: Mapping[str, str]) -> Operation:
    operation = ACTIONS.get((edition, action))
    if operation is None:
        raise Refusal('InvalidAction', f"The action `{action}` does not exist.")
    region = headers.get('x-tc-region', '')
    if not region:
        raise Refusal('MissingParameter', "The request is missing a required parameter `Region`.")
    if region not in edition.regions:
        raise Refusal('UnsupportedRegion', f"The region `{region}` is not supported.")
    return operation
