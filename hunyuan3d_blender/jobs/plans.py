# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans: what a batch is to consist of, on disk before its first job is.

Starting hundreds of jobs takes a while. A plan that is still there when Blender has gone says which were not started.
Every job has its id from the beginning, so none can be started twice, whoever takes the plan up again.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from ..services.contract import View
from ..value import value
from .job import Job
from .library import Library
from .store import Store

ABANDONED_S = 30.0
"""Who carries a plan out touches it four times a second. One that was left alone for so long belongs to nobody."""


@value
class Item:
    """What one job of a plan has of its own."""

    id: str
    number: int
    """Its place in the list, from 0."""
    name: str
    prompt: str = ''
    picture_file: str = ''
    """Absolute path of the artist's own file, '' for none."""
    seed: int | None = None
    """None where the service does not let it be chosen."""
    location: tuple[float, float, float] = (0.0, 0.0, 0.0)


@value
class Plan:
    """A batch that is about to be started."""

    id: str
    """Of the `Batch`."""
    job: Job
    """What all jobs have in common, the batch itself with them."""
    view_files: Mapping[View, str]
    """Absolute paths of the artist's own pictures of further sides."""
    items: tuple[Item, ...]

    def job_of(self, item: Item) -> Job:
        """The job that an item stands for, without its pictures."""
        sampling = self.job.request.sampling
        if sampling is not None and item.seed is not None:
            sampling = replace(sampling, seed=item.seed)
        return replace(
            self.job,
            id=item.id,
            name=item.name,
            request=replace(self.job.request, prompt=item.prompt, sampling=sampling),
            destination=replace(self.job.destination, location=item.location),
            created_at=self.job.created_at + item.number / 1e3,  # so that they keep their order
        )


def write(library: Library, plan: Plan) -> None:
    """Keep a plan, in place of the one with its id. Raise OSError."""
    file = _file(library, plan.id)
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix('.part')
    part.write_text(json.dumps(_to_json(plan), ensure_ascii=False), encoding='utf-8')
    part.replace(file)


def touch(library: Library, plan_id: str) -> None:
    """Say that a plan is being carried out."""
    with suppress(OSError):
        _file(library, plan_id).touch()


def remove(library: Library, plan_id: str) -> None:
    """Forget a plan: it is carried out, or given up."""
    with suppress(OSError):
        _file(library, plan_id).unlink()


def all_plans(library: Library) -> Iterator[tuple[Plan, bool]]:
    """Every plan that there is, and whether it was left alone. What is no plan of ours is passed over."""
    for file in sorted((library.path / 'batches').glob('*.json')):
        with suppress(OSError, ValueError, KeyError, TypeError):
            plan = _from_json(json.loads(file.read_text(encoding='utf-8')))
            yield plan, time.time() - file.stat().st_mtime > ABANDONED_S


def rest_of(plan: Plan, store: Store) -> Plan:
    """The plan without the jobs that were started. May raise what `Store` raises."""
    started = store.known(item.id for item in plan.items)
    return replace(plan, items=tuple(item for item in plan.items if item.id not in started))


def _file(library: Library, plan_id: str) -> Path:
    return library.path / 'batches' / f'{plan_id}.json'


def _to_json(plan: Plan) -> dict[str, Any]:
    return {
        'id': plan.id,
        'job': plan.job.to_json(),
        'view_files': dict(plan.view_files),
        'items': [asdict(item) for item in plan.items],
    }


def _from_json(data: Mapping[str, Any]) -> Plan:
    return Plan(
        id=str(data['id']),
        job=Job.from_json(data['job']),
        view_files={View(view): str(file) for view, file in data['view_files'].items()},
        items=tuple(Item(**item | {'location': tuple(item['location'])}) for item in data['items']),
    )
