# SPDX-License-Identifier: GPL-3.0-or-later
"""Read what the servers answer. Whatever the bytes are, the outcome is a value or a `ServiceError`."""

from __future__ import annotations

import base64
import binascii
import struct
from typing import Any

from ..answers import STATUSES, Fields, error_of, foreign, job_id_of, nonsense, object_of
from ..contract import Answer, ResultFile, Status, Submission
from ..errors import N_, Kind
from ..foreign_text import clean
from ..http import HttpAnswer
from ..meanings import Meaning, Outcome

_NOT_ACCEPTED = Meaning(Kind.INPUT, Outcome.REFUSED, N_("The service does not accept this request"))
_FAILED = Meaning(Kind.SERVICE, Outcome.REFUSED, N_("The server could not begin the job; its log says more"))
_STATUSES = {**STATUSES, 400: _NOT_ACCEPTED, 422: _NOT_ACCEPTED}
_WORDS = {'completed': Status.DONE, 'error': Status.FAILED}


def submission(answer: HttpAnswer) -> Submission | None:
    """The accepted job, None when the answer does not name it. Raise Busy, Refused or Unclear."""
    fields = _fields(answer)
    if answer.status == 200:
        remote_id = job_id_of(fields.get('uid'))
        return Submission(remote_id=remote_id) if remote_id else None
    error = clean(fields.get('error')) or clean(fields.get('text'))
    if error:
        raise error_of(_FAILED, answer, message=error)
    meaning = _STATUSES.get(answer.status)
    if meaning is None:
        raise foreign(answer)
    raise error_of(meaning, answer, message=_detail(fields))


def job_answer(answer: HttpAnswer) -> Answer | None:
    """Where a job stands, None when the answer does not say. Raise any `ServiceError`."""
    fields = _fields(answer)
    word = clean(fields.get('status'), 40)
    if not word or answer.status not in (200, 500):
        if answer.status == 200:
            return None
        raise foreign(answer, _STATUSES)
    status = _WORDS.get(word.lower(), Status.RUNNING)
    files: tuple[ResultFile, ...] = ()
    if status is Status.DONE:
        model = _decoded(fields.get('model_base64'))
        if model is None:
            raise nonsense(answer, N_("The server sent a model that cannot be read"))
        if _is_cut(model):  # the file is still being written
            return Answer(status=Status.RUNNING, word=word)
        files = (ResultFile(data=model, type='GLB'),)
    return Answer(status=status, word=word, files=files, error_message=clean(fields.get('message')))


def is_server(health: HttpAnswer, description: HttpAnswer) -> bool:
    """Whether the answers to `/health` (2.1) and `/openapi.json` (both) are those of such a server."""
    is_newer = health.status == 200 and 'worker_id' in (object_of(health.body) or {})
    return is_newer or bool(_paths(description) & {'/send', '/generate'})


def has_queue(description: HttpAnswer) -> bool:
    """Whether the server takes jobs without holding the connection; one that does not describe itself is believed to."""
    paths = _paths(description)
    return not paths or '/send' in paths


def _paths(description: HttpAnswer) -> set[str]:
    paths = (object_of(description.body) or {}).get('paths')
    return set(paths) if description.status == 200 and isinstance(paths, dict) else set()


def _fields(answer: HttpAnswer) -> Fields:
    fields = object_of(answer.body)
    if fields is None:
        raise foreign(answer, _STATUSES)
    return fields


def _detail(fields: Fields) -> str:
    """What is wrong with which field, as FastAPI says it."""
    detail = fields.get('detail')
    first: Any = detail[0] if isinstance(detail, list) and detail else detail
    if not isinstance(first, dict):
        return clean(first)
    place = first.get('loc')
    name = clean(place[-1], 40) if isinstance(place, list) and place else ''
    return clean(": ".join(filter(None, (name, clean(first.get('msg'))))))


def _decoded(text: Any) -> bytes | None:
    if not isinstance(text, str) or not text:
        return None
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def _is_cut(model: bytes) -> bool:
    """Whether a GLB has fewer bytes than its header says; what is no GLB is judged by the worker."""
    return model[:4] == b'glTF' and (len(model) < 12 or struct.unpack_from('<I', model, 8)[0] > len(model))
