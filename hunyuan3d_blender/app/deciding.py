# SPDX-License-Identifier: GPL-3.0-or-later
"""What the artist does with a job."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ..jobs import actions, plans
from ..jobs.chains import is_halted
from ..jobs.job import OPEN, Job
from ..jobs.selection import Selection
from ..jobs.store import Store
from ..scene import placement
from ..services.errors import N_, Failure, Kind
from .arrivals import is_here
from .batches import CancelJobs, not_started
from .costs import refuse_over_limit
from .session import NotPossible, session
from .starting import add_placeholder
from .watching import tick
from .worker_link import wake_worker

if TYPE_CHECKING:
    from bpy.types import Context


def cancel(job_id: str) -> None:
    """Stop following a job; what follows in its chain is not sent. Its placeholder goes; the caller owns the undo step."""
    placement.remove_placeholders(_act(job_id, actions.cancel).whole_id)


def cancel_batch(batch_id: str) -> int:
    """Stop following all open jobs of a batch, and start no more of them; return how many.

    Their placeholders go; the caller owns the undo step. Raise NotPossible when none is open.
    """
    here, waiting = session(), not_started(batch_id)
    with here.store() as store:
        open_ids = store.ids(Selection(states=OPEN, batch=batch_id))
    if not open_ids and not waiting:
        message = N_("No job of this batch is under way any more")
        raise NotPossible(Failure(kind=Kind.INPUT, message=message))
    here.batches.errands = deque(errand for errand in here.batches.errands if errand.batch_id != batch_id)
    here.batches.errands.appendleft(CancelJobs(batch_id, open_ids))
    here.batches.ticks = 1  # the next one writes
    plans.remove(here.library, batch_id)
    placement.remove_placeholders(*open_ids, *waiting)
    tick()
    return len(open_ids) + len(waiting)


def open_in_batch(batch_id: str) -> int:
    """How many jobs of a batch are under way or about to be started. Raise NotPossible."""
    with session().store() as store:
        return store.count(Selection(states=OPEN, batch=batch_id)) + len(not_started(batch_id))


def follow(context: Context, job_id: str) -> None:
    """Follow a cancelled job again, with a placeholder. The caller owns the undo step."""
    _stand_in(context, _act(job_id, actions.follow))


def retry(job_id: str) -> None:
    """Repeat the free steps of a failed job."""
    _act(job_id, actions.retry)


def send_again(context: Context, job_id: str) -> None:
    """Submit once more, with a placeholder; may be charged, so the monthly limit holds. The caller owns the undo step."""
    with session().store() as store:
        job = store.get(job_id)
        if job is not None:
            waiting = [step for step in store.steps(job.whole_id) if is_halted(step)]
            prices = [each.credits_estimated for each in (job, *waiting)]
            refuse_over_limit(store, job.account.service, prices)
    _stand_in(context, _act(job_id, actions.send_again))


def forget(job_id: str) -> None:
    """Give an unknown submit up. Its placeholder goes; the caller owns the undo step."""
    placement.remove_placeholders(_act(job_id, actions.forget).whole_id)


def paste_job_id(job_id: str, remote_id: str) -> None:
    """Follow the job whose id the artist has found."""
    try:
        _act(job_id, lambda store, own_id: actions.paste_job_id(store, own_id, remote_id))
    except ValueError as error:
        raise NotPossible(Failure(kind=Kind.INPUT, message=N_("That is not a job id"))) from error


def remove(job_id: str) -> None:
    """Take a finished job, or a whole chain, out of the list; its folder stays.

    Its placeholder goes; the caller owns the undo step.
    """
    with session().store() as store:
        job = store.get(job_id)
        if job is None or not store.remove(job_id):
            raise NotPossible(moved_on())
    placement.remove_placeholders(job.whole_id)
    tick()


def folder_of(job_id: str) -> Path:
    """The job's folder."""
    return session().library.job(job_id).path


def moved_on() -> Failure:
    """The job is no longer what the artist saw when they pressed."""
    return Failure(kind=Kind.INPUT, message=N_("The job has moved on in the meantime"))


def _stand_in(context: Context, job: Job) -> None:
    """A job that begins anew has a placeholder as at its start, if this is the scene it was started in."""
    if (
        is_here(job)
        and not job.original
        and context.scene.name == job.destination.scene
        and not placement.placeholder_of(job.whole_id)
    ):
        add_placeholder(context, job)


def _act(job_id: str, action: Callable[[Store, str], Job | None]) -> Job:
    with session().store() as store:
        job = action(store, job_id)
    if job is None:
        raise NotPossible(moved_on())
    session().under_way[job.whole_id] = job.state
    wake_worker(job.account)
    tick()
    return job
