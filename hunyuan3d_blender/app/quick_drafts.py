# SPDX-License-Identifier: GPL-3.0-or-later
"""Something quick and cheap first, and the real model from the very same input where the draft stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from ..jobs.job import Job
from ..jobs.listing import Row
from ..scene import placement, standing
from ..services import pricing
from ..services.contract import GenerateType, Operation
from ..services.errors import N_, Failure, Kind
from ..services.pricing import Estimate
from ..services.registry import TABLES
from .arrivals import is_here
from .drafts import Draft, draft_of, job_of, problems
from .session import NotPossible
from .starting import add_placeholder, cursor_of, submit

if TYPE_CHECKING:
    from bpy.types import Context


def quick_draft_of(draft: Draft) -> Draft:
    """What the service makes quickest of the same input: Rapid, else the shape only. Raise NotPossible with the reason."""
    for problem in problems(full_of(draft)):
        raise NotPossible(Failure(kind=Kind.INPUT, message=problem.message, facts=problem.facts))
    reason = Failure(
        kind=Kind.INPUT, message=N_("This service makes nothing quicker than what the settings ask for")
    )
    for quicker in _quicker(draft):
        found = problems(quicker)
        if not found:
            return quicker
        reason = Failure(kind=Kind.INPUT, message=found[0].message, facts=found[0].facts)
    raise NotPossible(reason)


def full_of(draft: Draft) -> Draft:
    """The same at full quality."""
    return replace(draft, operation=Operation.GENERATE, result_format='', enable_geometry=False)


def start_quick_draft(context: Context, draft: Draft) -> Job:
    """Queue a quick draft of what the settings ask for, with a placeholder at the 3D cursor. Raise NotPossible."""
    return submit(
        quick_draft_of(draft),
        cursor_of(context),
        lambda job: add_placeholder(context, job),
        full=full_of(draft),
    )


def make_real(context: Context, job_id: str) -> Job:
    """Queue the full model of a quick draft, from its own input, where the draft stands now. Raise NotPossible.

    A draft that is not in the scene leaves its place, or the 3D cursor where it belongs to another file.
    """
    job = job_of(job_id)
    if job.full is None:
        raise NotPossible(Failure(kind=Kind.INPUT, message=N_("This job is no quick draft")))
    where = cursor_of(context)
    if is_here(job):
        where = replace(where, location=job.destination.location, rotation=job.destination.rotation)
    models = standing.models_of(job_id) or placement.placeholders_of(job_id)

    def stand(real: Job) -> None:
        for model in models:
            standing.add_placeholder_like(
                context, model, job_id=real.id, name=real.name, size_m=real.target_size_m
            )
        if not models:
            add_placeholder(context, real)

    return submit(draft_of(job, job.full), where, stand, draft_id=job_id)


def price_of_real(row: Row) -> Estimate | None:
    """What the full model of a quick draft would cost, None where that is not known."""
    table = TABLES.get(row.service)
    if table is None or row.full is None:
        return None
    return pricing.estimate(row.full, table.offers[row.full.operation])


def _quicker(draft: Draft) -> Iterator[Draft]:
    """What may be asked for instead, the quickest first; never the same again."""
    if draft.generate_type is GenerateType.SKETCH:  # nothing quicker takes a sketch with its words
        return
    offers = TABLES[draft.service].offers
    bare = replace(
        draft,
        operation=Operation.GENERATE,
        face_count=None,
        enable_pbr=False,
        enable_geometry=False,
        result_format='',
    )
    if Operation.RAPID in offers:
        yield replace(
            bare, operation=Operation.RAPID, model='', view_files={}, generate_type=GenerateType.NORMAL
        )
    offer = offers[Operation.GENERATE]
    if offer.geometry_switch:
        yield replace(bare, enable_geometry=True)
    if draft.generate_type is GenerateType.GEOMETRY:
        return
    if any(GenerateType.GEOMETRY in model.generate_types for model in offer.models):
        yield replace(bare, generate_type=GenerateType.GEOMETRY)
