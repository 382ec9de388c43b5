# SPDX-License-Identifier: GPL-3.0-or-later
"""What jobs have cost: every submit is entered once, whatever becomes of its job and of the store."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from contextlib import closing
from datetime import datetime

import pytest

from hunyuan3d_blender.jobs.actions import follow, forget, retry, send_again
from hunyuan3d_blender.jobs.job import Account, State
from hunyuan3d_blender.jobs.ledger import Cost
from hunyuan3d_blender.jobs.spending import (
    Spending,
    SpendingWatch,
    days_of,
    over_limit,
    read_limit,
    spending_of,
    spent_this_month,
    write_limit,
)
from hunyuan3d_blender.jobs.store import SCHEMA, Store
from hunyuan3d_blender.services.contract import Submission
from hunyuan3d_blender.services.errors import Busy, Kind, NotSent, Refused, Spent, Unclear
from hunyuan3d_blender.services.registry import IN_CREDITS
from hunyuan3d_blender.worker.submit import submit
from tests.worker_parts import NOON, REMOTE_ID, Clock, Scripted, a_failure, a_job, accepted, tools_for

ACCEPTED = Submission(remote_id=REMOTE_ID)
SERVICE = 'tencent_cn'

TOLD = Cost(jobs=1, total=17.0)
ESTIMATED = Cost(jobs=1, total=20.0, estimated=20.0)
MAYBE = Cost(jobs=1, total=20.0, estimated=20.0, maybe=20.0)
UNPRICED = Cost(jobs=1, unpriced=1)


def sent(**values):
    return accepted(**{'attempt_id': 'a', 'credits_estimated': 20.0} | values)


def failed(spent, **values):
    return sent(**{'state': State.FAILED, 'error': a_failure(spent=spent)} | values)


def cost_of(store, service=SERVICE):
    return store.costs_between(NOON - 1, NOON + 1).get(service)


# what a job looks like, and what is entered for it
ENTRIES = [
    (a_job(credits_estimated=20.0), None),
    (sent(state=State.QUEUED, submitted_at=0.0), None),
    (sent(state=State.CANCELLED, submitted_at=0.0), None),
    (sent(state=State.REJECTED, error=a_failure()), None),
    (sent(state=State.SUBMITTING), MAYBE),
    (sent(state=State.UNKNOWN, error=a_failure(spent=Spent.MAYBE)), MAYBE),
    *((sent(state=state), ESTIMATED) for state in (State.WAITING, State.RUNNING, State.DOWNLOADING, State.READY)),
    (sent(state=State.ARRIVED, credits=17.0), TOLD),
    (sent(state=State.ARRIVED, credits=0.0), Cost(jobs=1)),
    (sent(state=State.ARRIVED, credits_estimated=None, credits=17.0), TOLD),
    (sent(state=State.ARRIVED, credits_estimated=None), UNPRICED),
    (sent(state=State.CANCELLED), MAYBE),
    (sent(state=State.CANCELLED, credits=17.0), TOLD),
    (failed(Spent.NO), None),
    (failed(Spent.YES), ESTIMATED),
    (failed(Spent.YES, credits=17.0), TOLD),
    (failed(Spent.MAYBE), MAYBE),
    (failed(Spent.UNTOLD), MAYBE),
    (failed(Spent.MAYBE, state=State.EXPIRED), MAYBE),
]  # fmt: skip


@pytest.mark.parametrize(('job', 'cost'), ENTRIES)
def test_what_is_entered(library, job, cost):
    with Store(library) as store:
        store.add(job)
        assert cost_of(store) == cost
        store.change(job.id, job.state, note=None)
        assert cost_of(store) == cost, "a job is entered once"


@pytest.mark.parametrize(('job', 'cost'), ENTRIES)
def test_an_older_store_is_brought_up_to_date(library, job, cost):
    with Store(library) as store:
        store.add(job)
        for statement in ("DROP TRIGGER job_is_charged", "DROP TABLE charge", "PRAGMA user_version = 1"):
            store._connection.execute(statement)
    for _ in range(2):
        with Store(library) as store:
            assert store._connection.execute("PRAGMA user_version").fetchone()[0] == SCHEMA
            assert store.get(job.id).name == job.name
            assert cost_of(store) == cost


def test_what_an_older_version_writes_is_entered_too(library):
    """It replaces whole rows, and knows nothing of the ledger."""
    job = sent()
    with Store(library) as store:
        store.add(job)
        with closing(sqlite3.connect(library.store)) as older, older:
            row = older.execute("SELECT * FROM job").fetchone()
            done = row[-1].replace('"credits": null', '"credits": 17.0')
            older.execute("REPLACE INTO job VALUES (?, ?, ?, ?, ?)", (*row[:-1], done))
        assert cost_of(store) == TOLD


# outcome of the submit, what is entered, by what the artist goes on, and what is entered then
OUTCOMES = [
    (ACCEPTED, ESTIMATED, None, ESTIMATED),
    (NotSent(a_failure()), None, None, None),
    (Busy(a_failure()), None, None, None),
    (Refused(a_failure()), None, send_again, None),
    (Unclear(a_failure()), MAYBE, forget, MAYBE),
    (Unclear(a_failure()), MAYBE, send_again, MAYBE),
]


@pytest.mark.parametrize(('outcome', 'cost', 'action', 'after'), OUTCOMES)
def test_a_submit_and_what_the_artist_does_then(library, outcome, cost, action, after):
    with tools_for(library, Scripted(outcome)) as tools:
        job = tools.store.add(a_job(credits_estimated=20.0))
        submit(job, tools)
        assert cost_of(tools.store) == cost
        if action:
            assert action(tools.store, job.id) is not None
            assert cost_of(tools.store) == after


def test_each_time_a_job_is_sent_counts(library):
    with tools_for(library, Scripted(Unclear(a_failure()), ACCEPTED)) as tools:
        job = tools.store.add(a_job(credits_estimated=20.0))
        submit(job, tools)
        again = send_again(tools.store, job.id)
        assert tools.store.planned() == {SERVICE: 20.0}
        submit(again, tools)
        assert tools.store.planned() == {}
        assert cost_of(tools.store) == MAYBE + ESTIMATED


def test_only_the_newest_submit_is_changed_by_what_comes_later(library):
    told_and_failed = failed(Spent.YES, credits=17.0)
    with tools_for(library, Scripted(ACCEPTED)) as tools:
        tools.store.add(told_and_failed)
        again = send_again(tools.store, told_and_failed.id)
        assert again.credits is None
        submit(again, tools)
        assert cost_of(tools.store) == TOLD + ESTIMATED


@pytest.mark.parametrize(('state', 'action'), [(State.CANCELLED, follow), (State.FAILED, retry)])
def test_what_is_free_is_not_entered_again(library, state, action):
    with Store(library) as store:
        job = store.add(sent(state=state, error=a_failure(spent=Spent.YES)))
        assert action(store, job.id) is not None
        assert cost_of(store) == ESTIMATED


@pytest.mark.parametrize('damage', [None, b"no database at all" * 100])
def test_a_job_that_is_removed_still_counts(library, damage):
    stays, goes = sent(attempt_id='a'), sent(attempt_id='b', state=State.ARRIVED, credits=17.0)
    with Store(library) as store:
        store.add(stays)
        store.add(goes)
        assert store.remove(goes.id)
        assert [job.id for job in store.page()] == [stays.id]
    if damage:
        library.store.write_bytes(damage)
    with Store(library) as store:
        assert [job.id for job in store.page()] == [stays.id]
        assert cost_of(store) == ESTIMATED + TOLD


def test_sums_are_kept_by_service(library):
    with Store(library) as store:
        store.add(sent(attempt_id='a'))
        store.add(sent(attempt_id='b', account=Account(service='vtrix'), credits=0.4))
        assert cost_of(store, 'vtrix') == Cost(jobs=1, total=0.4)
        assert cost_of(store) == ESTIMATED


# Days and months


@pytest.fixture
def local_time():
    """Sets this process's time zone, and takes it back."""
    before = os.environ.get('TZ')

    def be_in(zone):
        os.environ['TZ'] = zone
        time.tzset()

    yield be_in
    os.environ.pop('TZ') if before is None else be_in(before)
    time.tzset()


