# SPDX-License-Identifier: GPL-3.0-or-later
"""Have a model made by a service that cannot be asked for it later: the connection is held until the file is there.

On disk the job is RUNNING without an id of the service before the request is made, and DOWNLOADING when the whole file
has its name. Whatever ends it in between, this worker's death too, is made good by the same request: it is free.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from ..jobs.job import Job, State
from ..services.errors import Busy, Failure, Kind, NotSent, Refused, Spent
from ..services.holding import Incoming, Maker
from ..services.retry import backoff_s
from . import download
from .accounts import NotReady
from .arriving import Watch
from .fetching import LATER_S, NO_MODEL, stem_of
from .files.formats import format_of
from .files.preflight import PREFERENCE
from .inputs import InputGone, inputs_of
from .partial_file import Settling
from .tools import Tools

logger = logging.getLogger(__name__)

NOT_READY_S = 5.0
"""How often a server that is not there, or online access, is looked for again."""
TRIES_MAX = 3
"""So often in a row the connection may break, or bring what is no file."""
BACKOFF_FIRST_S, BACKOFF_CAP_S = 2.0, 60.0


def make(job: Job, tools: Tools) -> None:
    """Have the model of a RUNNING job made, from the beginning, and store what came of it."""
    try:
        service = cast(Maker, tools.accounts.service_of(job))
        inputs = inputs_of(job, tools.library)
        path = _received(service, job, inputs, tools)
    except NotReady as reason:
        tools.postpone(job, NOT_READY_S, reason.failure, counts=False)
    except download.Stopped:
        return  # the worker ends, or the artist has cancelled
    except Busy as error:
        _wait(job, tools, error.failure)
    except (InputGone, Refused) as error:
        _fail(job, tools, error.failure)
    except download.FetchFailed as failed:
        _not_received(job, tools, failed.failure)
    else:
        if format_of(path) in PREFERENCE:
            tools.store.change(
                job.id, State.RUNNING, state=State.DOWNLOADING, progress=None, tries=0, note=None
            )
            logger.info("Job %s: the model has come", job.id)
        else:  # it stays for the artist to look at
            _fail(job, tools, NO_MODEL)


def _received(service: Maker, job: Job, inputs: Mapping[str, bytes], tools: Tools) -> Path:
    watch = Watch(job, tools)
    folder = tools.library.job(job.id).download
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{stem_of(job)}.glb"

    @contextmanager
    def connect(_headers: Mapping[str, str]) -> Iterator[Incoming]:
        try:
            with service.make(job.request, inputs, watch.is_set) as incoming:
                yield incoming
        except NotSent as error:
            if error.failure.kind is Kind.UNSUPPORTED:  # such an address is never asked for
                raise Refused(error.failure) from error
            raise NotReady(error.failure) from error

    download.receive(connect, target, on_progress=watch.arrived, stop=watch)
    return Settling(target).finish()


def _not_received(job: Job, tools: Tools, failure: Failure) -> None:
    if failure.kind is Kind.DISK:
        tools.postpone(job, LATER_S, failure, counts=False)
    elif job.tries + 1 >= TRIES_MAX:
        _fail(job, tools, failure)
    else:
        _wait(job, tools, failure)


def _wait(job: Job, tools: Tools, failure: Failure) -> None:
    wait_s = backoff_s(job.tries + 1, first_s=BACKOFF_FIRST_S, cap_s=BACKOFF_CAP_S, random=tools.random)
    logger.info("Job %s: not made (%s), again in %.0f s", job.id, failure.kind, wait_s)
    tools.postpone(job, wait_s, replace(failure, spent=Spent.NO))


def _fail(job: Job, tools: Tools, failure: Failure) -> None:
    ended: dict[str, Any] = {
        'error': replace(failure, spent=Spent.NO),
        'note': None,
        'tries': 0,
        'progress': None,
    }
    tools.store.change(job.id, State.RUNNING, state=State.FAILED, **ended)
    logger.warning("Job %s could not be made: %s %s", job.id, failure.kind, failure.message)
