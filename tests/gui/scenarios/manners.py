# SPDX-License-Identifier: GPL-3.0-or-later
"""How the add-on behaves while nobody looks at it: status bar, notices, other workspaces and windows, the keyboard."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import bpy

from tests.gui.hands import Steps, Window
from tests.gui.scenarios.spine import state


def begin(prompt: str) -> None:
    """Start a job as a script does: no panel is open for it."""
    bpy.context.scene.hunyuan3d.prompt = prompt
    assert bpy.ops.hunyuan3d.generate() == {'FINISHED'}


def open_info(window: Window) -> None:
    """Turn the timeline into an Info editor."""
    window.area('DOPESHEET_EDITOR').type = 'INFO'


def reports(window: Window) -> list[str]:
    """What the Info editor shows, line by line."""
    with window.override('WINDOW', 'INFO'):
        bpy.ops.info.select_all(action='SELECT')
        bpy.ops.info.report_copy()
        bpy.ops.info.select_all(action='DESELECT')
    return bpy.context.window_manager.clipboard.splitlines()


def notices(window: Window, beginning: str) -> list[str]:
    """The reports that begin so."""
    return [line for line in reports(window) if line.startswith(beginning)]


def counted(counter: Counter[str], name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, counting its calls."""

    def call(*arguments: Any) -> Any:
        counter[name] += 1
        return function(*arguments)

    return call


def count_draws() -> Counter[str]:
    """Counts from now on how often the status bar and our panels are drawn."""
    draws: Counter[str] = Counter()
    bpy.types.STATUSBAR_HT_header.append(counted(draws, 'status bar', lambda _header, _context: None))
    for panel in (bpy.types.HUNYUAN3D_PT_generate, bpy.types.HUNYUAN3D_PT_jobs):
        panel.draw = counted(draws, 'panels', panel.draw)
    return draws


def scenario_is_seen_with_the_sidebar_closed(window: Window) -> Steps:
    """The status bar follows a job while the mouse is still and no panel is drawn; its end is a notice."""
    open_info(window)
    yield from window.rest()
    yield 1.0
    draws = count_draws()
    yield 2.0
    assert not draws, f"drawn without a job: {draws}"
    begin("a green bottle")
    yield 1.0
    yield from window.picture('status_bar')
    yield from window.until(lambda: state() == 'arrived', "the arrival", 120)
    assert draws['panels'] == 0
    assert 3 <= draws['status bar'] <= 12, draws
    yield 1.0
    yield from window.picture('notice')
    (notice,) = notices(window, "A green bottle: ")
    assert notice.endswith("The sample has arrived. Nothing was spent"), notice
