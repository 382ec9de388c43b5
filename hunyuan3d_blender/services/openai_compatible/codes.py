# SPDX-License-Identifier: GPL-3.0-or-later
"""What errors mean on the routes with one key: the platform's codes, and HTTP statuses where there is no known code."""

from __future__ import annotations

from collections.abc import Mapping

from ..answers import STATUSES
from ..errors import N_, Kind
from ..meanings import Meaning, Outcome
from ..tencent_cloud import codes

_NOT_ACCEPTED = Meaning(Kind.INPUT, Outcome.REFUSED, N_("The service does not accept this request"))
_WRONG_KEY = Meaning(
    Kind.CREDENTIALS,
    Outcome.REFUSED,
    N_("The service did not accept the key: it is wrong or deleted, or it is one of another service"),
)

KEY_STATUSES: Mapping[int, Meaning] = {
    **STATUSES, 400: _NOT_ACCEPTED, 401: _WRONG_KEY, 403: _WRONG_KEY,
}  # fmt: skip
"""A bad field is told by 400 here, with or without words."""


def meaning_of(code: str, status: int) -> Meaning:
    """What an error means, by its code or else by the HTTP status it came with."""
    if code.startswith('AuthFailure') and not code.endswith('UnauthorizedOperation'):
        return _WRONG_KEY  # the signed API's sentences speak of SecretId and SecretKey
    meaning = codes.meaning_of(code)
    return KEY_STATUSES.get(status, meaning) if meaning == codes.UNKNOWN else meaning
