# SPDX-License-Identifier: GPL-3.0-or-later
"""Which step begins when: limits, order, clocks that jump, and steps that break."""

from __future__ import annotations

import sqlite3
import threading
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace

import pytest

from hunyuan3d_blender.jobs.job import UNKNOWN_SLOT_S, Account, Converter, State
from hunyuan3d_blender.jobs.selection import Selection
from hunyuan3d_blender.jobs.store import Store
from hunyuan3d_blender.services.contract import Operation, Request, Status, Submission
from hunyuan3d_blender.services.errors import Busy, Kind, Spent
from hunyuan3d_blender.services.model_options import InputModel
from hunyuan3d_blender.services.registry import TABLES
from hunyuan3d_blender.worker.rate import TokenBucket
from hunyuan3d_blender.worker.scheduler import CALM_S, STEPS, WIDTH, Scheduler
from tests.worker_parts import (
    NOON,
    Clock,
    OneAccount,
    a_failure,
    a_job,
    accepted,
    an_answer,
    stub_pool,
    tools_for,
)  # fmt: skip


class Steps:
    """Every step does what the test says and notes what began, by job."""

    def __init__(self, do=lambda job, tools: None):
        self.begun = []
        self.do = do

    def __call__(self, job, tools):
        self.begun.append((tools.clock(), job.id))
        self.do(job, tools)

    @property
    def ids(self):
        return [job_id for _, job_id in self.begun]


@contextmanager
def scheduling(library, steps, *, service=None, clock=None):
    """A scheduler with all that belongs to it; `round` runs it once and waits until no step is running."""
    clock = clock or Clock()
    table = dict.fromkeys(STEPS, steps) if isinstance(steps, Steps) else steps
    with tools_for(library, accounts=OneAccount(service), clock=clock, converters=stub_pool()) as tools:
        scheduler = Scheduler(
            tools, lambda: Store(library, clock=clock), monotonic=clock.monotonic, steps=table
        )

        def round_(ticks=1, seconds=0.25):
            for _ in range(ticks):
                scheduler.run_once()
                finish(scheduler)
                clock.tick(seconds)

        try:
            yield SimpleNamespace(
                scheduler=scheduler, tools=tools, store=tools.store, clock=clock, round=round_
            )
        finally:
            scheduler.close(10)


def finish(scheduler):
    """Wait until the steps that were begun have ended."""
    while scheduler._running:
        scheduler.wake.wait(10)
        scheduler.wake.clear()
        scheduler._collect()


def later(seconds):
    """A step that leaves its job alone for a while."""
    return lambda job, tools: tools.postpone(job, seconds, None)


def to(state):
    return lambda job, tools: tools.store.change(job.id, job.state, state=state, due_at=tools.clock() + 100)


@pytest.mark.parametrize('state', sorted(STEPS))
def test_every_open_state_has_its_step(library, state):
    steps = Steps(later(60))
    with scheduling(library, steps) as world:
        job = world.store.add(accepted(state))
        world.round()
    assert steps.ids == [job.id]


def test_one_step_per_job_at_a_time(library):
    go = threading.Event()
    steps = Steps(lambda job, tools: go.wait(10))
    with scheduling(library, steps) as world:
        world.store.add(accepted())
        for _ in range(20):
            assert world.scheduler.run_once()
        assert len(steps.begun) <= 1
        go.set()
        finish(world.scheduler)
    assert len(steps.begun) == 1


def test_due_at_is_respected(library):
    steps = Steps(later(5))
    with scheduling(library, steps) as world:
        world.store.add(accepted())
        world.round(ticks=80)  # 20 seconds
    assert [at - NOON for at, _ in steps.begun] == [0, 5, 10, 15]


@pytest.mark.parametrize('state', [State.READY, State.UNKNOWN, State.FAILED, State.CANCELLED, State.REJECTED])
def test_jobs_that_are_not_open_are_left_alone(library, state):
    steps = Steps()
    with scheduling(library, steps) as world:
        world.store.add(accepted(state))
        assert not world.scheduler.run_once()
    assert not steps.begun


# Slots and order

OTHER_ACCOUNT = Account(service='tencent_cn', key_source='own_file', key_hint='ABCD')


