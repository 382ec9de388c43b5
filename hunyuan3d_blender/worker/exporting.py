# SPDX-License-Identifier: GPL-3.0-or-later
"""What the artist had selected becomes the file that is sent, in a background Blender.

The artist's Blender has written `input/selection.blend`, and beside it the rest of the order. The file stays in the job's
folder, so a job that is sent again sends the same model.
"""

from __future__ import annotations

import json
import logging
import time
from contextlib import suppress
from typing import Any

from ..jobs.job import Job, State
from ..jobs.library import JobFolder
from ..services.errors import N_, Fact, Failure, Kind
from ..services.foreign_text import clean
from ..services.model_options import InputModel
from .background_blender import BackgroundBlender
from .memory import memory_limit_bytes
from .staging import Stopped
from .tools import Tools

logger = logging.getLogger(__name__)

DEADLINE_S = 120.0
BYTES_PER_S = 1 << 20
"""Each MiB of the selection gives another second. Measured: 1.5 million faces take 12 s on an idle machine."""
LOOK_S = 0.25
"""How often it is looked whether the job is still wanted."""
LOG_NAME = 'export.log'
_MODULE = 'scene.export.program'

_CRASHED = N_("Blender stopped while it was preparing the selected objects; nothing was sent")
_NOT_STARTED = N_("Blender could not be started to prepare the selected objects; nothing was sent")


class ExportFailed(Exception):
    """There is no file to send, and trying again would not help."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


def is_to_be_exported(model: InputModel, folder: JobFolder) -> bool:
    """Whether the file of a model has yet to be made of what was selected."""
    return folder.selection.is_file() and not (folder.input / model.file).is_file()


def export(job: Job, model: InputModel, tools: Tools) -> None:
    """Make the file of a QUEUED job's model. Raise ExportFailed or Stopped."""
    folder = tools.library.job(job.staged_id)
    code = 0
    try:
        order = _order(job, model, folder, tools)
        blender = BackgroundBlender(tools.converter_of(job), _MODULE)
    except (OSError, ValueError) as error:
        raise _failed(Kind.BLENDER, _NOT_STARTED, detail=str(error)) from error
    try:
        with suppress(OSError):  # it has died: its output ends at once
            blender.order(order)
        said = _answer(blender, job, tools, DEADLINE_S + folder.selection_blend.stat().st_size / BYTES_PER_S)
    finally:
        code = blender.end()
        blender.write_log(folder.path / LOG_NAME)
    match said:
        case {'event': 'exported'} if (folder.input / model.file).is_file():
            logger.info("Job %s: its model is written, %s faces", job.id, said.get('faces'))
        case {'event': 'failed', 'message': str(message)}:
            raise _failed(Kind.INPUT, clean(message), _facts(said.get('facts')), clean(said.get('detail')))
        case _:
            raise _failed(Kind.BLENDER, _CRASHED, code=f"exit code {code}")


def _order(job: Job, model: InputModel, folder: JobFolder, tools: Tools) -> dict[str, Any]:
    """Raise OSError or ValueError."""
    offer = tools.accounts.offer_of(job)
    limits = offer.model_input if offer else None
    return {
        **json.loads(folder.selection.read_text(encoding='utf-8')),
        'output': str(folder.input / model.file),
        'format': model.format,
        'faces_max': limits.faces_max if limits else 0,
        'bytes_max': limits.size_max_bytes if limits else 0,
        'memory_limit_bytes': memory_limit_bytes(),
    }


def _answer(blender: BackgroundBlender, job: Job, tools: Tools, limit_s: float) -> dict[str, Any]:
    """What it says, nothing when it ends without a word. Raise ExportFailed or Stopped."""
    deadline = time.monotonic() + limit_s
    while True:
        now = tools.store.get(job.id)
        if tools.stop.is_set() or now is None or now.state is not State.QUEUED:
            raise Stopped
        if time.monotonic() > deadline:
            message = N_(
                "Preparing the selected objects took longer than {seconds} seconds; nothing was sent"
            )
            raise _failed(Kind.BLENDER, message, {'seconds': int(limit_s)})
        with suppress(TimeoutError):
            return blender.next_event(LOOK_S) or {}


def _facts(said: Any) -> dict[str, Fact]:
    """Facts as they come out of JSON."""
    facts = said.items() if isinstance(said, dict) else ()
    return {
        str(name): tuple(map(str, value)) if isinstance(value, list) else value
        for name, value in facts
        if isinstance(value, str | int | float | list)
    }


def _failed(
    kind: Kind, message: str, facts: dict[str, Fact] | None = None, detail: str = '', code: str = ''
) -> ExportFailed:
    return ExportFailed(
        Failure(kind=kind, message=message, facts=facts or {}, service_message=detail, code=code)
    )
