# SPDX-License-Identifier: GPL-3.0-or-later
"""A submit is written down before it is made, and made at most once."""

from __future__ import annotations

import sqlite3

import pytest

from hunyuan3d_blender.jobs.job import State
from hunyuan3d_blender.jobs.store import Store
from hunyuan3d_blender.services.contract import Submission
from hunyuan3d_blender.services.errors import Busy, Kind, NotSent, Refused, Spent, Unclear
from hunyuan3d_blender.worker.submit import settle_interrupted, submit
from tests.worker_parts import (
    NOON,
    REMOTE_ID,
    OneAccount,
    Scripted,
    a_failure,
    a_job,
    tools_for,
    with_picture,
)  # fmt: skip

ACCEPTED = Submission(remote_id=REMOTE_ID, request_id='r-1')

# outcome, state, shortest and longest wait in seconds (random 0.5), kind of note, kind of error
OUTCOMES = [
    (ACCEPTED, State.WAITING, (1.9, 2.1), None, None),
    (NotSent(a_failure()), State.QUEUED, (1.0, 2.0), Kind.NETWORK, None),
    (NotSent(a_failure(Kind.UNSUPPORTED)), State.REJECTED, None, None, Kind.UNSUPPORTED),
    (NotSent(a_failure(Kind.OFFLINE)), State.QUEUED, (1.0, 2.0), Kind.OFFLINE, None),
    (Busy(a_failure(Kind.BUSY), jobs_full=True), State.QUEUED, (20.0, 60.0), Kind.BUSY, None),
    (Busy(a_failure(Kind.BUSY)), State.QUEUED, (1.0, 2.0), Kind.BUSY, None),
    (Busy(a_failure(Kind.BUSY), retry_after_s=33.0), State.QUEUED, (33.0, 33.0), Kind.BUSY, None),
    (Busy(a_failure(Kind.BUSY), retry_after_s=1e9), State.QUEUED, (100.0, 120.0), Kind.BUSY, None),
    (Refused(a_failure(Kind.CONTENT)), State.REJECTED, None, None, Kind.CONTENT),
    (Refused(a_failure(Kind.CREDENTIALS)), State.REJECTED, None, None, Kind.CREDENTIALS),
    (Unclear(a_failure(), answer=b'<html>'), State.UNKNOWN, None, None, Kind.NETWORK),
    (ZeroDivisionError(), State.UNKNOWN, None, None, Kind.INTERNAL),
]


@pytest.mark.parametrize(('outcome', 'state', 'wait_s', 'note', 'error'), OUTCOMES)
def test_outcome(library, outcome, state, wait_s, note, error):
    service = Scripted(outcome)
    with tools_for(library, service) as tools:
        job = tools.store.add(a_job())
        submit(job, tools)
        after = tools.store.get(job.id)
    assert after.state is state
    assert len(service.submits) == 1
    assert service.submits == [after.attempt_id]
    assert (after.note and after.note.kind) == note
    assert (after.error and after.error.kind) == error
    if wait_s:
        assert wait_s[0] <= after.due_at - NOON <= wait_s[1]
    if state is State.UNKNOWN:
        assert after.error.spent is Spent.MAYBE
        assert after.submitted_at == NOON
    if state is State.WAITING:
        assert (after.remote_id, after.request_id, after.submitted_at) == (REMOTE_ID, 'r-1', NOON)


def test_submitting_is_on_disk_before_the_request_leaves(library):
    seen = []

    def look():
        with Store(library) as other:
            seen.append(other.page()[0])
        return ACCEPTED

    with tools_for(library, Scripted(look)) as tools:
        submit(tools.store.add(a_job()), tools)
    assert seen[0].state is State.SUBMITTING
    assert seen[0].attempt_id
    assert seen[0].submitted_at == NOON


def test_the_answer_of_an_unclear_submit_is_kept(library):
    with tools_for(library, Scripted(Unclear(a_failure(), answer=b'<html>odd'))) as tools:
        job = tools.store.add(a_job())
        submit(job, tools)
    assert library.job(job.id).answer.read_bytes() == b'<html>odd'


