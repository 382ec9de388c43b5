# SPDX-License-Identifier: GPL-3.0-or-later
"""A draft becomes a job."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import bpy

from ..jobs import pictures
from ..jobs.job import Destination, Job, State, name_from, new_id
from ..jobs.library import JobFolder
from ..scene import placement
from ..scene.pictures import NoPicture
from ..services.contract import Picture, Request, View
from ..services.errors import Failure, Kind
from ..services.limits import Problem
from ..services.object_storage.bucket import BucketAccount
from .accounts import account, refuse_unreachable
from .costs import refuse_over_limit
from .drafts import Draft, PictureGone, price, problems, request_of, request_problems
from .pictures import as_sent, look_at_picture
from .programs import converter
from .session import NotPossible, session
from .worker_link import wake_worker

if TYPE_CHECKING:
    from bpy.types import Context


def cursor_of(context: Context) -> Destination:
    """The 3D cursor of the open file, as the place where a model goes."""
    cursor = context.scene.cursor
    place, turn = cursor.location, cursor.matrix.to_euler('XYZ')
    return Destination(
        session=session().document,
        blend_file=bpy.data.filepath,
        scene=context.scene.name,
        location=(place.x, place.y, place.z),
        rotation=(turn.x, turn.y, turn.z),
    )


def start(context: Context, draft: Draft) -> Job:
    """Queue a job for the open file, with a placeholder at the 3D cursor. Raise NotPossible."""
    return submit(draft, cursor_of(context), lambda job: add_placeholder(context, job))


def add_placeholder(context: Context, job: Job) -> None:
    """Let a placeholder stand at the destination of a job of the open file, or of the chain it is a step of."""
    placement.add_placeholder(
        context,
        job_id=job.whole_id,
        name=job.whole_name,
        location=job.destination.location,
        rotation=job.destination.rotation,
        size_m=job.target_size_m,
    )


def submit(
    draft: Draft,
    destination: Destination,
    before_adding: Callable[[Job], None] | None = None,
    *,
    full: Draft | None = None,
    draft_id: str = '',
) -> Job:
    """Queue a job and see that the worker runs; returns at once. Raise NotPossible, with nothing left behind.

    `full` is what is to follow a quick draft from the same input, `draft_id` the draft that this job follows.
    """
    look_at_pictures(full or draft)
    refuse(problems(draft))
    job = new_job(draft, destination)
    refuse_unreachable(job.account)
    with session().store() as store, nothing_left_behind(job):
        refuse_over_limit(store, job.account.service, [job.credits_estimated])
        folder = store.library.job(job.id)
        job = replace(
            job,
            request=with_inputs(job.request, folder, draft.picture_file, draft.view_files),
            full=with_inputs(request_of(full), folder, full.picture_file, full.view_files) if full else None,
            draft_id=draft_id,
        )
        for request in filter(None, (job.request, job.full)):
            refuse(request_problems(request, draft.service))
        if before_adding:
            before_adding(job)
        job = store.add(job)
    begin(job)
    return job


def look_at_pictures(draft: Draft) -> None:
    """Look at the files of a draft as they are now. Raise PictureGone."""
    for file in filter(None, (draft.picture_file, *draft.view_files.values())):
        if not Path(file).is_file():
            raise PictureGone(file)
        look_at_picture(file)


def refuse(found: Sequence[Problem]) -> None:
    """Raise NotPossible with the first of these problems."""
    for problem in found:
        raise NotPossible(Failure(kind=Kind.INPUT, message=problem.message, facts=problem.facts))


@contextmanager
def nothing_left_behind(*jobs: Job) -> Iterator[None]:
    """Take away folders and placeholders of jobs that are not started after all."""
    try:
        yield
    except BaseException:
        for job in jobs:
            shutil.rmtree(session().library.job(job.id).path, ignore_errors=True)
        placement.remove_placeholders(*{job.whole_id for job in jobs})
        raise


def begin(*jobs: Job, bucket: BucketAccount | None = None) -> None:
    """See that the worker runs for jobs that have just been stored. Raise NotPossible."""
    for job in jobs:
        session().under_way[job.whole_id] = job.state
    wake_worker(jobs[0].account, bucket)


def new_job(draft: Draft, destination: Destination) -> Job:
    """The job that a draft stands for, without its pictures. Looks for keys."""
    estimate, request = price(draft), request_of(draft)
    return Job(
        id=new_id(),
        state=State.QUEUED,
        name=name_from(request.prompt or Path(draft.picture_file).stem),
        request=request,
        account=account(draft.service),
        destination=destination,
        converter=converter(),
        target_size_m=draft.target_size_m,
        created_at=time.time(),
        credits_estimated=estimate.total if estimate else None,
    )


def with_inputs(
    request: Request, folder: JobFolder, picture_file: str, view_files: Mapping[View, str]
) -> Request:
    """Copy the pictures into the job's folder, on white, so that the artist may change or delete theirs.

    Wherever a picture comes from, it comes through here. Raise NotPossible, or OSError when the folder cannot be written.
    """
    name = name_from(Path(picture_file).stem)
    image = copied(picture_file, folder, name) if picture_file else None
    views = {view: copied(file, folder, f"{name} {view}") for view, file in view_files.items()}
    return replace(request, image=image, views=views)


def copied(picture_file: str, folder: JobFolder, name: str) -> Picture:
    """Copy a picture, on white, into a job's folder, and return what is sent then. Raise NotPossible or OSError."""
    try:
        data = as_sent(Path(picture_file))
    except OSError as error:
        raise PictureGone(picture_file) from error
    except NoPicture as error:
        raise NotPossible(Failure(kind=Kind.INPUT, message=error.message, facts=error.facts)) from error
    facts = pictures.inspect(data)
    facts = replace(facts, file=f"{name}.{facts.format}")
    folder.input.mkdir(parents=True, exist_ok=True)
    (folder.input / facts.file).write_bytes(data)
    return facts
