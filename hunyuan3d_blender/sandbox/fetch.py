# SPDX-License-Identifier: GPL-3.0-or-later
"""Fetch what a request names by URL, as the service does: as a stranger, without any header, where it is sent.

The sandbox is offline: this machine is its whole internet.
"""

from __future__ import annotations

import http.client
import ipaddress
from urllib.parse import urlsplit

from .fields import MAIN_PICTURE, PictureRule, check_encoded_size, check_picture
from .refusal import Refusal

TIMEOUT_S = 10.0
MODEL_MAX_BYTES = 200 * 1024 * 1024


def fetch_picture(url: str, rule: PictureRule = MAIN_PICTURE) -> bytes:
    """The checked bytes behind a loopback URL; raise Refusal."""
    data = fetch_public(url, rule.encoded_max_bytes, "picture")
    check_encoded_size('Url', len(data), rule)
    check_picture('Url', data, rule)
    return data


def fetch_model(url: str, max_bytes: int = MODEL_MAX_BYTES) -> bytes:
    """The bytes of a model behind a loopback URL; raise Refusal. A file of a private bucket needs a signed one."""
    data = fetch_public(url, max_bytes, "model")
    if len(data) > max_bytes:
        raise Refusal('InvalidParameterValue', f"The model is larger than {max_bytes >> 20} MB.")
    return data


def fetch_public(url: str, max_bytes: int, what: str) -> bytes:
    """What anyone gets for a URL, at most a byte more than `max_bytes`; raise Refusal. No redirect is followed."""
    host, port, target = _place(url)
    connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_S)
    try:
        connection.request('GET', target)
        answer = connection.getresponse()
        data = answer.read(max_bytes + 1)
    except (OSError, http.client.HTTPException) as error:
        raise Refusal('FailedOperation.DownloadError', f"The {what} cannot be fetched: {error}") from None
    finally:
        connection.close()
    if answer.status != http.HTTPStatus.OK:
        raise Refusal('FailedOperation.DownloadError', f"The {what} cannot be fetched: HTTP {answer.status}.")
    return data


def _place(url: str) -> tuple[str, int, str]:
    """Host, port and what to ask for there."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or '', parts.port or 80
    except ValueError:
        raise Refusal('FailedOperation.DownloadError', "This is no URL.") from None
    if parts.scheme != 'http' or '@' in parts.netloc or not _is_loopback(host):
        raise Refusal(
            'FailedOperation.DownloadError', "The sandbox is offline: it fetches from this machine only."
        )
    return host, port, f"{parts.path or '/'}?{parts.query}".rstrip('?')


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == 'localhost'