def test_waits_grow_while_nothing_can_be_sent(library):
    waits = []
    with tools_for(library, Scripted(NotSent(a_failure()))) as tools:
        job = tools.store.add(a_job())
        for _ in range(8):
            submit(tools.store.get(job.id), tools)
            waits.append(tools.store.get(job.id).due_at - NOON)
    assert waits == sorted(waits)
    assert waits[-1] <= 60


def test_cancelled_before_sending_sends_nothing(library):
    service = Scripted(ACCEPTED)
    with tools_for(library, service) as tools:
        job = tools.store.add(a_job())
        tools.store.change(job.id, State.QUEUED, state=State.CANCELLED)
        submit(job, tools)  # the scheduler had chosen it just before
        assert tools.store.get(job.id).state is State.CANCELLED
    assert service.submits == []


@pytest.mark.parametrize(
    'outcome', [ACCEPTED, Unclear(a_failure()), Refused(a_failure()), NotSent(a_failure())]
)
def test_cancelled_while_sending_stays_cancelled_and_keeps_the_id(library, outcome):
    with tools_for(library) as tools:
        job = tools.store.add(a_job())

        def cancel_meanwhile():
            with Store(library) as blender:
                blender.change(job.id, State.SUBMITTING, state=State.CANCELLED)
            return outcome

        tools.accounts.service = Scripted(cancel_meanwhile)
        submit(job, tools)
        after = tools.store.get(job.id)
    assert after.state is State.CANCELLED
    assert after.remote_id == (REMOTE_ID if outcome is ACCEPTED else '')


@pytest.mark.parametrize('kind', [Kind.CREDENTIALS, Kind.OFFLINE, Kind.UNSUPPORTED])
def test_an_account_that_is_not_ready_leaves_the_job_queued(library, kind):
    service = Scripted(ACCEPTED)
    with tools_for(library, accounts=OneAccount(service, a_failure(kind))) as tools:
        job = tools.store.add(a_job())
        submit(job, tools)
        after = tools.store.get(job.id)
    assert (after.state, after.note.kind, after.due_at, after.tries) == (State.QUEUED, kind, NOON + 5, 0)
    assert service.submits == []


def test_inputs_are_sent_as_they_were_chosen(library):
    sent = {}

    class Receiver:
        def submit(self, request, inputs, attempt_id):
            sent.update(inputs)
            return ACCEPTED

    with tools_for(library, Receiver()) as tools:
        submit(tools.store.add(with_picture(a_job(), library, b'bytes')), tools)
    assert sent == {'image.png': b'bytes'}


@pytest.mark.parametrize('damage', ['changed', 'missing'])
def test_a_changed_picture_is_not_sent(library, damage):
    service = Scripted(ACCEPTED)
    with tools_for(library, service) as tools:
        job = tools.store.add(with_picture(a_job(), library))
        file = library.job(job.id).input / 'image.png'
        file.unlink() if damage == 'missing' else file.write_bytes(b'other')
        submit(job, tools)
        after = tools.store.get(job.id)
    assert (after.state, after.error.kind) == (State.REJECTED, Kind.INPUT)
    assert service.submits == []


def test_a_submit_found_after_a_crash_is_unknown(library):
    with tools_for(library) as tools:
        job = tools.store.add(a_job(state=State.SUBMITTING))
        settle_interrupted(job, tools.store)
        after = tools.store.get(job.id)
    assert (after.state, after.error.spent) == (State.UNKNOWN, Spent.MAYBE)


def test_the_job_id_survives_a_disk_that_fails_for_a_while(library, monkeypatch):
    monkeypatch.setattr('hunyuan3d_blender.worker.submit.KEEP_PAUSE_S', 0.0)
    failures = [sqlite3.OperationalError("disk I/O error"), OSError("disk full")]
    with tools_for(library, Scripted(ACCEPTED)) as tools:
        job = tools.store.add(a_job())
        change = tools.store.change

        def failing(job_id, *expected, **values):
            if expected == (State.SUBMITTING,) and failures:
                raise failures.pop()
            return change(job_id, *expected, **values)

        monkeypatch.setattr(tools.store, 'change', failing)
        submit(job, tools)
        assert tools.store.get(job.id).remote_id == REMOTE_ID
    assert REMOTE_ID in library.job(job.id).answer.read_text()
