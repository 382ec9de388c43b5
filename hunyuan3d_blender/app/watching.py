# SPDX-License-Identifier: GPL-3.0-or-later
"""The tick: what has changed, what is due."""

from __future__ import annotations

import logging
import time

from ..jobs.job import Job
from ..jobs.listing import Row
from .arrivals import bring_in_due, is_due, remember_saved_as
from .session import NotPossible, session
from .worker_link import keep_worker

logger = logging.getLogger(__name__)


def rows() -> tuple[Row, ...]:
    """The jobs as of the last tick, newest first."""
    return session().listing.rows


def row(job_id: str) -> Row | None:
    """One of `rows`, None when it is not among them."""
    return session().listing.by_id.get(job_id)


def has_open_jobs() -> bool:
    """Whether there is something to watch."""
    here = session()
    return here.listing.open_count > 0 or any(map(is_due, here.listing.ready)) or _is_testing()


def tick() -> bool:
    """Look what has changed and bring in what is due; return whether panels must be drawn again.

    Called four times a second. A locked or failing store is no error here: the next tick tries again.
    """
    here = session()
    changed = any(test.poll() for test in here.tests.values())
    if not here.has_store:  # nothing was ever started: make no file
        return changed
    try:
        with here.store() as store:
            remember_saved_as(store)
            changed |= here.listing.refresh(store, time.time())
            keep_worker()
            if bring_in_due(store):
                changed |= here.listing.refresh(store, time.time())
    except NotPossible as error:
        logger.debug("Tick cut short: %s", error)
    return changed


def look(job_id: str) -> Job | None:
    """The tick for programs without a scene to bring models into: keep the worker, return the job. Raise NotPossible."""
    with session().store() as store:
        session().listing.refresh(store, time.time())
        keep_worker()
        return store.get(job_id)


def _is_testing() -> bool:
    return any(test.running for test in session().tests.values())
