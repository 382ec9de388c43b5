# SPDX-License-Identifier: GPL-3.0-or-later
"""Send a queued job, at most once: what is not certainly turned away is never sent again by itself.

`SUBMITTING` is on disk before the request is made. Nobody can know whether a request that left and was not answered
has run, and the services offer no list and no idempotency key to find out (Tencent Cloud's API 3.0: no Submit action
has a client token), so everything unclear becomes `UNKNOWN`, and the artist decides.
"""

from __future__ import annotations

import logging
import sqlite3
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

from ..jobs.job import Job, State
from ..jobs.library import Library
from ..jobs.spending import over_limit, read_limit, spent_this_month
from ..jobs.store import Store, StoreBusy
from ..services.contract import Service
from ..services.errors import N_, Busy, Failure, Kind, NotSent, Refused, Spent, Unclear
from ..services.registry import IN_CREDITS
from ..services.retry import backoff_s, poll_interval_s
from . import kept_results, sources
from .accounts import NotReady
from .inputs import InputGone, inputs_of
from .tools import Tools

logger = logging.getLogger(__name__)

NOT_READY_S = 5.0
"""How often a missing key, or online access, is looked for again."""
JOBS_FULL_S = (20.0, 60.0)
"""Wait when all slots are taken: a slot is said to be free about 30 s after its job is done."""
RATE_S = (1.0, 2.0)
"""Wait after too many requests in a second, where the service does not state one."""
BACKOFF_FIRST_S, BACKOFF_CAP_S = 2.0, 60.0
RETRY_AFTER_MAX_S = 110.0
"""A service that wishes for more is asked again then."""
KEEP_TRIES, KEEP_PAUSE_S = 12, 5.0
"""How often and how far apart the answer to a paid request is tried to be stored."""

Values = dict[str, Any]


def submit(job: Job, tools: Tools) -> None:
    """Send a QUEUED job and store what came of it."""
    try:
        _check_limit(job, tools)  # before anything is uploaded, and once more in the moment that counts
        service = tools.accounts.service_of(job)
        request = sources.with_link(job, tools)
        inputs = inputs_of(job, tools.library)
        sending = tools.store.change(
            job.id,
            State.QUEUED,
            check=lambda: _check_limit(job, tools),
            state=State.SUBMITTING,
            attempt_id=str(uuid.uuid4()),
            submitted_at=tools.clock(),
            bytes_done=0,
            bytes_total=None,
            progress=None,
        )
    except NotReady as reason:
        tools.postpone(job, NOT_READY_S, reason.failure, counts=False)
        return
    except sources.NotYet as reason:
        tools.postpone(job, reason.wait_s, reason.failure)
        return
    except (InputGone, _OverLimit, sources.NoModel) as reason:
        tools.store.change(job.id, State.QUEUED, state=State.REJECTED, error=reason.failure, note=None)
        return
    if sending is not None:  # else the artist has cancelled it this moment
        _keep(sending, tools, _send(service, replace(sending, request=request), inputs, tools))


def settle_interrupted(job: Job, store: Store) -> None:
    """A job found in SUBMITTING while nobody is sending it: the worker died in between, so nobody knows."""
    store.change(job.id, State.SUBMITTING, state=State.UNKNOWN, error=_INTERRUPTED, note=None)
    logger.warning("Job %s was interrupted while it was being sent: outcome unknown", job.id)


# Inside

_INTERRUPTED = Failure(
    kind=Kind.INTERNAL,
    message=N_(
        "Work was interrupted while the job was being sent: the service may have accepted and charged it"
    ),
    spent=Spent.MAYBE,
)
_DEFECT = Failure(
    kind=Kind.INTERNAL,
    message=N_(
        "This add-on failed while it was sending the job: the service may have accepted and charged it"
    ),
    spent=Spent.MAYBE,
)


class _OverLimit(Exception):
    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


def _check_limit(job: Job, tools: Tools) -> None:
    """Raise _OverLimit when sending the job would go over the artist's monthly limit."""
    if job.account.service not in IN_CREDITS:
        return
    spent = spent_this_month(tools.store, IN_CREDITS, tools.clock())
    failure = over_limit(spent, job.credits_estimated, read_limit(tools.library))
    if failure is not None:
        raise _OverLimit(failure)