# zone, now, and in local time where last month, this month, today and tomorrow begin
DAYS = [
    ('UTC', '2026-11-21 16:40', ('2026-10-01', '2026-11-01', '2026-11-21', '2026-11-22')),
    ('Asia/Shanghai', '2026-03-01 00:00', ('2026-02-01', '2026-03-01', '2026-03-01', '2026-03-02')),
    ('Europe/Berlin', '2026-01-31 23:59', ('2025-12-01', '2026-01-01', '2026-01-31', '2026-02-01')),
    ('Europe/Berlin', '2026-03-29 12:00', ('2026-02-01', '2026-03-01', '2026-03-29', '2026-03-30')),  # 23 hours
    ('Europe/Berlin', '2026-10-25 00:30', ('2026-09-01', '2026-10-01', '2026-10-25', '2026-10-26')),  # 25 hours
    ('America/Los_Angeles', '2026-12-31 22:00', ('2026-11-01', '2026-12-01', '2026-12-31', '2027-01-01')),
]  # fmt: skip


@pytest.mark.parametrize(('zone', 'now', 'days'), DAYS)
def test_days_and_months_are_those_on_the_wall(local_time, zone, now, days):
    local_time(zone)
    found = days_of(time.mktime(time.strptime(now, "%Y-%m-%d %H:%M")))
    assert [time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(second)) for second in found] == [
        f"{day} 00:00:00" for day in days
    ]


