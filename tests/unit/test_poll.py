# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of an accepted job as the service answers, or does not."""

from __future__ import annotations

import json
import logging

import pytest

from hunyuan3d_blender.jobs.job import State
from hunyuan3d_blender.services.contract import Status
from hunyuan3d_blender.services.errors import Busy, Kind, NotSent, Refused, Spent, Unclear
from hunyuan3d_blender.worker.poll import FRUITLESS_MAX, MARGIN_S, poll
from tests.worker_parts import (
    NOON,
    SECRET_URL,
    Clock,
    OneAccount,
    Scripted,
    a_failure,
    accepted,
    an_answer,
    tools_for,
)  # fmt: skip

DAY_S = 24 * 3600.0

# state before, answer, state after
ANSWERS = [
    (State.WAITING, an_answer(Status.WAITING), State.WAITING),
    (State.WAITING, an_answer(Status.RUNNING, progress=0.4), State.RUNNING),
    (State.RUNNING, an_answer(Status.RUNNING, word='PONDERING'), State.RUNNING),
    (State.RUNNING, an_answer(Status.WAITING), State.WAITING),
    (State.RUNNING, an_answer(Status.DONE, credits=30.0, credit_details='{}'), State.DOWNLOADING),
    (State.WAITING, an_answer(Status.DONE), State.DOWNLOADING),
    (State.RUNNING, an_answer(Status.FAILED, error_code='X.Y', error_message="no"), State.FAILED),
    (State.WAITING, an_answer(Status.FAILED), State.FAILED),
]


@pytest.mark.parametrize(('before', 'answer', 'after'), ANSWERS)
def test_answer(library, before, answer, after):
    with tools_for(library, Scripted(answer)) as tools:
        job = tools.store.add(accepted(before, tries=3, note=a_failure()))
        poll(job, tools)
        now = tools.store.get(job.id)
    assert now.state is after
    assert (now.note, now.tries) == (None, 0)
    if after in (State.WAITING, State.RUNNING):
        assert now.service_word == answer.word
        assert now.progress == answer.progress
        assert now.due_at > NOON
    if after is State.DOWNLOADING:
        assert (now.credits, now.due_at) == (answer.credits, 0.0)
        assert tools.results[job.id] == answer.files
    if after is State.FAILED:
        assert (now.error.code, now.error.spent) == (answer.error_code, Spent.NO)


def test_urls_of_results_are_neither_stored_nor_logged(library, caplog):
    caplog.set_level(logging.DEBUG)
    with tools_for(library, Scripted(an_answer(Status.DONE))) as tools:
        job = tools.store.add(accepted())
        poll(job, tools)
        stored = json.dumps(tools.store.get(job.id).to_json())
    assert 'q-signature' not in stored + caplog.text + library.job(job.id).record.read_text()
    assert SECRET_URL not in repr(tools)


@pytest.mark.parametrize(
    ('age_s', 'shortest', 'longest'), [(0, 1.5, 2.5), (60, 4, 8), (130, 9, 11), (80_000, 9, 11)]
)
def test_intervals_grow_with_age(library, age_s, shortest, longest):
    clock = Clock(NOON + age_s)
    with tools_for(library, Scripted(an_answer(Status.RUNNING)), clock=clock) as tools:
        job = tools.store.add(accepted())
        poll(job, tools)
        assert shortest <= tools.store.get(job.id).due_at - clock() <= longest


TROUBLE = [
    NotSent(a_failure()), Unclear(a_failure(Kind.SERVICE)), Busy(a_failure(Kind.BUSY), retry_after_s=40),
    Refused(a_failure(Kind.CREDENTIALS)), Refused(a_failure(Kind.CLOCK)), Refused(a_failure(Kind.BILLING)),
    Refused(a_failure(Kind.UNSUPPORTED)),
]  # fmt: skip


