# SPDX-License-Identifier: GPL-3.0-or-later
"""Turn the downloaded file into model.blend, in a background Blender: what is in it may be hostile.

The job is READY the moment the model is written; its thumbnail follows. Every attempt writes to names of its own and
renames, so that a Blender left over from a killed worker cannot spoil the result of the next one.
"""

from __future__ import annotations

import logging
import os
import shutil
import time
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Any

from ..jobs.job import Job, State
from ..jobs.library import JobFolder
from ..services.contract import Operation
from ..services.errors import N_, Fact, Failure, Kind, Spent
from ..services.foreign_text import clean
from ..services.model_options import only_finds_parts
from .background_blender import BackgroundBlender
from .fetching import segmentation_name
from .files import archive, preflight
from .files.formats import Format, format_of
from .files.refusal import FileRefused
from .history import history_of
from .memory import memory_limit_bytes
from .partial_file import Settling, readable
from .tools import Tools

logger = logging.getLogger(__name__)

DEADLINE_S = 120.0
BYTES_PER_S = 1 << 20
"""Each MiB gives another second. Measured: 30 MB of GLB take 2 to 5 s on an idle machine."""
THUMBNAIL_S = 60.0
LOOK_S = 0.25
"""How often a running conversion looks whether it is still wanted."""
LOG_NAME = 'convert.log'


def convert(job: Job, tools: Tools) -> None:
    """Make model.blend of the files of a CONVERTING job."""
    folder = tools.library.job(job.id)
    try:
        with _downloaded(job, folder) as file:
            model = _unpack(file.path, job.files[0], folder)
            _Conversion(job, tools, folder, model, file).run()
    except FileRefused as refused:
        _fail(job, tools, refused.failure)
    except _Broken as broken:
        _fail(job, tools, broken.failure)
    except _NotWanted:
        logger.info("Job %s: conversion given up", job.id)
    except _FileGone:
        tools.store.change(job.id, State.CONVERTING, state=State.FAILED, files=(), error=_GONE, note=None)
    except _NotOnDisk:
        logger.warning("Job %s: the disk has not kept all of the file; its end is fetched again", job.id)
        tools.store.change(job.id, State.CONVERTING, state=State.DOWNLOADING, files=())


class _Broken(Exception):
    def __init__(self, message: str, detail: str = '', code: str = '', **facts: Fact) -> None:
        super().__init__(message)
        self.failure = Failure(
            kind=Kind.BLENDER,
            message=message,
            facts=facts,
            spent=Spent.YES,
            code=code,
            service_message=detail,
        )


_CRASHED = N_("Blender stopped while it was reading the model; the downloaded file is kept")
_NOT_STARTED = N_("Blender could not be started to convert the model; the downloaded file is kept")


class _FileGone(Exception):
    """Somebody has taken the downloaded file away; it can perhaps be downloaded again."""


class _NotOnDisk(Exception):
    """The disk has not kept the whole file: it fails, or there was a power cut. What it has kept is noted."""


_GONE = Failure(kind=Kind.FILE, message=N_("The downloaded file is no longer there"), spent=Spent.YES)


class _NotWanted(Exception):
    """The artist has cancelled, or the worker ends."""


def _downloaded(job: Job, folder: JobFolder) -> Settling:
    """The downloaded file, which can be read. Raise _FileGone or _NotOnDisk."""
    if not job.files:
        raise _FileGone
    target = folder.download / job.files[0]
    try:
        size = readable(target).stat().st_size
    except FileNotFoundError:
        raise _FileGone from None
    if not target.exists() and size != job.bytes_total:
        raise _NotOnDisk
    return Settling(target)


def _unpack(file: Path, name: str, folder: JobFolder) -> Path:
    """Put the model and its textures into the job's `model` folder and return the model. Raise FileRefused."""
    found = format_of(file, name)
    if found is Format.ZIP:
        paths = archive.unpack(file, folder.model)
    else:
        shutil.rmtree(folder.model, ignore_errors=True)
        folder.model.mkdir(parents=True)
        paths = [folder.model / name]
        try:
            os.link(file, paths[0])
        except OSError:  # a file system without links
            shutil.copyfile(file, paths[0])
    model = preflight.choose_model(paths)
    preflight.check_model(model, folder.model)
    return model


