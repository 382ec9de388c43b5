# SPDX-License-Identifier: GPL-3.0-or-later
"""How long to wait before the next try. Pure functions: the caller waits, and decides whether to try at all.

`random` is a function that returns numbers from 0 up to 1, like `random.random`.
"""

from __future__ import annotations

from collections.abc import Callable

POLL_FIRST_S = 2.0
POLL_SLOWEST_S = 10.0
POLL_SLOWEST_AFTER_S = 120.0
"""A quick job is noticed at once, and a slow one costs few requests."""


def backoff_s(tries: int, *, first_s: float, cap_s: float, random: Callable[[], float]) -> float:
    """Wait after the `tries`-th failure in a row: doubling from `first_s` up to `cap_s`, of it half to all.

    The random half keeps several jobs from coming back in the same moment.
    """
    doublings = min(max(tries - 1, 0), 32)  # beyond that any cap is reached, and floats stay finite
    return min(cap_s, first_s * 2.0**doublings) * (0.5 + 0.5 * random())


def poll_interval_s(since_submit_s: float, random: Callable[[], float]) -> float:
    """Wait before asking again where a job stands: 2 s at first, 10 s after two minutes, a tenth more or less."""
    share = min(max(since_submit_s, 0.0) / POLL_SLOWEST_AFTER_S, 1.0)
    return (POLL_FIRST_S + share * (POLL_SLOWEST_S - POLL_FIRST_S)) * (0.9 + 0.2 * random())
