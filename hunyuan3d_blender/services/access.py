# SPDX-License-Identifier: GPL-3.0-or-later
"""What a client is made of: whom it talks to, as whom, and how."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ..value import value
from .contract import Key, ServiceTable

if TYPE_CHECKING:
    from .http import Network


@value
class Access:
    """Everything a client needs to know beside the request."""

    table: ServiceTable
    endpoint: str
    region: str
    """'' for a service without regions."""
    key: Callable[[], Key]
    """Asked for every request; what it raises goes through, and nothing is sent."""
    network: Network
    clock: Callable[[], float]