def _send(service: Service, job: Job, inputs: dict[str, bytes], tools: Tools) -> Values:
    """Make the one request; return what its outcome changes in the job."""
    try:
        submission = service.submit(job.request, inputs, job.attempt_id)
    except NotSent as error:
        if (
            error.failure.kind is Kind.UNSUPPORTED
        ):  # such an address is never asked for: waiting does not help
            return {'state': State.REJECTED, 'error': error.failure, 'note': None}
        wait_s = backoff_s(job.tries + 1, first_s=BACKOFF_FIRST_S, cap_s=BACKOFF_CAP_S, random=tools.random)
        return _queued_again(job, tools, error.failure, wait_s)
    except Busy as error:
        return _queued_again(job, tools, error.failure, _busy_s(error, tools.random))
    except Refused as error:
        return {'state': State.REJECTED, 'error': error.failure, 'note': None}
    except Unclear as error:
        _write_answer(job, tools.library, error.answer)
        return _unknown(error.failure)
    except Exception:  # whatever broke, the request may have been made
        logger.exception("Job %s: sending failed", job.id)
        return _unknown(_DEFECT)
    logger.info("Job %s was accepted (request %s)", job.id, submission.request_id)
    state, remote_id, due_at = State.RUNNING, submission.remote_id, 0.0  # which `making` takes up
    if submission.files:
        state, remote_id = State.DOWNLOADING, remote_id or job.attempt_id
        tools.results[job.id] = submission.files
        with suppress(OSError):  # then a worker that ends now cannot fetch the result later
            kept_results.write(tools.library.job(job.id), remote_id, submission.files)
    elif remote_id:
        state, due_at = State.WAITING, tools.clock() + poll_interval_s(0.0, tools.random)
    return {
        'state': state,
        'remote_id': remote_id,
        'request_id': submission.request_id,
        'tries': 0,
        'note': None,
        'due_at': due_at,
    }


def _queued_again(job: Job, tools: Tools, note: Failure, wait_s: float) -> Values:
    logger.info(
        "Job %s was not taken (%s), again in %.0f s", job.id, f"{note.kind} {note.code}".strip(), wait_s
    )
    due_at = tools.clock() + wait_s
    return {
        'state': State.QUEUED,
        'note': note,
        'due_at': due_at,
        'tries': job.tries + 1,
        'submitted_at': 0.0,
    }


def _unknown(failure: Failure) -> Values:
    return {'state': State.UNKNOWN, 'error': replace(failure, spent=Spent.MAYBE), 'note': None}


def _busy_s(error: Busy, random: Callable[[], float]) -> float:
    shortest, longest = JOBS_FULL_S if error.jobs_full else RATE_S
    wait_s = shortest + (longest - shortest) * random()
    return min(max(wait_s, error.retry_after_s or 0.0), RETRY_AFTER_MAX_S)


def _keep(job: Job, tools: Tools, outcome: Values) -> None:
    """Store the outcome of a paid request, however long the disk or the lock refuses."""
    for left in range(KEEP_TRIES, 0, -1):
        try:
            kept = tools.store.change(job.id, State.SUBMITTING, **outcome)
            if kept is None and 'remote_id' in outcome:  # cancelled meanwhile: it may be followed again later
                accepted = {name: outcome[name] for name in ('remote_id', 'request_id')}
                tools.store.change(job.id, State.CANCELLED, **accepted)
            return
        except (StoreBusy, OSError, sqlite3.OperationalError):
            if 'remote_id' in outcome:
                _write_answer(job, tools.library, f"JobId {outcome['remote_id']}\n".encode())
            if left == 1:
                raise
            tools.stop.wait(KEEP_PAUSE_S)


def _write_answer(job: Job, library: Library, answer: bytes) -> None:
    """Keep what came back where the artist and support can find it."""
    with suppress(OSError):
        library.job(job.id).answer.write_bytes(answer)
