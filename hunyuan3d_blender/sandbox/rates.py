# SPDX-License-Identifier: GPL-3.0-or-later
"""How often an action may be called."""

from __future__ import annotations

import threading
from collections import defaultdict, deque

from .refusal import Refusal

CALLS_PER_S = 20


class Rates:
    """Counts the calls of the last second, for each action by itself."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: dict[tuple[str, str], deque[float]] = defaultdict(deque)

    def count(self, edition: str, action: str, now: float) -> None:
        """Count a call at `now` (seconds); raise Refusal when it is one too many."""
        with self._lock:
            calls = self._calls[edition, action]
            while calls and calls[0] <= now - 1.0:
                calls.popleft()
            if len(calls) >= CALLS_PER_S:
                raise Refusal('RequestLimitExceeded', f"More than {CALLS_PER_S} requests in a second.")
            calls.append(now)
