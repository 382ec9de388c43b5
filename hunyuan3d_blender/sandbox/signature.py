# SPDX-License-Identifier: GPL-3.0-or-later
"""Check TC3-HMAC-SHA256, as document 362/4208 of Tencent Cloud describes it."""

from __future__ import annotations

import hashlib
import hmac
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from .refusal import Refusal

CLOCK_TOLERANCE_S = 300
_AUTHORIZATION = re.compile(
    r'TC3-HMAC-SHA256 +Credential=(?P<id>[^/, ]+)/(?P<date>[^/, ]+)/(?P<service>[^/, ]+)/tc3_request, *'
    r'SignedHeaders=(?P<headers>[a-z0-9;-]+), *Signature=(?P<signature>[0-9a-f]{64})'
)


@dataclass(frozen=True)
class Keys:
    """The one account of this sandbox."""

    secret_id: str
    secret_key: str = field(repr=False)

    @property
    def api_key(self) -> str:
        """The key of the services that have only one."""
        return 'sk-' + hashlib.sha256(self.secret_key.encode()).hexdigest()[:48]


def check(headers: Mapping[str, str], body: bytes, service: str, keys: Keys, now: float) -> None:
    """Raise Refusal when a call is not signed by `keys` for `service`. `headers` have lower-case names."""
    match = _AUTHORIZATION.fullmatch(headers.get('authorization', '').strip())
    if match is None or not {'content-type', 'host'} <= set(match['headers'].split(';')):
        raise Refusal(
            'AuthFailure.InvalidAuthorization', "The `Authorization` header does not have the TC3 form."
        )
    timestamp = headers.get('x-tc-timestamp', '')
    if not re.fullmatch('[0-9]{1,12}', timestamp):
        raise Refusal('MissingParameter', "The request is missing a valid `X-TC-Timestamp`.")
    if abs(now - int(timestamp)) > CLOCK_TOLERANCE_S:
        raise Refusal(
            'AuthFailure.SignatureExpire', f"Signature expired: {timestamp} is not near {int(now)}."
        )
    _check_secret_id(match['id'], keys)
    if 'x-tc-token' in headers:
        raise Refusal('AuthFailure.TokenFailure', "The token does not belong to this key.")
    expected = _signature(headers, match['headers'], body, service, int(timestamp), keys.secret_key)
    if match['service'] != service or not hmac.compare_digest(match['signature'], expected):
        raise Refusal('AuthFailure.SignatureFailure', "The provided credentials could not be validated.")


def _check_secret_id(secret_id: str, keys: Keys) -> None:
    if not secret_id.startswith('AKID'):
        raise Refusal('AuthFailure.InvalidSecretId', "The SecretId is not a cloud API key.")
    if secret_id != keys.secret_id:
        raise Refusal('AuthFailure.SecretIdNotFound', "The SecretId is not found.")


def _signature(
    headers: Mapping[str, str], signed: str, body: bytes, service: str, timestamp: int, secret_key: str
) -> str:
    date = time.strftime('%Y-%m-%d', time.gmtime(timestamp))
    scope = f"{date}/{service}/tc3_request"
    text = f"TC3-HMAC-SHA256\n{timestamp}\n{scope}\n{_sha256(_canonical(headers, signed, body))}"
    key = b'TC3' + secret_key.encode()
    for part in (date, service, 'tc3_request'):
        key = hmac.digest(key, part.encode(), 'sha256')
    return hmac.digest(key, text.encode(), 'sha256').hex()


def _canonical(headers: Mapping[str, str], signed: str, body: bytes) -> bytes:
    unsigned = headers.get('x-tc-content-sha256') == 'UNSIGNED-PAYLOAD'
    payload = _sha256(b'UNSIGNED-PAYLOAD' if unsigned else body)
    lines = ''.join(f"{name}:{headers.get(name, '').strip().lower()}\n" for name in signed.split(';'))
    return f"POST\n/\n\n{lines}\n{signed}\n{payload}".encode()


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