@pytest.mark.parametrize(
    ('others', 'begun'),
    [
        ([], 3),
        ([accepted(State.WAITING)], 2),
        ([accepted(State.RUNNING), accepted(State.RUNNING), accepted(State.WAITING)], 0),
        ([accepted(State.DOWNLOADING), accepted(State.READY)], 3),
        ([accepted(State.UNKNOWN)], 2),
        ([accepted(State.UNKNOWN, submitted_at=NOON - UNKNOWN_SLOT_S - 1)], 3),
        ([accepted(State.RUNNING, account=OTHER_ACCOUNT)], 3),
        ([accepted(State.RUNNING, operation=Operation.RAPID)], 3),
    ],
)
def test_slots_of_an_account(library, others, begun):
    steps = Steps(to(State.SUBMITTING))
    with scheduling(library, steps) as world:
        for job in others:
            world.store.add(replace(job, due_at=NOON + 100))
        queued = [world.store.add(a_job(created_at=NOON + number)) for number in range(6)]
        world.scheduler.run_once()
        finish(world.scheduler)
    assert set(steps.ids) == {job.id for job in queued[:begun]}


def test_rapid_has_one_slot_of_its_own(library):
    steps = Steps(to(State.SUBMITTING))
    with scheduling(library, steps) as world:
        for number in range(3):
            world.store.add(a_job(operation=Operation.RAPID, created_at=NOON + number))
        world.scheduler.run_once()
        finish(world.scheduler)
    assert len(steps.begun) == 1


@pytest.mark.parametrize(('service', 'begun'), [('self_hosted', 0), ('tencent_cn', 1)])
def test_the_operations_of_one_computer_share_its_slot(library, service, begun):
    steps, account = Steps(later(60)), Account(service=service)
    with scheduling(library, steps) as world:
        world.tools.accounts.offers = TABLES[service].offers
        world.store.add(accepted(operation=Operation.TEXTURE, account=account, due_at=NOON + 100))
        world.store.add(a_job(operation=Operation.GENERATE, account=account))
        world.round()
    assert len(steps.begun) == begun


def test_submits_keep_their_order(library):
    steps = Steps(to(State.SUBMITTING))
    with scheduling(library, steps) as world:
        first = world.store.add(a_job(due_at=NOON + 30))
        second = world.store.add(a_job(created_at=NOON + 1))
        other = world.store.add(a_job(created_at=NOON + 2, account=OTHER_ACCOUNT))
        world.round()
        assert steps.ids == [other.id]
        world.round(ticks=119)
        assert steps.ids == [other.id]
        world.round(ticks=2)
    assert set(steps.ids[1:]) == {first.id, second.id}


@pytest.mark.parametrize(
    ('state', 'width'), [(State.DOWNLOADING, 3), (State.CONVERTING, 1), (State.RUNNING, 4)]
)
def test_steps_at_once(library, state, width):
    go = threading.Event()
    steps = Steps(lambda job, tools: go.wait(10))
    with scheduling(library, steps) as world:
        for _ in range(8):
            job = world.store.add(accepted(state))
            world.tools.results[job.id] = ()
        world.scheduler.run_once()
        world.scheduler.run_once()
        assert len(world.scheduler._running) == width
        go.set()
        finish(world.scheduler)
    assert width in WIDTH.values()


def test_requests_in_a_second(library):
    """Many jobs, all due: below the service's 20 a second in every second."""
    steps = Steps(later(3))
    with scheduling(library, steps) as world:
        for _ in range(60):
            world.store.add(accepted())
        world.round(ticks=100, seconds=0.05)
    times = [at for at, _ in steps.begun]
    assert len(times) > 40
    assert all(sum(start <= at < start + 1 for at in times) <= 20 for start in times)


@pytest.mark.parametrize('per_s', [1.0, 2.0, 20.0])
def test_token_bucket_never_exceeds_the_rate(per_s):
    clock = Clock()
    bucket = TokenBucket(per_s, clock.monotonic)
    taken = []
    for _ in range(3000):
        if bucket.take():
            taken.append(clock.monotonic())
        clock.tick(0.01)
    assert len(taken) >= 0.4 * per_s * 30
    assert all(sum(start <= at < start + 1 for at in taken) <= per_s for start in taken)


