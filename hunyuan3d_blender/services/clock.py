# SPDX-License-Identifier: GPL-3.0-or-later
"""A computer's clock that is wrong, as the answers of servers show it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from email.utils import parsedate_to_datetime

from .errors import N_, Failure
from .http import HttpAnswer

ERROR_MAX_S = 100 * 365 * 24 * 3600.0
"""A computer that has lost its time begins in 1970; beyond this the answer is wrong."""


def clock_error_s(answer: HttpAnswer, now: float) -> float | None:
    """What to add to this computer's time to get that of the answer's Date, None where it says nothing."""
    try:
        date = parsedate_to_datetime(answer.headers.get('Date', ''))
        error_s = (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp() - now
    except (TypeError, ValueError, OverflowError):
        return None
    return error_s if abs(error_s) < ERROR_MAX_S else None


def clock_failure(failure: Failure, error_s: float) -> Failure:
    """The failure, saying by how much the clock is wrong."""
    message = N_("This computer's clock is {seconds} seconds off the service's: set the time and try again")
    return replace(failure, message=message, facts={'seconds': round(abs(error_s))})
