# SPDX-License-Identifier: GPL-3.0-or-later
"""The tick: what has changed, what is due, what has ended."""

from __future__ import annotations

import logging
import time
from contextlib import suppress

from ..jobs.endings import endings, under_way
from ..jobs.job import Job, State
from ..jobs.listing import Page, Row, View
from ..jobs.plans import Plan
from ..jobs.store import Store
from ..scene import placement
from .accounts import has_account
from .arrivals import bring_in_due, is_due, open_file, remember_saved_as
from .batches import look_for_abandoned, not_started, run_errands
from .costs import look_at_costs
from .session import NotPossible, session
from .worker_link import keep_worker

WRITING_TICKS = 3
"""While many jobs are being started or cancelled, so many ticks write them before one looks at the list again."""

logger = logging.getLogger(__name__)


def rows() -> tuple[Row, ...]:
    """The newest jobs as of the last tick, whatever the job list shows; newest first."""
    return session().listing.newest.rows


def shown() -> Page:
    """The page of jobs that the job list shows."""
    return session().listing.shown


def row(job_id: str) -> Row | None:
    """The one of `rows` or of the page `shown` that is about a job, None when none of them is."""
    listing = session().listing
    return listing.newest.by_id.get(job_id) or listing.shown.by_id.get(job_id)


def state_of(job_id: str) -> State | None:
    """Where a job stands that is in the list or has a placeholder in the open file, None for no job."""
    known = row(job_id)
    return known.state if known else session().states.get(job_id)


def is_open_batch(batch_id: str) -> bool:
    """Whether a job of the batch is under way, as far as the list shows its jobs."""
    return batch_id in session().listing.open_batches


def abandoned() -> tuple[Plan, ...]:
    """Batches that were being started when a Blender ended: what is left of each."""
    return session().batches.abandoned


def view() -> View:
    """What the job list is to show."""
    return session().view


def show(view: View) -> None:
    """Let the job list show something else, at once or, when the store is busy, from the next tick on."""
    here = session()
    here.view = view
    if here.has_store:
        with suppress(NotPossible), here.store() as store:
            _look(store)


def has_open_jobs() -> bool:
    """Whether there is something to watch."""
    here = session()
    return (
        here.listing.open_count > 0
        or bool(here.batches.errands)
        or any(map(is_due, here.listing.ready))
        or _is_asking()
        or here.library_size.is_adding_up
    )


def tick() -> bool:
    """Look what has changed and bring in what is due; return whether panels must be drawn again.

    Called four times a second. A locked or failing store is no error here: the next tick tries again.
    """
    here = session()
    changed = any(task.poll() for task in (*here.tests.values(), *here.keychain.values()))
    changed |= here.library_size.add_up(here.library.path)
    if here.selected_model is not None:
        from .selected_model import remark_on_selected_model  # panels have brought it about

        changed |= remark_on_selected_model()
    if here.has_store:  # else nothing was ever started: make no file
        changed |= _look_at_jobs()
    is_new = not has_account() and not (here.has_store and here.listing.was_used)
    changed, here.is_new = changed or is_new != here.is_new, is_new
    return changed


def _look_at_jobs() -> bool:
    here, changed = session(), False
    try:
        with here.store() as store:
            if _is_writing():
                is_last = run_errands(store)
                return is_last and _look(store)
            remember_saved_as(store)
            changed |= _look(store)
            changed |= look_at_costs(store)
            keep_worker()
            changed |= look_for_abandoned(store)
            if bring_in_due(store):
                changed |= _look(store)
    except NotPossible as error:
        logger.debug("Tick cut short: %s", error)
    return changed


def _is_writing() -> bool:
    """Whether this tick is for what was begun: to write and to look would be too much for one."""
    batches = session().batches
    number, batches.ticks = batches.ticks, batches.ticks + 1 if batches.errands else 0
    return bool(batches.errands) and number % (WRITING_TICKS + 1) > 0


def has_endings() -> bool:
    """Whether a job has ended of which nobody has been told."""
    return bool(session().endings)


def take_endings() -> tuple[Row, ...]:
    """The jobs that have ended and nobody was told of; the caller tells, for they are asked for once."""
    told = tuple(session().endings)
    session().endings.clear()
    return told


def look(job_id: str) -> Job | None:
    """The tick for programs without a scene to bring models into: keep the worker, return the job. Raise NotPossible."""
    with session().store() as store:
        _look(store)
        keep_worker()
        return store.get(job_id)


def _look(store: Store) -> bool:
    here = session()
    changed = here.listing.refresh(store, time.time(), here.view, open_file())
    if changed:
        here.states = _states_without_row(store)
    due = {job.id for job in here.listing.ready if is_due(job)}
    here.endings += endings(here.under_way, rows(), due)
    here.under_way = under_way(rows(), due)
    return changed


def _states_without_row(store: Store) -> dict[str, State]:
    """Where the jobs of placeholders stand that are older than the newest ones, or not even started."""
    standing = {job_id for _, job_id in placement.all_placeholders() if row(job_id) is None}
    if not standing:
        return {}
    return dict.fromkeys(standing.intersection(not_started()), State.QUEUED) | store.known(standing)


def _is_asking() -> bool:
    here = session()
    return any(task.running for task in (*here.tests.values(), *here.keychain.values()))
