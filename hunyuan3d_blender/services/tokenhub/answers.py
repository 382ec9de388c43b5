# SPDX-License-Identifier: GPL-3.0-or-later
"""Read what TokenHub answers. Whatever the bytes are, the outcome is a value or a `ServiceError`."""

from __future__ import annotations

from typing import Any

from ..answers import Fields, amount_of, error_of, files_of, foreign, job_id_of, object_of
from ..contract import Answer, Status, Submission
from ..foreign_text import clean
from ..http import HttpAnswer
from ..meanings import of_failed_job
from ..openai_compatible.codes import KEY_STATUSES, meaning_of

_STATUSES = {
    'queued': Status.WAITING,
    'in_progress': Status.RUNNING,
    'completed': Status.DONE,
    'success': Status.DONE,
    'done': Status.DONE,
    'failed': Status.FAILED,
}


def fields_of(answer: HttpAnswer) -> Fields:
    """The object of a successful call. Raise Busy, Refused or Unclear for anything else."""
    fields = object_of(answer.body)
    if fields is None:
        raise foreign(answer, KEY_STATUSES)
    error = fields.get('error')
    # A job that has failed may bring its error along; that is no error of the call.
    if answer.status == 200 and (error is None or isinstance(fields.get('status'), str)):
        return fields
    told = error if isinstance(error, dict) else {}
    code, message = _code(told), clean(told.get('message'))
    if not code:
        raise foreign(answer, KEY_STATUSES)
    meaning = meaning_of(code, answer.status)
    raise error_of(meaning, answer, code=code, message=message, request_id=request_id_of(fields))


def submission(fields: Fields) -> Submission | None:
    """The accepted job, None when the answer does not name it."""
    remote_id = job_id_of(fields.get('id'))
    return Submission(remote_id=remote_id, request_id=request_id_of(fields)) if remote_id else None


def job_answer(fields: Fields) -> Answer | None:
    """Where a job stands, None when the answer does not say."""
    word = clean(fields.get('status'), 40)
    if not word:
        return None
    error = fields.get('error')
    told = error if isinstance(error, dict) else {}
    texts = (fields.get('message'), fields.get('error_message'), told.get('message'))
    status, code = _STATUSES.get(word.lower(), Status.RUNNING), _code(told)
    return Answer(
        status=status,
        word=word,
        files=tuple(files_of(fields.get('data'), url='url', type='type', preview='preview_image_url')),
        error_code=code,
        meaning=of_failed_job(meaning_of(code, 200)) if status is Status.FAILED else None,
        error_message=next(filter(None, map(clean, texts)), ''),
        credits=amount_of(fields.get('credit_consumed')),
        request_id=request_id_of(fields),
    )


def request_id_of(fields: Fields) -> str:
    """What the service's support asks for, '' where there is none."""
    return clean(fields.get('request_id'), 100)


def _code(error: dict[str, Any]) -> str:
    """'FailedOperation.JobNotFound' or '401002', also where that is a number."""
    code = error.get('code')
    return clean(code, 100) or job_id_of(code)[:100]
