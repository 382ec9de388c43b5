# SPDX-License-Identifier: GPL-3.0-or-later
"""A model comes into the open file: by itself where its job was started, by a button anywhere else."""

from __future__ import annotations

import shutil
import time
import uuid
from contextlib import nullcontext
from dataclasses import replace
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING

import bpy

from .. import scene
from ..jobs.job import Job, State, name_from
from ..jobs.library import JobFolder
from ..jobs.store import Store
from ..scene import safe_moment
from ..services.contract import Operation
from ..services.errors import N_, Failure, Kind, Spent
from ..services.model_options import RigOptions
from ..services.motions import MOTIONS
from .programs import converter
from .session import NotPossible, session
from .starting import cursor_of
from .worker_link import wake_worker

if TYPE_CHECKING:
    from bpy.types import Context

BEGUN_MAX = 2
"""A model whose arrival was begun that often and never finished has perhaps crashed Blender: the artist decides."""

MOVES_MAX = 8
"""Jobs that follow their file to a new path at one tick; each costs a transaction."""


def bring_in(context: Context, job_id: str) -> None:
    """Append a job's model to the open file, now. The caller owns the undo step. Raise NotPossible."""
    with session().store() as store:
        job = store.get(job_id)
        if job is None or job.state not in (State.READY, State.ARRIVED):
            raise NotPossible(Failure(kind=Kind.INPUT, message=N_("There is no model to bring in yet")))
        if not is_here(job) or (job.state is State.ARRIVED and not job.original):
            job = replace(job, destination=cursor_of(context))
        if _bring_in(context, store, job):
            _hide_draft(job)


def bring_in_due(store: Store) -> bool:
    """Bring in at most one model, as one undo step; the next tick takes the next one, and Blender draws in between."""
    for job in filter(is_due, session().listing.ready):
        now = time.monotonic()
        if not safe_moment.is_safe(now - session().waiting_since.setdefault(job.id, now)):
            return False
        session().waiting_since.pop(job.id, None)
        windows = bpy.context.window_manager.windows
        with bpy.context.temp_override(window=windows[0]) if windows else nullcontext():
            if _bring_in(bpy.context, store, job):
                # Without a step of its own the model would vanish with the artist's next undo (measured on 5.2).
                bpy.ops.ed.undo_push(message=f"Hunyuan3D: {job.name}")
                if _hide_draft(job):  # so that one undo shows both, to be compared
                    bpy.ops.ed.undo_push(message=f"Hunyuan3D: {job.name} (draft hidden)")
        return True
    return False


def is_due(job: Job) -> bool:
    """Whether a READY job arrives by itself in the file that is open."""
    return job.arrivals_begun < BEGUN_MAX and is_here(job)


def load_post() -> None:
    """Another file has been opened: what belonged to the old one no longer arrives by itself."""
    session().document = uuid.uuid4().hex
    session().waiting_since.clear()


def save_post(path: str) -> None:
    """The open file has been saved as `path`: its jobs follow it there, also after a restart."""
    session().saved_as[session().document] = path


def remember_saved_as(store: Store) -> None:
    """Write the paths of `save_post` into the jobs of those files, some at each tick."""
    for document, path in tuple(session().saved_as.items()):
        jobs = store.astray(document, path, limit=MOVES_MAX)
        for job in jobs:
            store.change(job.id, *State, destination=replace(job.destination, blend_file=path))
        if len(jobs) < MOVES_MAX:
            del session().saved_as[document]


def open_file() -> str:
    """The open file as `Destination.file` names it."""
    return bpy.data.filepath or session().document


def is_here(job: Job) -> bool:
    """Whether a job belongs to the file that is open."""
    if job.destination.session == session().document:
        return True
    return bool(job.destination.blend_file) and job.destination.blend_file == bpy.data.filepath


