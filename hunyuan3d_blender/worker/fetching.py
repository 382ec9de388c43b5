# SPDX-License-Identifier: GPL-3.0-or-later
"""Fetch what a finished job has made: one model, the best of those on offer.

The result URLs are secrets and live in memory only. After a restart, and whenever they turn out useless, the next
step asks the service for new ones: a query costs nothing.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from ..jobs.job import Job, State
from ..services.contract import Operation, ResultFile, Status
from ..services.errors import N_, Failure, Kind, Spent
from ..services.model_options import SEGMENTATION, only_finds_parts
from ..services.retry import backoff_s, poll_interval_s
from . import download
from .arriving import Watch
from .files.formats import Format, format_of
from .files.preflight import PREFERENCE
from .partial_file import Settling, part_of, readable
from .poll import NotAnswered, ask, failed_at_service, has_files, not_answered
from .tools import Tools

logger = logging.getLogger(__name__)

NOT_MODELS = frozenset({
    'mp4', 'gif', 'png', 'jpg', 'jpeg', 'webp', 'image', 'texture_image', 'mtl', 'txt', 'json', 'segmentation',
})  # fmt: skip
FILMS = frozenset({'mp4', 'gif'})
UNTOLD = 'bin'
"""Suffix of a file whose format neither its URL nor the service tells."""
FRUITLESS_MAX = 3
"""So often in a row without a new byte."""
BACKOFF_FIRST_S, BACKOFF_CAP_S = 1.0, 60.0
LATER_S = 30.0
"""How soon a full disk, or online access, is looked at again."""

_EXPIRED_URL = Failure(
    kind=Kind.SERVICE, message=N_("The service no longer gives the file out"), spent=Spent.YES
)
NO_MODEL = Failure(
    kind=Kind.FILE, message=N_("There is no model among the files of the result"), spent=Spent.YES
)
_NO_SEGMENTATION = Failure(
    kind=Kind.FILE,
    message=N_(
        "The service does not say which face belongs to which part; its model is kept in the job's folder"
    ),
    spent=Spent.YES,
)
SEGMENTATION_MAX_BYTES = 64 << 20
"""1.5 million faces need 12 MB."""


def fetch_result(job: Job, tools: Tools) -> None:
    """Take a DOWNLOADING job one step on: ask for URLs where they are not known, else fetch the model."""
    found = _complete_file(job, tools)
    files = tools.results.get(job.id)
    if found is not None and not _lacks_segmentation(job, tools):
        _hand_on(job, tools, found)
    elif files is None and job.is_held:
        tools.store.change(job.id, State.DOWNLOADING, state=State.RUNNING, due_at=0.0)
    elif files is None:
        _ask_again(job, tools)
    else:
        _fetch_best(job, tools, files, found)


def wanted_of(job: Job) -> tuple[Format, ...]:
    """What the result of a job may be, the best first: a model, or the film that was asked for."""
    asked = job.request.result_format.lower()
    is_film = job.request.operation is Operation.CONVERT and asked in FILMS
    return (Format(asked),) if is_film else PREFERENCE


def in_order(
    files: tuple[ResultFile, ...], wanted: tuple[Format, ...] = PREFERENCE
) -> list[tuple[str, ResultFile]]:
    """The files that may be what is wanted, the best first, each with the suffix that its URL or its type promises."""
    promised = [(_promise(file, wanted), file) for file in files if file.url or file.data]
    order = [format_.value for format_ in wanted] + [UNTOLD]
    return sorted((pair for pair in promised if pair[0] in order), key=lambda pair: order.index(pair[0]))


def stem_of(job: Job) -> str:
    """A name for the files of this submit: those of an earlier one stay where they are."""
    return f"model-{hashlib.sha256((job.remote_id or job.attempt_id).encode()).hexdigest()[:8]}"


def segmentation_name(job: Job) -> str:
    """Of the file in the `download` folder that says which face belongs to which part."""
    return f"{stem_of(job)}.json"


# Inside


def _promise(file: ResultFile, wanted: tuple[Format, ...]) -> str:
    """What the file is said to be: by the end of its URL, else by the service's word. '' for what is not wanted."""
    known = {format_.value for format_ in wanted}
    said = (PurePosixPath(urlsplit(file.url).path).suffix.removeprefix('.').lower(), file.type.lower())
    for word in said:
        if word in known:
            return word
        if word in NOT_MODELS or word in PREFERENCE:
            return ''
    return UNTOLD


def _complete_file(job: Job, tools: Tools) -> Path | None:
    """A result that has been fetched already, before a retry."""
    wanted = wanted_of(job)
    suffixes = {f".{format_.value}" for format_ in wanted} | {f".{UNTOLD}"}
    for path in sorted(tools.library.job(job.id).download.glob(f"{stem_of(job)}.*")):
        if path.suffix in suffixes and format_of(path) in wanted:
            part_of(path).unlink(missing_ok=True)  # of a second try, which is not needed
            return path
    return None


def _hand_on(job: Job, tools: Tools, path: Path) -> None:
    """The model is there, by its name or still as its part: have it converted, under a name that says what it is."""
    named = path.with_suffix(f".{_format_of(path).value}")
    if named != path:
        Settling(path).finish().replace(named)
    is_all = job.request.operation is Operation.CONVERT  # the file itself is what was asked for
    if is_all:
        Settling(named).finish()
    tools.results.pop(job.id, None)
    size = readable(named).stat().st_size
    tools.store.change(
        job.id,
        State.DOWNLOADING,
        state=State.READY if is_all else State.CONVERTING,
        files=(named.name, segmentation_name(job))
        if only_finds_parts(job.request.options)
        else (named.name,),
        bytes_done=size,
        bytes_total=size,
        progress=None,
        tries=0,
        note=None,
        due_at=0.0,
    )
    logger.info("Job %s: fetched %s", job.id, named.name)


