# SPDX-License-Identifier: GPL-3.0-or-later
"""Read what the service answers. Whatever the bytes are, the outcome is a value or a `ServiceError`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from ..contract import Answer, ResultFile, Status, Submission
from ..errors import N_, Busy, Failure, Kind, Refused, ServiceError, Spent, Unclear
from ..foreign_text import clean
from ..http import KEPT_BYTES, HttpAnswer
from .codes import Outcome, meaning_of

FILES_MAX = 64
"""A result has a handful of files; what comes after so many is not looked at."""
RETRY_AFTER_MAX_S = 3600

_STATUSES = {'WAIT': Status.WAITING, 'RUN': Status.RUNNING, 'DONE': Status.DONE, 'FAIL': Status.FAILED}

_REFUSED_STATUSES: Mapping[int, tuple[Kind, str]] = {
    401: (Kind.CREDENTIALS, N_("The service did not accept the key (HTTP {status})")),
    403: (Kind.CREDENTIALS, N_("The service did not accept the key (HTTP {status})")),
    413: (Kind.INPUT, N_("The request is too large for the service: use smaller pictures")),
} | dict.fromkeys(
    (*range(300, 400), 400, 404, 405, 415, 422),
    (Kind.UNSUPPORTED, N_("The server does not take such requests (HTTP {status}): check the endpoint")),
)
"""HTTP statuses without the service's own answer that mean: certainly not executed."""

Fields = dict[str, Any]


def fields_of(answer: HttpAnswer) -> Fields:
    """The 'Response' object of a successful call. Raise Busy, Refused or Unclear for anything else."""
    fields = _response(answer.body)
    if fields is None:
        raise _without_response(answer)
    error = fields.get('Error')
    if error is not None:
        raise _service_error(error if isinstance(error, dict) else {}, _request_id(fields), answer)
    return fields


def submission(fields: Fields) -> Submission | None:
    """The accepted job, None when the answer does not name it."""
    remote_id = fields.get('JobId')
    if isinstance(remote_id, int) and not isinstance(remote_id, bool):
        remote_id = str(remote_id)
    if not isinstance(remote_id, str) or not re.fullmatch(r'[!-~]{1,200}', remote_id):
        return None
    return Submission(remote_id=remote_id, request_id=_request_id(fields))


def job_answer(fields: Fields) -> Answer | None:
    """Where a job stands, None when the answer does not say."""
    word = clean(fields.get('Status'), 40)
    if not word:
        return None
    return Answer(
        status=_STATUSES.get(word.upper(), Status.RUNNING),
        word=word,
        files=tuple(_files(fields.get('ResultFile3Ds'))),
        error_code=clean(fields.get('ErrorCode'), 100),
        error_message=clean(fields.get('ErrorMessage')),
        credits=_credits(fields.get('ResultCreditConsumed')),
        credit_details=clean(fields.get('ResultCreditDetails')),
        request_id=_request_id(fields),
    )


def nonsense(answer: HttpAnswer, message: str, *, spent: Spent = Spent.NO) -> Unclear:
    """The error for an answer that does not say what it should; keeps its bytes."""
    request_id = _request_id(_response(answer.body) or {})
    failure = Failure(
        kind=Kind.SERVICE,
        message=message,
        facts={'status': answer.status},
        spent=spent,
        request_id=request_id,
    )
    return Unclear(failure, answer=answer.body[:KEPT_BYTES])


# Inside


def _response(body: bytes) -> Fields | None:
    """The 'Response' object, None when there is none."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):  # no JSON, no Unicode, a number of 5,000 digits, or nested too deep
        return None
    fields = content.get('Response') if isinstance(content, dict) else None
    return fields if isinstance(fields, dict) else None


def _request_id(fields: Fields) -> str:
    return clean(fields.get('RequestId'), 100)


def _service_error(error: Fields, request_id: str, answer: HttpAnswer) -> ServiceError:
    code = clean(error.get('Code'), 100)
    meaning = meaning_of(code)
    failure = Failure(
        kind=meaning.kind,
        message=meaning.message,
        code=code,
        service_message=clean(error.get('Message')),
        request_id=request_id,
    )
    if meaning.outcome == Outcome.BUSY:
        jobs_full = code == 'RequestLimitExceeded.JobNumExceed'
        return Busy(failure, retry_after_s=_retry_after_s(answer), jobs_full=jobs_full)
    if meaning.outcome == Outcome.REFUSED:
        return Refused(failure)
    return Unclear(failure, answer=answer.body[:KEPT_BYTES])


def _without_response(answer: HttpAnswer) -> ServiceError:
    """The error for an answer that is not the service's own: of a gateway, or cut."""
    facts: dict[str, str | int | float] = {'status': answer.status}
    if answer.status == 429:
        failure = Failure(kind=Kind.BUSY, message=N_("Too many requests at once; the job waits for its turn"))
        return Busy(replace(failure, facts=facts), retry_after_s=_retry_after_s(answer))
    if answer.status in _REFUSED_STATUSES:
        kind, message = _REFUSED_STATUSES[answer.status]
        return Refused(Failure(kind=kind, message=message, facts=facts))
    return nonsense(answer, N_("The server gave an answer that makes no sense (HTTP {status})"))


def _retry_after_s(answer: HttpAnswer) -> float | None:
    text = answer.headers.get('Retry-After', '')
    if not re.fullmatch(r'[0-9]{1,9}', text):
        return None
    return float(min(int(text), RETRY_AFTER_MAX_S))


def _files(entries: Any) -> Iterator[ResultFile]:
    """Result files in the order given. Older answers nest them in lists called 'File3D'."""
    pending = [entries]
    found = 0
    while pending and found < FILES_MAX:
        entry = pending.pop(0)
        if isinstance(entry, list):
            pending[:0] = entry[:FILES_MAX]
        elif isinstance(entry, dict):
            url = _url(entry.get('Url'))
            if url:
                found += 1
                preview = _url(entry.get('PreviewImageUrl'))
                yield ResultFile(url=url, type=clean(entry.get('Type'), 40), preview_url=preview)
            pending[:0] = [entry['File3D']] if 'File3D' in entry else []


def _url(text: Any) -> str:
    """A URL of printable characters, '' for anything else. Whether it may be asked for is checked there."""
    return text if isinstance(text, str) and re.fullmatch(r'https?://[!-~]{1,8000}', text) else ''


def _credits(number: Any) -> float | None:
    if isinstance(number, bool) or not isinstance(number, int | float):
        return None
    return float(number) if 0 <= number < 1e9 else None  # NaN is in no range
