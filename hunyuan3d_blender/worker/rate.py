# SPDX-License-Identifier: GPL-3.0-or-later
"""How many requests a second: a token bucket that stays below a service's limit in every single second."""

from __future__ import annotations

from collections.abc import Callable


class TokenBucket:
    """Fills with half of the permitted rate and holds a quarter of a second's worth, at least one.

    So no second sees more than three quarters of `per_s` (or one request, for slow services): other programs may use
    the same account, and the service counts by its own clock.
    """

    def __init__(self, per_s: float, monotonic: Callable[[], float]) -> None:
        self._fill_per_s = per_s / 2
        self._size = max(1.0, per_s / 4)
        self._tokens = self._size
        self._monotonic = monotonic
        self._at = monotonic()

    def take(self) -> bool:
        """Take a token if there is one."""
        now = self._monotonic()
        self._tokens = min(self._size, self._tokens + (now - self._at) * self._fill_per_s)
        self._at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True
