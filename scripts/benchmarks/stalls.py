# SPDX-License-Identifier: GPL-3.0-or-later
"""How long our code holds Blender's main thread, call by call, during a whole job in a Blender with a window.

blender --factory-startup --python stalls.py -- FOLDER GLB      (FOLDER holds the extension as the zip does)

The service is `benchmarks.stand_in`, which returns the GLB; everything else is real. A call begins where Blender calls
a function of ours (a timer, an operator, a panel, a handler) and ends when that returns, whatever it has called.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import CodeType

import bpy

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks import report
from benchmarks.in_window import enable, open_tab, play
from benchmarks.stand_in import serving

SERVICE = 'tencent_intl'
GAP_MAX_MS = 50.0
ARRIVAL = 'arrive'
"""The function of `scene/arrive.py` that appends the model: the one thing that may take longer."""
DEADLINE_S = 180.0
LOOK_S = 0.5


class Recorder:
    """Notes every call of Blender's into our package: how long it took, where it began, whether it was the arrival.

    By `sys.monitoring`, which costs nothing in the code of others.
    """

    def __init__(self, package: Path) -> None:
        self._package = str(package) + os.sep
        self._depth = 0
        self._begun = 0.0
        self._entry = ''
        self._arrives = False
        self.calls: list[tuple[float, str, bool]] = []
        """Milliseconds, function, whether a model arrived in it."""

    def start(self) -> None:
        """Begin to note."""
        tool, events = sys.monitoring.PROFILER_ID, sys.monitoring.events
        sys.monitoring.use_tool_id(tool, "stalls")
        for begin in (events.PY_START, events.PY_RESUME, events.PY_THROW):
            sys.monitoring.register_callback(tool, begin, self._enter)
        for end in (events.PY_RETURN, events.PY_YIELD, events.PY_UNWIND):
            sys.monitoring.register_callback(tool, end, self._leave)
        sys.monitoring.set_events(
            tool,
            events.PY_START
            | events.PY_RESUME
            | events.PY_THROW
            | events.PY_RETURN
            | events.PY_YIELD
            | events.PY_UNWIND,
        )

    def _is_ours(self, code: CodeType) -> bool:
        return code.co_filename.startswith(self._package)

    def _enter(self, code: CodeType, *_where: object) -> None:
        if not self._is_ours(code):
            return
        if self._depth == 0:
            self._begun, self._entry, self._arrives = time.perf_counter(), code.co_qualname, False
        self._depth += 1
        self._arrives |= code.co_name == ARRIVAL

    def _leave(self, code: CodeType, *_where: object) -> None:
        if not self._is_ours(code):
            return
        self._depth -= 1
        if self._depth == 0:
            self.calls.append(((time.perf_counter() - self._begun) * 1000, self._entry, self._arrives))


def main(folder: str, model: str) -> None:
    """Enable the add-on, and let a job run from the button to the scene."""
    os.environ['HUNYUAN3D_LIBRARY'] = str(Path(tempfile.mkdtemp(), 'library'))
    os.environ |= {'TENCENTCLOUD_SECRET_ID': 'AKID' + 'x' * 32, 'TENCENTCLOUD_SECRET_KEY': 'x' * 32}
    enable(folder)
    recorder = Recorder(Path(folder, 'hunyuan3d_blender').resolve())
    recorder.start()
    play(job(folder, Path(model), recorder))


def job(folder: str, model: Path, recorder: Recorder) -> Iterator[float]:
    """A whole job, with the tab open all the time."""
    os.environ['PYTHONPATH'] = str(Path(__file__).resolve().parents[1])
    with serving(model) as url:
        del os.environ['PYTHONPATH']
        (addon,) = (a for a in bpy.context.preferences.addons if a.module.endswith('.hunyuan3d_blender'))
        getattr(addon.preferences, f'{SERVICE}_accounts')[0].endpoint = url
        yield from open_tab()
        bpy.context.scene.hunyuan3d.service = SERVICE
        bpy.context.scene.hunyuan3d.prompt = "A model"
        yield 1.0
        bpy.ops.hunyuan3d.generate()
        deadline = time.monotonic() + DEADLINE_S
        while not any(arrives for _, _, arrives in recorder.calls):
            if time.monotonic() > deadline:
                raise RuntimeError("the model has not arrived")
            yield LOOK_S
        yield 2.0
    show(recorder, faces=int(model.stem))


def show(recorder: Recorder, faces: int) -> None:
    """One row for everything but the arrival, with its longest call; one for the arrival."""
    arrival = max(call for call in recorder.calls if call[2])
    others = sorted(call for call in recorder.calls if not call[2])
    for what, calls in (("everything else", others), ("arrival", [arrival])):
        took, entry, _ = calls[-1]
        report(
            "Our calls on the main thread during a whole job, in milliseconds",
            blender=bpy.app.version_string,
            faces=faces,
            what=what,
            calls=len(calls),
            median=calls[len(calls) // 2][0],
            longest=took,
            of=entry,
            reached=took <= GAP_MAX_MS or what == "arrival",
        )


main(*sys.argv[sys.argv.index('--') + 1 :])
