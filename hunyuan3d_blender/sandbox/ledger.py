# SPDX-License-Identifier: GPL-3.0-or-later
"""What the sandbox remembers: one folder, so that jobs go on after everything was killed.

The folder, which tests may read:
    keys.json                the account, readable by its owner only
    calls.jsonl              one line for each call: what was asked when, and the answer's code
    jobs/<JobId>/job.json    one job, replaced as a whole
    jobs/<JobId>/input.png   its picture; model.fbx its model, segmentation.json how that is to be split
    jobs/<JobId>/output/     its files, there only when they are complete
"""

from __future__ import annotations

import json
import logging
import os
import secrets
import shutil
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from .signature import Keys

log = logging.getLogger(__name__)

JOB_LIFETIME_S = 24 * 3600.0
"""How long job ids and result files live."""
CALLS_MAX_BYTES = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Job:
    """A job the service has taken. Times are seconds since 1970."""

    id: str
    operation: str
    version: str
    """Of the edition it came through."""
    values: Mapping[str, Any]
    """What was submitted, without the bytes of pictures."""
    formats: tuple[str, ...]
    submitted_at: float
    request_id: str
    input_file: str = ''
    """Name of the picture in the job's folder."""
    model_file: str = ''
    """Name of the model there."""
    takes_s: float = 0.0
    """How long it takes at least."""
    scenario: str = ''
    """How this job misbehaves."""
    started_at: float | None = None
    finished_at: float | None = None
    error_code: str = ''
    error_message: str = ''
    files: tuple[tuple[str, str], ...] = field(default_factory=tuple)
    """Type and file name, in `output`."""
    preview: str = ''
    segmentation: str = ''
    """Name of a text beside them that says which face is in which part."""
    credits: Mapping[str, int] = field(default_factory=dict)
    """What it is charged when it is done, by reason."""


class Ledger:
    """The folder. Safe to be used from several threads of one process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.RLock()
        (folder / 'jobs').mkdir(parents=True, exist_ok=True)
        self.keys = self._load_keys()
        self._jobs = {job.id: job for job in self._load_jobs()}

    def jobs(self) -> tuple[Job, ...]:
        """All jobs, the oldest first."""
        with self._lock:
            return tuple(sorted(self._jobs.values(), key=lambda job: job.submitted_at))

    def job(self, job_id: str) -> Job | None:
        """The job of that id."""
        with self._lock:
            return self._jobs.get(job_id)

    def add(self, job: Job, inputs: Mapping[str, bytes]) -> Job:
        """Keep a new job with the files it begins with, by name."""
        folder = self.folder_of(job)
        folder.mkdir()
        for name, data in inputs.items():
            (folder / name).write_bytes(data)
        return self._keep(job)

    def change(self, job_id: str, **values: Any) -> Job:
        """Keep a job with other values."""
        with self._lock:
            return self._keep(replace(self._jobs[job_id], **values))

    def forget_expired(self, now: float) -> None:
        """Delete what the service would have deleted, and a long list of calls."""
        for job in self.jobs():
            if now - job.submitted_at > JOB_LIFETIME_S:
                with self._lock:
                    del self._jobs[job.id]
                shutil.rmtree(self.folder_of(job), ignore_errors=True)
        calls = self.folder / 'calls.jsonl'
        if calls.exists() and calls.stat().st_size > CALLS_MAX_BYTES:
            calls.unlink()

    def note_call(self, at: float, action: str, code: str) -> None:
        """Write down a call and its outcome, '' for success."""
        line = json.dumps({'at': round(at, 3), 'action': action, 'code': code})
        with self._lock, (self.folder / 'calls.jsonl').open('a', encoding='utf-8') as file:
            file.write(line + '\n')

    def folder_of(self, job: Job) -> Path:
        """Where a job's files are."""
        return self.folder / 'jobs' / job.id

    def _keep(self, job: Job) -> Job:
        with self._lock:
            _write(self.folder_of(job) / 'job.json', asdict(job))
            self._jobs[job.id] = job
        return job

    def _load_keys(self) -> Keys:
        path = self.folder / 'keys.json'
        if not path.exists():
            keys = {'secret_id': 'AKID' + secrets.token_hex(16), 'secret_key': secrets.token_hex(16)}
            _write(path, keys)
        return Keys(**json.loads(path.read_text('utf-8')))

    def _load_jobs(self) -> list[Job]:
        jobs = []
        for path in (self.folder / 'jobs').glob('*/job.json'):
            try:
                values = json.loads(path.read_text('utf-8'))
                values |= {'formats': tuple(values['formats']), 'files': tuple(map(tuple, values['files']))}
                jobs.append(Job(**values))
            except (OSError, ValueError, KeyError, TypeError):
                log.warning("The job in %s cannot be read", path.parent.name)
        return jobs


def _write(path: Path, values: Mapping[str, Any]) -> None:
    """Replace a file of the owner's as a whole, or leave it as it was."""
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), 'w', encoding='utf-8') as file:
        json.dump(values, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
