# SPDX-License-Identifier: GPL-3.0-or-later
"""The queue of Hunyuan3D's own REST servers: `/send`, `/status/<uid>`, `/health`, `/openapi.json`.

Written from `api_server.py` of Hunyuan3D-2 and `api_models.py` of 2.1. It answers as 2.1; below `/hunyuan3d-2` as 2,
which checks nothing and has no `/health`. As there, a job that fails is never called so.
"""

from __future__ import annotations

import base64
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from .ledger import Job
from .operation import Edition, Operation
from .pictures import measure
from .refusal import Refusal
from .reply import Reply, bare_reply
from .scenarios import Where
from .tencent_cloud import values_of
from .workshop import Call, Workshop, new_request_id

_OPERATION = Operation(
    'generate', Edition('self_hosted', '', (), ''), '/send', '/status', 1000,
    {}, lambda values: None, lambda values: ('GLB',),
)  # fmt: skip


def _whole(low: int, high: int) -> Callable[[Any], bool]:
    return lambda value: type(value) is int and low <= value <= high


_CHECKS: Mapping[str, Callable[[Any], bool]] = {
    'image': lambda value: isinstance(value, str),
    'remove_background': lambda value: isinstance(value, bool),
    'texture': lambda value: isinstance(value, bool),
    'seed': _whole(0, 4_294_967_295),
    'octree_resolution': _whole(64, 512),
    'num_inference_steps': _whole(1, 20),
    'guidance_scale': lambda value: type(value) in (int, float) and 0.1 <= value <= 20,
    'num_chunks': _whole(1000, 20_000),
    'face_count': _whole(1000, 100_000),
}
"""Of 2.1. Other fields are ignored."""


class SelfHosted:
    """Both families."""

    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop

    def answer(self, call: Call) -> Reply | None:
        """Answer one call, None for another path."""
        path = call.path.removeprefix('/hunyuan3d-2')
        is_newer = path == call.path
        if call.method == 'POST' and path == '/send':
            return self._send(call, is_newer=is_newer)
        if call.method != 'GET':
            return None
        if path.startswith('/status/'):
            return self._status(path.removeprefix('/status/'), is_newer=is_newer)
        if path == '/health' and is_newer:
            return bare_reply({'status': 'healthy', 'worker_id': 'sandbox'})
        if path == '/openapi.json':
            return bare_reply(
                {'openapi': '3.1.0', 'paths': {'/generate': {}, '/send': {}, '/status/{uid}': {}}}
            )
        return None

    def _send(self, call: Call, *, is_newer: bool) -> Reply:
        try:
            values = values_of(call.body)
        except Refusal as refusal:
            return bare_reply({'error': refusal.message}, 500)
        if is_newer:
            wrong = [
                {'loc': ['body', name], 'msg': "Input should be valid", 'type': 'value_error'}
                for name, check in _CHECKS.items()
                if (name in values or name == 'image') and not check(values.get(name))
            ]
            if wrong:
                return bare_reply({'detail': wrong}, 422)
        try:
            return self._workshop.answer(Where.SUBMIT, '', '', lambda: self._accepted(values))
        except Refusal as refusal:
            return bare_reply({'error': refusal.message}, 500)

    def _accepted(self, values: Mapping[str, Any]) -> Reply:
        picture = base64.b64decode(values.get('image', ''))
        if not measure(picture):
            raise Refusal('', "cannot identify image file")
        ours = {'FaceCount': values['face_count']} if 'face_count' in values else {}
        ours |= {'EnableGeometry': not values.get('texture', False), 'Prompt': ''}
        job = self._workshop.accept(_OPERATION, ours, picture, new_request_id(), str(uuid.uuid4()))
        return bare_reply({'uid': job.id})

    def _status(self, uid: str, *, is_newer: bool) -> Reply:
        job = self._workshop.ledger.job(uid)

        def carry_out() -> Reply:
            model = self._model(job) if job else b''
            if model:
                return bare_reply({'status': 'completed', 'model_base64': base64.b64encode(model).decode()})
            textures = job is not None and is_newer and self._workshop.status(job) == 'RUN'
            return bare_reply({'status': 'texturing' if textures else 'processing'})

        try:
            return self._workshop.answer(Where.QUERY, '', uid, carry_out)
        except Refusal as refusal:
            return bare_reply({'status': 'error', 'message': refusal.message}, 500)

    def _model(self, job: Job) -> bytes:
        """The file of a job that is done, as far as it is there."""
        if self._workshop.status(job) != 'DONE':
            return b''
        output = self._workshop.ledger.folder_of(job) / 'output'
        return b''.join((output / name).read_bytes() for _, name in job.files[:1])
