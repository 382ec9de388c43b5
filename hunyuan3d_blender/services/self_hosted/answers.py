# SPDX-License-Identifier: GPL-3.0-or-later
"""Read what the servers answer. Whatever the bytes are, the outcome is a value or a `ServiceError`."""

from __future__ import annotations

import base64
import binascii
import struct
from typing import Any

from ..answers import STATUSES, Fields, error_of, foreign, job_id_of, nonsense, object_of
from ..contract import Answer, ResultFile, Status, Submission
from ..errors import N_, Kind, ServiceError
from ..foreign_text import clean
from ..http import HttpAnswer
from ..meanings import Meaning, Outcome

_NOT_ACCEPTED = Meaning(Kind.INPUT, Outcome.REFUSED, N_("The service does not accept this request"))
_FAILED = Meaning(Kind.SERVICE, Outcome.REFUSED, N_("The server could not begin the job; its log says more"))
_NOT_MADE = Meaning(
    Kind.SERVICE, Outcome.REFUSED, N_("The server could not make the model; its log says more")
)
_STATUSES = {**STATUSES, 400: _NOT_ACCEPTED, 422: _NOT_ACCEPTED}
_WORDS = {'completed': Status.DONE, 'error': Status.FAILED}


def submission(answer: HttpAnswer) -> Submission | None:
    """The accepted job, None when the answer does not name it. Raise Busy, Refused or Unclear."""
    fields = _fields(answer)
    if answer.status != 200:
        raise _told(answer, fields, _FAILED)
    remote_id = job_id_of(fields.get('uid'))
    return Submission(remote_id=remote_id) if remote_id else None


def is_no_queue(answer: HttpAnswer) -> bool:
    """Whether a submit was turned away because there is no queue, or none that works: then nothing was begun."""
    return answer.status in (404, 405, 501) or (answer.status == 500 and bool(_words(_object(answer))))


def not_made(answer: HttpAnswer) -> ServiceError:
    """Why `/generate` answered with something else than a file."""
    return _told(answer, _fields(answer), _NOT_MADE)


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
    return is_newer_family(health) or bool(_paths(description) & {'/send', '/generate'})


def is_newer_family(health: HttpAnswer) -> bool:
    """Whether the answer to `/health` is that of 2.1: the older family has no such path."""
    return health.status == 200 and 'worker_id' in _object(health)


def can_generate(description: HttpAnswer) -> bool:
    """Whether the server says that it also answers with the model itself."""
    return '/generate' in _paths(description)


def takes_mesh(description: HttpAnswer) -> bool:
    """Whether a server that names its fields names the one of a mesh. The older family names none."""
    components = _object(description).get('components')
    schemas = components.get('schemas') if isinstance(components, dict) else None
    forms = (
        [form.get('properties') for form in schemas.values() if isinstance(form, dict)]
        if isinstance(schemas, dict)
        else []
    )
    return any(isinstance(fields, dict) and 'mesh' in fields for fields in forms)


def _paths(description: HttpAnswer) -> set[str]:
    paths = _object(description).get('paths')
    return set(paths) if description.status == 200 and isinstance(paths, dict) else set()


def _fields(answer: HttpAnswer) -> Fields:
    fields = object_of(answer.body)
    if fields is None:
        raise foreign(answer, _STATUSES)
    return fields


def _object(answer: HttpAnswer) -> Fields:
    """As `_fields`, and nothing for what is none."""
    return object_of(answer.body) or {}


def _told(answer: HttpAnswer, fields: Fields, failed: Meaning) -> ServiceError:
    """The error for an answer without what was asked for; `failed` is meant where the server itself says why."""
    error = _words(fields)
    if error:
        return error_of(failed, answer, message=error)
    meaning = _STATUSES.get(answer.status)
    return error_of(meaning, answer, message=_detail(fields)) if meaning else foreign(answer)


def _words(fields: Fields) -> str:
    return clean(fields.get('error')) or clean(fields.get('text'))


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
