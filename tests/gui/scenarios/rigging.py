# SPDX-License-Identifier: GPL-3.0-or-later
"""A figure of the artist's own gets a rig and motions, from the panel, in two languages."""

from __future__ import annotations

from typing import Any

import bpy

from tests.gui.hands import Steps, Window
from tests.gui.scenarios.spine import app, state

_BODY = (
    ((0.4, 0.3, 0.75), (0, 0, 1.15)), ((1.7, 0.18, 0.18), (0, 0, 1.4)), ((0.28, 0.28, 0.3), (0, 0, 1.7)),
    ((0.17, 0.2, 0.9), (0.13, 0, 0.45)), ((0.17, 0.2, 0.9), (-0.13, 0, 0.45)), ((0.17, 0.32, 0.1), (0.13, -0.06, 0.05)),
    ((0.17, 0.32, 0.1), (-0.13, -0.06, 0.05)),
)  # fmt: skip


def a_figure(window: Window) -> Any:
    """A person of boxes in T-pose, melted into one, selected."""
    bpy.data.objects.remove(bpy.data.objects['Cube'])
    with window.override('WINDOW'):
        bpy.ops.object.select_all(action='DESELECT')
        for size, place in _BODY:
            bpy.ops.mesh.primitive_cube_add(size=1, location=place, scale=size)
        for item in bpy.context.scene.objects:
            item.select_set(item.type == 'MESH')
        bpy.ops.object.join()
        bpy.ops.object.transform_apply()
        figure = bpy.context.object
        melt = figure.modifiers.new("Melt", 'REMESH')
        melt.mode, melt.voxel_size = 'VOXEL', 0.04
        bpy.ops.object.modifier_apply(modifier=melt.name)
        figure.name = figure.data.name = "Figure"
        bpy.ops.view3d.view_selected()
    return figure


def fold_others(window: Window) -> Steps:
    """Close the panels above, one after the other: what follows moves up."""
    region = window.region()
    for number in range(2):
        yield from window.move(region.x + 40, region.y + region.height - 12 - 26 * number)
        yield from window.tap('LEFTMOUSE')
        yield 0.5


def unfold(window: Window, name: str) -> Steps:
    """Open or close the row of an operation."""
    yield from window.find(name)
    yield from window.move(window.region().x + 40, window.mouse[1])
    yield from window.tap('LEFTMOUSE')
    yield 0.5


ROW_PX = 21
"""From row to row of the panel while they are closed."""


def photograph(window: Window, name: str) -> Steps:
    """The panel with the row of the operation open, in both languages."""
    for language in ('zh_HANS', 'en_US'):
        bpy.context.preferences.view.language = language
        yield 0.5
        yield from window.picture(f'{name}_{language}')


def scenario_rig_and_motions(window: Window) -> Steps:
    """Rig with a motion, add another one, then one from words: three actions of one armature, kept side by side."""
    figure = a_figure(window)
    bpy.ops.ed.undo_push(message="Figure")
    work = bpy.context.scene.hunyuan3d_work
    yield from window.open_tab("Hunyuan3D")
    yield from fold_others(window)
    yield from unfold(window, 'hunyuan3d.rig')
    work.motion = '23'
    yield from photograph(window, 'rig')
    yield from window.press('hunyuan3d.rig')
    yield from window.until(lambda: state() == 'arrived', "the rig", 180)
    armature = next(item for item in bpy.data.objects if item.type == 'ARMATURE')
    assert figure.hide_get()
    yield from at_frames(window, 'walk', armature, "Walk 1")
    yield from photograph(window, 'another')

    work.motion = '34'
    yield from window.press('hunyuan3d.rig')
    yield from window.until(lambda: app().rows()[0].state != 'arrived', "the second job")
    yield from window.until(lambda: state() == 'arrived', "the second motion", 180)
    yield from at_frames(window, 'run', armature, "Run")
    yield from unfold(window, 'hunyuan3d.rig')

    x, y = window.places['hunyuan3d.rig']  # looking everywhere takes long
    window.places['hunyuan3d.motion'] = x, y - ROW_PX
    window.places['motion_prompt'] = x, y - ROW_PX - 31
    yield from unfold(window, 'hunyuan3d.motion')
    yield from window.enter('motion_prompt', "a man kicks a ball")
    yield from photograph(window, 'motion')
    yield from window.press('hunyuan3d.motion')
    yield from window.until(lambda: app().rows()[0].state != 'arrived', "the third job")
    yield from window.until(lambda: state() == 'arrived', "the motion from words", 180)
    yield from at_frames(window, 'kick', armature, "A man kicks a ball")
    assert [item for item in bpy.data.objects if item.type == 'ARMATURE'] == [armature]
    assert {"Walk 1", "Run", "A man kicks a ball"} <= {action.name for action in bpy.data.actions}

    timeline = next(area for area in window.native.screen.areas if area.type == 'DOPESHEET_EDITOR')
    timeline.spaces.active.mode = 'ACTION'
    bpy.context.view_layer.objects.active = armature
    yield 0.5
    yield from window.picture('actions')
    bpy.context.scene.hunyuan3d.service = 'tencent_intl'
    yield from photograph(window, 'not_offered')
    bpy.context.scene.hunyuan3d.service = 'sandbox'
    yield from window.rest()
    yield from window.tap('Z', ctrl=True)
    yield 0.5
    (armature,) = (item for item in bpy.data.objects if item.type == 'ARMATURE')
    assert armature.animation_data.action.name == "Run", "one step back"


def at_frames(window: Window, name: str, armature: Any, action: str) -> Steps:
    """What the action does, at three of its frames."""
    assert armature.animation_data.action.name == action
    assert armature.animation_data.action.use_fake_user
    first, last = armature.animation_data.action.frame_range
    for number, share in enumerate((0.1, 0.35, 0.6)):
        bpy.context.scene.frame_set(round(first + share * (last - first)))
        yield 0.3
        yield from window.picture(f'{name}_{number}')
