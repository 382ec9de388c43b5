# SPDX-License-Identifier: GPL-3.0-or-later
"""The program inside Blender that plays one scenario and writes `result.json`.

blender … --python in_window.py -- SCENARIO_FILE FUNCTION FOLDER

A scenario is a generator. A zero-interval timer advances it between Blender's own events, so nothing is ever called
at a moment at which an artist could not have done it.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import time
import traceback
from pathlib import Path

import bpy

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.gui.hands import Steps, Window

TICKS = 3
"""Timer calls between two steps: time for events to be handled and the window to be drawn."""

START_S = 1.0
"""Time for the first frames, and for what the add-on does after its registration."""


def main() -> None:
    """Start the scenario named on the command line."""
    file, function, folder = sys.argv[sys.argv.index('--') + 1 :]
    preferences = bpy.context.preferences
    preferences.view.show_splash = False
    preferences.view.use_save_prompt = False
    preferences.view.smooth_view = 0
    spec = importlib.util.spec_from_file_location('scenario', file)
    scenario = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scenario)
    window = Window(Path(folder))
    player = Player(getattr(scenario, function)(window), window)
    bpy.app.timers.register(player.tick, first_interval=START_S, persistent=True)


class Player:
    """Advances a scenario."""

    def __init__(self, steps: Steps, window: Window) -> None:
        self.steps = steps
        self.window = window
        self.ticks = 0
        self.not_before = 0.0

    def tick(self) -> float:
        """Do one step when it is time for one."""
        self.ticks += 1
        if self.ticks % TICKS == 0 and time.monotonic() >= self.not_before:
            try:
                self.not_before = time.monotonic() + (next(self.steps) or 0.0)
            except StopIteration:
                self.end("")
            except BaseException:  # noqa: BLE001 - whatever it is, it is the result
                self.end(traceback.format_exc())
        return 0.0

    def end(self, failure: str) -> None:
        """Write the result and end Blender at once: quitting properly could ask or hang."""
        if failure:
            self.window.photograph('failure')
        (self.window.folder / 'result.json').write_text(json.dumps({'failure': failure}))
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


main()
