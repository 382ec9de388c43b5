# SPDX-License-Identifier: GPL-3.0-or-later
"""What the Generate panel holds, its price, and what the service would refuse it for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from ..jobs.job import Job
from ..services import limits, pricing
from ..services.contract import GenerateType, Operation, PolygonType, Request, View
from ..services.errors import N_, Failure, Kind
from ..services.limits import Problem
from ..services.pricing import Estimate
from ..services.registry import TABLES
from ..services.sampling import Sampling
from ..value import value
from .pictures import picture_facts
from .session import NotPossible, session


class PictureGone(NotPossible):
    """A picture that was chosen is not there, or cannot be read."""

    def __init__(self, path: str) -> None:
        message = N_("There is no picture at {path}")
        super().__init__(Failure(kind=Kind.INPUT, message=message, facts={'path': path}))


@value
class Draft:
    """A request that can still be changed."""

    service: str = 'sandbox'
    operation: Operation = Operation.GENERATE
    prompt: str = ''
    picture_file: str = ''
    """Absolute path, '' for none."""
    needs_picture: bool = False
    """Whether it is a picture that a model is wanted of, chosen or not."""
    view_files: Mapping[View, str] = field(default_factory=dict)
    """Absolute paths of pictures of further sides."""
    model: str = ''
    generate_type: GenerateType = GenerateType.NORMAL
    face_count: int | None = None
    polygon_type: PolygonType = PolygonType.TRIANGLE
    enable_pbr: bool = True
    enable_geometry: bool = False
    result_format: str = ''
    sampling: Sampling = field(default_factory=Sampling)
    target_size_m: float = 2.0


def request_of(draft: Draft) -> Request:
    """The request that `draft` stands for; its picture may be anything."""
    return Request(
        operation=draft.operation,
        prompt=draft.prompt.strip(),
        image=picture_facts(draft.picture_file) if draft.picture_file else None,
        views={view: picture_facts(file) for view, file in draft.view_files.items()},
        model=draft.model,
        generate_type=draft.generate_type,
        face_count=draft.face_count,
        polygon_type=draft.polygon_type,
        enable_pbr=draft.enable_pbr,
        enable_geometry=draft.enable_geometry,
        result_format=draft.result_format,
        sampling=draft.sampling if TABLES[draft.service].offers[draft.operation].sampling else None,
    )


def draft_of_job(job_id: str) -> Draft:
    """What a job was asked for, to be changed and generated anew. Raise NotPossible."""
    job = job_of(job_id)
    return draft_of(job, job.request)


def job_of(job_id: str) -> Job:
    """The job as it is stored. Raise NotPossible."""
    with session().store() as store:
        job = store.get(job_id)
    if job is None:
        raise NotPossible(Failure(kind=Kind.INPUT, message=N_("There is no such job in the list")))
    return job


def draft_of(job: Job, request: Request) -> Draft:
    """A request of a job, with the pictures in the job's folder. Raise NotPossible."""
    if job.account.service not in TABLES:
        raise NotPossible(
            Failure(kind=Kind.INPUT, message=N_("The service of this job is no longer offered"))
        )
    folder = session().library.job(job.id).input
    picture = folder / request.image.file if request.image else None
    views = {view: folder / image.file for view, image in request.views.items()}
    for file in filter(None, (picture, *views.values())):
        if not file.is_file():
            raise PictureGone(str(file))
    return Draft(
        service=job.account.service,
        operation=request.operation,
        prompt=request.prompt,
        picture_file=str(picture or ''),
        view_files={view: str(file) for view, file in views.items()},
        model=request.model,
        generate_type=request.generate_type,
        face_count=request.face_count,
        polygon_type=request.polygon_type,
        enable_pbr=request.enable_pbr,
        enable_geometry=request.enable_geometry,
        result_format=request.result_format,
        sampling=request.sampling or Sampling(),
        target_size_m=job.target_size_m,
    )


def problems(draft: Draft) -> tuple[Problem, ...]:
    """What the service would refuse the draft for."""
    if draft.needs_picture and not draft.picture_file:
        message = N_("There is no picture yet: choose one, or take one of what you see")
        return (Problem(field='image', message=message),)
    return request_problems(request_of(draft), draft.service)


def request_problems(request: Request, service: str) -> tuple[Problem, ...]:
    """What the service would refuse the request for."""
    return limits.problems(request, TABLES[service].offers[request.operation])


def price(draft: Draft) -> Estimate | None:
    """What the draft would cost, None where that is not known."""
    return pricing.estimate(request_of(draft), TABLES[draft.service].offers[draft.operation])
