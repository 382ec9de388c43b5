# SPDX-License-Identifier: GPL-3.0-or-later
"""The route with one key: submit, query, and a free test of the key."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from ..access import Access
from ..answers import NO_JOB, Fields, accepted, maybe_charged, no_such_job, stated
from ..contract import Answer, Request, Submission
from ..exchange import post
from ..http import HttpAnswer
from ..tencent_cloud.actions import body_of
from ..tencent_cloud.answers import job_answer, request_id_of, submission
from .answers import fields_of

logger = logging.getLogger(__name__)

_BEARER = 'Bearer '


class OpenAiCompatible:
    """`contract.Service` for an account. Safe to use from several threads: the only state is the header's form."""

    def __init__(self, access: Access) -> None:
        self.table = access.table
        self._access = access
        self._scheme = ''
        """The documents show the bare key; a server that takes it as a Bearer only gets one."""

    def submit(self, request: Request, inputs: Mapping[str, bytes], attempt_id: str) -> Submission:
        """Send the job, once. Raise NotSent, Busy, Refused, or Unclear: then the job may be charged."""
        body = body_of(request, inputs, self.table.offers[request.operation])
        with maybe_charged():
            answer, fields = self._call('submit', body)
            return accepted(submission(fields), answer, request_id_of(fields))

    def query(self, request: Request, remote_id: str) -> Answer:
        """Ask where a job stands. Raise any `ServiceError`; only `Refused` says that asking again is no use."""
        answer, fields = self._call('query', {'JobId': remote_id})
        return stated(job_answer(fields), answer, request_id_of(fields))

    def test_connection(self) -> None:
        """Ask for a job that does not exist. Return when the key is good; raise any `ServiceError` otherwise."""
        with no_such_job():
            self._call('query', {'JobId': NO_JOB})

    # Inside

    def _call(self, action: str, body: Mapping[str, Any]) -> tuple[HttpAnswer, Fields]:
        answer = self._send(action, body, self._scheme)
        wanted = answer.headers.get('WWW-Authenticate', '').lower()  # servers often forget to say it
        if answer.status == 401 and (not wanted or wanted.startswith('bearer')) and not self._scheme:
            # Turned away unread, so this is still the first time that it is executed.
            as_bearer = self._send(action, body, _BEARER)
            if as_bearer.status != 401:
                logger.info("The server takes the key as a Bearer")
                self._scheme, answer = _BEARER, as_bearer
        return answer, fields_of(answer)

    def _send(self, action: str, body: Mapping[str, Any], scheme: str) -> HttpAnswer:
        return post(self._access, f"/v1/ai3d/{action}", body, scheme + self._access.key().secret)
