# SPDX-License-Identifier: GPL-3.0-or-later
"""A model and what is done with it then, from the panel: one row with its steps, one model that arrives."""

from __future__ import annotations

import bpy

from tests.gui.hands import ROW_PX, Steps, Window
from tests.gui.scenarios.chinese import speak_chinese
from tests.gui.scenarios.spine import app, ask, meshes, state

STEP_BUTTON = 0.825
"""Where the button of a step is, as a fraction of the region's width."""


def open_panel() -> None:
    """Let the Then panel be open from the start."""
    panel = bpy.types.HUNYUAN3D_PT_then
    bpy.utils.unregister_class(panel)
    panel.bl_options = set()
    bpy.utils.register_class(panel)


def move_to_step(window: Window, name: str) -> Steps:
    """Move the mouse to the first small button at the end of a step's line that runs this operator."""
    region = window.region()
    for y in range(region.y + region.height - ROW_PX, region.y, -ROW_PX):
        yield from window.move(region.x + int(region.width * STEP_BUTTON), y)
        if name in window.under_mouse():
            return
    raise AssertionError(f"no step has a button for {name}")


def scenario_generate_and_two_steps(window: Window) -> Steps:
    """Check two steps, press Generate, and see one row through to the last result, in English and in Chinese."""
    bpy.data.objects.remove(bpy.data.objects['Cube'])
    window.area().spaces.active.shading.color_type = 'TEXTURE'
    open_panel()
    before = meshes()
    yield from window.open_tab("Hunyuan3D")
    for name in ('topology', 'rig'):
        yield from window.press(f'hunyuan3d_chain.{name}')
    assert bpy.context.scene.hunyuan3d_chain.topology
    yield from window.enter('prompt', "a blue bowl")
    yield from window.picture('checked')
    yield from window.press('hunyuan3d.generate')
    yield from window.until(lambda: app().rows(), "the row")
    yield from window.until(lambda: app().rows()[0].number == 2, "the second step", 120)
    yield from window.picture('second_step')
    assert len(app().rows()) == 1
    assert meshes() == before
    yield from window.until(lambda: state() == 'arrived', "the last result", 120)
    yield from window.picture('arrived')
    (name,) = meshes() - before
    assert bpy.data.objects[name].find_armature()
    yield from speak_chinese(window)
    yield from window.rest('UI')
    for _ in range(8):
        yield from window.tap('WHEELDOWNMOUSE')
    yield from window.picture('arrived_zh')


def scenario_a_failed_step_in_chinese(window: Window) -> Steps:
    """The step that failed and the one that was not sent, below the row; the model before them is brought in."""
    open_panel()
    before = meshes()
    yield from speak_chinese(window)
    chain = bpy.context.scene.hunyuan3d_chain
    chain.topology = chain.texture = chain.rig = True
    bpy.context.scene.hunyuan3d_work.prompt = "bronze [sandbox:fail]"
    yield from ask(window, "a blue bowl")
    yield from window.picture('started')
    yield from window.until(lambda: state() == 'failed', "the failure", 120)
    yield from window.picture('failed')
    (row,) = app().rows()
    assert [step.state for step in row.steps] == ['ready', 'ready', 'failed', 'rejected']
    yield from move_to_step(window, 'hunyuan3d.bring_in')
    yield from window.tap('LEFTMOUSE')
    yield from window.until(lambda: meshes() != before, "a model of an earlier step")
    yield from window.picture('brought_in')
