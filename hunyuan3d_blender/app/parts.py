# SPDX-License-Identifier: GPL-3.0-or-later
"""Parts in two stages: those that a service has found are painted on the mesh, and made as they are painted then."""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import bpy

from ..jobs.job import Account, Job, Original, State, name_from, new_id
from ..jobs.library import JobFolder
from ..scene import found_parts, provenance, segmentation, shape
from ..scene.found_parts import FoundParts
from ..services import pricing
from ..services.contract import Operation, Request
from ..services.errors import N_, Failure, Kind
from ..services.limits import MEGABYTE
from ..services.model_options import FILE_SUFFIXES, InputModel, PartsOptions
from ..services.object_storage.bucket import BucketAccount
from ..services.pricing import Estimate
from ..services.registry import TABLES
from ..value import value
from .accounts import shown_reason_against
from .bucket import NO_BUCKET, bucket_for, shown_bucket_for
from .costs import refuse_over_limit
from .kept_jobs import MARGIN_S
from .programs import converter
from .selected_model import SUFFIXES, original_of_root
from .session import NotPossible, session
from .starting import begin, cursor_of

if TYPE_CHECKING:
    from bpy.types import Context, Object

TEXT_MAX_BYTES = 9_000_000
"""Of the list of faces: the whole of a signed request may have 10 MB."""

_FORMAT = 'FBX'
_FILE = 'segmentation.json'


@value
class PaintedParts:
    """What is selected carries parts that were found."""

    job_id: str
    account: Account
    """That has found them, and can make them."""
    kept_until: float
    """Until then the service takes the model where it has found them."""

    @property
    def service(self) -> str:
        """Of the account."""
        return self.account.service

    @property
    def goes_by_bucket(self) -> bool:
        """Whether the model has to be uploaded, for the service to fetch."""
        return time.time() >= self.kept_until


def painted_parts(context: Context) -> PaintedParts | None:
    """The parts that the selection carries, None for none. For drawing code: looks at properties and the job's row."""
    job_id = _job_id_of(context)
    known = session().painted_parts
    if known is None or known[0] != job_id:
        known = session().painted_parts = job_id, _look(job_id) if job_id else None
    return known[1]


def price_of_parts(painted: PaintedParts, *, post_process: bool) -> Estimate | None:
    """What making them costs, None where that is not known."""
    request = Request(operation=Operation.PARTS, options=PartsOptions(post_process=post_process))
    return pricing.estimate(request, TABLES[painted.service].offers[Operation.PARTS])


def reason_against_parts(painted: PaintedParts) -> Failure | None:
    """Why they cannot be made now: offline, no key, or no bucket where one is needed. For drawing code."""
    failure = shown_reason_against(painted.account)
    if failure is None and painted.goes_by_bucket and not shown_bucket_for(painted.service):
        failure = NO_BUCKET
    return failure


def paint_parts(job: Job, folder: JobFolder) -> bool:
    """Paint the parts that a job has found on the artist's own meshes; False where their faces are others by now."""
    try:
        found = FoundParts.load(folder.parts)
    except (OSError, ValueError):
        return False
    there: Any = bpy.data.objects
    items = [(there.get(name), count) for name, count in found.meshes]
    if not items or not all(item and found_parts.may_paint(item, count) for item, count in items):
        return False
    sets, start = found.face_sets, 0
    for item, count in items:
        numbers = found_parts.numbers_from(start, count)
        found_parts.paint(item, job.id, numbers, sets[start : start + count])
        start += count
    session().painted_parts = None
    return True


def make_parts(context: Context, *, post_process: bool = False) -> Job:
    """Queue the job that makes the parts as they are painted now. Raise NotPossible, with nothing left behind."""
    job_id = _job_id_of(context)
    with session().store() as store:
        staged = store.get(job_id) if job_id else None
        if staged is None:
            raise _refusal(N_("Select a model whose parts were found"))
        items = found_parts.painted_by(job_id)
        text = _text_of(staged, items)
        failure = reason_against_parts(_painted_of(staged))
        if failure is not None:
            raise NotPossible(failure)
        job, bucket = _job(context, staged, items, text, post_process=post_process)
        folder = session().library.job(job.id)
        refuse_over_limit(store, job.account.service, [job.credits_estimated])
        try:
            job = store.add(_with_files(job, staged, folder, text))
        except OSError as error:
            shutil.rmtree(folder.path, ignore_errors=True)
            raise NotPossible(session().disk_failure(error)) from error
    begin(job, bucket=bucket)
    return job


