# SPDX-License-Identifier: GPL-3.0-or-later
"""Read what the gateway answers. Whatever the bytes are, the outcome is a value or a `ServiceError`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..answers import STATUSES, Fields, amount_of, error_of, files_of, foreign, job_id_of, object_of
from ..contract import Answer, Status, Submission
from ..errors import N_, Kind, ServiceError
from ..foreign_text import clean
from ..http import HttpAnswer
from ..meanings import Meaning, Outcome, of_failed_job

_NOT_ACCEPTED = Meaning(Kind.INPUT, Outcome.REFUSED, N_("The service does not accept this request"))
_NO_MONEY = Meaning(Kind.BILLING, Outcome.REFUSED, N_("The account has not enough money for this: top it up"))
_UPSTREAM = Meaning(Kind.SERVICE, Outcome.UNCLEAR, N_("The gateway could not reach Tencent's service"))
_GONE = Meaning(Kind.GONE, Outcome.REFUSED, N_("The service does not know this job"))

_STATUSES: Mapping[int, Meaning] = {**STATUSES, 400: _NOT_ACCEPTED, 402: _NO_MONEY, 422: _NOT_ACCEPTED}

_CODES: Mapping[str, Meaning] = {
    '40201': _NO_MONEY,
    '13001095': Meaning(Kind.SERVICE, Outcome.UNCLEAR, N_("Tencent's service behind the gateway has failed")),
    '13001096': Meaning(Kind.SERVICE, Outcome.UNCLEAR, N_("The gateway could not read the result")),
    '13001097': _UPSTREAM,
    '13001098': _UPSTREAM,
    '13001099': Meaning(
        Kind.INPUT, Outcome.REFUSED, N_("The gateway could not hand the job on; its own words say why")
    ),
}
_PASSING = ('13001097', '13001098')
"""Of a job that "failed": only the asking did."""


def submission(answer: HttpAnswer) -> Submission | None:
    """The accepted job, None when the answer does not name it. Raise Busy, Refused or Unclear."""
    fields = _fields(answer)
    remote_id = job_id_of(fields.get('id'))
    if remote_id:
        return Submission(remote_id=remote_id)
    if fields.get('error') is not None:
        raise _told(fields, answer, otherwise=_NOT_ACCEPTED)
    return None


def job_answer(answer: HttpAnswer) -> Answer | None:
    """Where a job stands, None when the answer does not say. Raise any `ServiceError`."""
    fields = _fields(answer, not_found=_GONE)
    word = clean(fields.get('status'), 40)
    code, message = _error_in(fields)
    if code in _PASSING or (not word and fields.get('error') is not None):
        raise _told(fields, answer, otherwise=_UPSTREAM)
    if not word:
        return None
    usage = fields.get('usage')
    status = {'completed': Status.DONE, 'failed': Status.FAILED}.get(word.lower(), Status.RUNNING)
    return Answer(
        status=status,
        word=word,
        progress=_progress(fields.get('progress')) if status is Status.RUNNING else None,
        files=tuple(
            files_of(fields.get('output'), url='url', type='format', preview='preview_url', inside='content')
        ),
        error_code=code,
        error_message=message,
        meaning=of_failed_job(_CODES[code]) if status is Status.FAILED and code in _CODES else None,
        credits=_dollars(usage.get('cost')) if isinstance(usage, dict) else None,
        charge_untold=status is Status.FAILED,
    )


# Inside


def _fields(answer: HttpAnswer, not_found: Meaning = STATUSES[404]) -> Fields:
    """The object of a call that was carried out. Raise Busy, Refused or Unclear for anything else."""
    fields = object_of(answer.body)
    if fields is None:
        raise foreign(answer, _STATUSES)
    told = fields.get('status')
    status = told.get('code') if isinstance(told, dict) else answer.status
    if answer.status == 200 and not isinstance(told, dict):
        return fields
    if answer.status != 200 and not any(_error_in(fields)):
        raise foreign(answer, _STATUSES)
    known = {**_STATUSES, 404: not_found}.get(status) if isinstance(status, int) else None
    is_input = 400 <= answer.status < 500 and answer.status != 408
    raise _told(fields, answer, otherwise=known or (_NOT_ACCEPTED if is_input else _UPSTREAM))


def _told(fields: Fields, answer: HttpAnswer, *, otherwise: Meaning) -> ServiceError:
    """The error that the gateway tells, by its code where that is known."""
    code, message = _error_in(fields)
    return error_of(_CODES.get(code, otherwise), answer, code=code, message=message)


def _error_in(fields: Fields) -> tuple[str, str]:
    """Code and words of an error in any of the forms that were seen, '' where there are none."""
    error = fields.get('error')
    for place, code in ((error, 'code'), (fields.get('status'), 'error_code'), (fields, 'error_code')):
        if isinstance(place, dict):
            words = clean(place.get('message')) or clean(place.get('error_message'))
            told = job_id_of(place.get(code))[:100], words
            if any(told):
                return told
    return '', clean(error)


def _dollars(text: Any) -> float | None:
    """'0.40', or a number."""
    if isinstance(text, str) and re.fullmatch(r'[0-9]{1,6}(\.[0-9]{1,12})?', text):
        return float(text)
    return amount_of(text)


def _progress(value: Any) -> float | None:
    """0 to 1; some gateways count to 100."""
    number = amount_of(value)
    return None if number is None else min(1.0, number / 100 if number > 1 else number)
