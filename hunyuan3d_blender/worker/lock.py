# SPDX-License-Identifier: GPL-3.0-or-later
"""One worker per library: whoever holds an exclusive SQLite lock is it, and the lock dies with its process."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from ..jobs.library import Library

PROBE_S = 1.0
"""How long a starting worker waits for the lock: longer than anybody looks at it, shorter than a worker lives."""


@contextmanager
def held(library: Library) -> Iterator[bool]:
    """Take the lock and hold it; yields False when another worker has it. Raise OSError."""
    with _open(f"{library.worker_lock.absolute().as_uri()}?mode=rwc", PROBE_S) as connection:
        # No journal on disk: after a kill its leftover would have to be rolled back before anybody could look.
        yield _try(connection, "PRAGMA journal_mode=OFF", "BEGIN EXCLUSIVE")


def is_taken(library: Library) -> bool:
    """Whether a worker holds the lock. Does not wait, and makes no file. Raise OSError.

    Looks with a shared lock, so that two who look at once do not take each other for a worker.
    """
    if not library.worker_lock.exists():
        return False
    with _open(f"{library.worker_lock.absolute().as_uri()}?mode=ro", 0) as connection:
        return not _try(connection, "SELECT count(*) FROM sqlite_master")


@contextmanager
def _open(uri: str, wait_s: float) -> Iterator[sqlite3.Connection]:
    try:
        connection = sqlite3.connect(uri, timeout=wait_s, isolation_level=None, uri=True)
    except sqlite3.Error as error:
        raise OSError(str(error)) from error
    with closing(connection):
        yield connection


def _try(connection: sqlite3.Connection, *statements: str) -> bool:
    """Run statements that need the lock; return whether it was free."""
    try:
        for statement in statements:
            connection.execute(statement).fetchall()
    except sqlite3.Error as error:
        if getattr(error, 'sqlite_errorcode', 0) & 0xFF == sqlite3.SQLITE_BUSY:
            return False
        raise OSError(str(error)) from error
    return True