class _Conversion:
    """One model in one background Blender."""

    def __init__(self, job: Job, tools: Tools, folder: JobFolder, model: Path, file: Settling) -> None:
        self._job = job
        self._tools = tools
        self._folder = folder
        self._model = model
        self._file = file
        self._attempt = uuid.uuid4().hex[:8]
        self._has_begun = False
        self._is_ready = False
        model_bytes = sum(file.stat().st_size for file in folder.model.rglob('*') if file.is_file())
        self._limit_s = DEADLINE_S + model_bytes / BYTES_PER_S
        self._deadline = time.monotonic() + self._limit_s

    @property
    def _blend(self) -> Path:
        return self._folder.path / f"model.{self._attempt}.part.blend"

    @property
    def _picture(self) -> Path:
        return self._folder.path / f"thumbnail.{self._attempt}.part.png"

    def run(self) -> None:
        """Return when the model, and perhaps its thumbnail, are in place. Raise _Broken or _NotWanted."""
        _remove_parts(self._folder)
        code = 0
        try:
            blender = self._tools.converters.take(self._tools.converter_of(self._job))
        except OSError as error:
            raise _Broken(_NOT_STARTED, detail=str(error)) from error
        try:
            self._follow(blender)
        finally:
            code = blender.end()
            blender.write_log(self._folder.path / LOG_NAME)
            _remove_parts(self._folder)
        if not self._is_ready:
            message = _CRASHED if self._has_begun else _NOT_STARTED
            raise _Broken(message, code=f"exit code {code}")

    def _follow(self, blender: BackgroundBlender) -> None:
        with suppress(OSError):  # it has died: its output ends at once
            blender.order(self._order())
        while True:
            self._look()
            try:
                event = blender.next_event(LOOK_S)
            except TimeoutError:
                continue
            if event is None:
                return
            self._take_in(event)

    def _look(self) -> None:
        if self._tools.stop.is_set():
            raise _NotWanted
        if time.monotonic() > self._deadline:
            if self._is_ready:
                raise _NotWanted  # only the thumbnail is missing
            raise _Broken(
                N_("Converting the model took longer than {seconds} seconds"), seconds=int(self._limit_s)
            )
        if not self._is_ready:
            job = self._tools.store.get(self._job.id)
            if job is None or job.state is not State.CONVERTING:
                raise _NotWanted

    def _take_in(self, event: dict[str, Any]) -> None:
        match event:
            case {'event': 'ready'}:
                self._has_begun = True
            case {'event': 'model'} if self._blend.is_file() and not self._is_ready:
                self._ready()
            case {'event': 'thumbnail'} if self._picture.is_file() and self._is_ready:
                self._picture.replace(self._folder.thumbnail)
                self._tools.store.change(self._job.id, State.READY, State.ARRIVED)  # show it
            case {'event': 'failed', 'message': str(message)} if not self._is_ready:
                raise _Broken(clean(message), detail=clean(event.get('detail')))

    def _ready(self) -> None:
        try:
            self._file.finish()
        except OSError as error:
            raise _NotOnDisk from error
        with suppress(FileNotFoundError):  # of an earlier model
            self._folder.thumbnail.unlink()
        self._blend.replace(self._folder.model_blend)
        ready = self._tools.store.change(
            self._job.id,
            State.CONVERTING,
            state=State.READY,
            progress=None,
            note=None,
            error=None,
            tries=0,
            due_at=0.0,
        )
        if ready is None:
            raise _NotWanted
        self._is_ready = True
        self._deadline = time.monotonic() + THUMBNAIL_S
        logger.info("Job %s is ready", self._job.id)

    def _order(self) -> dict[str, Any]:
        return {
            'model': str(self._model),
            'output': str(self._blend),
            'thumbnail': str(self._picture),
            'name': self._job.name,
            'target_size_m': self._job.target_size_m,
            'frame': self._job.original.frame if self._job.original else (),
            'box': self._job.original.box if self._job.original else (),
            'history': history_of(self._job),
            'memory_limit_bytes': memory_limit_bytes(),
            'is_in_parts': self._job.request.operation is Operation.PARTS,
            'parts': self._parts(),
        }

    def _parts(self) -> dict[str, Any]:
        """Of a model that is to be painted by its parts."""
        if not only_finds_parts(self._job.request.options) or not self._job.original:
            return {}
        return {
            'segmentation': str(self._folder.download / segmentation_name(self._job)),
            'selection': str(self._folder.selection),
            'place': self._job.original.matrix,
            'output': str(self._folder.parts),
        }


def _fail(job: Job, tools: Tools, failure: Failure) -> None:
    tools.store.change(job.id, State.CONVERTING, state=State.FAILED, error=failure, note=None, tries=0)
    logger.warning("Job %s could not be converted: %s %s", job.id, failure.message, failure.code)


def _remove_parts(folder: JobFolder) -> None:
    for part in (*folder.path.glob('model.*.part.blend*'), *folder.path.glob('thumbnail.*.part.png')):
        with suppress(OSError):  # a Blender left over still holds it (Windows)
            part.unlink()
