# SPDX-License-Identifier: GPL-3.0-or-later
"""How long starting a batch of 500 holds Blender: looking at the list, the artist's yes, and each tick after it.

python -m benchmarks.batch
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import bpy

from benchmarks import report
from hunyuan3d_blender import app
from hunyuan3d_blender.jobs.library import Library
from hunyuan3d_blender.jobs.store import Store
from hunyuan3d_blender.worker import lock

COUNT = 500
PICTURE_BYTES = 2_000_000
HELD_MAX_MS = 16.0

_PNG = b'\x89PNG\r\n\x1a\n\0\0\0\rIHDR' + (1024).to_bytes(4, 'big') * 2 + b'\x08\x06\0\0\0'


def main() -> None:
    """Measure a list of prompts and a folder of pictures."""
    draft = app.Draft()
    text = "\n".join(f"a vase of the {number}th kind, glazed" for number in range(COUNT))
    measure("prompts", lambda: app.proposals.batch_of_prompts(draft, "Vases", text))
    with tempfile.TemporaryDirectory() as folder:
        for number in range(COUNT):
            padding = number.to_bytes(4, 'big') * (PICTURE_BYTES // 4)
            Path(folder, f"vase {number}.png").write_bytes(_PNG + padding)
        measure("pictures of 2 MB", lambda: app.proposals.batch_of_folder(draft, Path(folder)))


def measure(what: str, propose: Callable[[], app.proposals.Proposal]) -> None:
    """Start one batch in a new library, and let ticks go by until all of it is there."""
    with tempfile.TemporaryDirectory() as folder:
        library = Library(Path(folder))
        app.reset()
        app.configure(app.AppSettings(library=library.path))
        with Store(library) as store, lock.held(library):  # holding the lock: no worker is started
            begun = time.perf_counter()
            proposal = propose()
            looked = time.perf_counter()
            app.start_batch(bpy.context, proposal)
            started = time.perf_counter()
            ticks, works = [], []
            while store.size() < COUNT:
                before, worked = time.perf_counter(), time.process_time()
                app.tick()
                works.append(1000 * (time.process_time() - worked))
                ticks.append(1000 * (time.perf_counter() - before))
        app.reset()
    report(
        f"Starting a batch of {COUNT}, in milliseconds",
        blender=bpy.app.version_string,
        list=what,
        looking=1000 * (looked - begun),
        start=1000 * (started - looked),
        ticks=len(ticks),
        longest_tick=max(ticks),
        processor_median=sorted(works)[len(works) // 2],
        processor_longest=max(works),
        reached=max(works) < HELD_MAX_MS,
    )


if __name__ == '__main__':
    main()
