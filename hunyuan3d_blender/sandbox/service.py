# SPDX-License-Identifier: GPL-3.0-or-later
"""Answer calls of Tencent Cloud API 3.0: who calls, what may be asked, what becomes of it."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from . import signature
from .fetch import fetch_picture
from .fields import check_fields
from .ledger import JOB_LIFETIME_S, Job, Ledger
from .operations import ACTIONS, EDITIONS, Edition, Operation
from .pictures import measure
from .rates import Rates
from .refusal import Refusal
from .reply import Reply, error_reply, json_reply
from .result_url import URL_LIFETIME_S, sign
from .scenarios import SCENARIOS, Scenario, Switchboard, Where

BODY_MAX_BYTES = 10 * 1024 * 1024
"""Of a signed POST."""
_SCENARIO_CODE = "The sandbox was told to answer so ({what})."


class Service:
    """Both editions. One call at a time is enough for a sandbox, so that quotas cannot be outrun."""

    def __init__(
        self, ledger: Ledger, switchboard: Switchboard, *, seconds: float, clock: Callable[[], float],
        on_new_job: Callable[[], None],
    ) -> None:  # fmt: skip
        self._ledger = ledger
        self._switchboard = switchboard
        self._seconds = seconds
        self._clock = clock
        self._on_new_job = on_new_job
        self._rates = Rates()
        self._lock = threading.Lock()

    def now(self) -> float:
        """What the service takes for the time, in seconds since 1970."""
        scenario = self._switchboard.take(Where.CLOCK, '', '')
        return self._clock() + (scenario.late_s if scenario else 0.0)

    def answer(self, headers: Mapping[str, str], body: bytes, base: str, now: float) -> Reply:
        """Answer one call. `headers` have lower-case names; `base` is where result files are found."""
        request_id = str(uuid.uuid4())
        action = headers.get('x-tc-action', '')
        try:
            with self._lock:
                reply = self._dispatch(headers, action, body, base, request_id, now)
        except Refusal as refusal:
            self._ledger.note_call(self._clock(), action, refusal.code)
            return error_reply(refusal.code, refusal.message, request_id)
        self._ledger.note_call(self._clock(), action, '')
        return reply

    def _dispatch(
        self, headers: Mapping[str, str], action: str, body: bytes, base: str, request_id: str, now: float
    ) -> Reply:
        edition = EDITIONS.get(headers.get('x-tc-version', ''))
        if edition is None:
            raise Refusal('NoSuchVersion', "The specified version does not exist.")
        if len(body) > BODY_MAX_BYTES:
            raise Refusal('RequestSizeLimitExceeded', "The request is larger than 10 MB.")
        signature.check(headers, body, edition.service, self._ledger.keys, now)
        operation = _operation(edition, action, headers)
        self._rates.count(edition.version, action, self._clock())
        values = _values(body)
        if action == operation.submit:
            return self._submit(operation, values, request_id)
        return self._query(operation, values, base, request_id)

    def _submit(self, operation: Operation, values: Mapping[str, Any], request_id: str) -> Reply:
        check_fields(values, operation.fields)
        operation.rules(values)
        prompt = values.get('Prompt', '')
        scenario = self._switchboard.take(Where.SUBMIT, prompt, prompt)
        if scenario and scenario.instead:
            return scenario.instead()
        _refuse(scenario)
        job = self._accept(operation, values, request_id)
        reply = json_reply({'JobId': job.id}, request_id)
        return scenario.spoil(reply) if scenario and scenario.spoil else reply

    def _accept(self, operation: Operation, values: Mapping[str, Any], request_id: str) -> Job:
        if self._unfinished(operation) >= operation.concurrent_jobs:
            raise Refusal(
                'RequestLimitExceeded.JobNumExceed', f"{operation.concurrent_jobs} jobs are not finished."
            )
        picture = _picture(values)
        found = measure(picture)
        scenario = self._switchboard.take(Where.JOB, values.get('Prompt', ''), '')
        job = Job(
            id=str(10**18 + secrets.randbelow(9 * 10**18)),
            operation=operation.name,
            version=operation.edition.version,
            values={name: _described(value) for name, value in values.items()},
            formats=(scenario.only,) if scenario and scenario.only else operation.formats(values),
            submitted_at=self._clock(),
            request_id=request_id,
            input_file=f"input.{found[0]}" if found else '',
            scenario=scenario.name if scenario else '',
            credits=operation.credits(values) if operation.credits else {},
        )
        self._ledger.add(job, picture)
        self._on_new_job()
        return job

    def _unfinished(self, operation: Operation) -> int:
        mine = (operation.name, operation.edition.version)
        jobs = [job for job in self._ledger.jobs() if (job.operation, job.version) == mine]
        return sum(self._status(job) in ('WAIT', 'RUN') for job in jobs if not self._is_expired(job))

    def _query(self, operation: Operation, values: Mapping[str, Any], base: str, request_id: str) -> Reply:
        job = self._ledger.job(str(values.get('JobId', '')))
        scenario = self._switchboard.take(Where.QUERY, _prompt(job), job.id if job else '')
        if scenario and scenario.instead:
            return scenario.instead()
        _refuse(scenario)
        mine = (operation.name, operation.edition.version)
        if job is None or (job.operation, job.version) != mine or self._is_expired(job):
            raise Refusal(operation.edition.job_not_found, "The job does not exist.")
        reply = json_reply(self._state(operation, job, base), request_id)
        return scenario.spoil(reply) if scenario and scenario.spoil else reply

    def _state(self, operation: Operation, job: Job, base: str) -> dict[str, Any]:
        status = self._status(job)
        failed, done = status == 'FAIL', status == 'DONE'
        told_to_fail = "The sandbox was told to let this job fail."
        state: dict[str, Any] = {
            'Status': status,
            'ErrorCode': (job.error_code or 'FailedOperation.InnerError') if failed else '',
            'ErrorMessage': (job.error_message or told_to_fail) if failed else '',
            'ResultFile3Ds': self._files(job, base) if done else [],
        }
        if operation.credits:
            state['ResultCreditConsumed'] = sum(job.credits.values()) if done else 0
            state['ResultCreditDetails'] = json.dumps(job.credits) if done else ''
        return state

    def _status(self, job: Job) -> str:
        """What the service says of a job. It takes its time even where the model was made at once."""
        scenario = SCENARIOS.get(job.scenario)
        if scenario and scenario.status:
            return scenario.status
        age = self._clock() - job.submitted_at
        if job.started_at is None or age < self._seconds / 4:
            return 'WAIT'
        if job.finished_at is None or age < self._seconds:
            return 'RUN'
        return 'FAIL' if job.error_code else 'DONE'

    def _files(self, job: Job, base: str) -> list[dict[str, str]]:
        now = self._clock()

        lifetime_s = min(URL_LIFETIME_S, int(job.submitted_at + JOB_LIFETIME_S - now))

        def url(name: str) -> str:
            return sign(base, f"/results/{job.id}/{name}", self._ledger.keys, now, lifetime_s)

        return [
            {'Type': kind, 'Url': url(name), 'PreviewImageUrl': url(job.preview)} for kind, name in job.files
        ]

    def _is_expired(self, job: Job) -> bool:
        return self._clock() - job.submitted_at > JOB_LIFETIME_S


def _operation(edition: Edition, action: str, headers: Mapping[str, str]) -> Operation:
    operation = ACTIONS.get((edition, action))
    if operation is None:
        raise Refusal('InvalidAction', f"The action `{action}` does not exist.")
    region = headers.get('x-tc-region', '')
    if not region:
        raise Refusal('MissingParameter', "The request is missing a required parameter `Region`.")
    if region not in edition.regions:
        raise Refusal('UnsupportedRegion', f"The region `{region}` is not supported.")
    return operation


def _values(body: bytes) -> Mapping[str, Any]:
    try:
        values = json.loads(body)
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, dict):
        raise Refusal('InvalidParameter', "The request is not a JSON object.")
    return values


def _refuse(scenario: Scenario | None) -> None:
    if scenario and scenario.code:
        raise Refusal(scenario.code, _SCENARIO_CODE.format(what=scenario.what))


def _prompt(job: Job | None) -> str:
    return str(job.values.get('Prompt', '')) if job else ''


def _picture(values: Mapping[str, Any]) -> bytes:
    if values.get('ImageBase64'):
        return base64.b64decode(values['ImageBase64'])
    return fetch_picture(values['ImageUrl']) if values.get('ImageUrl') else b''


def _described(value: Any) -> Any:
    """A value for the ledger: pictures become a digest."""
    if isinstance(value, str) and len(value) > 2000:
        return f"sha256 {hashlib.sha256(value.encode()).hexdigest()}, {len(value)} characters"
    if isinstance(value, list):
        return [{name: _described(part) for name, part in entry.items()} for entry in value]
    return value