# Clocks


def test_after_a_sleep_of_eight_hours_nothing_rushes(library):
    steps = Steps(later(2))
    with scheduling(library, steps) as world:
        jobs = [world.store.add(accepted()) for _ in range(20)]
        world.round(ticks=8)
        steps.begun.clear()
        world.clock.jump(8 * 3600)
        world.round(ticks=int(CALM_S / 0.25))
        requests = defaultdict(int)
        for job_id in steps.ids:
            requests[job_id] += 1
        assert max(requests.values()) == 1
        assert requests.keys() == {job.id for job in jobs}
        steps.begun.clear()
        world.round(ticks=20)
        assert len(set(steps.ids)) == 20


def test_a_clock_that_was_set_back_leaves_no_job_waiting(library):
    steps = Steps(later(5))
    with scheduling(library, steps) as world:
        world.store.add(accepted())
        world.round()
        world.clock.jump(-24 * 3600)
        world.round(ticks=80)
    assert len(steps.begun) >= 2


# Crashes, cancels, defects


def test_a_submit_that_nobody_is_making_is_unknown(library):
    with scheduling(library, Steps()) as world:
        job = world.store.add(a_job(state=State.SUBMITTING))
        world.round(ticks=2)
        after = world.store.get(job.id)
    assert (after.state, after.error.spent) == (State.UNKNOWN, Spent.MAYBE)


def test_a_submit_under_way_is_not_disturbed(library):
    go, begun = threading.Event(), threading.Event()

    def sending(job, tools):
        tools.store.change(job.id, State.QUEUED, state=State.SUBMITTING)
        begun.set()
        go.wait(10)
        tools.store.change(job.id, State.SUBMITTING, state=State.WAITING, due_at=NOON + 60)

    with scheduling(library, Steps(sending)) as world:
        job = world.store.add(a_job())
        world.scheduler.run_once()
        assert begun.wait(10)
        for _ in range(5):
            world.scheduler.run_once()
        assert world.store.get(job.id).state is State.SUBMITTING
        go.set()
        finish(world.scheduler)
        assert world.store.get(job.id).state is State.WAITING


def test_what_someone_else_has_changed_meanwhile_is_not_stepped(library):
    steps = Steps()
    with scheduling(library, steps) as world:
        job = world.store.add(a_job())
        world.scheduler._read()
        with Store(library) as blender:
            blender.change(job.id, State.QUEUED, state=State.CANCELLED)
        world.scheduler._begin(world.scheduler.open_jobs[0])
        finish(world.scheduler)
    assert not steps.begun


def raising(error):
    def step(job, tools):
        raise error

    return step


@pytest.mark.parametrize(
    ('state', 'error', 'after', 'note', 'failure'),
    [
        (State.QUEUED, ZeroDivisionError(), State.REJECTED, None, Kind.INTERNAL),
        (State.RUNNING, ZeroDivisionError(), State.RUNNING, None, None),
        (State.DOWNLOADING, ZeroDivisionError(), State.FAILED, None, Kind.INTERNAL),
        (State.CONVERTING, ZeroDivisionError(), State.FAILED, None, Kind.INTERNAL),
        (State.DOWNLOADING, OSError(28, "No space left on device"), State.DOWNLOADING, Kind.DISK, None),
        (State.RUNNING, sqlite3.OperationalError("disk I/O error"), State.RUNNING, None, None),
    ],
)
def test_a_step_that_breaks(library, state, error, after, note, failure):
    steps = Steps(raising(error))
    with scheduling(library, steps) as world:
        job = world.store.add(accepted(state))
        world.tools.results[job.id] = ()
        world.round(ticks=20)  # 5 seconds
        now = world.store.get(job.id)
        assert len(steps.begun) == 1  # it is left alone for a while
        world.round(ticks=60)
    assert (now.state, now.note and now.note.kind, now.error and now.error.kind) == (after, note, failure)
    assert len(steps.begun) == (1 if failure else 2)


# Blenders that wait


