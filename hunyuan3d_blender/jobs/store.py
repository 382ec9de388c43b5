# SPDX-License-Identifier: GPL-3.0-or-later
"""The store: one SQLite file that every Blender and the worker share, and the only thing they share.

Rollback journal, not WAL: two processes that write and checkpoint at once could corrupt a WAL database before SQLite
3.51.3, and WAL needs shared memory, which network homes lack. `synchronous=EXTRA` also syncs the folder, so that what
is committed survives a power cut (https://sqlite.org/pragma.html#pragma_synchronous).
"""

from __future__ import annotations

import json
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from . import chains, ledger
from .job import OPEN, TRANSITIONS, Job, State
from .ledger import Certainty, Cost, Costs
from .library import Library
from .selection import BATCH, CHAIN, EVERYTHING, FILE, HAS_ROW, SESSION, Selection

SCHEMA = 2
"""Raised when an older version could not read what is kept; a store with a higher number is left untouched.

1: jobs. 2: what they have cost, and words that version 1 does not know.
"""

BLENDER_BUSY_S = 0.05
"""How long Blender's process waits for a lock before it tries again on the next tick."""

_CREATE = (
    """
    CREATE TABLE job (
        id TEXT PRIMARY KEY, state TEXT NOT NULL, created_at REAL NOT NULL, revision INTEGER NOT NULL, data TEXT NOT NULL
    ) WITHOUT ROWID
    """,
    "CREATE INDEX job_by_revision ON job (revision)",
    "CREATE INDEX job_by_state ON job (state, created_at)",
    "CREATE TABLE counter (revision INTEGER NOT NULL)",
    "INSERT INTO counter VALUES (0)",
)

_INDEXES = (
    f"CREATE INDEX IF NOT EXISTS row_by_state ON job (state, created_at) WHERE {HAS_ROW}",
    f"CREATE INDEX IF NOT EXISTS row_by_file ON job ({FILE}, state, created_at) WHERE {HAS_ROW}",
    f"CREATE INDEX IF NOT EXISTS row_by_batch ON job ({BATCH}, state, created_at) WHERE {HAS_ROW}",
    f"CREATE INDEX IF NOT EXISTS job_by_session ON job ({SESSION})",
    f"CREATE INDEX IF NOT EXISTS job_by_chain ON job ({CHAIN}) WHERE {CHAIN} IS NOT NULL",
    "DROP INDEX IF EXISTS job_by_file",
    "DROP INDEX IF EXISTS job_by_batch",
)
"""Added to a store that lacks them, in place of those that knew no chains. Indexes and no columns, so that an older worker that still runs can go on writing."""


class StoreBusy(Exception):
    """Another process holds the lock. Nothing was changed; try again in a moment."""


class StoreTooNew(Exception):
    """The store was made by a newer version of this add-on; it is left untouched."""


class IllegalChange(Exception):
    """The job cannot go from its state to the wanted one: a defect of ours, never an outside event."""


