# SPDX-License-Identifier: GPL-3.0-or-later
"""A model and what is to be done with it as soon as it is there, started as one: what stands in the way, and the price."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ..jobs.job import Job
from ..services import chaining, pricing
from ..services.contract import GenerateType, Operation, Request
from ..services.errors import N_
from ..services.limits import Problem
from ..services.pricing import LABELS, Estimate
from ..services.registry import TABLES
from .accounts import refuse_unreachable
from .costs import refuse_over_limit
from .drafts import Draft, price, problems, request_of, request_problems
from .operations import Step, Work, chained, jobs_of, step_problems, steps, with_pictures
from .pictures import look_at_picture
from .selected_model import SelectedModel
from .session import session
from .starting import (
    add_placeholder,
    begin,
    cursor_of,
    look_at_pictures,
    new_job,
    nothing_left_behind,
    refuse,
    with_inputs,
)

if TYPE_CHECKING:
    from bpy.types import Context

USUAL_FACES = 500_000
"""Of a generated model where nothing else is asked for. Source: the default of `FaceCount`."""

_COMING = 'coming'
"""In place of the id of a job that there is not yet."""


def chain_problems(draft: Draft, works: Sequence[Work]) -> tuple[tuple[Operation, Problem], ...]:
    """What the service would refuse a step for that is to follow the draft; `works` are among what it offers."""
    if any(work.lod_set for work in works):
        message = N_("A set of levels cannot be worked on further: choose how many faces")
        return ((Operation.TOPOLOGY, Problem(field='options', message=message)),)
    return tuple(
        (step.request.operation, problem)
        for step in _planned(draft, works)
        for problem in step_problems(draft.service, [step])
    )


def chain_operations(draft: Draft, works: Sequence[Work]) -> tuple[Operation, ...]:
    """What is done one after the other, conversions in between with it."""
    return (draft.operation, *(step.request.operation for step in _planned(draft, works)))


def chain_price(draft: Draft, works: Sequence[Work]) -> Estimate | None:
    """What all steps cost together, None where that is not known. Its parts are the steps."""
    offers = TABLES[draft.service].offers
    planned = _planned(draft, works)
    prices = [
        price(draft),
        *(pricing.estimate(step.request, offers[step.request.operation]) for step in planned),
    ]
    whole = pricing.together(prices)
    labels = (LABELS[operation] for operation in chain_operations(draft, works))
    parts = tuple((label, each.total) for label, each in zip(labels, prices, strict=True) if each)
    return whole._replace(parts=parts) if whole else None


def start_chain(context: Context, draft: Draft, works: Sequence[Work]) -> Job:
    """Queue a draft and all that is to follow, with a placeholder at the 3D cursor. Raise NotPossible.

    Nothing is left behind then. What arrives is the result of the last step.
    """
    look_at_pictures(draft)
    for work in works:
        if work.picture_file:
            look_at_picture(work.picture_file)
    refuse([*problems(draft), *(problem for _, problem in chain_problems(draft, works))])
    first = new_job(draft, cursor_of(context))
    refuse_unreachable(first.account)
    planned = _planned(draft, works, first.name)
    first, *others = chained((first, *jobs_of(planned, first, first.id)), first.name)
    with session().store() as store, nothing_left_behind(first, *others):
        refuse_over_limit(store, draft.service, [job.credits_estimated for job in (first, *others)])
        folder = store.library.job(first.id)
        request = with_inputs(first.request, folder, draft.picture_file, draft.view_files)
        refuse(request_problems(request, draft.service))
        add_placeholder(context, first)
        jobs = store.add_all((replace(first, request=request), *with_pictures(others, planned)))
    begin(*jobs)
    return jobs[0]


def _planned(draft: Draft, works: Sequence[Work], name: str = '') -> tuple[Step, ...]:
    """The jobs that come after that of the draft, each for the result of the one before."""
    planned: list[Step] = []
    request, faces = request_of(draft), _faces_of(draft)
    for work in works:
        model = _coming(name, work.service, request, faces)
        done = len(planned)
        before = done - 1 if planned else None
        planned += (
            replace(step, source=before if step.source is None else done + step.source)
            for step in steps(work, model)
        )
        request = planned[-1].request
        faces = 0 if work.operation is Operation.TOPOLOGY else faces
    return tuple(planned)


def _coming(name: str, service: str, request: Request, faces: int) -> SelectedModel:
    """The result of a request, as a model to work on."""
    formats = chaining.formats_of(request, TABLES[service])
    return SelectedModel(
        name=name, faces=faces, triangles=faces, job_id=_COMING, service=service, formats=formats
    )


def _faces_of(draft: Draft) -> int:
    """How many faces the model will have, 0 where nobody knows."""
    offer = TABLES[draft.service].offers[draft.operation]
    if offer.face_count is None or draft.generate_type is GenerateType.LOW_POLY:
        return 0
    return draft.face_count or USUAL_FACES
