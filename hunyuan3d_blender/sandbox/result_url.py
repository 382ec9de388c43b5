# SPDX-License-Identifier: GPL-3.0-or-later
"""Result URLs as Tencent's object storage (COS) signs them: they grant a file to anyone until they expire."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import quote, urlencode

from .signature import Keys

URL_LIFETIME_S = 86_399
"""The window of Tencent's own sample: a day less one second."""


def sign(base: str, path: str, keys: Keys, now: float, lifetime_s: int) -> str:
    """URL of `path` on the server at `base` ("http://host:port"), good from `now` on."""
    window = f"{int(now)};{int(now) + lifetime_s}"
    host = base.partition('://')[2]
    query = {
        'q-sign-algorithm': 'sha1',
        'q-ak': keys.secret_id,
        'q-sign-time': window,
        'q-key-time': window,
        'q-header-list': 'host',
        'q-url-param-list': '',
        'q-signature': _signature(path, host, window, keys),
    }
    return f"{base}{quote(path)}?{urlencode(query)}"


def why_refused(
    path: str, host: str, query: Mapping[str, str], keys: Keys, now: float
) -> tuple[str, str] | None:
    """Code and message with which COS would turn a download away, None for a good URL."""
    window = query.get('q-sign-time', '')
    if not hmac.compare_digest(query.get('q-signature', ''), _signature(path, host, window, keys)):
        return 'SignatureDoesNotMatch', "The Signature you specified is invalid."
    if now > int(window.partition(';')[2]):
        return 'AccessDenied', "Request has expired"
    return None


def _signature(path: str, host: str, window: str, keys: Keys) -> str:
    sign_key = _hmac(keys.secret_key, window)
    http = hashlib.sha1(f"get\n{path}\n\nhost={quote(host, safe='')}\n".encode()).hexdigest()
    return _hmac(sign_key, f"sha1\n{window}\n{http}\n")


def _hmac(key: str, text: str) -> str:
    return hmac.new(key.encode(), text.encode(), 'sha1').hexdigest()
