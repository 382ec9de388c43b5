# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person does at a Blender window, for scenarios: every action is a generator to be delegated to.

    def scenario_example(window):
        yield from window.open_tab("Hunyuan3D")
        yield from window.press('hunyuan3d.generate')

Each bare `yield` lets Blender handle events and draw; a yielded number waits that many seconds. Events are simulated
at the window, so keymaps, buttons and polls are the real ones. Buttons are found as a person finds them, by moving the
mouse over the region; Blender itself says what is under it.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import bpy

Steps = Iterator[float | None]

ROW_PX = 15
"""Rows of buttons are at least 20 pixels high."""
COLUMNS = (0.5, 0.25, 0.75, 0.9, 0.978)
"""Where a row is probed, as fractions of the region's width."""
SCROLLS = 6


class Window:
    """The first window of this Blender."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        """Where pictures go."""
        self.mouse = (0, 0)
        self.searched = ('UI', 'VIEW_3D')
        """Kinds of the region and the area in which buttons are looked for."""
        self.places: dict[str, tuple[int, int]] = {}
        """Where buttons were found before: most stay where they are."""

    @property
    def native(self) -> bpy.types.Window:
        """Blender's own object, looked up each time: loading a file ends the life of the former."""
        return bpy.context.window_manager.windows[0]

    def area(self, kind: str = 'VIEW_3D') -> bpy.types.Area:
        """The first area of this kind."""
        return next(area for area in self.native.screen.areas if area.type == kind)

    def region(self, kind: str = 'UI', area: str = 'VIEW_3D') -> bpy.types.Region:
        """The region of this kind in the first area of that kind."""
        return next(region for region in self.area(area).regions if region.type == kind)

    def override(self, region: str = 'UI', area: str = 'VIEW_3D') -> Any:
        """Context manager: this window, area and region as `bpy.context`."""
        return bpy.context.temp_override(
            window=self.native, area=self.area(area), region=self.region(region, area)
        )

    # The hand

    def event(self, kind: str, value: str, **more: Any) -> None:
        """One event where the mouse is; without a place Blender takes the lower left corner."""
        x, y = self.mouse
        self.native.event_simulate(kind, value, x=x, y=y, **more)

    def move(self, x: int, y: int) -> Steps:
        """Move the mouse; pixels from the lower left corner of the window."""
        self.mouse = (x, y)
        self.event('MOUSEMOVE', 'NOTHING')
        yield

    def tap(self, kind: str, **modifiers: Any) -> Steps:
        """Press and release a key or a mouse button."""
        for value in ('PRESS', 'RELEASE'):
            self.event(kind, value, **modifiers)
            yield

    def write(self, text: str) -> Steps:
        """Type into the field that is being edited. Letters, digits and signs of any script."""
        for letter in text:
            self.event('A', 'PRESS', unicode=letter)
            self.event('A', 'RELEASE')
            yield

    def rest(self, kind: str = 'WINDOW', area: str = 'VIEW_3D') -> Steps:
        """Move the mouse into the middle of a region."""
        region = self.region(kind, area)
        yield from self.move(region.x + region.width // 2, region.y + region.height // 2)

    def open_tab(self, name: str) -> Steps:
        """Show the sidebar of the 3D view with this tab. Fails when there is no such tab."""
        yield from self.rest()
        if not self.area().spaces.active.show_region_ui:
            yield from self.tap('N')
            yield 0.5
        self.region().active_panel_category = name
        yield 0.5
        assert self.region().active_panel_category == name

    def press(self, name: str) -> Steps:
        """Click the button that runs this operator or shows this property, e.g. 'hunyuan3d.generate'."""
        yield from self.find(name)
        yield from self.tap('LEFTMOUSE')
        yield 0.2

    def enter(self, name: str, text: str) -> Steps:
        """Replace the text of the field that shows a property."""
        yield from self.find(name)
        yield from self.enter_here(text)

    def enter_here(self, text: str) -> Steps:
        """Replace the text of the field under the mouse."""
        yield from self.tap('LEFTMOUSE')
        yield from self.tap('LEFTMOUSE')
        yield 0.2
        yield from self.tap('A', ctrl=True)
        yield from self.write(text)
        yield from self.tap('RET')
        yield 0.2

    # The eye

    def find(self, name: str) -> Steps:
        """Move the mouse to the first button of the region that is `searched` whose command or data path contains `name`."""
        if name in self.places:
            yield from self.move(*self.places[name])
            if name in self.under_mouse():
                return
        seen: dict[str, None] = {}
        for _ in range(SCROLLS):
            region = self.region(*self.searched)
            for column in COLUMNS:
                for y in range(region.y + region.height - ROW_PX, region.y, -ROW_PX):
                    yield from self.move(region.x + int(region.width * column), y)
                    under = self.under_mouse()
                    if name in under:
                        self.places[name] = self.mouse
                        return
                    seen[under] = None
            # Not at the lower edge, where the wheel does nothing.
            yield from self.move(region.x + int(region.width * COLUMNS[0]), region.y + 2 * ROW_PX)
            yield from self.tap('WHEELDOWNMOUSE')
            yield from self.tap('WHEELDOWNMOUSE')
        raise AssertionError(f"no button for {name}; there are: {list(filter(None, seen))}")

    def under_mouse(self) -> str:
        """The Python command or data path of the button under the mouse, '' where there is none."""
        with self.override(*self.searched):
            for copy in (bpy.ops.ui.copy_python_command_button, bpy.ops.ui.copy_data_path_button):
                if copy.poll():
                    bpy.context.window_manager.clipboard = ''
                    copy()
                    return bpy.context.window_manager.clipboard
        return ''

    def picture(self, name: str) -> Steps:
        """Keep a picture of the whole screen, drawn up to date."""
        for area in self.native.screen.areas:
            area.tag_redraw()
        yield 0.5
        self.photograph(name)

    def photograph(self, name: str) -> None:
        """Keep a picture of the screen as it is at this moment."""
        subprocess.run(['import', '-window', 'root', str(self.folder / f'{name}.png')], check=True)

    def until(self, condition: Callable[[], Any], what: str, timeout_s: float = 60.0) -> Steps:
        """Let Blender go on until the condition holds; fail when it does not in time."""
        deadline = time.monotonic() + timeout_s
        while not condition():
            assert time.monotonic() < deadline, f"after {timeout_s:.0f} s still waiting for {what}"
            yield 0.05
