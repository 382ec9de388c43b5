# SPDX-License-Identifier: GPL-3.0-or-later
"""URLs signed by AWS Signature Version 4, which carry a permission in their query.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html; as Tencent COS takes it:
https://cloud.tencent.com/document/product/436/37421
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import quote, urlsplit

from ..contract import Key

ALGORITHM = 'AWS4-HMAC-SHA256'
LIFETIME_MAX_S = 604_800
"""A week."""


def presigned(
    method: str,
    url: str,
    key: Key,
    *,
    region: str,
    lifetime_s: int,
    now: float,
    parameters: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """The URL of an object with the permission to do `method` there until `now` + `lifetime_s`. It is a secret.

    `url` has its path encoded and no query; `parameters` are what else the query says. Raise ValueError for a
    lifetime that no store accepts.
    """
    if not 1 <= lifetime_s <= LIFETIME_MAX_S:
        raise ValueError(f"a link cannot live {lifetime_s} s")
    moment = time.strftime('%Y%m%dT%H%M%SZ', time.gmtime(now))
    scope = f"{moment[:8]}/{region}/s3/aws4_request"
    query = {
        **parameters,
        'X-Amz-Algorithm': ALGORITHM,
        'X-Amz-Credential': f"{key.id}/{scope}",
        'X-Amz-Date': moment,
        'X-Amz-Expires': str(lifetime_s),
        'X-Amz-SignedHeaders': 'host',
        **({'X-Amz-Security-Token': key.token} if key.token else {}),
    }
    pairs = [f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in query.items()]
    parts = urlsplit(url)
    canonical = (
        f"{method}\n{parts.path}\n{'&'.join(sorted(pairs))}\nhost:{parts.netloc}\n\nhost\nUNSIGNED-PAYLOAD"
    )
    text = f"{ALGORITHM}\n{moment}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signing_key = f"AWS4{key.secret}".encode()
    for part in scope.split('/'):
        signing_key = _hmac(signing_key, part)
    return f"{url}?{'&'.join(pairs)}&X-Amz-Signature={_hmac(signing_key, text).hex()}"


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