def test_the_same_job_is_of_another_day_elsewhere(library, local_time):
    at = datetime.fromisoformat('2026-11-30T20:00:00+00:00').timestamp()
    with Store(library) as store:
        store.add(sent(submitted_at=at))
        for zone, is_this_month in (('UTC', True), ('Asia/Shanghai', False)):
            local_time(zone)
            found = spending_of(store, at + 5 * 3600 * (not is_this_month))
            assert found.month == {SERVICE: ESTIMATED}
            assert (found.last_month == {}) is True
            local_time('UTC')
            december = spending_of(store, at + 86400)
            assert (december.today, december.last_month) == ({}, {SERVICE: ESTIMATED})


# The limit


@pytest.mark.parametrize(
    ('spent', 'price', 'limit', 'may_be_sent'),
    [
        (0.0, 20.0, None, True),
        (1e9, None, None, True),
        (480.0, 20.0, 500.0, True),
        (480.5, 20.0, 500.0, False),
        (0.0, None, 500.0, False),
        (500.0, None, 500.0, False),
        (500.0, 0.0, 500.0, False),
        (0.0, 20.0, 10.0, False),
        (0.0, 20.0, 0.0, False),
    ],
)
def test_the_limit(spent, price, limit, may_be_sent):
    failure = over_limit(spent, price, limit)
    assert (failure is None) is may_be_sent
    if failure:
        assert (failure.kind, failure.spent) == (Kind.LIMIT, Spent.NO)
        assert '{' not in failure.message.format(**failure.facts)


def test_a_look_at_the_sums_tells_whether_they_are_others(library):
    watch = SpendingWatch()
    with Store(library) as store:
        assert not watch.refresh(store, NOON)
        job = store.add(sent())
        assert watch.refresh(store, NOON)
        assert watch.spending.today == watch.spending.month == {SERVICE: ESTIMATED}
        store.change(job.id, job.state, progress=0.5)
        assert not watch.refresh(store, NOON)
        assert watch.refresh(store, NOON + 86400), "midnight is a change, too"
        assert watch.spending.today == {}


def test_queued_jobs_are_spoken_for(library):
    with Store(library) as store:
        store.add(sent())
        store.add(a_job(credits_estimated=25.0))
        store.add(a_job(credits_estimated=None))
        store.add(a_job(credits_estimated=5.0, account=Account(service='vtrix')))
        found = spending_of(store, NOON)
        assert found.committed(IN_CREDITS) == 45.0
    assert Spending().committed(IN_CREDITS) == 0.0


