# SPDX-License-Identifier: GPL-3.0-or-later
"""Read what the route answers: the signed API's fields, with or without its 'Response' around them."""

from __future__ import annotations

from ..answers import Fields, error_of, foreign, object_of
from ..foreign_text import clean
from ..http import HttpAnswer
from ..tencent_cloud.answers import request_id_of
from .codes import KEY_STATUSES, meaning_of


def fields_of(answer: HttpAnswer) -> Fields:
    """The fields of a successful call. Raise Busy, Refused or Unclear for anything else."""
    content = object_of(answer.body)
    if content is None:
        raise foreign(answer, KEY_STATUSES)
    response = content.get('Response')
    fields = response if isinstance(response, dict) else content
    error = fields.get('Error')
    if error is None and answer.status == 200:
        return fields
    told = error if isinstance(error, dict) else {}
    code, message = clean(told.get('Code'), 100), clean(told.get('Message'))
    if not code:
        raise foreign(answer, KEY_STATUSES)
    meaning = meaning_of(code, answer.status)
    raise error_of(meaning, answer, code=code, message=message, request_id=request_id_of(fields))
