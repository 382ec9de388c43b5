# SPDX-License-Identifier: GPL-3.0-or-later
"""Vtrix: create a task, ask for it, and a free test of the key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from ..access import Access
from ..answers import maybe_charged, nonsense
from ..contract import Answer, Operation, Request, Submission
from ..errors import N_, Kind, Refused
from ..exchange import send
from ..http import HttpAnswer
from ..tencent_cloud.actions import IN_LOWER_CASE, body_of
from .answers import job_answer, submission
from .tables import CREATE_PATH

NO_JOB = 'no-such-task'
MODELS = {Operation.GENERATE: 'tencent_hunyuan_3d_pro', Operation.RAPID: 'tencent_hunyuan_3d_rapid'}


class Vtrix:
    """`contract.Service` for an account. Safe to use from several threads: it has no state."""

    def __init__(self, access: Access) -> None:
        self.table = access.table
        self._access = access
        self._url = create_url(access.endpoint)

    def submit(self, request: Request, inputs: Mapping[str, bytes], attempt_id: str) -> Submission:
        """Send the job, once. Raise NotSent, Busy, Refused, or Unclear: then the job may be charged."""
        fields = body_of(request, inputs, self.table.offers[request.operation])
        params = {IN_LOWER_CASE[name]: value for name, value in fields.items()}
        with maybe_charged():
            body = {'model': MODELS[request.operation], 'input': [{'params': params}]}
            answer = self._call('POST', self._url, body)
            accepted = submission(answer)
            if accepted is None:
                raise nonsense(answer, N_("The service answered without a job id"))
        return accepted

    def query(self, request: Request, remote_id: str) -> Answer:
        """Ask where a job stands. Raise any `ServiceError`; only `Refused` says that asking again is no use."""
        answer = self._call('GET', f"{self._url}/task/{quote(remote_id, safe='')}")
        state = job_answer(answer)
        if state is None:
            raise nonsense(answer, N_("The service answered without a status"))
        return state

    def test_connection(self) -> None:
        """Ask for a task that does not exist: a bad key is refused before the gateway looks for the task."""
        try:
            self.query(Request(operation=Operation.GENERATE), NO_JOB)
        except Refused as error:
            own_words = bool(error.failure.service_message)
            if error.failure.kind not in (Kind.GONE, Kind.INPUT) or not own_words:
                raise

    def _call(self, method: str, url: str, body: Mapping[str, Any] | None = None) -> HttpAnswer:
        headers = {'Authorization': f"Bearer {self._access.key().secret}"}
        return send(self._access, method, url, body, headers)


def create_url(endpoint: str) -> str:
    """Where tasks are created: the endpoint as it is, with the usual path where it has none."""
    try:
        has_path = bool(urlsplit(endpoint).path.strip('/'))
    except ValueError:
        return endpoint  # refused when it is asked for
    return endpoint.rstrip('/') + ('' if has_path else CREATE_PATH)
