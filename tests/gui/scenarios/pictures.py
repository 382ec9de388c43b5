# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures taken from what is open in Blender, by the buttons of the panel."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import bpy

from tests.gui.hands import Steps, Window
from tests.gui.scenarios.spine import PACKAGE


def app() -> ModuleType:
    """The add-on's use cases, as loaded by this Blender."""
    return sys.modules[f'{PACKAGE}.app']


def chosen() -> str:
    """The picture that would be sent."""
    return str(bpy.context.scene.hunyuan3d.picture)


def scenario_image(window: Window) -> Steps:
    """An image of this file, found by its name, becomes the picture; undo takes it back."""
    image = bpy.data.images.new("Colour Chart", 640, 480)
    image.generated_type = 'COLOR_GRID'
    bpy.context.scene.hunyuan3d.source = 'PICTURE'
    bpy.ops.ed.undo_push(message="before")
    yield from window.open_tab("Hunyuan3D")
    yield from window.press('hunyuan3d.use_image')
    yield 0.5
    yield from window.picture('list')
    yield from window.write("colour")
    yield 0.5
    yield from window.tap('RET')
    yield from window.until(chosen, "the picture")
    assert Path(chosen()).stem == "Colour Chart"
    yield from window.picture('chosen')
    yield from window.rest()
    yield from window.tap('Z', ctrl=True)
    yield 0.5
    assert not chosen(), "one step back"
    yield from window.picture('undone')
