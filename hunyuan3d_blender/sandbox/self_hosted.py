# SPDX-License-Identifier: GPL-3.0-or-later
"""Hunyuan3D's own REST servers: `/send`, `/status/<uid>`, `/generate`, `/health`, `/openapi.json`.

Written from `api_server.py` of Hunyuan3D-2 and `api_models.py` of 2.1. It answers as 2.1; below `/hunyuan3d-2` as 2,
which checks nothing, has no `/health` and takes a `mesh`; below `/generate-only` as one of those that have no queue. As
there, a job that fails is never called so, and the queue of 2.1 waits for a texture for ever where none was asked for.
"""

from __future__ import annotations

import base64
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from .ledger import Job
from .model_input import kind_of
from .operation import Edition, Operation
from .pictures import measure
from .refusal import Refusal
from .reply import Reply, bare_reply
from .scenarios import Where
from .tencent_cloud import values_of
from .workshop import Call, Workshop, new_request_id

_GENERATE = Operation(
    'generate', Edition('self_hosted', '', (), ''), '/send', '/status', 1000,
    {}, lambda values: None, lambda values: ('GLB',),
)  # fmt: skip
_PAINT = replace(_GENERATE, name='texture')


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


@dataclass(frozen=True)
class _Family:
    is_newer: bool = False
    has_queue: bool = True


_NEWER = _Family(is_newer=True)
_FAMILIES = {'/hunyuan3d-2': _Family(), '/generate-only': _Family(has_queue=False)}
"""By the path below which they answer."""


class SelfHosted:
    """All families."""

    PATHS = (
        '/send',
        '/generate',
        '/status/',
        '/health',
        '/openapi.json',
        *(f'{path}/' for path in _FAMILIES),
    )

    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop

    def answer(self, call: Call) -> Reply | None:
        """Answer one call, None for another path."""
        prefix = next((path for path in _FAMILIES if call.path.startswith(f'{path}/')), '')
        family, path = _FAMILIES.get(prefix, _NEWER), call.path.removeprefix(prefix)
        if call.method == 'POST':
            return self._post(path, call.body, family)
        if path.startswith('/status/') and family.has_queue:
            return self._status(path.removeprefix('/status/'), family)
        if path == '/health' and family.is_newer:
            return bare_reply({'status': 'healthy', 'worker_id': 'sandbox'})
        if path == '/openapi.json':
            queue: dict[str, Any] = {'/send': {}, '/status/{uid}': {}} if family.has_queue else {}
            return bare_reply({'openapi': '3.1.0', 'paths': {'/generate': {}, **queue}})
        return None

    def _post(self, path: str, body: bytes, family: _Family) -> Reply | None:
        if path == '/send' and family.has_queue:
            return self._carried_out(body, family, self._accepted, lambda words: ({'error': words}, 500))
        if path == '/generate':
            return self._carried_out(
                body, family, self._made, lambda words: ({'text': words, 'error_code': 1}, 404)
            )
        return None

    def _carried_out(
        self,
        body: bytes,
        family: _Family,
        carry_out: Callable[[Mapping[str, Any]], Reply],
        refused: Callable[[str], tuple[Mapping[str, Any], int]],
    ) -> Reply:
        try:
            values = values_of(body)
            wrong = _wrong(values) if family.is_newer else []
            if wrong:
                return bare_reply({'detail': wrong}, 422)
            known = (
                values if not family.is_newer else {name: values[name] for name in _CHECKS if name in values}
            )
            return self._workshop.answer(Where.SUBMIT, '', '', lambda: carry_out(known))
        except Refusal as refusal:
            return bare_reply(*refused(refusal.message))

    def _accepted(self, values: Mapping[str, Any]) -> Reply:
        return bare_reply({'uid': self._begun(values).id})

    def _made(self, values: Mapping[str, Any]) -> Reply:
        job = self._workshop.finished(self._begun(values))
        return Reply(body=self._model(job), content_type='application/octet-stream')

    def _begun(self, values: Mapping[str, Any]) -> Job:
        picture = base64.b64decode(values.get('image', ''))
        if not measure(picture):
            raise Refusal('', "cannot identify image file")
        ours = {'FaceCount': values['face_count']} if 'face_count' in values else {}
        ours |= {'EnableGeometry': not values.get('texture', False), 'Prompt': ''}
        mesh = base64.b64decode(values.get('mesh', ''))
        if mesh and kind_of(mesh) != 'glb':
            raise Refusal('', "the mesh is no GLB")
        return self._workshop.accept(
            _PAINT if mesh else _GENERATE, ours, picture, new_request_id(), str(uuid.uuid4()),
            model=('glb', mesh) if mesh else ('', b''),
        )  # fmt: skip

    def _status(self, uid: str, family: _Family) -> Reply:
        job = self._workshop.ledger.job(uid)

        def carry_out() -> Reply:
            is_bare = family.is_newer and job is not None and job.values['EnableGeometry']
            model = self._model(job) if job and not is_bare else b''
            if model:
                return bare_reply({'status': 'completed', 'model_base64': base64.b64encode(model).decode()})
            textures = job and family.is_newer and self._workshop.status(job) in ('RUN', 'DONE')
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


def _wrong(values: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What is wrong with which field, as 2.1 says it."""
    return [
        {'loc': ['body', name], 'msg': "Input should be valid", 'type': 'value_error'}
        for name, check in _CHECKS.items()
        if (name in values or name == 'image') and not check(values.get(name))
    ]
