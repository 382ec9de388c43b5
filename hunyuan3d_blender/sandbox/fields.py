# SPDX-License-Identifier: GPL-3.0-or-later
"""What a field of a request may hold. Each check is a value of the action tables in `operations`.

A check takes the field's name and value and raises `Refusal`.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from .pictures import measure
from .refusal import Refusal

Check = Callable[[str, Any], None]

ENCODED_MAX_BYTES = 8 * 1024 * 1024
"""Of base64, or of a file behind a URL. Of 6 MB of raw file, 8 MB of base64 come."""


def check_fields(values: Mapping[str, Any], checks: Mapping[str, Check]) -> None:
    """Raise Refusal for a field that the action does not have or that holds what it must not."""
    for name, value in values.items():
        if name not in checks:
            raise Refusal('UnknownParameter', f"The parameter `{name}` is not recognized.")
        checks[name](name, value)


def text(max_characters: int) -> Check:
    """A string of so many characters (not bytes)."""

    def check(name: str, value: Any) -> None:
        _of_type(name, value, str)
        if len(value) > max_characters:
            raise _bad_value(name, f"{len(value)} characters are more than {max_characters}")

    return check


def choice(*words: str, code: str = 'InvalidParameterValue') -> Check:
    """One of some words."""

    def check(name: str, value: Any) -> None:
        _of_type(name, value, str)
        if value not in words:
            raise Refusal(code, f"The value of `{name}` must be one of {', '.join(words)}.")

    return check


def flag(name: str, value: Any) -> None:
    """True or false."""
    _of_type(name, value, bool)


def whole(low: int, high: int) -> Check:
    """An integer within bounds, both included."""

    def check(name: str, value: Any) -> None:
        _of_type(name, value, int)
        if not low <= value <= high:
            raise _bad_value(name, f"{value} is not within {low} and {high}")

    return check


def address(name: str, value: Any) -> None:
    """A URL from which the service fetches a picture."""
    _of_type(name, value, str)
    try:
        parts = urlsplit(value)
    except ValueError:
        parts = urlsplit('')
    if parts.scheme not in ('http', 'https') or not parts.hostname:
        raise Refusal('InvalidParameterValue.UrlIllegal', f"`{name}` is not a valid URL.")


def picture(name: str, value: Any) -> None:
    """A picture in base64: 128 to 5000 pixels on each side."""
    _of_type(name, value, str)
    _not_too_large(name, len(value))
    check_picture(name, decoded(name, value), formats=('png', 'jpg', 'webp'), low_px=128, high_px=5000)


def views(
    *sides: str, names: tuple[str, str, str] = ('ViewType', 'ViewImageUrl', 'ViewImageBase64')
) -> Check:
    """Pictures of other sides, each side once, in PNG or JPEG, more than 128 and less than 5000 pixels."""

    side, url, data_of = names

    def check(name: str, value: Any) -> None:
        _of_type(name, value, list)
        total = 0
        for view in value:
            _of_type(name, view, dict)
            check_fields(view, {side: choice(*sides), url: address, data_of: text(10**8)})
            _one_of(view, (side,))
            _one_of(view, (url, data_of))
            total += len(view.get(data_of, ''))
            _not_too_large(name, total)
            if data_of in view:
                data = decoded(name, view[data_of])
                check_picture(name, data, formats=('png', 'jpg'), low_px=129, high_px=4999)
        if len({view.get(side) for view in value}) < len(value):
            raise _bad_value(name, f"each {side} may be given once")

    return check


def decoded(name: str, value: str) -> bytes:
    """The bytes behind raw base64; a data URI is refused like anything else that is none."""
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise Refusal('FailedOperation.ImageDecodeFailed', f"`{name}` is not base64.") from None


def check_picture(name: str, data: bytes, *, formats: Iterable[str], low_px: int, high_px: int) -> None:
    """Raise Refusal when the bytes are no picture, or of the wrong format or size."""
    found = measure(data)
    if found is None or found[0] not in formats:
        raise Refusal('FailedOperation.ImageDecodeFailed', f"`{name}` is no picture in {', '.join(formats)}.")
    if not all(low_px <= side <= high_px for side in found[1:]):
        raise _bad_value(
            name, f"each side must have {low_px} to {high_px} pixels, not {found[1]} x {found[2]}"
        )


def _not_too_large(name: str, size_bytes: int) -> None:
    if size_bytes > ENCODED_MAX_BYTES:
        raise Refusal('FailedOperation.ImageSizeExceed', f"`{name}` is larger than 8 MB.")


def _one_of(values: Mapping[str, Any], names: tuple[str, ...]) -> None:
    if sum(bool(values.get(name)) for name in names) != 1:
        raise Refusal('InvalidParameter', f"Exactly one of {', '.join(names)} is needed in each view.")


def _of_type(name: str, value: Any, kind: type) -> None:
    if type(value) is not kind:  # a bool is an int to isinstance
        raise Refusal('InvalidParameter', f"The value type of parameter `{name}` is not valid.")


def _bad_value(name: str, reason: str) -> Refusal:
    return Refusal('InvalidParameterValue', f"The value of `{name}` is not valid: {reason}.")
