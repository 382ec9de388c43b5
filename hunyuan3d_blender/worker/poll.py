# SPDX-License-Identifier: GPL-3.0-or-later
"""Ask where an accepted job stands. It is paid for, so no failure to ask ends it before the service has forgotten it."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

from ..jobs.job import Job, State
from ..services.contract import Answer, Status
from ..services.errors import N_, Busy, Failure, Kind, ServiceError, Spent
from ..services.retry import backoff_s, poll_interval_s
from . import kept_results
from .accounts import NotReady
from .tools import Tools

logger = logging.getLogger(__name__)

MARGIN_S = 3600.0
"""Asked for that much longer than the service promises to remember a job."""
BACKOFF_FIRST_S, BACKOFF_CAP_S = 2.0, 60.0
RETRY_AFTER_MAX_S = 110.0
FRUITLESS_MAX = 5
"""So often in a row "done, but without files" or "never heard of it" is asked again before it is believed."""

FOLLOWED = (State.WAITING, State.RUNNING)


def poll(job: Job, tools: Tools) -> None:
    """Ask about a WAITING or RUNNING job and store the answer."""
    try:
        answer = ask(job, tools)
    except NotAnswered as reason:
        not_answered(job, tools, reason)
        return
    match answer.status:
        case Status.DONE if has_files(answer):
            _done(job, tools, answer)
        case Status.DONE:
            _done_without_files(job, tools, answer)
        case Status.FAILED:
            _end(job, tools, State.FAILED, failed_at_service(answer))
        case _:
            _goes_on(job, tools, answer)


# Shared with the download, which asks for new URLs


class NotAnswered(Exception):
    """Nobody could be asked, or no answer came."""

    def __init__(self, failure: Failure, wait_s: float = 0.0) -> None:
        super().__init__(failure.message)
        self.failure = failure
        self.wait_s = wait_s
        """At least so long until the next try."""


def ask(job: Job, tools: Tools) -> Answer:
    """One query, or what the service has told once only. Raise NotAnswered."""
    kept = kept_results.read(tools.library.job(job.id), job.remote_id)
    if kept:
        return Answer(status=Status.DONE, files=kept)
    try:
        return tools.accounts.service_of(job).query(job.request, job.remote_id)
    except NotReady as reason:
        raise NotAnswered(reason.failure) from reason
    except Busy as error:
        raise NotAnswered(error.failure, error.retry_after_s or 0.0) from error
    except ServiceError as error:
        raise NotAnswered(error.failure) from error


def not_answered(job: Job, tools: Tools, reason: NotAnswered) -> None:
    """Ask again later with a note; only when the service must have forgotten the job, it is over."""
    failure = reason.failure
    if outlived(job, tools, 0.0 if failure.kind is Kind.GONE else MARGIN_S):
        _end(job, tools, State.EXPIRED, _expired(failure))
    elif failure.kind is Kind.GONE and job.tries + 1 >= FRUITLESS_MAX:
        _end(job, tools, State.FAILED, replace(failure, message=_NEVER_HEARD_OF, spent=Spent.MAYBE))
    else:
        wait_s = backoff_s(job.tries + 1, first_s=BACKOFF_FIRST_S, cap_s=BACKOFF_CAP_S, random=tools.random)
        tools.postpone(job, min(max(wait_s, reason.wait_s), RETRY_AFTER_MAX_S), failure)


def outlived(job: Job, tools: Tools, margin_s: float = MARGIN_S) -> bool:
    """Whether the service may have forgotten the job `margin_s` ago."""
    return tools.clock() - job.submitted_at > tools.accounts.job_lifetime_s(job) + margin_s


def has_files(answer: Answer) -> bool:
    """Whether there is anything to download."""
    return any(file.url or file.data for file in answer.files)


def failed_at_service(answer: Answer) -> Failure:
    """What a service says about a job it could not do; most do not charge for those."""
    kind, message = Kind.SERVICE, N_("The service could not make this model; failed jobs are not charged")
    if answer.meaning:
        kind, message = answer.meaning.kind, answer.meaning.message
    elif answer.charge_untold:
        message = N_("The service could not make this model")
    return Failure(
        kind=kind,
        message=message,
        spent=Spent.UNTOLD if answer.charge_untold else Spent.NO,
        code=answer.error_code,
        service_message=answer.error_message,
        request_id=answer.request_id,
    )


# Inside

_NEVER_HEARD_OF = N_(
    "The service does not know this job; perhaps it belongs to another account, region or job id"
)
_EXPIRED = N_("The service has deleted the result before it could be fetched")
_UNFINISHED = N_(
    "The service has not finished the job in {hours} hours; a server of your own says why in its log"
)
_WITHOUT_FILES = N_("The service says the job is done, but names no files")


def _done(job: Job, tools: Tools, answer: Answer) -> None:
    tools.results[job.id] = answer.files
    _store(
        job,
        tools,
        answer,
        state=State.DOWNLOADING,
        progress=None,
        bytes_done=0,
        bytes_total=None,
        due_at=0.0,
        credits=answer.credits,
        credit_details=answer.credit_details,
    )
    logger.info("Job %s is done at the service", job.id)


def _goes_on(job: Job, tools: Tools, answer: Answer) -> None:
    since_submit_s = tools.clock() - job.submitted_at
    if outlived(job, tools):
        hours = round((tools.clock() - job.submitted_at) / 3600)
        _end(job, tools, State.EXPIRED, replace(_expired(None), message=_UNFINISHED, facts={'hours': hours}))
        return
    state = State.WAITING if answer.status is Status.WAITING else State.RUNNING
    due_at = tools.clock() + poll_interval_s(since_submit_s, tools.random)
    _store(job, tools, answer, state=state, progress=answer.progress, due_at=due_at)


def _store(job: Job, tools: Tools, answer: Answer, **values: Any) -> None:
    tools.store.change(job.id, *FOLLOWED, service_word=answer.word, tries=0, note=None, **values)


def _done_without_files(job: Job, tools: Tools, answer: Answer) -> None:
    failure = Failure(
        kind=Kind.SERVICE, message=_WITHOUT_FILES, spent=Spent.YES, request_id=answer.request_id
    )
    if job.tries + 1 >= FRUITLESS_MAX:
        _end(job, tools, State.FAILED, failure)
        return
    wait_s = backoff_s(job.tries + 1, first_s=BACKOFF_FIRST_S, cap_s=BACKOFF_CAP_S, random=tools.random)
    tools.postpone(job, wait_s, failure)


def _expired(failure: Failure | None) -> Failure:
    """Why there is no model any more; the last trouble stays readable in it."""
    facts = failure or Failure(kind=Kind.GONE, message=_EXPIRED)
    return replace(facts, kind=Kind.GONE, message=_EXPIRED, facts={}, spent=Spent.MAYBE)


def _end(job: Job, tools: Tools, state: State, failure: Failure) -> None:
    tools.store.change(job.id, job.state, state=state, error=failure, note=None, tries=0, progress=None)
    logger.warning("Job %s ended as %s (%s %s)", job.id, state, failure.kind, failure.code)
