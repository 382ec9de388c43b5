# SPDX-License-Identifier: GPL-3.0-or-later
"""Work on the selected model: what stands in the way, what it costs, and starting it.

One wish of the artist can be several jobs: a conversion to the format that an operation wants comes before it, as a step of
the same chain, and a set of levels of detail is a job for each.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from typing import TYPE_CHECKING

from ..jobs.job import Chain, Job, State, name_from, new_id
from ..scene import copies
from ..services import limits, pricing
from ..services.contract import Operation, Request, View
from ..services.errors import N_, Failure, Kind
from ..services.limits import Problem
from ..services.model_options import (
    FILE_SUFFIXES,
    FaceLevel,
    InputModel,
    Options,
    RigOptions,
    TopologyOptions,
    only_finds_parts,
)
from ..services.motions import MOTIONS
from ..services.object_storage.bucket import BucketAccount
from ..services.pricing import Estimate
from ..services.registry import TABLES
from ..value import value
from .accounts import account, refuse_unreachable
from .bucket import bucket_for, shown_bucket_for
from .costs import refuse_over_limit
from .drafts import request_problems
from .pictures import look_at_picture, picture_facts
from .programs import converter
from .rigs import Rig, armature_of, copy_source, original_of_rig
from .selected_model import SUFFIXES, SelectedModel, chosen_objects, look_at_selected_model, original_of
from .selected_objects import keep_selection, original_of_objects, refuse_unsendable
from .session import NotPossible, session
from .starting import begin, cursor_of, nothing_left_behind, refuse, with_inputs

if TYPE_CHECKING:
    from bpy.types import Context

_LODS = (FaceLevel.HIGH, FaceLevel.MEDIUM, FaceLevel.LOW)
"""In the order of their numbers, the finest first, as game engines count."""

_NO_LINK = N_(
    "Only an unchanged model that this service has made less than a day ago can be worked on without a bucket"
)


@value
class Work:
    """What is to be done with the selected model."""

    service: str
    operation: Operation
    prompt: str = ''
    picture_file: str = ''
    """Absolute path, '' for none."""
    view_files: Mapping[View, str] = field(default_factory=dict)
    """Absolute paths of pictures of further sides."""
    model: str = ''
    enable_pbr: bool = False
    result_format: str = ''
    options: Options | None = None
    lod_set: bool = False
    """Topology only: all three levels."""


@value
class Step:
    """One job to come."""

    request: Request
    name: str
    source: int | None = None
    """Which of the steps it works on the result of, None for the model that they are planned for."""
    arrives: bool = True
    """False: its result is for the next step only."""
    picture_file: str = ''
    """As in `Work`."""
    view_files: Mapping[View, str] = field(default_factory=dict)
    """As in `Work`."""


def work_problems(work: Work, model: SelectedModel | None) -> tuple[Problem, ...]:
    """What stands in the way of doing `work` with `model`."""
    offer = TABLES[work.service].offers.get(work.operation)
    if offer is None:
        return (Problem(field='operation', message=N_("{service} does not offer this"),
                        facts={'service': TABLES[work.service].label}),)  # fmt: skip
    if work.operation is Operation.MOTION and (model is None or not model.rig):
        return (Problem(field='model_input', message=N_("Select the rig that the motion is for")),)
    if model is None or (model.is_bare and not moves_rig(work, model)):
        return (Problem(field='model_input', message=N_("Select the model to work on")),)
    if goes_by_bucket(work, model) and not shown_bucket_for(work.service):
        return (Problem(field='model_input', message=_NO_LINK),)
    return step_problems(work.service, steps(work, model))


def work_remarks(work: Work, model: SelectedModel | None) -> tuple[Problem, ...]:
    """What speaks against doing `work` with `model`, and does not prevent it."""
    offer = TABLES[work.service].offers.get(work.operation)
    stances = offer.model_input.stances if offer and offer.model_input else ()
    if model is None or not stances or model.stance in stances or moves_rig(work, model):
        return ()
    message = N_(
        "This does not look like a figure that stands upright in {stances}, its arms stretched out: the rig may not fit"
    )
    return (Problem(field='model_input', message=message, facts={'stances': stances}),)


def work_price(work: Work, model: SelectedModel | None) -> Estimate | None:
    """What all steps cost together, None where that is not known."""
    offers = TABLES[work.service].offers
    planned = steps(work, model) if model and work.operation in offers else ()
    return pricing.together(
        [pricing.estimate(step.request, offers[step.request.operation]) for step in planned]
    )


def step_problems(service: str, planned: Sequence[Step]) -> tuple[Problem, ...]:
    """What a service would refuse any of the steps for, each once."""
    found: dict[tuple[str, str], Problem] = {}
    for step in planned:
        for problem in limits.problems(step.request, TABLES[service].offers[step.request.operation]):
            found.setdefault((problem.field, problem.message), problem)
    return tuple(found.values())


def steps(work: Work, model: SelectedModel) -> tuple[Step, ...]:
    """The jobs that `work` takes, in their order."""
    offer = TABLES[work.service].offers[work.operation]
    wanted = offer.model_input.formats if offer.model_input else ()
    if moves_rig(work, model):
        return tuple(_each(work, model, _request(work, source_of_motion(work, model))))
    fitting = next((name for name in wanted if name in model.formats), '')
    if wanted and is_exported(work, model):
        return tuple(_each(work, model, _request(work, _file(wanted[0], model))))
    size = model.size_bytes if fitting == next(iter(model.formats), '') else 0
    source = InputModel(
        job_id=model.job_id, format=fitting, faces=model.triangles, islands=model.islands, size_bytes=size
    )
    before: tuple[Step, ...] = ()
    if wanted and not fitting:
        # The one format that can be made and that is wanted where there is a choice.
        source = replace(source, job_id='', format='FBX')
        given = replace(source, job_id=model.job_id, format=next(iter(model.formats), ''))
        request = Request(operation=Operation.CONVERT, model_input=given, result_format='FBX')
        before = (Step(request=request, name=f"{model.name} FBX", arrives=False),)
    return (*before, *_each(work, model, _request(work, source), source=0 if before else None))


def start_work(context: Context, work: Work) -> tuple[Job, ...]:
    """Queue the jobs for the selected model and see that the worker runs. Raise NotPossible, with nothing left behind."""
    model = look_at_selected_model(context)
    for picture in filter(None, (work.picture_file, *work.view_files.values())):
        look_at_picture(picture)
    refuse(work_problems(work, model))
    assert model is not None
    sender = account(work.service)
    refuse_unreachable(sender)
    group = f"{model.name} LODs" if work.lod_set else ''
    bucket = bucket_for(sender) if goes_by_bucket(work, model) else None
    exported = is_exported(work, model)
    original = (
        None if exported else original_of(context, hide=session().settings.hide_originals, collection=group)
    )
    armature = armature_of(context)
    if armature and moves_rig(work, model):
        original = original_of_rig(armature, original)
    planned = steps(work, model)
    like = Job(
        id=new_id(),
        state=State.QUEUED,
        name=model.name,
        request=planned[0].request,
        account=sender,
        destination=cursor_of(context),
        original=original,
        converter=converter(),
        target_size_m=0.0,
        created_at=time.time(),
    )
    jobs = jobs_of(planned, like)
    if not work.lod_set:
        jobs = chained(jobs, jobs[-1].name)
    with session().store() as store, nothing_left_behind(*jobs):
        refuse_over_limit(store, work.service, [job.credits_estimated for job in jobs])
        if exported:
            jobs = _with_selection(context, jobs, bucket, group)
        elif only_finds_parts(work.options):
            _write_selection(context, jobs[-1])  # to be painted
        elif bucket and model.rig:
            jobs = (_with_source(jobs[0], model.rig, bucket),)
        jobs = tuple(store.add_all(with_pictures(jobs, planned)))
    begin(*jobs, bucket=bucket)
    return jobs


def decimate_copy(context: Context, work: Work) -> None:
    """Put copies with fewer faces in the place of the selected model, as many as `work` takes. Raise NotPossible."""
    offer = TABLES[work.service].offers.get(work.operation)
    objects = [item for item in chosen_objects(context) if item.type == 'MESH']
    if offer is None or offer.model_input is None or not offer.model_input.faces_max or not objects:
        raise NotPossible(Failure(kind=Kind.INPUT, message=N_("Select the model to work on")))
    copies.decimated_copies(context, objects, offer.model_input.faces_max)
    session().selected_model = None


def goes_by_bucket(work: Work, model: SelectedModel) -> bool:
    """Whether the model has to be uploaded, for the service to fetch."""
    if moves_rig(work, model):
        source = source_of_motion(work, model)
        return bool(source and source.file)
    return is_exported(work, model) and not _is_inline(work)


def is_exported(work: Work, model: SelectedModel) -> bool:
    """Whether the selected objects themselves are sent: the service does not have the model as it is."""
    if moves_rig(work, model):
        return False
    return not model.job_id or model.service != work.service or _is_inline(work)


def moves_rig(work: Work, model: SelectedModel) -> bool:
    """Whether the result is a motion for the selected rig, and no other rig."""
    if work.operation is Operation.MOTION:
        return model.rig is not None
    if work.operation is not Operation.RIG or not isinstance(work.options, RigOptions):
        return False
    return bool(work.options.motion and source_of_motion(work, model))


def source_of_motion(work: Work, model: SelectedModel) -> InputModel | None:
    """What is sent for a motion: the rig itself for one from words, what was rigged for another one of the presets."""
    rig = model.rig
    if rig is None or rig.service != work.service:
        return None
    return rig.itself if work.operation is Operation.MOTION else rig.source


# Inside


def _is_inline(work: Work) -> bool:
    offer = TABLES[work.service].offers.get(work.operation)
    return bool(offer and offer.model_input and offer.model_input.is_inline)


def _with_source(job: Job, rig: Rig, bucket: BucketAccount) -> Job:
    """The job with the file that the rig was made of, which it sends again. Raise NotPossible."""
    try:
        copy_source(rig, session().library.job(job.id).input)
    except OSError as error:
        raise NotPossible(session().disk_failure(error)) from error
    return replace(job, bucket=bucket)


def _with_selection(
    context: Context, jobs: Sequence[Job], bucket: BucketAccount | None, group: str
) -> tuple[Job, ...]:
    """The jobs with the selected objects, which are in the folder of the first of them. Raise NotPossible."""
    objects, first = chosen_objects(context), jobs[0]
    refuse_unsendable(objects)
    origin = _write_selection(context, first)
    hide = session().settings.hide_originals
    original = original_of_objects(context, objects, origin, hide=hide, collection=group)
    others = (replace(job, request=_sharing(job.request, first)) for job in jobs[1:])
    return tuple(replace(job, original=original, bucket=bucket) for job in (first, *others))


def _sharing(request: Request, first: Job) -> Request:
    """The same with the file of the first job."""
    model = request.model_input
    return replace(request, model_input=replace(model, file_of=first.id)) if model else request


def _write_selection(context: Context, job: Job) -> tuple[float, float, float]:
    """Write the selected objects into a job's folder; return their origin as `keep_selection` does. Raise NotPossible."""
    try:
        return keep_selection(context, chosen_objects(context), session().library.job(job.id))
    except (OSError, RuntimeError) as error:
        raise NotPossible(session().disk_failure(error)) from error