def _bring_in(context: Context, store: Store, job: Job) -> bool:
    """Append, and return whether the model is here now; False when it must be converted again first.

    The row is true at every moment: a crash in here leaves READY with one more begun arrival.
    """
    if job.request.operation is Operation.CONVERT:
        file = _put_beside(store, job)
        is_film = job.original is not None and file.suffix in scene.films.SUFFIXES
        if is_film:
            scene.films.add(file, job.name)
        return is_film
    store.change(job.id, State.READY, arrivals_begun=job.arrivals_begun + 1)
    try:
        _add(context, store.library.job(job.id), job)
    except scene.arrive.NewerBlender:
        _convert_again(store, job)
        return False
    except scene.arrive.Unreadable as error:
        failure = Failure(
            kind=Kind.BLENDER,
            message=N_("The converted model is damaged; it can be converted again"),
            spent=Spent.YES,
        )
        store.change(job.id, State.READY, State.ARRIVED, state=State.FAILED, error=failure, arrivals_begun=0)
        raise NotPossible(failure) from error
    store.change(
        job.id,
        State.READY,
        State.ARRIVED,
        state=State.ARRIVED,
        state_since=job.state_since,  # what counts is how long the model took, not when it was wanted
        destination=job.destination,
        arrivals_begun=0,
    )
    return True


def _add(context: Context, folder: JobFolder, job: Job) -> None:
    """Add what has come to the open file. Raise as `arrive.arrive`."""
    if is_here(job) and folder.parts.exists():
        from .parts import paint_parts  # which Blender's start does not wait for

        if paint_parts(job, folder):
            return
    scene.arrive.arrive(
        context,
        model_blend=folder.model_blend,
        name=job.name,
        job_id=job.id,
        destination=job.destination,
        original=job.original if is_here(job) else None,
        only_texture=job.request.operation is Operation.TEXTURE,
        motion=_motion_of(job),
    )


def _motion_of(job: Job) -> str:
    """The name of the motion in the result of a job, as data-blocks are named in the artist's language; '' for none."""
    options = job.request.options
    if isinstance(options, RigOptions) and options.motion:
        name: str = bpy.app.translations.pgettext_data(MOTIONS[options.motion - 1])
        return name
    return name_from(job.request.prompt) if job.request.operation is Operation.MOTION else ''


def _put_beside(store: Store, job: Job) -> Path:
    """Copy a file that was asked for as such beside the saved .blend; one for a further step stays where it is.

    Return where it is now.
    """
    file = store.library.job(job.id).download / job.files[0]
    if job.original and bpy.data.filepath:
        try:
            target = _free_name(Path(bpy.data.filepath).parent, job.name, file.suffix)
            file = Path(shutil.copyfile(file, target))
        except OSError as error:
            message = N_("The file could not be put beside the .blend file: {reason}")
            failure = Failure(kind=Kind.DISK, message=message, facts={'reason': str(error)}, spent=Spent.YES)
            store.change(job.id, State.READY, State.ARRIVED, state=State.FAILED, error=failure)
            raise NotPossible(failure) from error
    store.change(job.id, State.READY, state=State.ARRIVED, state_since=job.state_since)
    return file


def _free_name(folder: Path, stem: str, suffix: str) -> Path:
    """A path that nothing is at yet."""
    numbered = (folder / f"{stem} {number}{suffix}" for number in count(2))
    return next(path for path in chain([folder / f"{stem}{suffix}"], numbered) if not path.exists())


def _hide_draft(job: Job) -> bool:
    """Hide the quick draft that a model is the real one of; return whether there is one."""
    drafts = scene.standing.models_of(job.draft_id) if job.draft_id else []
    models = scene.standing.models_of(job.id)
    if not (drafts and models):
        return False
    for draft in drafts:  # one by one: each may be in another scene
        scene.standing.hide([draft], models[0])
    return True


def _convert_again(store: Store, job: Job) -> None:
    """Let this Blender convert what a newer one has converted; the model arrives when that is done."""
    store.change(
        job.id,
        State.READY,
        State.ARRIVED,
        state=State.CONVERTING,
        converter=converter(),
        destination=job.destination,
        arrivals_begun=0,
        due_at=0.0,
    )
    wake_worker()
