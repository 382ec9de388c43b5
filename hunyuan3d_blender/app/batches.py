# SPDX-License-Identifier: GPL-3.0-or-later
"""Many jobs at once: started and cancelled a few at a time, at once and then at every tick, so that Blender goes on."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol

from ..jobs import plans
from ..jobs.job import OPEN, Batch, Destination, Job, State, new_id
from ..jobs.plans import Item, Plan
from ..jobs.store import Store
from ..scene import grid, placement
from ..services.errors import N_, Failure, Kind
from .accounts import refuse_unreachable
from .arrivals import is_here
from .costs import refuse_over_limit
from .drafts import request_problems
from .session import NotPossible, session
from .starting import cursor_of, new_job, with_inputs
from .worker_link import wake_worker

if TYPE_CHECKING:
    from bpy.types import Context

    from .proposals import Proposal

PIECE = 10
"""Jobs that are written in one transaction."""
SLICE_S = 0.01
"""After so long no tick begins another piece, and no piece copies another picture."""
LOOK_FOR_PLANS_S = 300.0
"""How often a folder is looked into that was empty; another Blender may have ended meanwhile."""


class Errand(Protocol):
    """Work that is too long for one tick."""

    batch_id: str

    def step(self, store: Store) -> bool:
        """Do a piece, and return whether something is left. Whatever it raises, the same piece is tried again."""


class StartJobs:
    """Put the jobs of a plan into the store, in their order."""

    def __init__(self, plan: Plan) -> None:
        self.batch_id = plan.id
        self.plan = plan
        self.left = deque(plan.items)

    def step(self, store: Store) -> bool:
        """A job whose picture has gone or changed since is in the list as well, with the reason."""
        until = time.monotonic() + SLICE_S
        jobs: list[Job] = []
        for item in islice(self.left, PIECE):
            jobs.append(self._job_of(item, store))
            if time.monotonic() > until:
                break
        store.add_all(jobs)
        for job in jobs:
            self.left.popleft()
            session().under_way[job.id] = State.QUEUED
        if self.left:
            plans.touch(store.library, self.plan.id)
        else:
            plans.remove(store.library, self.plan.id)
        return bool(self.left)

    def _job_of(self, item: Item, store: Store) -> Job:
        job = self.plan.job_of(item)
        try:
            request = with_inputs(
                job.request, store.library.job(job.id), item.picture_file, self.plan.view_files
            )
        except NotPossible as error:
            return replace(job, state=State.REJECTED, error=error.failure)
        for problem in request_problems(request, job.account.service):
            failure = Failure(kind=Kind.INPUT, message=problem.message, facts=problem.facts)
            return replace(job, state=State.REJECTED, error=failure, request=request)
        return replace(job, request=request)


class CancelJobs:
    """Stop following jobs."""

    def __init__(self, batch_id: str, job_ids: Sequence[str]) -> None:
        self.batch_id = batch_id
        self.left = deque(job_ids)

    def step(self, store: Store) -> bool:
        """Jobs that have ended meanwhile stay as they are."""
        piece = list(islice(self.left, PIECE))
        store.change_all(piece, *OPEN, state=State.CANCELLED, note=None, progress=None)
        for job_id in piece:
            self.left.popleft()
            session().under_way.pop(job_id, None)
        return bool(self.left)


def run_errands(store: Store) -> bool:
    """Go on with what was begun, for a moment; return whether the last of it is done now."""
    errands, until = session().batches.errands, time.monotonic() + SLICE_S
    had_any = bool(errands)
    while errands and time.monotonic() < until:
        if not errands[0].step(store):
            errands.popleft()
    return had_any and not errands


def start_batch(context: Context, proposal: Proposal, *, at_once: bool = False) -> tuple[str, ...]:
    """Queue all jobs of a proposal, with placeholders in a grid around the 3D cursor, and return their ids.

    The first jobs are on disk when this returns, the others follow with the ticks; all are there with `at_once`, which
    is for programs without a window, where there are no ticks. Raise NotPossible, with nothing
    left behind.
    """
    draft = proposal.entries[0].draft
    batch = Batch(id=new_id(), name=proposal.name)
    job = replace(new_job(draft, Destination()), batch=batch)
    refuse_unreachable(job.account)
    has_seeds = job.request.sampling is not None
    items = tuple(
        Item(
            id=new_id(),
            number=number,
            name=entry.name,
            prompt=entry.draft.prompt.strip(),
            picture_file=entry.draft.picture_file,
            seed=entry.draft.sampling.seed if has_seeds else None,
        )
        for number, entry in enumerate(proposal.entries)
    )
    plan = _placed(context, Plan(id=batch.id, job=job, view_files=draft.view_files, items=items))
    try:
        _carry_out(plan, at_once=at_once)
    except BaseException:
        plans.remove(session().library, plan.id)
        _take_away(plan)
        raise
    return tuple(item.id for item in items)


def start_rest(context: Context, batch_id: str) -> None:
    """Queue those jobs of an abandoned batch that were not started. Raise NotPossible."""
    plan = next((plan for plan in session().batches.abandoned if plan.id == batch_id), None)
    if plan is None:
        raise NotPossible(
            Failure(kind=Kind.INPUT, message=N_("There is nothing left of this batch to start"))
        )
    refuse_unreachable(plan.job.account)
    placed = plan if is_here(plan.job) else _placed(context, plan)
    try:
        _carry_out(placed)
    except BaseException:
        if placed is not plan:
            _take_away(placed)
        raise
    session().batches.abandoned = tuple(other for other in session().batches.abandoned if other is not plan)


def forget_rest(batch_id: str) -> None:
    """Give up those jobs of an abandoned batch that were not started."""
    plans.remove(session().library, batch_id)
    session().batches.abandoned = tuple(plan for plan in session().batches.abandoned if plan.id != batch_id)


def look_for_abandoned(store: Store) -> bool:
    """Look now and then for batches that were being started when a Blender ended; return whether there are others."""
    here, now = session(), time.monotonic()
    if now < here.batches.plans_due_at:
        return False
    own = {errand.batch_id for errand in here.batches.errands}
    found = [found for found in plans.all_plans(store.library) if found[0].id not in own]
    rests = [plans.rest_of(plan, store) for plan, is_abandoned in found if is_abandoned]
    before, here.batches.abandoned = here.batches.abandoned, tuple(plan for plan in rests if plan.items)
    here.batches.plans_due_at = now + (plans.ABANDONED_S if found else LOOK_FOR_PLANS_S)
    return here.batches.abandoned != before


def not_started(batch_id: str = '') -> list[str]:
    """The ids of jobs, of a batch or of all, that are about to be put into the store."""
    errands = (errand for errand in session().batches.errands if isinstance(errand, StartJobs))
    return [item.id for errand in errands if batch_id in ('', errand.batch_id) for item in errand.left]


def _carry_out(plan: Plan, *, at_once: bool = False) -> None:
    """Write a plan down and start with its jobs. Raise NotPossible."""
    here, errand = session(), StartJobs(plan)
    with here.store() as store:
        prices = [plan.job.credits_estimated] * len(plan.items)
        refuse_over_limit(store, plan.job.account.service, prices)
        plans.write(store.library, plan)
        is_more = errand.step(store)
        while is_more and at_once:
            is_more = errand.step(store)
    if is_more:
        here.batches.errands.append(errand)
    wake_worker(plan.job.account)


def _take_away(plan: Plan) -> None:
    """The opposite of `_placed`."""
    placement.remove_placeholders(*(item.id for item in plan.items))
    placement.remove_collection(plan.job.destination.collection)


def _placed(context: Context, plan: Plan) -> Plan:
    """The plan with places in a grid around the 3D cursor, where its placeholders stand now."""
    scene: Any = context.scene
    where, size_m = cursor_of(context), plan.job.target_size_m
    name = plan.job.batch.name if plan.job.batch else plan.job.name
    collection = placement.add_collection(context, name)
    found = grid.places(
        scene,
        count=len(plan.items),
        size_m=size_m,
        location=where.location,
        rotation=where.rotation,
    )
    items = tuple(replace(item, location=place) for item, place in zip(plan.items, found, strict=True))
    first = None
    for item in items:
        placeholder = placement.add_placeholder(
            context,
            job_id=item.id,
            name=item.name,
            location=item.location,
            rotation=where.rotation,
            size_m=size_m,
            collection=collection,
            like=first,
        )
        first = first or placeholder
    job = replace(plan.job, destination=replace(where, collection=collection.name))
    return replace(plan, job=job, items=items)
