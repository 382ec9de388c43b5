# SPDX-License-Identifier: GPL-3.0-or-later
"""Chains: several steps that are one wish, each working on the result of the one before.

Every step is a job of its own, and all are on disk before the first is sent, so the worker goes on with them whether a
Blender is open or not. A step waits as a QUEUED job while the one before is open. What becomes of it when that ends is no
decision of anybody: the store applies `consequences` in the same transaction, whoever makes the change. A step after one
that came to nothing, was cancelled or is in doubt is never sent; as soon as that one is taken up again, it is queued again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..services.errors import N_, Failure, Kind
from .job import OPEN, Job, State

DONE = frozenset({State.READY, State.ARRIVED})
"""There is a model, which the next step can work on."""

HALTED = Failure(
    kind=Kind.INPUT,
    message=N_("The step before has brought no model to work on; nothing was sent"),
    code='StepBefore',
)
"""Why a step was not sent, though nothing is wrong with it."""


def is_halted(job: Job) -> bool:
    """Whether a step was not sent because of the one before."""
    return job.state is State.REJECTED and job.error is not None and job.error.code == HALTED.code


def consequences(steps: Sequence[Job]) -> Iterator[tuple[Job, dict[str, Any]]]:
    """Which steps of a chain are to be changed, and how, when they stand like this."""
    states = {step.id: step.state for step in steps}
    changes: dict[str, dict[str, Any]] = {}
    for step in steps:
        before = states.get(step.source_id)
        if before is None:
            continue
        goes_on = before in OPEN | DONE
        if step.state is State.QUEUED and not goes_on:
            changes[step.id] = {'state': State.REJECTED, 'error': HALTED, 'note': None}
        elif goes_on and is_halted(step):
            changes[step.id] = {'state': State.QUEUED, 'error': None}
        states[step.id] = changes.get(step.id, {}).get('state', step.state)
    shown = _front(steps, states) if steps else None
    for step in steps:
        if step.has_row != (step is shown):
            changes.setdefault(step.id, {})['has_row'] = step is shown
    return ((step, changes[step.id]) for step in steps if step.id in changes)


def _front(steps: Sequence[Job], states: Mapping[str, State]) -> Job:
    """The step that stands for its chain: what is under way, else what has gone wrong, else the last one."""
    for wanted in (OPEN, frozenset(State) - DONE):
        for step in steps:
            if states[step.id] in wanted:
                return step
    return steps[-1]
