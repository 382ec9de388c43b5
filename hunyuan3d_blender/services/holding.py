# SPDX-License-Identifier: GPL-3.0-or-later
"""What a service has beside `contract.Service` that cannot always be asked for a job later."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Protocol

from .contract import Request, Service


class Incoming(Protocol):
    """A file whose headers are there, and whose bytes are still to come."""

    status: int
    headers: Mapping[str, str]
    """Names in any case."""

    def chunks(self) -> Iterator[bytes]:
        """The bytes as they arrive. Raise Unclear when they break off, or end early."""


class Maker(Service, Protocol):
    """A service that may have to hold the connection for as long as it works.

    Only where that is free: whatever interrupts it, the model is made once more, without asking.
    """

    def make(
        self, request: Request, inputs: Mapping[str, bytes], stop: Callable[[], bool]
    ) -> AbstractContextManager[Incoming]:
        """Have the model made, and yield the file as it arrives. Raise any `ServiceError`.

        When `stop` returns True, a wait that is under way ends within a second, with Unclear.
        """
