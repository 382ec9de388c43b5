# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a service fetches the model it is to work on: at an earlier result's own URL, or in the artist's bucket.

A server of one's own gets the file itself, which is made here, too. Either link is a secret. It is put into the request for the moment of sending, and stored nowhere.
"""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from ..jobs.chains import DONE, HALTED
from ..jobs.job import Job, State
from ..services.contract import Answer, Request, ResultFile, Status
from ..services.errors import N_, Failure, Kind
from ..services.model_options import InputModel
from ..services.retry import backoff_s, poll_interval_s
from .exporting import ExportFailed, export, is_to_be_exported
from .poll import NotAnswered, ask, has_files
from .staging import LINK_S, Stopped, UploadFailed
from .tools import Tools

logger = logging.getLogger(__name__)

MARGIN_S = 3600.0
"""A result is not passed on any more when its URL lives no longer than that: the next job may have to wait."""
FRESH_S = LINK_S / 2
"""For how long a link to a staged model is sent once more, where the first request was turned away."""
PROGRESS_S = 0.5
BACKOFF_FIRST_S, BACKOFF_CAP_S = 2.0, 60.0
ENDINGS = ('GLB', 'FBX', 'OBJ')
MAY_HELP = (Kind.NETWORK, Kind.BUSY, Kind.OFFLINE, Kind.SERVICE)
"""What an upload can fail of and be good later."""


class NoModel(Exception):
    """There is nothing to send, now or later."""

    def __init__(self, message: str, failure: Failure | None = None, **facts: str) -> None:
        super().__init__(message)
        self.failure = failure or Failure(kind=Kind.INPUT, message=message, facts=facts)


class NotYet(Exception):
    """It can be tried again later."""

    def __init__(self, failure: Failure | None, wait_s: float) -> None:
        super().__init__(failure.message if failure else "")
        self.failure, self.wait_s = failure, wait_s


def with_link(job: Job, tools: Tools) -> Request:
    """The request of a QUEUED job with the link to its model, where it has one. Raise NoModel, NotYet or NotReady.

    Afterwards the file of a model that goes with the request is there.
    """
    model = job.request.model_input
    if model is None:
        return job.request
    offer = tools.accounts.offer_of(job)
    if offer and offer.model_input and offer.model_input.is_inline:
        _file_of(model, job, tools)
        return job.request
    url = _link_of_result(model, job, tools) if model.job_id else _link_of_file(model, job, tools)
    return replace(job.request, model_input=replace(model, url=url))


# The result of an earlier job


def _link_of_result(model: InputModel, job: Job, tools: Tools) -> str:
    earlier = tools.store.get(model.job_id)
    if earlier is None or earlier.state not in DONE or not earlier.remote_id:
        raise NoModel(HALTED.message, HALTED)
    if tools.clock() > earlier.submitted_at + tools.accounts.job_lifetime_s(earlier) - MARGIN_S:
        raise NoModel(N_("The service will delete the model soon: it can no longer be passed on as it is"))
    answer = _answer(earlier, job, tools)
    for file in answer.files:
        if file.url and _format_of(file) == model.format:
            return file.url
    raise NoModel(N_("The model to work on is not there as {format}"), format=model.format)


def _answer(earlier: Job, job: Job, tools: Tools) -> Answer:
    """What the service says of a job that is done. Raise NoModel or NotYet."""
    files = tools.results.get(earlier.id)
    if files:
        return Answer(status=Status.DONE, files=files)
    try:
        answer = ask(earlier, tools)
    except NotAnswered as reason:
        if reason.failure.kind is Kind.GONE:
            raise NoModel(reason.failure.message, reason.failure) from reason
        raise NotYet(reason.failure, max(reason.wait_s, _wait_s(job, tools))) from reason
    if answer.status in (Status.WAITING, Status.RUNNING):
        raise NotYet(None, poll_interval_s(tools.clock() - earlier.submitted_at, tools.random))
    if not has_files(answer):
        raise NoModel(HALTED.message, HALTED)
    return answer


def _format_of(file: ResultFile) -> str:
    """'FBX', 'GLB', 'OBJ' or something else: by the end of its URL, else by the service's word."""
    ending = PurePosixPath(urlsplit(file.url).path).suffix.removeprefix('.').upper()
    return ending if ending in ENDINGS else file.type.upper()


# A file of the artist's


def _link_of_file(model: InputModel, job: Job, tools: Tools) -> str:
    known = tools.links.get(job.staged_id)
    if known and tools.clock() < known[1]:
        return known[0]
    path = _file_of(model, job, tools)
    if tools.staging is None or job.bucket is None:
        raise NoModel(N_("Models go to the service by way of a bucket of yours, and none is set up"))
    try:
        url = tools.staging.stage(
            job.bucket, path, job.staged_id, on_progress=_Progress(job, tools), stop=tools.stop
        )
    except UploadFailed as failed:
        if failed.failure.kind in MAY_HELP:
            raise NotYet(failed.failure, _wait_s(job, tools)) from failed
        raise NoModel(failed.failure.message, failed.failure) from failed
    except Stopped as stopped:
        raise NotYet(None, 0.0) from stopped
    tools.links[job.staged_id] = url, tools.clock() + FRESH_S
    logger.info("Job %s: its model is in the bucket", job.id)
    return url


def _file_of(model: InputModel, job: Job, tools: Tools) -> Path:
    folder = tools.library.job(job.staged_id)
    if is_to_be_exported(model, folder):
        _export(model, job, tools)
    path = folder.input / model.file
    if not path.is_file() or model.size_bytes not in (0, path.stat().st_size):
        message = N_("The file {file} in the job's folder is missing or has been changed; nothing was sent")
        raise NoModel(message, file=model.file)
    return path


def _export(model: InputModel, job: Job, tools: Tools) -> None:
    try:
        export(job, model, tools)
    except ExportFailed as failed:
        raise NoModel(failed.failure.message, failed.failure) from failed
    except Stopped as stopped:
        raise NotYet(None, 0.0) from stopped


class _Progress:
    """Tells the store how far an upload is, not too often, and learns from it that the job is cancelled."""

    def __init__(self, job: Job, tools: Tools) -> None:
        self._job, self._tools = job, tools
        self._told_at = -PROGRESS_S

    def __call__(self, done: int, total: int) -> None:
        """Take note of `done` bytes of `total`. Raise Stopped."""
        now = time.monotonic()
        if now - self._told_at < PROGRESS_S:
            return
        self._told_at = now
        changes: dict[str, Any] = {
            'bytes_done': done,
            'bytes_total': total,
            'progress': done / total,
            'note': None,
        }
        if self._tools.store.change(self._job.id, State.QUEUED, **changes) is None:
            raise Stopped


def _wait_s(job: Job, tools: Tools) -> float:
    return backoff_s(job.tries + 1, first_s=BACKOFF_FIRST_S, cap_s=BACKOFF_CAP_S, random=tools.random)
