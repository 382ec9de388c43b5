# SPDX-License-Identifier: GPL-3.0-or-later
"""The jobs as a list shows them, kept up to date at the cost of one cheap query while nothing happens.

However many jobs there are, a look at them reads and lays out no more than two pages: the newest jobs, which the rest
of the interface goes by, and those that the artist has asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path

from ..services.contract import Operation, Request
from ..services.errors import Failure
from ..services.model_options import only_finds_parts
from ..value import value
from .actions import Action, possible
from .chains import is_halted
from .job import OPEN, Batch, Job, State
from .selection import EVERYTHING, Selection
from .store import Store

LIMIT = 200
"""Rows of a page: a longer one helps nobody and costs time."""


class Group(StrEnum):
    """Jobs that mean the same to the artist."""

    ALL = 'all'
    UNDER_WAY = 'under_way'
    READY = 'ready'
    """Waits to be brought in."""
    NEEDS_YOU = 'needs_you'
    """No model came of it, and only the artist can say what next."""
    DONE = 'done'


STATES: Mapping[Group, frozenset[State]] = {
    Group.ALL: frozenset(State),
    Group.UNDER_WAY: OPEN,
    Group.READY: frozenset({State.READY}),
    Group.NEEDS_YOU: frozenset({State.UNKNOWN, State.FAILED, State.REJECTED, State.EXPIRED}),
    Group.DONE: frozenset({State.ARRIVED, State.CANCELLED}),
}


@value
class View:
    """What the artist wants to see of the jobs."""

    group: Group = Group.ALL
    this_file: bool = False
    """Only jobs of the open .blend file."""
    batch: str = ''
    """Only jobs of the batch with this id, '' for all."""
    page: int = 0


_USUAL = View()


@value
class Step:
    """One job of a chain, ready to be drawn."""

    id: str
    number: int
    """From 1."""
    operation: Operation
    state: State
    is_halted: bool
    """It was not sent because of the one before."""
    can: frozenset[Action]


@value
class Row:
    """One job, or one chain by the step that stands for it, ready to be drawn."""

    id: str
    name: str
    state: State
    text: str
    """The prompt, or the picture's file name."""
    service: str
    operation: Operation
    remote_id: str
    """The service's own id, '' until it has accepted the job."""
    progress: float | None
    """0 to 1 within the present state, None where unknown."""
    bytes_done: int
    bytes_total: int | None
    elapsed_s: int
    """Since the job was started, or how long it took."""
    error: Failure | None
    note: Failure | None
    credits: float | None
    thumbnail: Path | None
    can: frozenset[Action]
    batch: Batch | None = None
    full: Request | None = None
    """For a quick draft: the request that is to follow it."""
    only_finds_parts: bool = False
    """Its result is painted on the model."""
    steps: tuple[Step, ...] = ()
    """Of a chain, in their order; `id` is one of theirs."""

    @property
    def ids(self) -> tuple[str, ...]:
        """Of all jobs that the row is about."""
        return tuple(step.id for step in self.steps) or (self.id,)

    @property
    def whole_id(self) -> str:
        """As `Job.whole_id`."""
        return self.ids[-1]

    @property
    def number(self) -> int:
        """Which step of a chain it is, from 1; 0 for no chain."""
        return next((step.number for step in self.steps if step.id == self.id), 0)


