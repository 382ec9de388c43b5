# SPDX-License-Identifier: GPL-3.0-or-later
"""How long one look at the jobs takes, in the Blender that watches them.

python -m benchmarks.tick
"""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from pathlib import Path

import bpy

from benchmarks import report, seconds
from hunyuan3d_blender import app
from hunyuan3d_blender.jobs.job import Account, Job, State, new_id
from hunyuan3d_blender.jobs.library import Library
from hunyuan3d_blender.jobs.spending import spending_of
from hunyuan3d_blender.jobs.store import Store
from hunyuan3d_blender.services.contract import Operation, Request
from hunyuan3d_blender.worker import lock

COUNTS = (0, 10, 1000, 10_000)
OPEN_JOBS = 10
TICKS = 400
CHANGE_EVERY = 4
"""One tick in so many finds a job changed: at 4 Hz, a change each second."""

MEDIAN_MAX_MS = 1.0
LONGEST_MAX_MS = 16.0


def main() -> None:
    """Measure every number of jobs."""
    for count in COUNTS:
        with tempfile.TemporaryDirectory() as folder:
            library = Library(Path(folder))
            app.reset()
            app.configure(app.AppSettings(library=library.path))
            open_jobs = fill(library, count)
            with Store(library) as store, lock.held(library):  # holding the lock: no worker is started
                measure(count, open_jobs, store)
                add_up(count, store)
            app.reset()


def fill(library: Library, count: int) -> list[Job]:
    """Put jobs into an empty library, and return those that are open.

    Only their records are written, from which the store is made when it is opened: one by one would take minutes.
    """
    now = time.time()
    jobs = [
        Job(
            id=new_id(), state=State.RUNNING if number < OPEN_JOBS else State.ARRIVED, name=f"Vase {number}",
            request=Request(operation=Operation.GENERATE, prompt=f"a vase of the {number}th kind, glazed"),
            account=Account(service='tencent_cn'), created_at=now - number, due_at=now + 1e6,
            attempt_id=new_id(), submitted_at=now - number, credits_estimated=20.0,  # all of them of this month
        )
        for number in range(count)
    ]  # fmt: skip
    for job in jobs:
        record = library.job(job.id).record
        record.parent.mkdir(parents=True)
        record.write_text(json.dumps(job.to_json()), encoding='utf-8')
    return jobs[:OPEN_JOBS]


def measure(count: int, open_jobs: list[Job], store: Store) -> None:
    """Time the ticks, while another connection changes jobs as the worker would."""
    number = 0

    def something_happens() -> None:
        nonlocal number
        number += 1
        if open_jobs and number % CHANGE_EVERY == 0:
            store.change(open_jobs[number % len(open_jobs)].id, State.RUNNING, progress=number / TICKS)

    app.tick()
    times = sorted(1000 * second for second in seconds(app.tick, runs=TICKS, before=something_happens))
    report(
        "One watch tick, in milliseconds",
        blender=bpy.app.version_string,
        jobs=count,
        median=statistics.median(times),
        p99=times[int(len(times) * 0.99)],
        longest=times[-1],
        reached=statistics.median(times) < MEDIAN_MAX_MS and times[-1] < LONGEST_MAX_MS,
    )


def add_up(count: int, store: Store) -> None:
    """Time what only a tick does that finds something sent or charged, where every job is of this month."""
    times = [1000 * second for second in seconds(lambda: spending_of(store, time.time()), runs=20)]
    report(
        "Adding up costs, in milliseconds",
        blender=bpy.app.version_string,
        jobs=count,
        median=statistics.median(times),
        longest=max(times),
        reached=statistics.median(times) < LONGEST_MAX_MS,
    )


if __name__ == '__main__':
    main()
