# SPDX-License-Identifier: GPL-3.0-or-later
"""A server of one's own, by its queue: `/send` takes a job, `/status/<uid>` answers with the model itself.

The other way, `/generate`, holds the connection for as long as the server works, and a broken one loses the model.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from ..access import Access
from ..answers import maybe_charged, nonsense
from ..contract import Answer, Request, Sampling, Submission
from ..errors import N_, Failure, Kind, Refused
from ..exchange import send
from ..http import HttpAnswer
from ..limits import effective
from .answers import has_queue, is_server, job_answer, submission

MODEL_MAX_BYTES = 256 * 1024 * 1024
"""Of an answer with the model in base64, and with its untextured twin on 2.1."""
MODEL_DEADLINE_S = 300.0


class SelfHosted:
    """`contract.Service` without an account. Safe to use from several threads: it has no state."""

    def __init__(self, access: Access) -> None:
        self.table = access.table
        self._access = access

    def submit(self, request: Request, inputs: Mapping[str, bytes], attempt_id: str) -> Submission:
        """Send the job, once. Raise NotSent, Busy, Refused, or Unclear: then the server may be working on it."""
        request = effective(request, self.table.offers[request.operation])
        with maybe_charged():
            answer = self._call('POST', '/send', body_of(request, inputs))
            accepted = submission(answer)
            if accepted is None:
                raise nonsense(answer, N_("The service answered without a job id"))
        return accepted

    def query(self, request: Request, remote_id: str) -> Answer:
        """Ask where a job stands; when it is done, the answer holds the model. Raise any `ServiceError`."""
        path = f"/status/{quote(remote_id, safe='')}"
        answer = self._call('GET', path, max_bytes=MODEL_MAX_BYTES, deadline_s=MODEL_DEADLINE_S)
        state = job_answer(answer)
        if state is None:
            raise nonsense(answer, N_("The service answered without a status"))
        return state

    def test_connection(self) -> None:
        """Look whether such a server is there. Raise any `ServiceError`."""
        health, description = self._call('GET', '/health'), self._call('GET', '/openapi.json')
        if not is_server(health, description):
            message = N_(
                "There is no Hunyuan3D server at this address: start its api_server.py, check the endpoint"
            )
            raise Refused(Failure(kind=Kind.UNSUPPORTED, message=message))
        if not has_queue(description):
            message = N_(
                "This server has /generate but no queue (/send), which jobs go through: start a newer api_server.py"
            )
            raise Refused(Failure(kind=Kind.UNSUPPORTED, message=message))

    def _call(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, **options: Any
    ) -> HttpAnswer:
        url = self._access.endpoint.rstrip('/') + path
        return send(self._access, method, url, body, allow_home=True, **options)


def body_of(request: Request, inputs: Mapping[str, bytes]) -> dict[str, Any]:
    """The JSON object of a submit. Raise Refused for a picture by URL, KeyError when the bytes are missing."""
    if request.image is None or request.image.url:
        message = N_("This service needs the picture itself, not its address")
        raise Refused(Failure(kind=Kind.INPUT, message=message))
    sampling = request.sampling or Sampling()
    body: dict[str, Any] = {
        'image': base64.b64encode(inputs[request.image.file]).decode('ascii'),
        'texture': not request.enable_geometry,
        'seed': sampling.seed,
        'num_inference_steps': sampling.steps,
        'guidance_scale': sampling.guidance,
        'octree_resolution': sampling.octree_resolution,
    }
    return body | ({} if request.face_count is None else {'face_count': request.face_count})