@pytest.mark.parametrize(
    ('state', 'warm'),
    [
        (State.QUEUED, 0),
        (State.WAITING, 0),
        (State.RUNNING, 1),
        (State.DOWNLOADING, 1),
        (State.CONVERTING, 1),
    ],
)
def test_a_blender_is_warmed_when_a_model_will_come(library, state, warm):
    with scheduling(library, Steps()) as world:
        world.store.add(accepted(state, due_at=NOON + 60))
        world.store.add(accepted(state, due_at=NOON + 60))
        world.scheduler.run_once()
        assert len(world.tools.converters.wanted) == warm


def test_no_blender_is_warmed_while_one_converts(library):
    go = threading.Event()
    with scheduling(library, Steps(lambda job, tools: go.wait(10))) as world:
        world.store.add(accepted(State.CONVERTING))
        world.store.add(accepted(State.RUNNING, due_at=NOON + 60, converter=Converter(command=('other',))))
        world.scheduler.run_once()
        assert world.tools.converters.wanted == []
        go.set()
        finish(world.scheduler)


# A story


class Quota:
    """A service with three slots, of which each is freed late, and a limit of calls in a second."""

    def __init__(self, clock):
        self.clock = clock
        self.lock = threading.Lock()
        self.until = {}
        self.calls = defaultdict(list)
        self.turned_away = 0
        self.too_fast = 0

    def submit(self, request, inputs, attempt_id):
        with self.lock:
            self._count('submit')
            if sum(end + 8 > self.clock() for end in self.until.values()) >= 3:
                self.turned_away += 1
                raise Busy(a_failure(Kind.BUSY), jobs_full=True)
            remote_id = str(len(self.until))
            self.until[remote_id] = self.clock() + 6
            return Submission(remote_id=remote_id)

    def query(self, request, remote_id):
        with self.lock:
            self._count('query')
            return an_answer(Status.DONE if self.clock() >= self.until[remote_id] else Status.RUNNING)

    def _count(self, action):
        calls = self.calls[action]
        calls.append(self.clock())
        self.too_fast += sum(at > self.clock() - 1 for at in calls) > 20


def test_thirty_jobs_through_three_slots_that_are_freed_late(library):
    clock = Clock()
    service = Quota(clock)
    steps = STEPS | {State.DOWNLOADING: to(State.CONVERTING), State.CONVERTING: to(State.READY)}
    with scheduling(library, steps, service=service, clock=clock) as world:
        for number in range(30):
            world.store.add(a_job(created_at=NOON + number))
        while world.store.count(Selection(states=frozenset({State.READY}))) < 30:
            assert clock() < NOON + 3600
            world.round(seconds=0.5)
            assert not world.store.in_states({State.FAILED, State.REJECTED, State.UNKNOWN})
    assert len(service.until) == 30
    assert service.turned_away > 0
    assert service.too_fast == 0


# Steps of a chain


def a_step(job_id, **values):
    job = a_job(**values)
    model = InputModel(job_id=job_id, format='GLB')
    return replace(job, request=Request(operation=Operation.TOPOLOGY, model_input=model))


@pytest.mark.parametrize(
    ('state', 'begins'),
    [
        (State.QUEUED, False), (State.SUBMITTING, False), (State.WAITING, False), (State.RUNNING, False),
        (State.DOWNLOADING, False), (State.CONVERTING, False), (State.UNKNOWN, True), (State.READY, True),
        (State.ARRIVED, True), (State.FAILED, True), (State.REJECTED, True), (State.EXPIRED, True),
    ],
)  # fmt: skip
def test_a_step_is_held_until_the_one_before_is_done(library, state, begins):
    """Or has come to nothing: then the step itself finds out that there is no model."""
    steps = Steps()
    with scheduling(library, steps) as here:
        before = here.store.add(accepted(state, due_at=NOON + 100))
        step = here.store.add(a_step(before.id, created_at=NOON + 1))
        here.round()
        assert (step.id in steps.ids) == begins


def test_a_held_step_stands_in_nobody_s_way(library):
    steps = Steps()
    with scheduling(library, steps) as here:
        before = here.store.add(accepted(State.RUNNING, due_at=NOON + 100))
        here.store.add(a_step(before.id))
        assert here.scheduler.run_once(), "for the one before"
        other = here.store.add(
            replace(a_job(created_at=NOON + 1), request=Request(operation=Operation.TOPOLOGY))
        )
        here.round()
        assert steps.ids == [other.id]
