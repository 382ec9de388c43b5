# SPDX-License-Identifier: GPL-3.0-or-later
"""What measurements in a Blender with a window share.

blender --factory-startup --python MEASUREMENT.py -- FOLDER …      (FOLDER holds the extension as the zip does)
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Iterator

import bpy

# isort: split
import addon_utils

CATEGORY = "Hunyuan3D"


def enable(folder: str) -> None:
    """Enable the add-on as an extension of a repository in this folder. Raise RuntimeError."""
    bpy.context.preferences.view.show_splash = False
    repositories = bpy.context.preferences.extensions.repos
    module = repositories.new(name="bench", module='bench', custom_directory=folder).module
    if addon_utils.enable(f'bl_ext.{module}.hunyuan3d_blender', default_set=True) is None:
        raise RuntimeError("the add-on could not be enabled")


def play(steps: Iterator[float]) -> None:
    """Let Blender handle events and draw for so many seconds as each step says; end it after the last one."""

    def advance() -> float:
        try:
            return next(steps)
        except StopIteration:
            os._exit(0)
        except BaseException:  # noqa: BLE001 - a timer's exception would leave Blender waiting
            traceback.print_exc()
            os._exit(1)

    bpy.app.timers.register(advance, first_interval=1.0, persistent=True)


def open_tab() -> Iterator[float]:
    """Show our tab in the sidebar."""
    area = next(a for a in bpy.context.window_manager.windows[0].screen.areas if a.type == 'VIEW_3D')
    area.spaces.active.show_region_ui = True
    yield 1.0
    next(region for region in area.regions if region.type == 'UI').active_panel_category = CATEGORY
    yield 1.0
