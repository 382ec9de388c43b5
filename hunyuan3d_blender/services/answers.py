# SPDX-License-Identifier: GPL-3.0-or-later
"""What all services' answers have in common: JSON that may hold anything, errors, and HTTP's own words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from .contract import Answer, ResultFile, Submission
from .errors import N_, Busy, Failure, Kind, Refused, ServiceError, Spent, Unclear
from .foreign_text import clean
from .http import KEPT_BYTES, HttpAnswer
from .meanings import Meaning, Outcome

FILES_MAX = 64
"""A result has a handful of files; what comes after so many is not looked at."""
RETRY_AFTER_MAX_S = 3600

NO_JOB = '1000000000000000000'
"""Looks like a job id and is none."""

Fields = dict[str, Any]

_KEY = Meaning(Kind.CREDENTIALS, Outcome.REFUSED, N_("The service did not accept the key (HTTP {status})"))
_ELSEWHERE = Meaning(
    Kind.UNSUPPORTED,
    Outcome.REFUSED,
    N_("The server does not take such requests (HTTP {status}): check the endpoint"),
)
STATUSES: Mapping[int, Meaning] = dict.fromkeys((*range(300, 400), 400, 404, 405, 415, 422), _ELSEWHERE) | {
    401: _KEY,
    403: _KEY,
    413: Meaning(
        Kind.INPUT, Outcome.REFUSED, N_("The request is too large for the service: use smaller pictures")
    ),
    429: Meaning(Kind.BUSY, Outcome.BUSY, N_("Too many requests at once; the job waits for its turn")),
}
"""HTTP statuses without the service's own words that leave no doubt."""

_NONSENSE = N_("The server gave an answer that makes no sense (HTTP {status})")


# Values


def object_of(body: bytes) -> Fields | None:
    """The JSON object of an answer, None when it is none."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):  # no JSON, no Unicode, a number of 5,000 digits, or nested too deep
        return None
    return content if isinstance(content, dict) else None


def job_id_of(value: Any) -> str:
    """A job id of printable characters, '' for what is none. Some services write it as a number."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return value if isinstance(value, str) and re.fullmatch(r'[!-~]{1,200}', value) else ''


def url_of(value: Any) -> str:
    """A URL of printable characters, '' for anything else. Whether it may be asked for is checked there."""
    return value if isinstance(value, str) and re.fullmatch(r'https?://[!-~]{1,8000}', value) else ''


def amount_of(value: Any) -> float | None:
    """A number of credits or dollars, None for what is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value < 1e9 else None  # NaN is in no range


def files_of(entries: Any, *, url: str, type: str, preview: str, inside: str = '') -> Iterator[ResultFile]:  # noqa: A002 - the field's own word
    """Result files in the order given, by the names of their fields; `inside` names lists of files within them."""
    pending = [entries]
    found = 0
    while pending and found < FILES_MAX:
        entry = pending.pop(0)
        if isinstance(entry, list):
            pending[:0] = entry[:FILES_MAX]
        elif isinstance(entry, dict):
            address = url_of(entry.get(url))
            if address:
                found += 1
                word = clean(entry.get(type), 40)
                yield ResultFile(url=address, type=word, preview_url=url_of(entry.get(preview)))
            pending[:0] = [entry[inside]] if inside in entry else []


# Errors


def error_of(
    meaning: Meaning, answer: HttpAnswer, *, code: str = '', message: str = '', request_id: str = ''
) -> ServiceError:
    """The error for an answer that means this; `code` and `message` are the service's own."""
    failure = Failure(
        kind=meaning.kind,
        message=meaning.message,
        facts={} if code and '{status}' not in meaning.message else {'status': answer.status},
        code=code,
        service_message=message,
        request_id=request_id,
    )
    if meaning.outcome in (Outcome.BUSY, Outcome.FULL):
        return Busy(failure, retry_after_s=_retry_after_s(answer), jobs_full=meaning.outcome is Outcome.FULL)
    if meaning.outcome is Outcome.REFUSED:
        return Refused(failure)
    return Unclear(failure, answer=answer.body[:KEPT_BYTES])


def foreign(answer: HttpAnswer, statuses: Mapping[int, Meaning] = STATUSES) -> ServiceError:
    """The error for an answer that is not the service's own: of a gateway, or cut."""
    meaning = statuses.get(answer.status)
    return error_of(meaning, answer) if meaning else nonsense(answer, _NONSENSE)


def nonsense(answer: HttpAnswer, message: str, request_id: str = '') -> Unclear:
    """The error for an answer that does not say what it should; keeps its bytes."""
    facts: dict[str, str | int | float] = {'status': answer.status}
    failure = Failure(kind=Kind.SERVICE, message=message, facts=facts, request_id=request_id)
    return Unclear(failure, answer=answer.body[:KEPT_BYTES])


def accepted(submission: Submission | None, answer: HttpAnswer, request_id: str = '') -> Submission:
    """What a submit was answered with. Raise Unclear for None: the answer names no job."""
    if submission is None:
        raise nonsense(answer, N_("The service answered without a job id"), request_id)
    return submission


def stated(state: Answer | None, answer: HttpAnswer, request_id: str = '') -> Answer:
    """What a query was answered with. Raise Unclear for None: the answer says nothing of the job."""
    if state is None:
        raise nonsense(answer, N_("The service answered without a status"), request_id)
    return state


@contextmanager
def maybe_charged() -> Iterator[None]:
    """Around a submit: what is unclear there may have been accepted, and be charged."""
    try:
        yield
    except Unclear as error:
        error.failure = replace(error.failure, spent=Spent.MAYBE)
        raise


@contextmanager
def no_such_job() -> Iterator[None]:
    """Around a query for `NO_JOB`, whose refusal says that the key is good: a bad key is refused before any job is sought.

    Only the service's own answer counts, which has a code: a gateway's error says nothing about the key.
    """
    try:
        yield
    except Refused as error:
        if error.failure.kind not in (Kind.GONE, Kind.INPUT) or not error.failure.code:
            raise
    except Unclear as error:
        if not error.failure.code.startswith(('FailedOperation', 'InternalError')):
            raise


def _retry_after_s(answer: HttpAnswer) -> float | None:
    text = answer.headers.get('Retry-After', '')
    if not re.fullmatch(r'[0-9]{1,9}', text):
        return None
    return float(min(int(text), RETRY_AFTER_MAX_S))
