# SPDX-License-Identifier: GPL-3.0-or-later
"""How long our panels take to lay out with so many jobs, in a Blender with a window.

blender --factory-startup --python panel.py -- FOLDER JOBS      (FOLDER holds the extension as the zip does)
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import bpy

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks import report
from benchmarks.in_window import CATEGORY, enable, open_tab, play
from benchmarks.tick import fill
from hunyuan3d_blender.jobs.library import Library
from hunyuan3d_blender.jobs.store import Store
from hunyuan3d_blender.worker import lock

DRAWS = 60
DRAW_MAX_MS = 2.0


def main(folder: str, jobs: str) -> None:
    """Fill the library, enable the add-on, and let Blender draw."""
    library = Library(Path(tempfile.mkdtemp()))
    os.environ['HUNYUAN3D_LIBRARY'] = str(library.path)
    fill(library, int(jobs))
    Store(library).close()
    enable(folder)
    play(draw(library, int(jobs)))


def draw(library: Library, jobs: int) -> Iterator[float]:
    """Open the tab, then have it drawn again and again."""
    with lock.held(library):  # no worker: the jobs are no real ones
        yield from open_tab()
        area = next(a for a in bpy.context.window_manager.windows[0].screen.areas if a.type == 'VIEW_3D')
        region = next(region for region in area.regions if region.type == 'UI')
        times: list[float] = []
        panels = [
            kind for kind in bpy.types.Panel.__subclasses__() if getattr(kind, 'bl_category', '') == CATEGORY
        ]
        for panel in panels:
            panel.draw = timed(panel.draw, times)
        whole = []
        for _ in range(DRAWS):
            times.clear()
            region.tag_redraw()
            yield 0.05
            if times:
                whole.append(sum(times) * 1000)
        report(
            "Drawing the panels, in milliseconds",
            blender=bpy.app.version_string,
            jobs=jobs,
            panels=len(panels),
            median=statistics.median(whole),
            longest=max(whole),
            reached=statistics.median(whole) < DRAW_MAX_MS,
        )


def timed(function: Callable[..., None], times: list[float]) -> Callable[..., None]:
    """The same function, which also notes how long it took."""

    def measured(self: Any, context: Any) -> None:
        begun = time.perf_counter()
        function(self, context)
        times.append(time.perf_counter() - begun)

    return measured


main(*sys.argv[sys.argv.index('--') + 1 :])