@pytest.mark.parametrize('trouble', TROUBLE, ids=lambda error: error.failure.kind)
def test_trouble_never_ends_a_paid_job_before_its_time(library, trouble):
    clock = Clock()
    with tools_for(library, Scripted(trouble), clock=clock) as tools:
        job = tools.store.add(accepted())
        while clock() <= NOON + DAY_S + MARGIN_S:
            poll(tools.store.get(job.id), tools)
            now = tools.store.get(job.id)
            assert (now.state, now.note.kind) == (State.RUNNING, trouble.failure.kind)
            assert now.due_at - clock() <= 60
            clock.tick(3600)
        poll(tools.store.get(job.id), tools)
        assert tools.store.get(job.id).state is State.EXPIRED


def test_a_service_wish_to_wait_is_respected(library):
    with tools_for(library, Scripted(TROUBLE[2])) as tools:
        job = tools.store.add(accepted())
        poll(job, tools)
        assert tools.store.get(job.id).due_at == NOON + 40


@pytest.mark.parametrize(('age_s', 'state'), [(DAY_S - 60, State.FAILED), (DAY_S + 60, State.EXPIRED)])
def test_gone(library, age_s, state):
    service = Scripted(Refused(a_failure(Kind.GONE, code='ResourceNotFound', request_id='r-9')))
    with tools_for(library, service, clock=Clock(NOON + age_s)) as tools:
        job = tools.store.add(accepted())
        for _ in range(FRUITLESS_MAX):
            now = tools.store.get(job.id)
            if now.state is State.RUNNING:
                poll(now, tools)
        ended = tools.store.get(job.id)
    assert ended.state is state
    assert (ended.error.kind, ended.error.code, ended.error.request_id) == (
        Kind.GONE,
        'ResourceNotFound',
        'r-9',
    )


def test_a_job_that_is_not_found_at_once_is_asked_for_again(library):
    service = Scripted(Refused(a_failure(Kind.GONE)), an_answer(Status.RUNNING))
    with tools_for(library, service) as tools:
        job = tools.store.add(accepted(State.WAITING))
        poll(job, tools)
        assert tools.store.get(job.id).state is State.WAITING
        poll(tools.store.get(job.id), tools)
        assert tools.store.get(job.id).state is State.RUNNING


def test_done_without_files_is_asked_again_and_then_believed(library):
    service = Scripted(an_answer(Status.DONE, files=()))
    with tools_for(library, service) as tools:
        job = tools.store.add(accepted())
        for _ in range(FRUITLESS_MAX):
            assert tools.store.get(job.id).state is State.RUNNING
            poll(tools.store.get(job.id), tools)
        ended = tools.store.get(job.id)
    assert (ended.state, ended.error.spent) == (State.FAILED, Spent.YES)
    assert len(service.queries) == FRUITLESS_MAX


def test_a_job_that_never_ends_expires(library):
    clock = Clock(NOON + DAY_S + MARGIN_S + 1)
    with tools_for(library, Scripted(an_answer(Status.RUNNING)), clock=clock) as tools:
        job = tools.store.add(accepted())
        poll(job, tools)
        assert tools.store.get(job.id).state is State.EXPIRED


def test_a_missing_key_is_waited_for(library):
    with tools_for(library, accounts=OneAccount(None, a_failure(Kind.CREDENTIALS))) as tools:
        job = tools.store.add(accepted())
        poll(job, tools)
        now = tools.store.get(job.id)
    assert (now.state, now.note.kind) == (State.RUNNING, Kind.CREDENTIALS)


@pytest.mark.parametrize('answer', [answer for _, answer, _ in ANSWERS])
def test_a_job_cancelled_meanwhile_stays_cancelled(library, answer):
    with tools_for(library, Scripted(answer)) as tools:
        job = tools.store.add(accepted())
        tools.store.change(job.id, State.RUNNING, state=State.CANCELLED)
        poll(job, tools)
        assert tools.store.get(job.id).state is State.CANCELLED
