# SPDX-License-Identifier: GPL-3.0-or-later
"""What a field of a request may hold. Each check is a value of the action tables in `operations`.

A check takes the field's name and value and raises `Refusal`.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from .pictures import measure
from .refusal import Refusal
from .segmentation import parse

Check = Callable[[str, Any], None]

SIDES = ('left', 'right', 'back', 'top', 'bottom', 'left_front', 'right_front')
"""The views beside the front."""


@dataclass(frozen=True)
class PictureRule:
    """What a picture may be."""

    formats: tuple[str, ...]
    low_px: int
    high_px: int
    """Of each side; both included."""
    encoded_max_bytes: int = 8 << 20
    """Of base64, or of a file behind a URL. Of 6 MB of raw file, 8 MB of base64 come."""


MAIN_PICTURE = PictureRule(('png', 'jpg', 'webp'), 128, 5000)
OTHER_VIEW = PictureRule(('png', 'jpg'), 129, 4999)
TEXTURE_PICTURE = PictureRule(('png', 'jpg'), 129, 4095, 10 << 20)
"""The reference of a texture."""


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
    check_encoded_size(name, len(value), MAIN_PICTURE)
    check_picture(name, decoded(name, value), MAIN_PICTURE)


def reference(name: str, value: Any) -> None:
    """A picture to texture by, as `Url` or as `Base64`; the URL counts when there are both."""
    _of_type(name, value, dict)
    check_fields(value, {'Url': address, 'Base64': text(10**8)})
    if not value.get('Url') and not value.get('Base64'):
        raise Refusal('InvalidParameter', f"`{name}` needs Url or Base64.")
    if not value.get('Url'):
        check_encoded_size(name, len(value['Base64']), TEXTURE_PICTURE)
        check_picture(name, decoded(name, value['Base64']), TEXTURE_PICTURE)


def model_file(*types: str, also: tuple[str, ...] = ()) -> Check:
    """An object of `Url` and `Type`, the type in any case; other fields of it mean nothing."""

    def check(name: str, value: Any) -> None:
        _of_type(name, value, dict)
        check_fields(value, {'Url': address, 'Type': text(100), **dict.fromkeys(also, text(10_000))})
        for needed in ('Url', 'Type'):
            if not value.get(needed):
                raise Refusal('MissingParameter', f"The request is missing `{name}.{needed}`.")
        if value['Type'].upper() not in types:
            raise _bad_value(f"{name}.Type", f"it must be one of {', '.join(types)}")

    return check


def segmentation(name: str, value: Any) -> None:
    """The text of a segmentation that is whole, as far as that can be told without its model."""
    _of_type(name, value, str)
    parse(value)


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
            check_encoded_size(name, total, OTHER_VIEW)
            if data_of in view:
                check_picture(name, decoded(name, view[data_of]), OTHER_VIEW)
        if len({view.get(side) for view in value}) < len(value):
            raise _bad_value(name, f"each {side} may be given once")

    return check


def decoded(name: str, value: str) -> bytes:
    """The bytes behind raw base64; a data URI is refused like anything else that is none."""
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise Refusal('FailedOperation.ImageDecodeFailed', f"`{name}` is not base64.") from None


def check_picture(name: str, data: bytes, rule: PictureRule) -> None:
    """Raise Refusal when the bytes are no picture, or of the wrong format or size."""
    found = measure(data)
    if found is None or found[0] not in rule.formats:
        formats = ', '.join(rule.formats)
        raise Refusal('FailedOperation.ImageDecodeFailed', f"`{name}` is no picture in {formats}.")
    if not all(rule.low_px <= side <= rule.high_px for side in found[1:]):
        reason = f"each side must have {rule.low_px} to {rule.high_px} pixels, not {found[1]} x {found[2]}"
        raise _bad_value(name, reason)


def check_encoded_size(name: str, size_bytes: int, rule: PictureRule) -> None:
    """Raise Refusal for too much."""
    if size_bytes > rule.encoded_max_bytes:
        raise Refusal(
            'FailedOperation.ImageSizeExceed', f"`{name}` is larger than {rule.encoded_max_bytes >> 20} MB."
        )


def _one_of(values: Mapping[str, Any], names: tuple[str, ...]) -> None:
    if sum(bool(values.get(name)) for name in names) != 1:
        raise Refusal('InvalidParameter', f"Exactly one of {', '.join(names)} is needed in each view.")


def _of_type(name: str, value: Any, kind: type) -> None:
    if type(value) is not kind:  # a bool is an int to isinstance
        raise Refusal('InvalidParameter', f"The value type of parameter `{name}` is not valid.")


def _bad_value(name: str, reason: str) -> Refusal:
    return Refusal('InvalidParameterValue', f"The value of `{name}` is not valid: {reason}.")
