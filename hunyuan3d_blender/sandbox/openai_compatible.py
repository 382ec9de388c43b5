# SPDX-License-Identifier: GPL-3.0-or-later
"""The route with one key: POST /v1/ai3d/submit and /v1/ai3d/query (https://cloud.tencent.com/document/product/1804/126189).

Fields and answers are those of the China site's Pro action; the header is the bare key.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .fields import check_fields
from .operation import CHINA, Edition
from .operations import ACTIONS
from .refusal import Refusal
from .reply import Reply, error_reply, json_reply
from .scenarios import Where
from .tencent_cloud import picture_of, state_of, values_of
from .workshop import Call, Workshop, new_request_id, prompt_of

BODY_MAX_BYTES = 8 * 1024 * 1024

_EDITION = Edition('openai_compatible', '', (), 'FailedOperation.JobNotFound')
_PRO = replace(ACTIONS[CHINA, 'SubmitHunyuanTo3DProJob'], edition=_EDITION)

_HTTP = {'InvalidParameter': 400, 'UnknownParameter': 400, 'AuthFailure': 401, 'RequestLimitExceeded': 429}
"""By the first part of a code; the others come with 200."""


class OpenAiCompatible:
    """Everything below '/v1/ai3d/'."""

    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop

    def answer(self, call: Call) -> Reply | None:
        """Answer one call, None for another path."""
        action = call.path.removeprefix('/v1/ai3d/')
        if call.method != 'POST' or action not in ('submit', 'query'):
            return None
        request_id = new_request_id()
        try:
            self._check_key(call)
            values = values_of(call.body)
            reply = (
                self._submit(values, request_id)
                if action == 'submit'
                else self._query(values, call.base, request_id)
            )
        except Refusal as refusal:
            self._workshop.ledger.note_call(self._workshop.clock(), action, refusal.code)
            status = _HTTP.get(refusal.code.partition('.')[0], 200)
            return replace(error_reply(refusal.code, refusal.message, request_id), status=status)
        self._workshop.ledger.note_call(self._workshop.clock(), action, '')
        return reply

    def _check_key(self, call: Call) -> None:
        if len(call.body) > BODY_MAX_BYTES:
            raise Refusal('InvalidParameter', "The request is larger than 8 MB.")
        if not hmac.compare_digest(call.headers.get('authorization', ''), self._workshop.ledger.keys.api_key):
            raise Refusal('AuthFailure.InvalidAuthorization', "The API key is not valid.")

    def _submit(self, values: Mapping[str, Any], request_id: str) -> Reply:
        if isinstance(values.get('ImageUrl'), dict):
            raise Refusal('InvalidParameter', "Invalid param")  # so it was seen, whatever the page says
        check_fields(values, _PRO.fields)
        _PRO.rules(values)
        prompt = values.get('Prompt', '')

        def carry_out() -> Reply:
            job = self._workshop.accept(_PRO, values, picture_of(values), request_id)
            return json_reply({'JobId': job.id}, request_id)

        return self._workshop.answer(Where.SUBMIT, prompt, prompt, carry_out)

    def _query(self, values: Mapping[str, Any], base: str, request_id: str) -> Reply:
        known = self._workshop.ledger.job(str(values.get('JobId', '')))

        def carry_out() -> Reply:
            job = self._workshop.job(values.get('JobId', ''), _PRO)
            return json_reply(state_of(self._workshop, _PRO, job, base), request_id)

        return self._workshop.answer(Where.QUERY, prompt_of(known), known.id if known else '', carry_out)