def _request(work: Work, source: InputModel | None) -> Request:
    return Request(
        operation=work.operation,
        prompt=work.prompt.strip()
        if TABLES[work.service].offers[work.operation].prompt_max_characters
        else '',
        image=picture_facts(work.picture_file) if work.picture_file else None,
        views={view: picture_facts(file) for view, file in work.view_files.items()},
        model=work.model,
        enable_pbr=work.enable_pbr,
        result_format=work.result_format,
        model_input=source,
        options=work.options,
    )


def _file(format_: str, model: SelectedModel) -> InputModel:
    """The file that the worker makes of what is selected."""
    return InputModel(
        file=f"model{FILE_SUFFIXES[format_]}", format=format_, faces=model.triangles, islands=model.islands
    )


def _suffix(work: Work, model: SelectedModel) -> str:
    """What the name of a result has after that of its original."""
    if moves_rig(work, model):
        return MOTIONS[work.options.motion - 1] if isinstance(work.options, RigOptions) else work.prompt
    return "Face Sets" if only_finds_parts(work.options) else SUFFIXES[work.operation]


def _each(work: Work, model: SelectedModel, request: Request, *, source: int | None = None) -> Sequence[Step]:
    """The request itself, or one for every level of detail."""
    if not work.lod_set or not isinstance(work.options, TopologyOptions):
        name = f"{model.name} {_suffix(work, model)}".strip()
        files = work.picture_file, work.view_files
        return (Step(request=request, name=name, source=source, picture_file=files[0], view_files=files[1]),)
    return [
        Step(
            request=replace(request, options=replace(work.options, face_level=level)),
            name=f"{model.name} LOD{number}",
            source=source,
        )
        for number, level in enumerate(_LODS)
    ]


