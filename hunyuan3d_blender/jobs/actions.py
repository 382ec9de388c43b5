# SPDX-License-Identifier: GPL-3.0-or-later
"""What the artist may do with a job in each state, and doing it.

Nothing here repeats a paid request by itself: only `SEND_AGAIN` leads to a new submit, and it is never the answer to
anything but the artist's own press of that button.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Any

from ..services.contract import Operation
from ..services.errors import Kind
from .job import OPEN, Job, State
from .store import Store


class Action(StrEnum):
    """A button of a job's row."""

    BRING_IN = 'bring_in'
    """Append the model (again) to the open file."""
    CANCEL = 'cancel'
    """Stop following the job. The service may still finish and charge it."""
    FOLLOW = 'follow'
    """Follow a cancelled job again; costs nothing."""
    RETRY = 'retry'
    """Repeat only what is free: asking, downloading, converting."""
    SEND_AGAIN = 'send_again'
    """Submit once more, as a new job at the service that may be charged."""
    PASTE_ID = 'paste_id'
    """The artist has found the service's job id of an unknown submit."""
    FORGET = 'forget'
    """Give an unknown submit up."""
    MAKE_REAL = 'make_real'
    """The job is a quick draft: generate the model that it is a draft of."""
    REMOVE = 'remove'
    """Take the row out of the list; the folder stays."""


def possible(job: Job, now: float, job_lifetime_s: float) -> frozenset[Action]:
    """The actions that make sense for `job` at the time `now`, given how long the service keeps jobs."""
    fetchable = bool(job.remote_id) and now < job.submitted_at + job_lifetime_s
    if job.state in OPEN:
        return frozenset({Action.CANCEL})
    actions = {Action.REMOVE}
    match job.state:
        case State.ARRIVED if job.request.operation is Operation.CONVERT:
            pass  # its file is there
        case State.READY | State.ARRIVED:
            actions |= {Action.BRING_IN, Action.MAKE_REAL} if job.full else {Action.BRING_IN}
        case State.UNKNOWN:
            return frozenset({Action.PASTE_ID, Action.SEND_AGAIN, Action.FORGET})
        case State.CANCELLED if fetchable:
            actions.add(Action.FOLLOW)
        case State.FAILED if fetchable or _can_convert_again(job):
            actions |= {Action.RETRY, Action.SEND_AGAIN}
        case _:
            actions.add(Action.SEND_AGAIN)
    return frozenset(actions)


def cancel(store: Store, job_id: str) -> Job | None:
    """Stop following an open job."""
    return store.change(job_id, *OPEN, state=State.CANCELLED, note=None, progress=None)


def follow(store: Store, job_id: str) -> Job | None:
    """Take up a cancelled job where the service has it."""
    return store.change(job_id, State.CANCELLED, state=State.WAITING, **_AFRESH)


def retry(store: Store, job_id: str) -> Job | None:
    """Repeat the free steps of a failed job: the conversion if that broke, else asking and downloading."""
    job = store.get(job_id)
    if job is None:
        return None
    state = State.CONVERTING if _can_convert_again(job) else State.DOWNLOADING
    return store.change(job_id, State.FAILED, state=state, **_AFRESH)


def paste_job_id(store: Store, job_id: str, remote_id: str) -> Job | None:
    """Follow the job the artist has found. Raise ValueError for what cannot be a job id."""
    remote_id = remote_id.strip()
    if not re.fullmatch(r'[!-~]{1,128}', remote_id):
        raise ValueError(remote_id[:32])
    return store.change(job_id, State.UNKNOWN, state=State.WAITING, remote_id=remote_id, **_AFRESH)


def send_again(store: Store, job_id: str) -> Job | None:
    """Queue a new submit of the same request."""
    states = State.REJECTED, State.UNKNOWN, State.FAILED, State.CANCELLED, State.EXPIRED
    return store.change(job_id, *states, state=State.QUEUED, files=(), **_NEW_ATTEMPT, **_AFRESH)


def forget(store: Store, job_id: str) -> Job | None:
    """Give up an unknown submit; should it have run, it is charged and its model is not fetched."""
    return store.change(job_id, State.UNKNOWN, state=State.CANCELLED)


_AFRESH: dict[str, Any] = {
    'error': None, 'note': None, 'tries': 0, 'due_at': 0.0, 'progress': None, 'bytes_done': 0, 'bytes_total': None,
}  # fmt: skip

_NEW_ATTEMPT: dict[str, Any] = {
    'remote_id': '', 'request_id': '', 'attempt_id': '', 'submitted_at': 0.0, 'credits': None, 'credit_details': '',
}  # fmt: skip
"""What belonged to the submit before; what that has cost stays in the ledger."""


def _can_convert_again(job: Job) -> bool:
    return bool(job.files) and job.error is not None and job.error.kind is Kind.BLENDER
