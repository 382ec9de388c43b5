# SPDX-License-Identifier: GPL-3.0-or-later
"""Write a finished job's model to a file, for the command line and scripts. Uses the Blender it runs in."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from pathlib import Path

import bpy

from ..jobs.job import Destination, Job
from ..jobs.library import JobFolder
from ..scene.arrive import Unreadable, arrive
from ..services.errors import N_, Failure, Kind

FORMATS = ('.blend', '.glb')


class NotWritten(Exception):
    """The output file could not be written; the model is still in the library."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


def check_output(path: str) -> None:
    """Raise NotWritten before anything is sent when `path` can never be written."""
    file = Path(path)
    if file.suffix.lower() not in FORMATS:
        message = N_("The output file must end in .blend or .glb: {file}")
        raise NotWritten(Failure(kind=Kind.INPUT, message=message, facts={'file': file.name}))
    try:
        if file.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        with tempfile.TemporaryFile(dir=file.parent):
            pass
    except OSError as error:
        facts = {'folder': str(file.parent), 'reason': error.strerror or str(error)}
        message = N_("The output file cannot be written in {folder}: {reason}")
        raise NotWritten(Failure(kind=Kind.DISK, message=message, facts=facts)) from error


def write_output(job: Job, folder: Path, path: str) -> None:
    """Write the model of `job` to `path`, replacing what is there. Raise NotWritten."""
    file = Path(path)
    part = file.with_name(f".{file.stem}.part{file.suffix}")
    try:
        if file.suffix.lower() == '.glb':
            _write_glb(job, JobFolder(folder), part)
        else:
            _write_blend(job, JobFolder(folder), part)
        part.replace(file)
    except (OSError, RuntimeError, Unreadable) as error:
        part.unlink(missing_ok=True)
        message = N_("The output file could not be written: {reason}. The model is kept in {folder}")
        facts = {'reason': str(error), 'folder': str(folder)}
        raise NotWritten(Failure(kind=Kind.DISK, message=message, facts=facts)) from error


def _write_blend(job: Job, folder: JobFolder, file: Path) -> None:
    """A file of its own with the model at the origin."""
    _open_with_model(job, folder)
    bpy.ops.wm.save_as_mainfile(filepath=str(file), copy=True)


def _write_glb(job: Job, folder: JobFolder, file: Path) -> None:
    """The service's own GLB where it sent one, otherwise an export of the converted model."""
    own = next((folder.download / name for name in job.files if name.lower().endswith('.glb')), None)
    if own is not None:
        shutil.copyfile(own, file)
        return
    _open_with_model(job, folder)
    bpy.ops.export_scene.gltf(filepath=str(file), export_format='GLB')


def _open_with_model(job: Job, folder: JobFolder) -> None:
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    arrive(
        bpy.context, model_blend=folder.model_blend, name=job.name, job_id=job.id, destination=Destination()
    )