class Page:
    """Consecutive jobs of a selection, newest first, and their rows."""

    def __init__(self) -> None:
        self.jobs: dict[str, Job] = {}
        self.steps: dict[str, Job] = {}
        """All steps of the chains among them."""
        self.rows: tuple[Row, ...] = ()
        self.by_id: dict[str, Row] = {}
        self.first = 0
        """How many jobs of the selection are newer than these."""
        self.total = 0
        """How many jobs the selection has, shown or not."""
        self._wanted: tuple[Selection, int] | None = None

    @property
    def number(self) -> int:
        """Which page this is, from 0."""
        return self.first // LIMIT

    @property
    def is_last(self) -> bool:
        """Whether there are no older jobs."""
        return self.first + LIMIT >= self.total

    def follow(self, store: Store, selection: Selection, number: int, changed: Sequence[Job] | None) -> None:
        """Be this page of `selection`, or its last one where there are fewer.

        `changed` are the jobs that have moved on since the last time, None when that is not known.
        """
        wanted = selection, number
        if wanted != self._wanted or changed is None or not self._has_all_of(changed, selection):
            self.total = store.count(selection)
            self.first = LIMIT * min(number, max(0, self.total - 1) // LIMIT)
            self.jobs = {job.id: job for job in store.page(selection, offset=self.first, limit=LIMIT)}
            chain_ids = (job.chain.id for job in self.jobs.values() if job.chain)
            self.steps = {step.id: step for step in store.steps(*chain_ids)}
        else:  # the usual case: a few rows moved on
            self.jobs.update((job.id, job) for job in changed if job.id in self.jobs)
            self.steps.update((job.id, job) for job in changed if job.id in self.steps)
        self._wanted = wanted

    def lay_out(self, row_of: Callable[[Job, Sequence[Job]], Row]) -> bool:
        """Make the rows of jobs and of the steps of their chains, and return whether they are different now."""
        chains: dict[str, list[Job]] = {}
        for step in self.steps.values():
            chains.setdefault(step.whole_id, []).append(step)
        rows = tuple(row_of(job, chains.get(job.whole_id, ())) for job in self.jobs.values())
        changed, self.rows = rows != self.rows, rows
        self.by_id = {job_id: row for row in rows for job_id in row.ids}
        return changed

    def knows(self, job: Job) -> bool:
        """Whether a row is about the job."""
        return job.id in self.jobs or job.id in self.steps

    def _has_all_of(self, changed: Sequence[Job], selection: Selection) -> bool:
        """Whether of `changed` those are here that belong to the selection, and no others."""
        return all((job.id in self.jobs) == selection.has(job) for job in changed)


class Listing:
    """The jobs of a store that are worth showing, as rows."""

    def __init__(self, job_lifetime_s: Callable[[str], float]) -> None:
        """`job_lifetime_s` says for a service's id how long it keeps jobs."""
        self._job_lifetime_s = job_lifetime_s
        self._revision = -1
        self._size = 0
        self._second = 0
        self._asked = (_USUAL, '')
        self._ready = Page()
        self.newest = Page()
        """The newest of all jobs."""
        self.shown = self.newest
        """What the artist has asked for."""
        self.open_count = 0
        """How many jobs the worker has something to do for, shown or not."""
        self.open_batches: frozenset[str] = frozenset()
        """Batches of which a job of these pages is open."""

    @property
    def was_used(self) -> bool:
        """Whether there was ever a job, removed or not; taken for granted before the first look."""
        return self._revision != 0

    @property
    def ready(self) -> tuple[Job, ...]:
        """Jobs of the open file that wait to be brought in, oldest first, shown or not."""
        return tuple(reversed(self._ready.jobs.values()))

    def refresh(self, store: Store, now: float, view: View = _USUAL, file: str = '') -> bool:
        """Take in what changed; return whether rows are different now. May raise what `Store` raises.

        `file` is the open file as `Destination.file` names it.
        """
        revision = store.revision()
        news = (revision, (view, file)) != (self._revision, self._asked)
        if not news and not (self.open_count and int(now) != self._second):
            return False
        was_shown = self.shown
        if news:
            self._take_in(store, view, file, revision)
        self._second = int(now)
        pages = {self.newest, self.shown}
        changed = [page.lay_out(lambda *jobs: self._row(store, now, *jobs)) for page in pages]
        rows = (row for page in pages for row in page.rows)
        self.open_batches = frozenset(row.batch.id for row in rows if row.batch and row.state in OPEN)
        return any(changed) or self.shown is not was_shown

    def _take_in(self, store: Store, view: View, file: str, revision: int) -> None:
        changed = self._changed(store, revision)
        self.newest.follow(store, EVERYTHING, 0, changed)
        self._ready.follow(store, Selection(states=STATES[Group.READY], file=file), 0, changed)
        if view == _USUAL:
            self.shown = self.newest
        else:
            self.shown = Page() if self.shown is self.newest else self.shown
            in_file = file if view.this_file else ''
            selection = Selection(states=STATES[view.group], file=in_file, batch=view.batch)
            self.shown.follow(store, selection, view.page, changed)
        self.open_count = store.count(Selection(states=OPEN))
        self._revision, self._asked = revision, (view, file)

    def _changed(self, store: Store, revision: int) -> list[Job] | None:
        """The jobs that have moved on since the last look, None when others may have come or gone.

        A removed job leaves no trace but the revision and the size, and a new one may hide the latter.
        """
        if revision == self._revision:
            return []
        before, self._size = self._size, store.size()
        changed = store.changed_since(self._revision) if self._revision >= 0 else []
        known = all(map(self.newest.knows, changed))
        return changed if changed and known and self._size == before else None

    def _row(self, store: Store, now: float, job: Job, steps: Sequence[Job]) -> Row:
        """Of a job, or of the chain with these steps."""
        asked, *_ = *steps, job
        thumbnail = store.library.job(job.id).thumbnail
        shown = job.state in (State.READY, State.ARRIVED)
        until = now if job.state in OPEN else job.state_since
        return Row(
            id=job.id,
            name=job.whole_name,
            state=job.state,
            text=asked.request.prompt
            or (asked.request.image.file if asked.request.image else job.whole_name),
            service=job.account.service,
            operation=job.request.operation,
            remote_id=job.remote_id,
            progress=job.progress,
            bytes_done=job.bytes_done,
            bytes_total=job.bytes_total,
            elapsed_s=max(0, int(until - asked.created_at)),
            error=job.error,
            note=job.note,
            credits=_credits(steps) if steps else job.credits,
            batch=job.batch,
            full=job.full,
            only_finds_parts=only_finds_parts(job.request.options),
            thumbnail=thumbnail if shown else None,
            can=self._possible(job, now),
            steps=tuple(self._step(step, now) for step in steps),
        )

    def _step(self, job: Job, now: float) -> Step:
        return Step(
            id=job.id,
            number=job.chain.number if job.chain else 0,
            operation=job.request.operation,
            state=job.state,
            is_halted=is_halted(job),
            can=self._possible(job, now),
        )

    def _possible(self, job: Job, now: float) -> frozenset[Action]:
        return possible(job, now, self._job_lifetime_s(job.account.service))


def _credits(steps: Sequence[Job]) -> float | None:
    """What all steps have cost together, None while that is not known of one that was sent."""
    told = [step.credits for step in steps if step.submitted_at]
    known = [amount for amount in told if amount is not None]
    return sum(known) if known and len(known) == len(told) else None
