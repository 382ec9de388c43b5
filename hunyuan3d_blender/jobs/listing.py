# SPDX-License-Identifier: GPL-3.0-or-later
"""The jobs as a list shows them, kept up to date at the cost of one cheap query while nothing happens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..services.errors import Failure
from .actions import Action, possible
from .job import OPEN, Job, State
from .store import Store

LIMIT = 200
"""Rows shown, newest first; a list longer than that helps nobody and costs time. The store keeps all."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One job, ready to be drawn."""

    id: str
    name: str
    state: State
    text: str
    """The prompt, or the picture's file name."""
    service: str
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


class Listing:
    """The newest jobs of a store, as rows."""

    def __init__(self, job_lifetime_s: Callable[[str], float]) -> None:
        """`job_lifetime_s` says for a service's id how long it keeps jobs."""
        self._job_lifetime_s = job_lifetime_s
        self._jobs: dict[str, Job] = {}
        self._revision = -1
        self._second = 0
        self.rows: tuple[Row, ...] = ()
        self.by_id: dict[str, Row] = {}
        self.open_count = 0
        """How many jobs the worker has something to do for, shown or not."""
        self.ready: tuple[Job, ...] = ()
        """All jobs that wait to be brought in, oldest first, shown or not."""

    @property
    def was_used(self) -> bool:
        """Whether there was ever a job, removed or not; taken for granted before the first look."""
        return self._revision != 0

    def refresh(self, store: Store, now: float) -> bool:
        """Take in what changed; return whether `rows` are different now. May raise what `Store` raises."""
        revision = store.revision()
        news = revision != self._revision
        if news:
            self._take_in(store, revision)
        if not news and not (self.open_count and int(now) != self._second):
            return False
        self._second = int(now)
        rows = tuple(self._row(store, job, now) for job in self._jobs.values())
        changed, self.rows = rows != self.rows, rows
        self.by_id = {row.id: row for row in rows}
        return changed

    def _take_in(self, store: Store, revision: int) -> None:
        changed = store.changed_since(self._revision) if self._revision >= 0 else []
        known = all(job.id in self._jobs for job in changed)
        if changed and known:  # the usual case: a few rows moved on
            self._jobs.update((job.id, job) for job in changed)
        else:  # the first look, a new job, or one removed, which leaves no trace but the revision
            self._jobs = {job.id: job for job in store.page(limit=LIMIT)}
        self.open_count = store.count(OPEN)
        self.ready = tuple(store.in_states({State.READY}))
        self._revision = revision

    def _row(self, store: Store, job: Job, now: float) -> Row:
        thumbnail = store.library.job(job.id).thumbnail
        shown = job.state in (State.READY, State.ARRIVED)
        until = now if job.state in OPEN else job.state_since
        return Row(
            id=job.id,
            name=job.name,
            state=job.state,
            text=job.request.prompt or (job.request.image.file if job.request.image else job.name),
            service=job.account.service,
            remote_id=job.remote_id,
            progress=job.progress,
            bytes_done=job.bytes_done,
            bytes_total=job.bytes_total,
            elapsed_s=max(0, int(until - job.created_at)),
            error=job.error,
            note=job.note,
            credits=job.credits,
            thumbnail=thumbnail if shown else None,
            can=possible(job, now, self._job_lifetime_s(job.account.service)),
        )
