# SPDX-License-Identifier: GPL-3.0-or-later
"""Tencent Cloud's Hunyuan 3D, either edition: submit, query, and a free test of the key.

A submit is sent once. The one exception is a signature that the service refuses as expired: it has executed nothing
then, so the request is signed once more with the service's own time.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any

from ..access import Access
from ..answers import NO_JOB, Fields, accepted, maybe_charged, no_such_job, stated
from ..clock import clock_error_s, clock_failure
from ..contract import Answer, Operation, Request, Submission
from ..errors import N_, Failure, Kind, Refused
from ..http import HttpAnswer, call
from .actions import EDITIONS, body_of
from .answers import fields_of, job_answer, request_id_of, result, submission
from .model_bodies import body_on_model
from .signing import Tc3Auth

logger = logging.getLogger(__name__)

DEADLINE_S = 60.0
SYNCHRONOUS_S = 240.0
"""For a submit that is answered with the result."""
ANSWER_MAX_BYTES = 16 * 1024 * 1024
"""The parts of a model come in the answer, 9 MB of them at most."""
UPLOAD_BYTES_PER_S = 50_000
"""The slowest upload that is waited for; the deadline grows with the body."""


class TencentCloud:
    """`contract.Service` for an account. Safe to use from several threads: the only state is the clock's error."""

    def __init__(self, access: Access) -> None:
        self.table = access.table
        self._access = access
        self._edition = EDITIONS[access.table.id]
        self._clock_error_s = 0.0
        """What to add to this computer's time to get the service's."""

    def submit(self, request: Request, inputs: Mapping[str, bytes], attempt_id: str) -> Submission:
        """Send the job, once. `inputs` holds the bytes of each file that is sent with it.

        Raise NotSent, Busy, Refused, or Unclear: then the job may have been accepted, and be charged.
        """
        action = self._edition.actions[request.operation]
        offer = self.table.offers[request.operation]
        body = (
            body_on_model(request, inputs, offer, action) if action.model else body_of(request, inputs, offer)
        )
        with maybe_charged():
            deadline_s = DEADLINE_S if action.query else SYNCHRONOUS_S
            answer, fields = self._call(action.submit, body, attempt_id, deadline_s=deadline_s)
            submitted = submission(fields) if action.query else result(fields)
            return accepted(submitted, answer, request_id_of(fields))

    def query(self, request: Request, remote_id: str) -> Answer:
        """Ask where a job stands. Raise any `ServiceError`; only `Refused` says that asking again is no use."""
        action = self._edition.actions[request.operation]
        if not action.query:
            raise Refused(
                Failure(kind=Kind.GONE, message=N_("The service gives such a result out once only"))
            )
        answer, fields = self._call(action.query, {'JobId': remote_id})
        return stated(job_answer(fields), answer, request_id_of(fields))

    def test_connection(self) -> None:
        """Ask for a job that does not exist. Return when the key is good; raise any `ServiceError` otherwise."""
        with no_such_job():
            self._call(self._edition.actions[Operation.GENERATE].query, {'JobId': NO_JOB})

    # Inside

    def _call(
        self, action: str, body: Mapping[str, Any], trace_id: str = '', *, deadline_s: float = DEADLINE_S
    ) -> tuple[HttpAnswer, Fields]:
        answer = self._send(action, body, trace_id, deadline_s)
        try:
            return answer, fields_of(answer)
        except Refused as refusal:
            error_s = clock_error_s(answer, self._access.clock())
            if refusal.failure.kind != Kind.CLOCK or error_s is None:
                raise
        logger.warning(
            "The service's clock differs from this computer's by %.0f s; signing once more", error_s
        )
        self._clock_error_s = error_s
        answer = self._send(action, body, trace_id, deadline_s)
        try:
            return answer, fields_of(answer)
        except Refused as refusal:
            if refusal.failure.kind != Kind.CLOCK:
                raise
            raise Refused(clock_failure(refusal.failure, error_s)) from None

    def _send(self, action: str, body: Mapping[str, Any], trace_id: str, deadline_s: float) -> HttpAnswer:
        content = json.dumps(body).encode()
        headers = {
            'Content-Type': 'application/json',
            'X-TC-Action': action,
            'X-TC-Version': self._edition.version,
            'X-TC-Region': self._access.region,
            'X-TC-Language': 'en-US',
            **({'X-TC-TraceId': trace_id} if trace_id else {}),
        }
        return call(
            self._access.network,
            'POST',
            self._access.endpoint,
            body=content,
            headers=headers,
            auth=Tc3Auth(self._access.key, self._edition.service, clock=self._time),
            deadline_s=deadline_s + len(content) / UPLOAD_BYTES_PER_S,
            max_bytes=ANSWER_MAX_BYTES,
            allow_loopback=True,  # the endpoint is the artist's own choice
        )

    def _time(self) -> float:
        return self._access.clock() + self._clock_error_s
