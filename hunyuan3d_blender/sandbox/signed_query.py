# SPDX-License-Identifier: GPL-3.0-or-later
"""Check the query of a URL signed by AWS Signature Version 4, as the S3 documents describe it.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
"""

from __future__ import annotations

import calendar
import hashlib
import hmac
import re
import time
from urllib.parse import parse_qsl

from .signature import Keys

REGION = 'sandbox'
CLOCK_TOLERANCE_S = 15 * 60
_WEEK_S = 604_800
_NEEDED = ('Algorithm', 'Credential', 'Date', 'Expires', 'SignedHeaders', 'Signature')

Why = tuple[int, str, str]
"""HTTP status, code and message of a refusal."""


def why_refused(method: str, path: str, query: str, host: str, keys: Keys, now: float) -> Why | None:
    """Why a request is not carried out, None for a good one. `path` and `query` are as they came, still encoded."""
    values = dict(parse_qsl(query, keep_blank_values=True))
    if not any(name.startswith('X-Amz-') for name in values):
        return 403, 'AccessDenied', "Access Denied"
    fields = {name: values.get(f"X-Amz-{name}", '') for name in _NEEDED}
    scope = fields['Credential'].split('/')
    began = _moment(fields['Date'])
    well_formed = (
        fields['Algorithm'] == 'AWS4-HMAC-SHA256'
        and len(scope) == 5
        and scope[1] == fields['Date'][:8]
        and scope[3:] == ['s3', 'aws4_request']
        and fields['SignedHeaders'] == 'host'
        and re.fullmatch(r'[0-9]{1,6}', fields['Expires']) is not None
        and 1 <= int(fields['Expires']) <= _WEEK_S
        and began is not None
    )
    if not well_formed:
        return (
            400,
            'AuthorizationQueryParametersError',
            "The query parameters of the signature are malformed.",
        )
    if scope[2] != REGION:
        return 400, 'AuthorizationQueryParametersError', f"the region '{scope[2]}' is wrong"
    if scope[0] != keys.secret_id:
        return 403, 'InvalidAccessKeyId', f"The access key {scope[0]} does not exist in our records."
    if 'X-Amz-Security-Token' in values:
        return 403, 'InvalidToken', "The provided token is malformed or otherwise invalid."
    expected = _signature(method, path, query, host, scope, fields['Date'], keys.secret_key)
    if not hmac.compare_digest(expected, fields['Signature']):
        return 403, 'SignatureDoesNotMatch', "The request signature we calculated does not match yours."
    if now < (began or 0) - CLOCK_TOLERANCE_S:
        return 403, 'AccessDenied', "Request is not yet valid"
    if now > (began or 0) + int(fields['Expires']):
        return 403, 'AccessDenied', "Request has expired"
    return None


def _moment(date: str) -> float | None:
    try:
        return calendar.timegm(time.strptime(date, '%Y%m%dT%H%M%SZ'))
    except ValueError:
        return None


def _signature(
    method: str, path: str, query: str, host: str, scope: list[str], date: str, secret_key: str
) -> str:
    signed = [pair if '=' in pair else f"{pair}=" for pair in query.split('&')]
    ordered = '&'.join(sorted(pair for pair in signed if not pair.startswith('X-Amz-Signature=')))
    request = '\n'.join((method, path, ordered, f"host:{host}", '', 'host', 'UNSIGNED-PAYLOAD'))
    digest = hashlib.sha256(request.encode()).hexdigest()
    text = '\n'.join(('AWS4-HMAC-SHA256', date, '/'.join(scope[1:]), digest))
    key = f"AWS4{secret_key}".encode()
    for part in scope[1:]:
        key = hmac.digest(key, part.encode(), 'sha256')
    return hmac.digest(key, text.encode(), 'sha256').hex()
