# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong between us and a service, sorted by what may be done next.

    ServiceError
    ├── NotSent     nothing reached the service: the same request may be sent again
    ├── Busy        the service turned the request away for now: wait, then send it again
    ├── Refused     the service turned the request away for good: nothing ran, nothing is charged
    └── Unclear     the service may or may not have run it: a paid request is never repeated by itself

Queries and downloads cost nothing, so for them 'NotSent', 'Busy' and 'Unclear' all mean: try again later.
Sentences here are English and marked with `N_`; they become the user's language in `ui/reporting.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from ..value import value


def N_(message: str) -> str:  # noqa: N802 - the name gettext tools look for
    """Mark `message` for translation and return it unchanged."""
    return message


Fact = str | int | float | tuple[str, ...]
"""What is put into a sentence. A tuple becomes a list in the artist's language, a member of an enum its word there."""


class Kind(StrEnum):
    """Why something failed, which decides the next step that is offered."""

    INPUT = 'input'
    """The request breaks a limit of the service: the artist can change it."""
    CONTENT = 'content'
    """The service's content rules refuse the prompt or picture."""
    CREDENTIALS = 'credentials'
    """The key is missing, wrong, or lacks a permission."""
    CLOCK = 'clock'
    """This computer's clock is too far from the service's."""
    BILLING = 'billing'
    """The account is not activated, has no credits left, or is overdue."""
    LIMIT = 'limit'
    """The artist's own monthly limit is reached: nothing was sent."""
    BUSY = 'busy'
    """Too many jobs or requests at once."""
    NETWORK = 'network'
    """The service could not be reached, or the connection broke."""
    OFFLINE = 'offline'
    """Blender's online access is switched off."""
    SERVICE = 'service'
    """The service itself failed, or gave an answer that makes no sense."""
    GONE = 'gone'
    """The service no longer knows the job."""
    UNSUPPORTED = 'unsupported'
    """The service does not have this action, version or region."""
    FILE = 'file'
    """A downloaded file is damaged, hostile or of no known format."""
    DISK = 'disk'
    """The library folder cannot be written."""
    BLENDER = 'blender'
    """The background Blender failed or took too long."""
    INTERNAL = 'internal'
    """A defect of this add-on."""


class Spent(StrEnum):
    """Whether money was spent, as far as it can be known."""

    NO = 'no'
    MAYBE = 'maybe'
    YES = 'yes'
    UNTOLD = 'untold'
    """The job is over, and the service does not say."""


@value
class Failure:
    """The facts of a failure, as kept in a job's row and turned into words by `ui/reporting.py`."""

    kind: Kind
    message: str
    """A marked English sentence, with `{names}` that `facts` fills in. Not the service's own words."""
    facts: Mapping[str, Fact] = field(default_factory=dict)
    spent: Spent = Spent.NO
    code: str = ''
    """The service's own error code, empty where it gave none."""
    service_message: str = ''
    """The service's own words, cleaned and cut: shown as a detail, never interpreted."""
    request_id: str = ''
    """What the service's support asks for."""


class ServiceError(Exception):
    """Base of all; never raised itself. Says nothing about bugs of ours, which stay Python exceptions."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(f"{failure.kind}: {failure.code or failure.message}")
        self.failure = failure


class NotSent(ServiceError):
    """No connection came about (name, route, TLS, proxy, online access off), so nothing was executed."""


class Busy(ServiceError):
    """Too many jobs or requests; nothing was accepted."""

    def __init__(
        self, failure: Failure, *, retry_after_s: float | None = None, jobs_full: bool = False
    ) -> None:
        super().__init__(failure)
        self.retry_after_s = retry_after_s
        """The service's own wish, None where it stated none."""
        self.jobs_full = jobs_full
        """True: all job slots of the account are taken. False: too many requests in a second."""


class Refused(ServiceError):
    """The service answered that it will not do this."""


class Unclear(ServiceError):
    """The request left this computer and no usable answer came back."""

    def __init__(self, failure: Failure, *, answer: bytes = b'') -> None:
        super().__init__(failure)
        self.answer = answer
        """The first bytes of whatever came back, for the job's folder. At most 64 KiB."""
