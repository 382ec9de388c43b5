# SPDX-License-Identifier: GPL-3.0-or-later
"""Read what the service answers. Whatever the bytes are, the outcome is a value or a `ServiceError`."""

from __future__ import annotations

from collections.abc import Iterator

from ..answers import Fields, amount_of, error_of, files_of, foreign, job_id_of, object_of, url_of
from ..contract import Answer, ResultFile, Status, Submission
from ..foreign_text import clean
from ..http import HttpAnswer
from ..meanings import of_failed_job
from ..model_options import SEGMENTATION
from .codes import meaning_of

_STATUSES = {'WAIT': Status.WAITING, 'RUN': Status.RUNNING, 'DONE': Status.DONE, 'FAIL': Status.FAILED}


def fields_of(answer: HttpAnswer) -> Fields:
    """The 'Response' object of a successful call. Raise Busy, Refused or Unclear for anything else."""
    fields = (object_of(answer.body) or {}).get('Response')
    if not isinstance(fields, dict):
        raise foreign(answer)
    error = fields.get('Error')
    if error is None:
        return fields
    told = error if isinstance(error, dict) else {}
    code, message = clean(told.get('Code'), 100), clean(told.get('Message'))
    raise error_of(meaning_of(code), answer, code=code, message=message, request_id=request_id_of(fields))


def submission(fields: Fields) -> Submission | None:
    """The accepted job, None when the answer does not name it."""
    remote_id = job_id_of(fields.get('JobId'))
    return Submission(remote_id=remote_id, request_id=request_id_of(fields)) if remote_id else None


def result(fields: Fields) -> Submission | None:
    """The result of an action that answers with it, None when there is none."""
    url = url_of(fields.get('ResultFile3D'))
    request_id = request_id_of(fields)
    # There is no job to ask about; by the request's id the service's support finds what was charged.
    return (
        Submission(remote_id=request_id, request_id=request_id, files=(ResultFile(url=url),)) if url else None
    )


def job_answer(fields: Fields) -> Answer | None:
    """Where a job stands, None when the answer does not say."""
    word = clean(fields.get('Status'), 40)
    if not word:
        return None
    code = clean(fields.get('ErrorCode'), 100)
    status = _STATUSES.get(word.upper(), Status.RUNNING)
    files = fields.get('ResultFile3Ds')  # older answers nest them in lists called 'File3D'
    return Answer(
        status=status,
        word=word,
        files=(
            *files_of(files, url='Url', type='Type', preview='PreviewImageUrl', inside='File3D'),
            *_segmentation(fields),
        ),
        error_code=code,
        error_message=clean(fields.get('ErrorMessage')),
        meaning=of_failed_job(meaning_of(code)) if status is Status.FAILED else None,
        credits=amount_of(fields.get('ResultCreditConsumed')),
        credit_details=clean(fields.get('ResultCreditDetails')),
        request_id=request_id_of(fields),
    )


def _segmentation(fields: Fields) -> Iterator[ResultFile]:
    """Which faces belong to which part: a URL, or the text itself."""
    url, text = url_of(fields.get('PartSegmentationInfoUrl')), fields.get('PartSegmentationInfo')
    if url:
        yield ResultFile(url=url, type=SEGMENTATION)
    elif text and isinstance(text, str):
        yield ResultFile(data=text.encode('utf-8', 'replace'), type=SEGMENTATION)


def request_id_of(fields: Fields) -> str:
    """What the service's support asks for, '' where there is none."""
    return clean(fields.get('RequestId'), 100)
