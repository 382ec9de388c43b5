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
    action: Callable[[], object],
    *,
    runs: int = 1,
    before: Callable[[], object] = gc.collect,
    clock: Callable[[], float] = time.perf_counter,
) -> list[float]:
    """How long `action` takes, run by run; `before` is not counted.

    `time.process_time` as the clock leaves out what others do on the machine; it counts all threads of the process.
    """
    times = []
    for _ in range(runs):
        before()
        begun = clock()
        action()
        times.append(clock() - begun)
    return times
