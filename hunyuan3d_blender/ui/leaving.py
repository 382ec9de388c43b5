# SPDX-License-Identifier: GPL-3.0-or-later
"""What leaves this computer when work on a model begins, and for whom: sentences for tooltips."""

from __future__ import annotations

from collections.abc import Iterator

from .. import app
from ..services.contract import Operation
from ..services.errors import N_
from ..services.object_storage.bucket import BucketAccount
from .text import filled, iface

_OBJECTS_STAY = N_("The selected objects are exported with their textures; nothing leaves this computer")
_OBJECTS_BY_BUCKET = N_(
    "The selected objects go with their textures into your bucket {bucket} at {host}, for the service to fetch"
)
_MODEL_BY_BUCKET = N_("The model goes into your bucket {bucket} at {host}, for the service to fetch")
_NO_BUCKET = N_("Models go to the service by way of a bucket of yours, and none is set up")
_MODEL_THERE = N_("The service takes the model where it has made it")
_NOTHING = N_("The service takes the model where it has made it; nothing is uploaded")


def for_work(work: app.operations.Work, model: app.selected_model.SelectedModel) -> Iterator[str]:
    """What goes of a model, and what beside it."""
    beside = list(beside_model(work))
    yield _model_text(work, model, is_alone=not beside)
    yield from beside


def beside_model(work: app.operations.Work) -> Iterator[str]:
    """Words and pictures that go to another computer."""
    host, offer = app.leaves_to(work.service), app.services()[work.service].offers.get(work.operation)
    if not host or offer is None:
        return
    if work.prompt.strip() and offer.prompt_max_characters:
        yield filled(N_("Sends the prompt to {host}"), host=host)
    if work.picture_file:
        one, many = N_("Sends the picture to {host}"), N_("Sends the pictures to {host}")
        yield filled(many if work.view_files else one, host=host)


def for_parts(painted: app.parts.PaintedParts) -> Iterator[str]:
    """What goes of a model whose parts are painted. Which parts they are goes in any case."""
    host = app.leaves_to_from(painted.account)
    if painted.goes_by_bucket:
        yield _by_bucket(
            app.shown_bucket_for(painted.service), _MODEL_BY_BUCKET, N_("Stays on this computer")
        )
    else:
        yield iface(_MODEL_THERE if host else _NOTHING)
    if host:
        yield filled(N_("Which face belongs to which part is sent to {host}"), host=host)


def _model_text(work: app.operations.Work, model: app.selected_model.SelectedModel, *, is_alone: bool) -> str:
    if app.operations.goes_by_bucket(work, model):
        is_rig = app.operations.moves_rig(work, model)
        text = _MODEL_BY_BUCKET if is_rig else _OBJECTS_BY_BUCKET
        return _by_bucket(app.shown_bucket_for(work.service), text, _OBJECTS_STAY)
    if app.operations.is_exported(work, model):
        host = app.leaves_to(work.service)
        text = N_("The selected objects are sent with their textures to {host}")
        return filled(text, host=host) if host else iface(_OBJECTS_STAY)
    if work.operation is Operation.MOTION and not app.operations.source_of_motion(work, model):
        return iface(N_("The rig itself is not sent"))
    return iface(_NOTHING if is_alone else _MODEL_THERE)


def _by_bucket(bucket: BucketAccount | None, text: str, stays: str) -> str:
    if bucket is None:
        return iface(_NO_BUCKET)
    if bucket.is_sandbox:
        return iface(stays)
    return filled(text, bucket=bucket.bucket.name, host=bucket.bucket.host)
