# SPDX-License-Identifier: GPL-3.0-or-later
"""Decide which job takes its next step now: one step per job at a time, within every limit of the services.

Times in the store are wall-clock times, because jobs outlive the process. A clock that jumps, as after sleep, neither
makes jobs rush nor lets them wait: see `CALM_S` and `LONGEST_WAIT_S`.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from dataclasses import replace

from ..jobs.job import OCCUPIES_SLOT, OPEN, UNKNOWN_SLOT_S, Job, State
from ..jobs.store import Store
from ..services.registry import TABLES
from .convert import convert
from .fetching import fetch_result
from .making import make
from .poll import poll
from .rate import TokenBucket
from .submit import settle_interrupted, submit
from .threads import Step, StepThreads
from .tools import Tools

logger = logging.getLogger(__name__)


def follow(job: Job, tools: Tools) -> None:
    """Ask how far a job is, or hold the service that cannot be asked."""
    (make if job.is_held else poll)(job, tools)


STEPS: Mapping[State, Step] = {
    State.QUEUED: submit,
    State.WAITING: poll,
    State.RUNNING: follow,
    State.DOWNLOADING: fetch_result,
    State.CONVERTING: convert,
}

TALK, HOLD, DOWNLOAD, CONVERT = 'talk', 'hold', 'download', 'convert'
LANES = {
    State.QUEUED: TALK,
    State.WAITING: TALK,
    State.RUNNING: TALK,
    State.DOWNLOADING: DOWNLOAD,
    State.CONVERTING: CONVERT,
}
WIDTH = {TALK: 4, HOLD: 4, DOWNLOAD: 3, CONVERT: 1}
"""Steps at once. Lanes keep an endpoint that does not answer from holding up everything else."""

MAY_FETCH = frozenset({State.QUEUED, State.UNKNOWN}) | OCCUPIES_SLOT
"""The service has begun, or may begin, with what it is given by URL."""

LONGEST_WAIT_S = 120.0
"""No step asks to be left alone for longer: what is due later than that, the clock has been set back."""
JUMP_S = 30.0
CALM_S = 10.0
"""After a jump of the clock by more than `JUMP_S`, each job makes at most one request within this time."""


class Scheduler:
    """Used by one thread, which calls `run_once` again and again; the steps run in threads of their own."""

    def __init__(
        self,
        tools: Tools,
        open_store: Callable[[], Store],
        *,
        monotonic: Callable[[], float] = time.monotonic,
        steps: Mapping[State, Step] = STEPS,
    ) -> None:
        """`tools` holds the calling thread's store; the others open theirs."""
        self._tools = tools
        self._monotonic = monotonic
        self._threads = StepThreads(sum(WIDTH.values()), tools, open_store, steps)
        self.wake = self._threads.wake
        self._running: dict[str, Job] = {}
        self._held_until: dict[str, float] = {}
        self._buckets: dict[Hashable, TokenBucket] = {}
        self._revision = -1
        self._jobs: list[Job] = []
        self._drift = tools.clock() - monotonic()
        self._calm_until = 0.0
        self._asked: set[str] = set()

    def run_once(self) -> bool:
        """Begin every step that is due; return whether there is anything to do, now or later. Waits for nothing."""
        self._collect()
        self._read()
        self._notice_jump()
        slots = self._slots_taken()
        blocked: set[Hashable] = set()
        for job in self.open_jobs:
            if job.id not in self._running:
                self._consider(job, slots, blocked)
        self._warm()
        return bool(self._running or any(not self._is_held(job) for job in self.open_jobs))

    @property
    def open_jobs(self) -> list[Job]:
        """The jobs that have steps before them, oldest first, as of the last `run_once`."""
        return [job for job in self._jobs if job.state in OPEN]

    @property
    def fetched_for(self) -> frozenset[str]:
        """As `Job.staged_id`, for what the service may still fetch of what was staged for it, as of the last `run_once`."""
        return frozenset(job.staged_id for job in self._jobs if job.state in MAY_FETCH)

    def close(self, timeout_s: float) -> None:
        """Let running steps end, for at most that long."""
        self._tools.stop.set()
        self._threads.close(timeout_s)

    # What there is to do

    def _collect(self) -> None:
        for job_id, hold_s in self._threads.finished():
            del self._running[job_id]
            self._held_until[job_id] = self._monotonic() + hold_s

    def _read(self) -> None:
        """Read the jobs if any has changed. After `_collect`: what a step has changed is seen before the next one."""
        revision = self._tools.store.revision()
        if revision == self._revision:
            return
        self._jobs = self._tools.store.in_states(OPEN | {State.UNKNOWN})
        self._revision = revision
        here = {job_id for job in self._jobs for job_id in (job.id, job.staged_id)}
        for memory in (self._tools.results, self._tools.links, self._held_until):
            for job_id in memory.keys() - here - self._running.keys():
                memory.pop(job_id, None)
        for job in self._jobs:
            if job.state is State.SUBMITTING and job.id not in self._running:
                settle_interrupted(job, self._tools.store)

    def _notice_jump(self) -> None:
        drift = self._tools.clock() - self._monotonic()
        if abs(drift - self._drift) > JUMP_S:
            logger.warning("The clock has jumped by %.0f s", drift - self._drift)
            self._calm_until = self._monotonic() + CALM_S
            self._asked.clear()
        self._drift = drift

    # What may begin

    def _is_held(self, job: Job) -> bool:
        """Whether a queued job works on the result of one under way, or sends the file that another is to stage first."""
        if job.state is not State.QUEUED or job.request.model_input is None:
            return False
        if job.source_id:
            return any(other.id == job.source_id for other in self.open_jobs)
        same = (other for other in self.open_jobs if other.staged_id == job.staged_id)
        return next(other for other in same if other.state is State.QUEUED).id != job.id

    def _consider(self, job: Job, slots: Counter[Hashable], blocked: set[Hashable]) -> None:
        if self._is_held(job):
            return
        queue = _queue_of(job)
        if job.state is State.QUEUED and queue in blocked:
            return  # an older one waits: submits keep their order
        if self._is_due(job) and self._fits(job, slots):
            self._begin(job)
            if job.state is State.QUEUED:
                slots[queue] += 1
        elif job.state is State.QUEUED:
            blocked.add(queue)

    def _is_due(self, job: Job) -> bool:
        now, wait_s = self._monotonic(), job.due_at - self._tools.clock()
        if job.id in self._asked and now < self._calm_until:
            return False
        return now >= self._held_until.get(job.id, 0.0) and not 0 < wait_s <= LONGEST_WAIT_S

    def _fits(self, job: Job, slots: Counter[Hashable]) -> bool:
        lane = _lane_of(job)
        if lane is None or sum(_lane_of(other) == lane for other in self._running.values()) >= WIDTH[lane]:
            return False
        offer = self._tools.accounts.offer_of(job)
        if job.state is State.QUEUED and slots[_queue_of(job)] >= (offer.concurrent_jobs if offer else 1):
            return False
        action = self._action_of(job)
        if not action:
            return True
        bucket = self._buckets.setdefault(
            (_queue_of(job), action), TokenBucket(offer.requests_per_s if offer else 1.0, self._monotonic)
        )
        return bucket.take()

    def _action_of(self, job: Job) -> str:
        """Which request to the service the next step makes, '' for none."""
        if job.state is State.QUEUED:
            return 'submit'
        asks = _lane_of(job) == TALK or (job.state is State.DOWNLOADING and job.id not in self._tools.results)
        return 'query' if asks else ''

    def _begin(self, job: Job) -> None:
        self._running[job.id] = job
        if self._monotonic() < self._calm_until:
            self._asked.add(job.id)
        self._threads.begin(job)

    def _slots_taken(self) -> Counter[Hashable]:
        """How many slots at the service are taken, by queue."""
        now = self._tools.clock()
        return Counter(
            _queue_of(job)
            for job in self._jobs
            if job.state in OCCUPIES_SLOT
            or (job.state is State.UNKNOWN and abs(now - job.submitted_at) < UNKNOWN_SLOT_S)
            or (job.state is State.QUEUED and job.id in self._running)
        )

    def _warm(self) -> None:
        """Have Blenders ready for models that will come; not while one is converted, which needs the machine."""
        if any(job.state is State.CONVERTING for job in self._running.values()):
            return
        soon = (State.RUNNING, State.DOWNLOADING, State.CONVERTING)
        for converter in {self._tools.converter_of(job) for job in self._jobs if job.state in soon}:
            self._tools.converters.warm(converter)


def _lane_of(job: Job) -> str | None:
    return HOLD if job.state is State.RUNNING and job.is_held else LANES.get(job.state)


def _queue_of(job: Job) -> Hashable:
    """Jobs that share the slots of one account, for one operation where those are counted apart."""
    account = replace(job.account, id='', region='', key_source='')  # what the service tells accounts by
    table = TABLES.get(job.account.service)
    return account, None if table and table.shares_slots else job.request.operation
