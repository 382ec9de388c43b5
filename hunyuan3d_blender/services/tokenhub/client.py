# SPDX-License-Identifier: GPL-3.0-or-later
"""TokenHub: submit, query, and a free test of the key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..access import Access
from ..answers import NO_JOB, Fields, accepted, maybe_charged, no_such_job, stated
from ..contract import Answer, Operation, Request, Submission
from ..exchange import post
from ..http import HttpAnswer
from .answers import fields_of, job_answer, request_id_of, submission
from .requests import body_of, model_of


class TokenHub:
    """`contract.Service` for an account. Safe to use from several threads: it has no state."""

    def __init__(self, access: Access) -> None:
        self.table = access.table
        self._access = access

    def submit(self, request: Request, inputs: Mapping[str, bytes], attempt_id: str) -> Submission:
        """Send the job, once. Raise NotSent, Busy, Refused, or Unclear: then the job may be charged."""
        body = body_of(request, inputs, self.table.offers[request.operation])
        with maybe_charged():
            answer, fields = self._call('submit', body)
            return accepted(submission(fields), answer, request_id_of(fields))

    def query(self, request: Request, remote_id: str) -> Answer:
        """Ask where a job stands. Raise any `ServiceError`; only `Refused` says that asking again is no use."""
        model = model_of(request, self.table.offers[request.operation])
        answer, fields = self._call('query', {'model': model, 'id': remote_id})
        return stated(job_answer(fields), answer, request_id_of(fields))

    def test_connection(self) -> None:
        """Ask for a job that does not exist. Return when the key is good; raise any `ServiceError` otherwise."""
        with no_such_job():
            self.query(Request(operation=Operation.GENERATE), NO_JOB)

    def _call(self, action: str, body: Mapping[str, Any]) -> tuple[HttpAnswer, Fields]:
        answer = post(self._access, f"/v1/api/3d/{action}", body, f"Bearer {self._access.key().secret}")
        return answer, fields_of(answer)
