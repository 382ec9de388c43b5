# SPDX-License-Identifier: GPL-3.0-or-later
"""What a service's error says about the request."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from .errors import Kind


class Outcome(Enum):
    """What became of the request."""

    BUSY = 'busy'
    """Turned away for now."""
    FULL = 'full'
    """Turned away for now, because all job slots of the account are taken."""
    REFUSED = 'refused'
    """Turned away for good."""
    UNCLEAR = 'unclear'
    """A submit may have been executed; a query can be asked again."""


class Meaning(NamedTuple):
    """What is to be made of an error."""

    kind: Kind
    outcome: Outcome
    message: str
    """A marked English sentence; `{status}` in it is the HTTP status."""


_OF_REQUESTS = (Kind.INPUT, Kind.CONTENT, Kind.BILLING, Kind.UNSUPPORTED)


def of_failed_job(meaning: Meaning) -> Meaning | None:
    """What the error of a job says about its request, None where it only says that the service has failed."""
    is_told = meaning.outcome is Outcome.REFUSED and meaning.kind in _OF_REQUESTS
    return meaning if is_told else None
