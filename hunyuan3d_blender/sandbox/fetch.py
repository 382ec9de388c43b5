# SPDX-License-Identifier: GPL-3.0-or-later
"""Fetch a picture that a request names by URL. The sandbox is offline: it reaches this machine only."""

from __future__ import annotations

import http.client
import ipaddress
from urllib.parse import urlsplit

from .fields import ENCODED_MAX_BYTES, check_picture
from .refusal import Refusal

TIMEOUT_S = 10.0


def fetch_picture(url: str) -> bytes:
    """The checked bytes behind a loopback URL; raise Refusal."""
    parts = urlsplit(url)
    if parts.scheme != 'http' or not _is_loopback(parts.hostname or ''):
        raise Refusal(
            'FailedOperation.DownloadError', "The sandbox is offline: it fetches from this machine only."
        )
    data = _get(parts.hostname or '', parts.port or 80, f"{parts.path or '/'}?{parts.query}".rstrip('?'))
    if len(data) > ENCODED_MAX_BYTES:
        raise Refusal('FailedOperation.ImageSizeExceed', "The picture is larger than 8 MB.")
    check_picture('ImageUrl', data, formats=('png', 'jpg', 'webp'), low_px=128, high_px=5000)
    return data


def _get(host: str, port: int, path: str) -> bytes:
    connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_S)
    try:
        connection.request('GET', path)
        answer = connection.getresponse()
        data = answer.read(ENCODED_MAX_BYTES + 1)
    except (OSError, http.client.HTTPException) as error:
        raise Refusal('FailedOperation.DownloadError', f"The picture cannot be fetched: {error}") from None
    finally:
        connection.close()
    if answer.status != http.HTTPStatus.OK:
        raise Refusal(
            'FailedOperation.DownloadError', f"The picture cannot be fetched: HTTP {answer.status}."
        )
    return data


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == 'localhost'
