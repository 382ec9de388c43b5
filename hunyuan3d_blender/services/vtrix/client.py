# SPDX-License-Identifier: GPL-3.0-or-later
"""Vtrix: create a task, ask for it, and a free test of the key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from ..access import Access
from ..answers import accepted, maybe_charged, stated
from ..contract import Answer, Offer, Operation, Request, Submission
from ..errors import Kind, Refused
from ..exchange import send
from ..http import HttpAnswer
from ..tencent_cloud.actions import IN_LOWER_CASE, body_of
from .answers import job_answer, submission
from .tables import CREATE_PATH

NO_JOB = 'no-such-task'
MODELS = {
    Operation.GENERATE: 'tencent_hunyuan_3d_pro',
    Operation.RAPID: 'tencent_hunyuan_3d_rapid',
    Operation.STANDARD: 'tencent_hunyuan_3d',
}
_VIEW_WORDS = {'ViewType': 'View', 'ViewImageUrl': 'ImageUrl', 'ViewImageBase64': 'ImageBase64'}
"""What the standard model calls the parts of a view. Pro's are spelled as Tencent spells them."""


class Vtrix:
    """`contract.Service` for an account. Safe to use from several threads: it has no state."""

    def __init__(self, access: Access) -> None:
        self.table = access.table
        self._access = access
        self._url = create_url(access.endpoint)

    def submit(self, request: Request, inputs: Mapping[str, bytes], attempt_id: str) -> Submission:
        """Send the job, once. Raise NotSent, Busy, Refused, or Unclear: then the job may be charged."""
        params = _params(request, inputs, self.table.offers[request.operation])
        with maybe_charged():
            body = {'model': MODELS[request.operation], 'input': [{'params': params}]}
            answer = self._call('POST', self._url, body)
            return accepted(submission(answer), answer)

    def query(self, request: Request, remote_id: str) -> Answer:
        """Ask where a job stands. Raise any `ServiceError`; only `Refused` says that asking again is no use."""
        answer = self._call('GET', f"{self._url}/task/{quote(remote_id, safe='')}")
        return stated(job_answer(answer), answer)

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


def _params(request: Request, inputs: Mapping[str, bytes], offer: Offer) -> dict[str, Any]:
    fields = body_of(request, inputs, offer)
    if request.operation is Operation.STANDARD and 'MultiViewImages' in fields:
        views = fields['MultiViewImages']
        fields['MultiViewImages'] = [
            {_VIEW_WORDS[name]: part for name, part in view.items()} for view in views
        ]
    return {IN_LOWER_CASE[name]: value for name, value in fields.items()}


def create_url(endpoint: str) -> str:
    """Where tasks are created: the endpoint as it is, with the usual path where it has none."""
    try:
        has_path = bool(urlsplit(endpoint).path.strip('/'))
    except ValueError:
        return endpoint  # refused when it is asked for
    return endpoint.rstrip('/') + ('' if has_path else CREATE_PATH)