# Inside


def _job_id_of(context: Context) -> str:
    for item in context.selected_objects:
        job_id = item.get(found_parts.JOB)
        if isinstance(job_id, str) and job_id:
            return job_id
    return ''


def _look(job_id: str) -> PaintedParts | None:
    try:
        with session().store() as store:
            job = store.get(job_id)
    except NotPossible:
        return None
    if job is None or job.account.service not in TABLES:
        return None
    return _painted_of(job)


def _painted_of(staged: Job) -> PaintedParts:
    kept_until = staged.submitted_at + TABLES[staged.account.service].job_lifetime_s - MARGIN_S
    return PaintedParts(job_id=staged.id, account=staged.account, kept_until=kept_until)


def _text_of(staged: Job, items: Sequence[Object]) -> bytes:
    """What is sent of the painted faces. Raise NotPossible."""
    try:
        found = FoundParts.load(session().library.job(staged.id).parts)
        parts, part_of_face = found_parts.repainted(found, items, is_file=_came_in_file(staged, items))
    except (OSError, ValueError) as error:
        message = N_("What the service has found is no longer in the library folder: find the parts again")
        raise _refusal(message) from error
    except found_parts.Changed as error:
        message = N_(
            "The mesh has other faces than the parts were found on: undo that, or find the parts again"
        )
        raise _refusal(message) from error
    text = segmentation.write(parts, part_of_face).encode('utf-8')
    if len(text) > TEXT_MAX_BYTES:
        message = N_("The list of faces has {size:.1f} MB; the service takes {limit:.0f} MB at most")
        raise _refusal(message, size=len(text) / MEGABYTE, limit=TEXT_MAX_BYTES / MEGABYTE)
    return text


def _came_in_file(staged: Job, items: Sequence[Object]) -> bool:
    """Whether what is painted is the result of the job, and not the artist's own mesh."""
    return any(provenance.job_of(item) == staged.id for item in items)


def _job(
    context: Context, staged: Job, items: Sequence[Object], text: bytes, *, post_process: bool
) -> tuple[Job, BucketAccount | None]:
    """The job to come, and the bucket that it needs where the service has deleted the model. Raise NotPossible."""
    table = TABLES[staged.account.service]
    options = PartsOptions(
        segmentation=_FILE, segmentation_sha256=hashlib.sha256(text).hexdigest(), post_process=post_process
    )
    is_kept = not _painted_of(staged).goes_by_bucket
    source = InputModel(job_id=staged.id, format=_FORMAT)
    if not is_kept:
        source = InputModel(file=f"model{FILE_SUFFIXES[_FORMAT]}", format=_FORMAT)
    bucket = None if is_kept else bucket_for(staged.account)
    request = Request(operation=Operation.PARTS, model_input=source, options=options)
    price = pricing.estimate(request, table.offers[Operation.PARTS])
    original = _original(context, staged, items)
    job = Job(
        id=new_id(),
        state=State.QUEUED,
        name=name_from(f"{original.name} {SUFFIXES[Operation.PARTS]}"),
        request=request,
        account=staged.account,
        destination=cursor_of(context),
        original=original,
        bucket=bucket,
        converter=converter(),
        target_size_m=0.0,
        created_at=time.time(),
        credits_estimated=price.total if price else None,
    )
    return job, bucket


def _original(context: Context, staged: Job, items: Sequence[Object]) -> Original:
    """What the parts stand in for: the objects that are painted, as they stand now."""
    hide = session().settings.hide_originals
    if _came_in_file(staged, items):
        root = provenance.root_of(items[0])
        own = original_of_root(root, hide=hide) if root else None
        if own is not None:
            return own
    assert staged.original is not None
    item = bpy.data.objects.get(staged.original.name)
    matrix = shape.numbers_of(item.matrix_world) if item else staged.original.matrix
    return replace(staged.original, matrix=matrix, hide=hide)


def _with_files(job: Job, staged: Job, folder: JobFolder, text: bytes) -> Job:
    """The job with the files in its folder. Raise OSError."""
    folder.input.mkdir(parents=True)
    (folder.input / _FILE).write_bytes(text)
    if job.bucket is not None and job.request.model_input:
        came = Path(session().library.job(staged.id).download, staged.files[0])
        shutil.copyfile(came, folder.input / job.request.model_input.file)
    return job


def _refusal(message: str, **facts: float) -> NotPossible:
    return NotPossible(Failure(kind=Kind.INPUT, message=message, facts=facts))
