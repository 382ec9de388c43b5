# SPDX-License-Identifier: GPL-3.0-or-later
"""A server of one's own, by its queue where it has one: `/send` takes a job, `/status/<uid>` answers with the model itself.

The other way, `/generate`, holds the connection for as long as the server works, and a broken one loses the model. It is
taken where `/send` is missing or broken, and where the queue would never say that the model is done.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from typing import Any
from urllib.parse import quote

from ..access import Access
from ..answers import accepted, maybe_charged, stated
from ..contract import Answer, Request, Submission
from ..errors import N_, Failure, Kind, NotSent, Refused, ServiceError, Unclear
from ..exchange import send
from ..http import HttpAnswer, Stream, open_answer
from ..limits import effective
from ..sampling import Sampling
from .answers import (
    can_generate,
    is_newer_family,
    is_no_queue,
    is_server,
    job_answer,
    not_made,
    submission,
    takes_mesh,
)
from .tables import FACES_MAX

MODEL_MAX_BYTES = 256 * 1024 * 1024
"""Of an answer with the model in base64, and with its untextured twin on 2.1."""
MODEL_DEADLINE_S = 300.0
MAKE_DEADLINE_S = 1800.0
"""A first run also downloads the weights."""
PROBE_S = 10.0
_ERROR_CHUNKS = 64
"""So many pieces of an answer are looked at for what went wrong."""


class SelfHosted:
    """`contract.Service` without an account. Safe to use from several threads: it has no state."""

    def __init__(self, access: Access) -> None:
        self.table = access.table
        self._access = access

    def submit(self, request: Request, inputs: Mapping[str, bytes], attempt_id: str) -> Submission:
        """Send the job, once. Raise NotSent, Busy, Refused, or Unclear: then the server may be working on it.

        A submission without id, by a server that has to be held: then nothing was begun.
        """
        request = effective(request, self.table.offers[request.operation])
        body = body_of(request, inputs)
        if 'mesh' in body and self._must_be_held_to_paint():
            return Submission(remote_id='')
        if not body['texture'] and self._is_newer():  # its queue waits for a texture, which never comes
            return Submission(remote_id='')
        with maybe_charged():
            answer = self._call('POST', '/send', body)
            if is_no_queue(answer) and self._can_generate():
                return Submission(remote_id='')
            return accepted(submission(answer), answer)

    def query(self, request: Request, remote_id: str) -> Answer:
        """Ask where a job stands; when it is done, the answer holds the model. Raise any `ServiceError`."""
        path = f"/status/{quote(remote_id, safe='')}"
        answer = self._call('GET', path, max_bytes=MODEL_MAX_BYTES, deadline_s=MODEL_DEADLINE_S)
        return stated(job_answer(answer), answer)

    @contextmanager
    def make(
        self, request: Request, inputs: Mapping[str, bytes], stop: Callable[[], bool]
    ) -> Iterator[Stream]:
        """Have the model made while the connection is held, and yield it. Raise any `ServiceError`."""
        request = effective(request, self.table.offers[request.operation])
        with open_answer(
            self._access.network,
            'POST',
            self._url('/generate'),
            body=json.dumps(body_of(request, inputs)).encode(),
            headers={'Content-Type': 'application/json'},
            deadline_s=MAKE_DEADLINE_S,
            allow_loopback=True,
            allow_home=True,
            stop=stop,
        ) as stream:
            if stream.status != 200:
                words = b''.join(islice(stream.chunks(), _ERROR_CHUNKS))
                raise not_made(HttpAnswer(stream.status, stream.headers, words))
            yield stream

    def test_connection(self) -> None:
        """Look whether such a server is there. Raise any `ServiceError`."""
        health, description = self._call('GET', '/health'), self._call('GET', '/openapi.json')
        if not is_server(health, description):
            message = N_(
                "There is no Hunyuan3D server at this address: start its api_server.py, check the endpoint"
            )
            raise Refused(Failure(kind=Kind.UNSUPPORTED, message=message))

    def _can_generate(self) -> bool:
        try:
            return can_generate(self._call('GET', '/openapi.json', deadline_s=PROBE_S))
        except ServiceError:
            return False  # then the answer to the submit says what is wrong

    def _must_be_held_to_paint(self) -> bool:
        """Whether the server answers with the model itself: its queue never says that it was started without textures.

        Raise Refused when it takes no mesh, NotSent when it does not say: nothing was asked of it yet.
        """
        health, description = self._probe('/health'), self._probe('/openapi.json')
        if is_newer_family(health) and not takes_mesh(description):
            message = N_(
                "This server cannot texture a given model: Hunyuan3D-2 can, started with --enable_tex"
            )
            raise Refused(Failure(kind=Kind.UNSUPPORTED, message=message))
        return can_generate(description)

    def _is_newer(self) -> bool:
        """Whether it is a 2.1. Raise NotSent when it does not say: nothing was asked of it yet."""
        return is_newer_family(self._probe('/health'))

    def _probe(self, path: str) -> HttpAnswer:
        try:
            return self._call('GET', path, deadline_s=PROBE_S)
        except Unclear as error:
            raise NotSent(error.failure) from None

    def _call(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, **options: Any
    ) -> HttpAnswer:
        return send(self._access, method, self._url(path), body, allow_home=True, **options)

    def _url(self, path: str) -> str:
        return self._access.endpoint.rstrip('/') + path


def body_of(request: Request, inputs: Mapping[str, bytes]) -> dict[str, Any]:
    """The JSON object of a submit. Raise Refused for a picture by URL, KeyError when the bytes are missing."""
    if request.image is None or request.image.url:
        message = N_("This service needs the picture itself, not its address")
        raise Refused(Failure(kind=Kind.INPUT, message=message))
    image = {'image': base64.b64encode(inputs[request.image.file]).decode('ascii')}
    if request.model_input:
        mesh = base64.b64encode(inputs[request.model_input.file]).decode('ascii')
        return image | {'mesh': mesh, 'texture': True, 'face_count': FACES_MAX}
    sampling = request.sampling or Sampling()
    body: dict[str, Any] = image | {
        'texture': not request.enable_geometry,
        'seed': sampling.seed,
        'num_inference_steps': sampling.steps,
        'guidance_scale': sampling.guidance,
        'octree_resolution': sampling.octree_resolution,
    }
    return body | ({} if request.face_count is None else {'face_count': request.face_count})