def test_a_job_over_the_limit_is_never_sent_and_costs_nothing(library):
    write_limit(library, 50.0)
    service = Scripted(ACCEPTED)
    with tools_for(library, service) as tools:
        jobs = [tools.store.add(a_job(credits_estimated=20.0)) for _ in range(3)]
        for job in jobs:
            submit(job, tools)
        states = [tools.store.get(job.id).state for job in jobs]
        assert states == [State.WAITING, State.WAITING, State.REJECTED]
        assert len(service.submits) == 2
        refused = tools.store.get(jobs[2].id)
        assert (refused.error.kind, refused.error.spent, refused.attempt_id) == (Kind.LIMIT, Spent.NO, '')
        assert cost_of(tools.store).total == 40.0
        write_limit(library, 60.0)
        submit(send_again(tools.store, refused.id), tools)
        assert tools.store.get(refused.id).state is State.WAITING


@pytest.mark.parametrize('service_id', ['sandbox', 'self_hosted', 'vtrix'])
def test_the_limit_is_about_credits_only(library, service_id):
    write_limit(library, 10.0)
    with tools_for(library, Scripted(ACCEPTED)) as tools:
        tools.store.add(sent())
        job = tools.store.add(a_job(account=Account(service=service_id)))
        submit(job, tools)
        assert tools.store.get(job.id).state is State.WAITING


@pytest.mark.parametrize(('limit', 'state'), [(500.0, State.REJECTED), (None, State.WAITING)])
def test_what_nobody_can_price_is_not_sent_while_there_is_a_limit(library, limit, state):
    """Neither its price nor its cost would ever reach the limit, however many were sent."""
    write_limit(library, limit)
    service = Scripted(ACCEPTED)
    with tools_for(library, service) as tools:
        job = tools.store.add(a_job(account=Account(service='tokenhub'), credits_estimated=None))
        submit(job, tools)
        job = tools.store.get(job.id)
        assert (job.state, len(service.submits)) == (state, int(limit is None))
        assert limit is None or (job.error.kind, job.error.spent) == (Kind.LIMIT, Spent.NO)


def test_last_month_is_over(library):
    write_limit(library, 30.0)
    clock = Clock()
    with tools_for(library, Scripted(ACCEPTED), clock=clock) as tools:
        tools.store.add(sent())
        clock.tick(40 * 86400)
        job = tools.store.add(a_job(credits_estimated=20.0))
        submit(job, tools)
        assert tools.store.get(job.id).state is State.WAITING


def test_jobs_sent_at_once_share_one_limit(library):
    """Each thread of the worker, and each process, has its own connection: exactly as many get through as fit."""
    write_limit(library, 100.0)
    service = Scripted(ACCEPTED)
    with Store(library, clock=Clock()) as store:
        jobs = [store.add(a_job(credits_estimated=20.0)) for _ in range(8)]
    start = threading.Barrier(len(jobs))

    def send(job):
        with tools_for(library, service) as tools:
            start.wait()
            submit(job, tools)

    threads = [threading.Thread(target=send, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with Store(library) as store:
        states = [store.get(job.id).state for job in jobs]
        assert (states.count(State.WAITING), states.count(State.REJECTED)) == (5, 3)
        assert spent_this_month(store, IN_CREDITS, NOON) == 100.0


@pytest.mark.parametrize('allowed', [None, 1, 500, 12.5])
def test_the_limit_is_remembered(library, allowed):
    write_limit(library, 7.0)
    write_limit(library, allowed)
    assert read_limit(library) == allowed


@pytest.mark.parametrize(
    'text', ['', '{', '[]', '{}', '{"credits_a_month": "many"}', '{"credits_a_month": null}']
)
def test_a_limit_that_cannot_be_read_allows_nothing(library, text):
    write_limit(library, 500.0)
    library.limit.write_text(text)
    assert read_limit(library) == 0.0
    write_limit(library, None)
    assert read_limit(library) is None