def jobs_of(planned: Sequence[Step], like: Job, source_id: str = '') -> tuple[Job, ...]:
    """The jobs of steps, in all else like another one; those without a source of their own work on that of `source_id`."""
    ids = [new_id() for _ in planned]
    return tuple(_job_of(step, ids, number, like, source_id) for number, step in enumerate(planned))


def chained(jobs: Sequence[Job], name: str) -> tuple[Job, ...]:
    """The jobs as the steps of one chain, where they are more than one."""
    if len(jobs) == 1:
        return tuple(jobs)
    chain = Chain(id=jobs[-1].id, name=name, number=1, count=len(jobs))
    return tuple(replace(job, chain=replace(chain, number=number)) for number, job in enumerate(jobs, 1))


def with_pictures(jobs: Sequence[Job], planned: Sequence[Step]) -> tuple[Job, ...]:
    """The jobs with the pictures of their steps in their folders. Raise NotPossible or OSError."""
    return tuple(
        _with_pictures(job, step) if step.picture_file else job
        for job, step in zip(jobs, planned, strict=True)
    )


def _with_pictures(job: Job, step: Step) -> Job:
    folder = session().library.job(job.id)
    request = with_inputs(job.request, folder, step.picture_file, step.view_files)
    refuse(request_problems(request, job.account.service))
    return replace(job, request=request)


def _job_of(step: Step, ids: Sequence[str], number: int, like: Job, source_id: str) -> Job:
    request = step.request
    source_id = source_id if step.source is None else ids[step.source]
    if source_id and request.model_input:
        request = replace(request, model_input=replace(request.model_input, job_id=source_id))
    price = pricing.estimate(request, TABLES[like.account.service].offers[request.operation])
    return replace(
        like,
        id=ids[number],
        name=name_from(step.name),
        request=request,
        original=like.original if step.arrives else None,
        created_at=like.created_at + (number + 1) / 1000,  # submits keep this order
        credits_estimated=price.total if price else None,
    )
