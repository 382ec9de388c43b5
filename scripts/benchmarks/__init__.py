# SPDX-License-Identifier: GPL-3.0-or-later
"""The measurements of scripts/bench.py: each module is a program that runs in the environment it measures."""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Callable

MARK = 'BENCH '


def report(table: str, **columns: str | float | bool) -> None:
    """Hand one row of a table to scripts/bench.py."""
    print(MARK + json.dumps({'table': table, **columns}), flush=True)


def seconds(
    action: Callable[[], object], *, runs: int = 1, before: Callable[[], object] = gc.collect
) -> list[float]:
    """How long `action` takes, run by run; `before` is not counted."""
    times = []
    for _ in range(runs):
        before()
        begun = time.perf_counter()
        action()
        times.append(time.perf_counter() - begun)
    return times