def _format_of(path: Path) -> Format:
    return format_of(readable(path), path.name)


def _ask_again(job: Job, tools: Tools) -> None:
    """Get new URLs. The job was done, so whatever else the service says now does not send it back."""
    try:
        answer = ask(job, tools)
    except NotAnswered as reason:
        not_answered(job, tools, reason)
        return
    if has_files(answer):
        tools.results[job.id] = answer.files
        tools.store.change(job.id, State.DOWNLOADING, due_at=0.0, note=None)
    elif answer.status in (Status.WAITING, Status.RUNNING):
        wait_s = poll_interval_s(tools.clock() - job.submitted_at, tools.random)
        tools.postpone(job, wait_s, None, counts=False)
    elif answer.status is Status.FAILED:
        _try_again(job, tools, failed_at_service(answer), job.tries + 1)
    else:
        _try_again(job, tools, replace(NO_MODEL, request_id=answer.request_id), job.tries + 1)


def _fetch_best(job: Job, tools: Tools, files: tuple[ResultFile, ...], found: Path | None) -> None:
    """Fetch the first file that is a model, unless one was `found`, and what belongs to it."""
    watch = Watch(job, tools)
    failure = NO_MODEL
    try:
        for outcome in [found] if found else _fetch_each(job, tools, files, watch):
            if isinstance(outcome, Path):
                if _lacks_segmentation(job, tools):
                    Settling(outcome).finish()  # the model stays, whatever comes of its parts
                    _fetch_segmentation(job, tools, files)
                _hand_on(job, tools, outcome)
                return
            failure = outcome
        _fail(job, tools, failure)
    except download.Stopped:
        return
    except download.UrlExpired:
        _try_again(job, tools, _EXPIRED_URL, 0 if watch.grew else job.tries + 1)
    except download.FetchFailed as failed:
        if failed.failure.kind in (Kind.DISK, Kind.OFFLINE):
            tools.postpone(job, LATER_S, failed.failure, counts=False)
        else:
            _try_again(job, tools, failed.failure, 0 if watch.grew else job.tries + 1)


def _fetch_each(
    job: Job, tools: Tools, files: tuple[ResultFile, ...], watch: Watch
) -> Iterator[Path | Failure]:
    """Fetch the files one after the other: a path when the content is a model, else why this one is none."""
    folder = tools.library.job(job.id).download
    folder.mkdir(parents=True, exist_ok=True)
    for suffix, file in in_order(files, wanted_of(job)):
        try:
            path = _fetch(job, tools, file, folder / f"{stem_of(job)}.{suffix}", watch)
        except download.FetchFailed as failed:
            if failed.failure.kind is not Kind.FILE:
                raise
            yield failed.failure
        else:
            if _format_of(path) in wanted_of(job):
                yield path
            else:
                Settling(path).finish()  # it stays for the artist to look at
                yield NO_MODEL


def _fetch(
    job: Job,
    tools: Tools,
    file: ResultFile,
    target: Path,
    watch: Watch,
    max_bytes: int = download.SIZE_MAX_BYTES,
) -> Path:
    if file.data:
        download.keep(file.data, target, on_progress=watch.arrived)
        return target
    download.fetch(
        tools.accounts.network,
        file.url,
        target,
        allow_loopback=tools.accounts.is_local(job),
        on_progress=watch.arrived,
        stop=watch,
        max_bytes=max_bytes,
    )
    return target


def _lacks_segmentation(job: Job, tools: Tools) -> bool:
    folder = tools.library.job(job.id).download
    return only_finds_parts(job.request.options) and not (folder / segmentation_name(job)).exists()


def _fetch_segmentation(job: Job, tools: Tools, files: tuple[ResultFile, ...]) -> None:
    """Raise download.FetchFailed, UrlExpired or Stopped."""
    file = next((file for file in files if file.type == SEGMENTATION), None)
    if file is None:
        raise download.FetchFailed(_NO_SEGMENTATION)
    target = tools.library.job(job.id).download / segmentation_name(job)
    _fetch(job, tools, file, target, Watch(job, tools), SEGMENTATION_MAX_BYTES)
    Settling(target).finish()


def _try_again(job: Job, tools: Tools, failure: Failure, tries: int) -> None:
    """Once more with new URLs, unless that has led nowhere several times."""
    tools.results.pop(job.id, None)
    if tries >= FRUITLESS_MAX:
        _fail(job, tools, failure)
        return
    wait_s = backoff_s(tries, first_s=BACKOFF_FIRST_S, cap_s=BACKOFF_CAP_S, random=tools.random)
    tools.store.change(job.id, State.DOWNLOADING, tries=tries, note=failure, due_at=tools.clock() + wait_s)


def _fail(job: Job, tools: Tools, failure: Failure) -> None:
    ended: dict[str, Any] = {
        'error': replace(failure, spent=Spent.YES),
        'note': None,
        'tries': 0,
        'progress': None,
    }
    tools.store.change(job.id, State.DOWNLOADING, state=State.FAILED, **ended)
    logger.warning("Job %s could not be fetched: %s %s", job.id, failure.kind, failure.message)
