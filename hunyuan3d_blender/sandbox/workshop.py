# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs as all protocols share them: taken within a quota, made by the maker, gone after a day."""

from __future__ import annotations

import hashlib
import secrets
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .ledger import JOB_LIFETIME_S, Job, Ledger
from .operation import Operation
from .pictures import measure
from .rates import Rates
from .refusal import Refusal
from .reply import Reply
from .result_url import URL_LIFETIME_S, sign
from .scenarios import SCENARIOS, Switchboard, Where

ANSWER_DEADLINE_S = 900.0
"""For an action that is answered with its result."""
_LOOK_S = 0.05
_SCENARIO_CODE = "The sandbox was told to answer so ({what})."
_TOLD_TO_FAIL = "The sandbox was told to let this job fail."


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request, as a protocol gets it."""

    method: str
    path: str
    """Without its query."""
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    base: str
    """Where result files are found: "http://host:port"."""
    now: float
    """What the service takes for the time, in seconds since 1970."""


@dataclass(frozen=True)
class ResultFile:
    """One file of a job that is done."""

    type: str
    url: str
    preview_url: str


class Workshop:
    """What every protocol does with jobs. Safe to be used from several threads."""

    def __init__(
        self, ledger: Ledger, switchboard: Switchboard, *, seconds: float, clock: Callable[[], float],
        on_new_job: Callable[[], None], stopping: threading.Event,
    ) -> None:  # fmt: skip
        self.ledger = ledger
        self.switchboard = switchboard
        self.clock = clock
        self.rates = Rates()
        self._lock = threading.Lock()
        self._seconds = seconds
        self._on_new_job = on_new_job
        self._stopping = stopping

    def answer(self, where: Where, prompt: str, key: str, carry_out: Callable[[], Reply]) -> Reply:
        """The reply to a call, or what a scenario makes of it. Raise Refusal."""
        scenario = self.switchboard.take(where, prompt, key)
        if scenario and scenario.instead:
            return scenario.instead()
        if scenario and scenario.code:
            raise Refusal(scenario.code, _SCENARIO_CODE.format(what=scenario.what))
        reply = carry_out()
        return scenario.spoil(reply) if scenario and scenario.spoil else reply

    def accept(
        self,
        operation: Operation,
        values: Mapping[str, Any],
        picture: bytes,
        request_id: str,
        job_id: str = '',
        model: tuple[str, bytes] = ('', b''),
    ) -> Job:
        """Take a job whose fields have been checked; `model` is ending and bytes. Raise Refusal when the quota is full."""
        found = measure(picture)
        scenario = self.switchboard.take(Where.JOB, values.get('Prompt', ''), '')
        job = Job(
            id=job_id or str(10**18 + secrets.randbelow(9 * 10**18)),
            operation=operation.name,
            version=operation.edition.version,
            values={name: _described(value) for name, value in values.items()},
            formats=(scenario.only,) if scenario and scenario.only else operation.formats(values),
            submitted_at=self.clock(),
            request_id=request_id,
            input_file=f"input.{found[0]}" if found else '',
            model_file=f"model.{model[0]}" if model[0] else '',
            takes_s=self._seconds if operation.query else 0.0,
            scenario=scenario.name if scenario else '',
            credits=operation.credits(values) if operation.credits else {},
        )
        segmentation = values.get('PartSegmentationInfo', '').encode()
        inputs = {job.input_file: picture, job.model_file: model[1], 'segmentation.json': segmentation}
        with self._lock:  # or two calls at once would outrun the quota
            if self._unfinished(operation) >= operation.concurrent_jobs:
                raise Refusal(
                    'RequestLimitExceeded.JobNumExceed', f"{operation.concurrent_jobs} jobs are not finished."
                )
            self.ledger.add(job, {name: data for name, data in inputs.items() if name and data})
        self._on_new_job()
        return job

    def finished(self, job: Job) -> Job:
        """Wait until a job is done, and return it. Raise Refusal for one that failed, or takes too long."""
        looks = 0
        while self.status(job) not in ('DONE', 'FAIL'):
            looks += 1
            if self._stopping.wait(_LOOK_S) or looks * _LOOK_S > ANSWER_DEADLINE_S:
                raise Refusal('FailedOperation.RequestTimeout', "The result is not there in time.")
            job = self.ledger.job(job.id) or job
        if self.status(job) == 'FAIL':
            raise Refusal(*self.error(job))
        return job

    def job(self, job_id: Any, *operations: Operation) -> Job:
        """The job of one of the operations. Raise Refusal when there is none, or none any more."""
        job = self.ledger.job(str(job_id))
        mine = {(operation.name, operation.edition.version) for operation in operations}
        if job is None or (job.operation, job.version) not in mine or self._is_expired(job):
            raise Refusal(operations[0].edition.job_not_found, "The job does not exist.")
        return job

    def status(self, job: Job) -> str:
        """WAIT, RUN, DONE, FAIL or a scenario's word. It takes its time even where the model was made at once."""
        scenario = SCENARIOS.get(job.scenario)
        if scenario and scenario.status:
            return scenario.status
        age = self.clock() - job.submitted_at
        if job.started_at is None or age < job.takes_s / 4:
            return 'WAIT'
        if job.finished_at is None or age < job.takes_s:
            return 'RUN'
        return 'FAIL' if job.error_code else 'DONE'

    def error(self, job: Job) -> tuple[str, str]:
        """Code and message of a job that failed."""
        return job.error_code or 'FailedOperation.InnerError', job.error_message or _TOLD_TO_FAIL

    def files(self, job: Job, base: str) -> list[ResultFile]:
        """The files of a job that is done."""
        preview = self.url(job, job.preview, base)
        return [ResultFile(kind, self.url(job, name, base), preview) for kind, name in job.files]

    def url(self, job: Job, name: str, base: str) -> str:
        """Where one file of a job can be fetched, as long as the job lives."""
        now = self.clock()
        lifetime_s = min(URL_LIFETIME_S, int(job.submitted_at + JOB_LIFETIME_S - now))
        return sign(base, f"/results/{job.id}/{name}", self.ledger.keys, now, lifetime_s)

    def segmentation(self, job: Job) -> str:
        """The text that says which face of the result is in which part; '' for none."""
        path = self.ledger.folder_of(job) / 'output' / job.segmentation
        return path.read_text('utf-8') if job.segmentation else ''

    def _unfinished(self, operation: Operation) -> int:
        mine = (operation.name, operation.edition.version)
        jobs = [job for job in self.ledger.jobs() if (job.operation, job.version) == mine]
        return sum(self.status(job) in ('WAIT', 'RUN') for job in jobs if not self._is_expired(job))

    def _is_expired(self, job: Job) -> bool:
        return self.clock() - job.submitted_at > JOB_LIFETIME_S


def prompt_of(job: Job | None) -> str:
    """The words a job was asked with, which may hold markers of scenarios."""
    return str(job.values.get('Prompt', '')) if job else ''


def new_request_id() -> str:
    """What support would ask for."""
    return str(uuid.uuid4())


def _described(value: Any) -> Any:
    """A value for the ledger: pictures become a digest."""
    if isinstance(value, str) and len(value) > 2000:
        return f"sha256 {hashlib.sha256(value.encode()).hexdigest()}, {len(value)} characters"
    if isinstance(value, list):
        return [_described(entry) for entry in value]
    if isinstance(value, dict):
        return {name: _described(part) for name, part in value.items()}
    return value