class Store:
    """A connection to the store. Not shared between threads: every thread opens its own.

    Every method may raise `StoreBusy`, and OSError or sqlite3.Error when the disk fails.
    """

    def __init__(
        self, library: Library, *, busy_s: float = 10.0, clock: Callable[[], float] = time.time
    ) -> None:
        """Open or create. A damaged file is kept aside and the store is rebuilt from the jobs' own records."""
        self.library = library
        self._clock = clock
        library.create()
        try:
            self._connection = self._open(busy_s)
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise
            self._set_aside()
            self._connection = self._open(busy_s)

    def close(self) -> None:
        """Close the connection; a second call does nothing."""
        self._connection.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    # Reading

    def revision(self) -> int:
        """A number that grows with every change of any job. Cheap: one row."""
        with _busy_is_named():
            return int(self._connection.execute("SELECT revision FROM counter").fetchone()[0])

    def get(self, job_id: str) -> Job | None:
        """The job, None when there is none of that id."""
        return next(self._jobs("WHERE id = ?", job_id), None)

    def changed_since(self, revision: int) -> list[Job]:
        """Jobs changed after `revision`, oldest change first. Removed jobs do not show."""
        return list(self._jobs("WHERE revision > ? ORDER BY revision", revision))

    def in_states(self, states: Collection[State]) -> list[Job]:
        """Jobs in one of `states`, oldest first."""
        marks = ", ".join("?" * len(states))
        return list(self._jobs(f"WHERE state IN ({marks}) ORDER BY created_at", *states))

    def open_jobs(self) -> list[Job]:
        """Jobs the worker has something to do for, oldest first."""
        return self.in_states(OPEN)

    def page(self, selection: Selection = EVERYTHING, *, offset: int = 0, limit: int = 100) -> list[Job]:
        """Selected jobs by age, newest first. Reads no more rows than it returns, however many there are.

        Every state is read in the order of its index, and SQLite merges them until there are enough.
        """
        each = [f"SELECT id, created_at FROM job WHERE {condition}" for condition in selection.conditions()]
        order = "ORDER BY created_at DESC, id DESC"
        merged = f"SELECT id FROM ({' UNION ALL '.join(each)} {order} LIMIT :limit OFFSET :offset)"
        return list(
            self._jobs(f"WHERE id IN ({merged}) {order}", **selection.values(), limit=limit, offset=offset)
        )

    def count(self, selection: Selection = EVERYTHING) -> int:
        """How many jobs are selected. Walks over indexes: to be called where the number may have changed."""
        each = [f"(SELECT count(*) FROM job WHERE {condition})" for condition in selection.conditions()]
        with _busy_is_named():
            row = self._connection.execute(f"SELECT {' + '.join(each)}", selection.values()).fetchone()
            return int(row[0])

    def ids(self, selection: Selection) -> list[str]:
        """The ids of all selected jobs, newest first. Reads no job."""
        each = [f"SELECT id, created_at FROM job WHERE {condition}" for condition in selection.conditions()]
        query = f"SELECT id FROM ({' UNION ALL '.join(each)}) ORDER BY created_at DESC, id DESC"
        with _busy_is_named():
            return [row[0] for row in self._connection.execute(query, selection.values()).fetchall()]

    def known(self, job_ids: Iterable[str]) -> dict[str, State]:
        """In which states these jobs are, without those that do not exist. Reads no job."""
        query = "SELECT id, state FROM job WHERE id IN (SELECT value FROM json_each(?))"
        with _busy_is_named():
            return {
                job_id: State(state)
                for job_id, state in self._connection.execute(query, (json.dumps(list(job_ids)),)).fetchall()
            }

    def steps(self, *chain_ids: str) -> list[Job]:
        """The jobs of these chains, each chain's in their order."""
        query = (
            f"WHERE {CHAIN} IS NOT NULL AND {CHAIN} IN (SELECT value FROM json_each(?)) ORDER BY created_at"
        )
        return list(self._jobs(query, json.dumps(chain_ids))) if chain_ids else []

    def size(self) -> int:
        """How many jobs there are. Cheaper than `count`."""
        with _busy_is_named():
            return int(self._connection.execute("SELECT count(*) FROM job").fetchone()[0])

    def astray(self, session: str, file: str, *, limit: int) -> list[Job]:
        """Some jobs of `session` whose `Destination.file` is not `file`."""
        return list(self._jobs(f"WHERE {SESSION} = ? AND {FILE} != ? LIMIT ?", session, file, limit))

    def costs_between(self, since: float, until: float) -> Costs:
        """What was spent within a time, by service. Reads an index of that time only."""
        costs: dict[str, Cost] = {}
        with _busy_is_named():
            rows = self._connection.execute(ledger.SUMS, {'since': since, 'until': until}).fetchall()
        for service, certainty, *sums in rows:
            costs[service] = costs.get(service, Cost()) + ledger.cost(Certainty(certainty), *sums)
        return costs

    def costs_revision(self) -> int:
        """A number that grows with every change of any cost. Cheap."""
        with _busy_is_named():
            return int(self._connection.execute(ledger.NEWEST).fetchone()[0])

    def planned(self) -> dict[str, float]:
        """What queued jobs will cost, by service, as far as that is known."""
        with _busy_is_named():
            return dict(self._connection.execute(ledger.PLANNED).fetchall())

    # Changing

    def add(self, job: Job) -> Job:
        """Insert a new job and return it as stored. Raise sqlite3.IntegrityError when its id exists."""
        for added in self.add_all([job]):
            return added
        raise sqlite3.IntegrityError(f"there is a job {job.id}")

    def add_all(self, jobs: Sequence[Job]) -> list[Job]:
        """Insert new jobs, all or none, and return them as stored. A job whose id exists is left out: it was started."""
        with self._transaction() as revision:
            known = self.known(job.id for job in jobs)
            added = [
                replace(job, revision=revision, state_since=job.state_since or self._clock())
                for job in jobs
                if job.id not in known
            ]
            for job in added:
                _insert(self._connection, job)
            added = self._settled(added, revision)
        for job in added:
            self._record(job)
        return added

    def change(
        self, job_id: str, *expected: State, check: Callable[[], None] = lambda: None, **values: Any
    ) -> Job | None:
        """Change fields of a job if it is in one of the `expected` states, and return it as stored.

        Return None, changing nothing, when it is in another state or gone: someone else was quicker, and their
        decision stands. Raise IllegalChange when `TRANSITIONS` has no such step. What `check` raises goes through, and
        nothing is changed; what it reads stays true until the change is made.
        """
        return next(iter(self.change_all([job_id], *expected, check=check, **values)), None)

    def change_all(
        self,
        job_ids: Iterable[str],
        *expected: State,
        check: Callable[[], None] = lambda: None,
        **values: Any,
    ) -> list[Job]:
        """The same for several jobs, all at once: change those in `expected` states, and return them as stored.

        What follows from that for further steps of their chains is part of the same change.
        """
        changed: list[Job] = []
        with self._transaction() as revision:
            for job_id in job_ids:
                job = self.get(job_id)
                if job is not None and job.state in expected:
                    check()
                    changed.append(self._changed(job, values | {'revision': revision}))
            everything = self._settled(changed, revision)
        for job in everything:
            self._record(job)
        return everything[: len(changed)]

    def remove(self, job_id: str) -> bool:
        """Forget a job and all steps of its chain, but not their costs or folders. Return False while one is open."""
        with self._transaction():
            job = self.get(job_id)
            jobs = self.steps(job.chain.id) if job and job.chain else list(filter(None, [job]))
            if not jobs or any(each.state in OPEN for each in jobs):
                return False
            self._connection.executemany("DELETE FROM job WHERE id = ?", [(each.id,) for each in jobs])
        for folder in (self.library.job(each.id) for each in jobs):
            with suppress(OSError):
                folder.record.replace(folder.removed_record)
        return True

    # Inside

    def _open(self, busy_s: float) -> sqlite3.Connection:
        connection = sqlite3.connect(self.library.store, timeout=busy_s, isolation_level=None)
        try:
            with _busy_is_named():
                version = connection.execute("PRAGMA user_version").fetchone()[0]
                if version > SCHEMA:
                    raise StoreTooNew(f"schema {version}, this version knows {SCHEMA}")
                # Emptied after each change instead of deleted, which saves bringing its folder to the disk each time.
                connection.execute("PRAGMA journal_mode=TRUNCATE")
                connection.execute("PRAGMA synchronous=EXTRA")
                connection.execute(
                    "PRAGMA fullfsync=ON"
                )  # macOS: a plain fsync there does not reach the disk
                if version and connection.execute("PRAGMA quick_check(1)").fetchone()[0] != 'ok':
                    raise sqlite3.DatabaseError("quick_check failed")
                if version < SCHEMA:
                    self._bring_up_to_date(connection)
                _execute_all(connection, _INDEXES)
        except BaseException:
            connection.close()
            raise
        return connection

    def _bring_up_to_date(self, connection: sqlite3.Connection) -> None:
        """From any older schema to ours, all of it or nothing; whoever is quicker does it for all."""
        connection.execute("BEGIN IMMEDIATE")
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version < 1:
            _execute_all(connection, _CREATE)
        if version < 2:
            _execute_all(connection, ledger.CREATE)
        if version < 1:
            self._rebuild(connection)
        connection.execute(f"PRAGMA user_version = {SCHEMA}")
        connection.execute("COMMIT")

    def _rebuild(self, connection: sqlite3.Connection) -> None:
        """Fill a new store from the jobs' own folders; of those that were removed only what they have cost."""
        revision = 0
        for revision, job in enumerate(self._recorded("*/job.json"), 1):
            _insert(connection, replace(job, revision=revision))
        for job in self._recorded("*/removed.json"):
            if connection.execute("SELECT 1 FROM job WHERE id = ?", (job.id,)).fetchone() is None:
                _insert(connection, job)
                connection.execute("DELETE FROM job WHERE id = ?", (job.id,))
        connection.execute("UPDATE counter SET revision = ?", (revision,))

    def _recorded(self, pattern: str) -> Iterator[Job]:
        """The jobs as their own folders know them."""
        for record in sorted((self.library.path / 'jobs').glob(pattern)):
            with suppress(OSError, ValueError, KeyError, TypeError):
                yield Job.from_json(json.loads(record.read_text(encoding='utf-8')))

    def _set_aside(self) -> None:
        for file in (self.library.store, Path(f"{self.library.store}-journal")):
            with suppress(FileNotFoundError):
                file.replace(file.with_name(f"{file.name}.damaged-{time.time_ns()}"))

    @contextmanager
    def _transaction(self) -> Iterator[int]:
        """All or nothing; yields the new revision."""
        with _busy_is_named():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                self._connection.execute("UPDATE counter SET revision = revision + 1")
                yield int(self._connection.execute("SELECT revision FROM counter").fetchone()[0])
                self._connection.execute("COMMIT")
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    def _changed(self, job: Job, values: dict[str, Any]) -> Job:
        """Write a job with other values, within a transaction. Raise IllegalChange."""
        state = values.get('state', job.state)
        if state != job.state:
            if state not in TRANSITIONS[job.state]:
                raise IllegalChange(f"{job.state} to {state}")
            values = {'state_since': self._clock()} | values
        job = replace(job, **values)
        self._connection.execute("REPLACE INTO job VALUES (?, ?, ?, ?, ?)", _row(job))
        return job

    def _settled(self, changed: list[Job], revision: int) -> list[Job]:
        """These jobs as they are after what follows from them, and behind them the further steps that has changed."""
        jobs = {job.id: job for job in changed}
        for chain_id in {job.chain.id: None for job in changed if job.chain}:
            for step, values in chains.consequences(self.steps(chain_id)):
                jobs[step.id] = self._changed(step, values | {'revision': revision})
        return list(jobs.values())

    def _jobs(self, where: str, *values: object, **named: object) -> Iterator[Job]:
        with _busy_is_named():
            query = f"SELECT data, revision FROM job {where}"
            rows = self._connection.execute(query, named or values).fetchall()
        for data, revision in rows:
            yield replace(Job.from_json(json.loads(data)), revision=revision)

    def _record(self, job: Job) -> None:
        """Keep a copy of the row in the job's folder. The row counts; a failure here loses nothing."""
        record = self.library.job(job.id).record
        with suppress(OSError):
            record.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=record.parent, prefix='job.', suffix='.part')
            with os.fdopen(handle, 'w', encoding='utf-8') as file:
                json.dump(job.to_json(), file, ensure_ascii=False)
            os.replace(name, record)  # noqa: PTH105 - Path.replace would need the same two paths


def _execute_all(connection: sqlite3.Connection, statements: Iterable[str]) -> None:
    for statement in statements:
        connection.execute(statement)


def _insert(connection: sqlite3.Connection, job: Job) -> None:
    connection.execute("INSERT INTO job VALUES (?, ?, ?, ?, ?)", _row(job))


def _row(job: Job) -> tuple[str, str, float, int, str]:
    return job.id, job.state, job.created_at, job.revision, json.dumps(job.to_json(), ensure_ascii=False)


@contextmanager
def _busy_is_named() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise StoreBusy(str(error)) from error
        raise
