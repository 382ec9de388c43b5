# SPDX-License-Identifier: GPL-3.0-or-later
"""What a store's answer means."""

from __future__ import annotations

import re
from dataclasses import replace

from ..answers import error_of
from ..contract import Key
from ..errors import ServiceError
from ..foreign_text import clean
from ..http import HttpAnswer
from ..meanings import Meaning
from .bucket import Bucket
from .codes import MEANINGS, NONSENSE, REFUSED, RIGHT_REGION, STATUSES
from .xml_answer import fields_of


def error_in(answer: HttpAnswer, bucket: Bucket, key: Key) -> ServiceError | None:
    """Why the store did not do what it was asked for, None when it did. Says nothing of the key."""
    root, fields = fields_of(answer.body)
    if 200 <= answer.status < 300 and root != 'Error':  # the end of an upload in parts may fail with HTTP 200
        return None
    code = clean(fields.get('Code'), 100) if root == 'Error' else ''
    region = _region(fields, answer) if answer.status < 500 else ''
    meaning = _meaning(code, answer.status, fields.get('Message', ''))
    if region and region != bucket.region and meaning is MEANINGS['PermanentRedirect']:
        meaning = RIGHT_REGION
    words = {
        'code': code,
        'message': _without(clean(fields.get('Message')), key) if code else '',
        'request_id': clean(fields.get('RequestId') or answer.headers.get('x-amz-request-id'), 100),
    }
    return _error(meaning, answer, bucket, words, right=region)


def nonsense(answer: HttpAnswer, bucket: Bucket) -> ServiceError:
    """The error for an answer that no store gives."""
    return _error(NONSENSE, answer, bucket, {})


def _error(
    meaning: Meaning, answer: HttpAnswer, bucket: Bucket, words: dict[str, str], **facts: str
) -> ServiceError:
    error = error_of(meaning, answer, **words)
    place = {'bucket': bucket.name, 'host': bucket.host, 'region': bucket.region}
    error.failure = replace(error.failure, facts={'status': answer.status, **place, **facts})
    return error


def _meaning(code: str, status: int, message: str) -> Meaning:
    if code == 'AccessDenied' and re.search(r'expired|not yet valid', message, re.IGNORECASE):
        return MEANINGS['RequestExpired']  # as S3 and COS say it of a signed URL
    if code in MEANINGS:
        return MEANINGS[code]
    if status in STATUSES:
        return STATUSES[status]
    if status >= 500:
        return MEANINGS['InternalError']
    return REFUSED if code and status >= 400 else NONSENSE


def _region(fields: dict[str, str], answer: HttpAnswer) -> str:
    """The region in which the bucket is, where the answer says so."""
    named = fields.get('Region') or answer.headers.get('x-amz-bucket-region', '')
    named = named or ''.join(re.findall(r'\.(?:cos|s3)[.-]([a-z0-9-]+)\.', fields.get('Endpoint', ''))[:1])
    return named if re.fullmatch(r'[A-Za-z0-9-]{1,40}', named) else ''


def _without(text: str, key: Key) -> str:
    """Some stores repeat the key's id, or the whole signed text, in what they say."""
    for secret in (key.id, key.secret, key.token):
        text = text.replace(secret, "…") if len(secret) > 3 else text
    return text
