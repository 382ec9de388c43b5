# SPDX-License-Identifier: GPL-3.0-or-later
"""Work on the selected model, from its panel: the result stands where the original stood, and one undo takes it back."""

from __future__ import annotations

import bpy

from tests.gui.hands import Steps, Window
from tests.gui.scenarios.spine import app, meshes, state


def a_sample(window: Window) -> Steps:
    """Generate and select a model; pressing Generate is a scenario of its own."""
    before = meshes()
    bpy.context.scene.hunyuan3d.prompt = "a blue bowl"
    with window.override('WINDOW'):
        bpy.ops.hunyuan3d.generate()
    yield from window.until(lambda: state() == 'arrived', "the arrival", 120)
    (name,) = meshes() - before
    with window.override('WINDOW'):
        bpy.ops.object.select_all(action='DESELECT')
    bpy.context.view_layer.objects.active = bpy.data.objects[name]
    bpy.data.objects[name].select_set(True)


def scenario_topology(window: Window) -> Steps:
    """Generate, select, press Topology; the original is hidden when the result arrives, and undo brings it back."""
    bpy.data.objects.remove(bpy.data.objects['Cube'])
    window.area().spaces.active.shading.color_type = 'TEXTURE'
    before = meshes()
    yield from a_sample(window)
    original = bpy.context.view_layer.objects.active
    name = original.name
    original.location = (1, 1, 0)
    original.rotation_euler.z = 0.5
    bpy.ops.ed.undo_push(message="Select")
    yield from window.open_tab("Hunyuan3D")
    yield from window.picture('selected')
    yield from window.press('hunyuan3d.topology')
    yield from window.until(lambda: app().rows()[0].state != 'arrived', "the job in the list")
    yield from window.picture('running')
    yield from window.until(lambda: state() == 'arrived', "the result", 120)
    yield from window.picture('arrived')
    (new,) = meshes() - before - {name}
    result, original = bpy.data.objects[new], bpy.data.objects[name]
    assert result.matrix_world == original.matrix_world
    assert len(result.data.polygons) < len(original.data.polygons)
    assert original.hide_get()
    assert original.hide_render
    assert result.select_get()
    yield from window.rest()
    yield from window.tap('Z', ctrl=True)
    yield 0.5
    assert meshes() == before | {name}
    assert not bpy.data.objects[name].hide_get()
    assert not bpy.data.objects[name].hide_render
    yield from window.picture('undone')


def scenario_every_operation(window: Window) -> Steps:
    """The panel with a row open, in English and in Chinese."""
    yield from a_sample(window)
    yield from window.open_tab("Hunyuan3D")
    yield from window.find('hunyuan3d.texture')
    row = window.mouse[1]
    for language in ('en_US', 'zh_HANS'):
        bpy.context.preferences.view.language = language
        yield 0.5
        yield from window.picture(f'closed_{language}')
        yield from window.move(window.region().x + 40, row)
        yield from window.tap('LEFTMOUSE')
        yield from window.picture(f'open_{language}')
        yield from window.tap('LEFTMOUSE')
        yield 0.5
