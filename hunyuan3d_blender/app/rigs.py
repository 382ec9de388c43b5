# SPDX-License-Identifier: GPL-3.0-or-later
"""The selected rig: what has made it, and of what."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import bpy

from ..jobs.job import Job, Original
from ..scene import provenance, shape
from ..services.contract import Operation
from ..services.model_options import InputModel
from ..value import value
from .kept_jobs import done_job, kept_job
from .session import session

if TYPE_CHECKING:
    from bpy.types import Context, Object


@value
class Rig:
    """An armature that may get motions."""

    armature: str
    """Name of the object."""
    service: str = ''
    """Which has made it, '' for somebody else's rig."""
    job_id: str = ''
    """The job that has made it."""
    itself: InputModel | None = None
    """The rig as the service still has it, to make a motion for it."""
    source: InputModel | None = None
    """What the rig was made of, where that can be sent again: another preset motion is made of the same."""


def armature_of(context: Context) -> Object | None:
    """The one armature that is selected, or that moves what is selected."""
    found = {armature for item in context.selected_objects for armature in _armatures_of(item)}
    return found.pop() if len(found) == 1 else None


def rig_of(armature: Object | None) -> Rig | None:
    """What is known of an armature."""
    if armature is None:
        return None
    job = done_job(provenance.job_of(armature))
    if job is None or job.request.operation is not Operation.RIG:
        return Rig(armature=armature.name)
    return Rig(
        armature=armature.name,
        service=job.account.service,
        job_id=job.id,
        itself=InputModel(job_id=job.id, format='FBX') if kept_job(job.id) else None,
        source=_source_of(job),
    )


def copy_source(rig: Rig, folder: Path) -> None:
    """Put the file that the rig was made of, where it was one, into another folder. Raise OSError."""
    job = done_job(rig.job_id)
    source = job.request.model_input if job else None
    if job and source and source.file:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(_file(job, source), folder / source.file)


def original_of_rig(armature: Object, model: Original | None) -> Original:
    """An armature as what takes the motion of a result. Should it be gone, the result stands where `model` stands."""
    if model is None:
        model = Original(name=armature.name, matrix=shape.numbers_of(armature.matrix_world), frame=(), box=())
    return replace(model, rig=armature.name, hide=False)


def _source_of(job: Job) -> InputModel | None:
    """What a job has worked on, where it can be sent again."""
    source = job.request.model_input
    if source is None or not source.file:
        return source if source and kept_job(source.job_id) else None
    return replace(source, file_of='') if _file(job, source).is_file() else None


def _file(job: Job, source: InputModel) -> Path:
    return session().library.job(source.file_of or job.id).input / source.file


def _armatures_of(item: Object) -> Iterator[Object]:
    if item.type == 'ARMATURE':
        yield item
    elif item.type == 'EMPTY':
        yield from (each for each in item.children_recursive if each.type == 'ARMATURE')
    for modifier in item.modifiers:
        if isinstance(modifier, bpy.types.ArmatureModifier) and modifier.object:
            yield modifier.object
    if item.parent and item.parent.type == 'ARMATURE':
        yield item.parent
