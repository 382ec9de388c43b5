# SPDX-License-Identifier: GPL-3.0-or-later
"""The files that go with a request, exactly those the artist had chosen."""

from __future__ import annotations

import hashlib

from ..jobs.job import Job
from ..jobs.library import Library
from ..services.errors import N_, Failure, Kind


class InputGone(Exception):
    """A file of the job's is not there any more, or another one."""

    def __init__(self, file: str) -> None:
        super().__init__(file)
        message = N_("The file {file} in the job's folder is missing or has been changed; nothing was sent")
        self.failure = Failure(kind=Kind.INPUT, message=message, facts={'file': file})


def inputs_of(job: Job, library: Library) -> dict[str, bytes]:
    """The bytes of all files that go with the request, by name. Raise InputGone.

    So does a model's file where there is no bucket for it to go by.
    """
    files, model = dict(job.request.files), job.request.model_input
    if model and model.file and job.bucket is None:
        files[model.file] = ''
    inputs = {}
    for name, sha256 in files.items():
        try:
            owner = job.staged_id if model and name == model.file else job.id
            data = (library.job(owner).input / name).read_bytes()
        except FileNotFoundError:
            raise InputGone(name) from None
        if sha256 and hashlib.sha256(data).hexdigest() != sha256:
            raise InputGone(name)
        inputs[name] = data
    return inputs
