# SPDX-License-Identifier: GPL-3.0-or-later
"""Many models at once: variants, a list of prompts, and a batch that was cut short."""

from __future__ import annotations

import os
import time
from pathlib import Path

import bpy

from tests.gui.hands import Steps, Window
from tests.gui.scenarios.chinese import module, speak_chinese
from tests.gui.scenarios.spine import app

LIST = """# furniture for the inn
a wooden chair
a round table

a brass lamp
a clay jug
a wicker basket
an oak barrel
"""
LONG = "a chair with a very long description " * 40


def open_panels(*names: str) -> None:
    """Let these panels be open from the start."""
    for name in names:
        panel = getattr(bpy.types, name)
        bpy.utils.unregister_class(panel)
        panel.bl_options = set()
        bpy.utils.register_class(panel)


def states() -> list[str]:
    """Where all jobs stand."""
    return [str(row.state) for row in app().rows()]


def a_list(text: str) -> None:
    """Choose a text of the open file as the list."""
    block = bpy.data.texts.new("Furniture")
    block.write(text)
    bpy.context.scene.hunyuan3d.list.text = block


def look_from_above(window: Window) -> Steps:
    """Show the whole grid."""
    bpy.data.objects.remove(bpy.data.objects["Cube"])
    with window.override('WINDOW'):
        bpy.ops.view3d.view_all()
    window.area().spaces.active.region_3d.view_distance *= 0.8
    window.area().spaces.active.shading.color_type = 'TEXTURE'
    yield 0.5


def confirm(window: Window) -> Steps:
    """Press the button that a dialog has under Return."""
    yield from window.tap('RET')
    yield 0.5


def scenario_a_batch_of_six(window: Window) -> Steps:
    """A text becomes six models in one collection, after one question; the list shows them alone."""
    open_panels('HUNYUAN3D_PT_batch')
    a_list(LIST + LONG)
    yield from window.open_tab("Hunyuan3D")
    yield from window.picture('panel')
    yield from window.press('hunyuan3d.generate_batch')
    yield from window.picture('question')
    assert states() == []
    yield from confirm(window)
    yield from window.until(lambda: len(states()) == 6, "six jobs")
    yield from look_from_above(window)
    yield from window.picture('started')
    yield from window.until(lambda: set(states()) == {'arrived'}, "all six", 240)
    collection = bpy.data.collections["Furniture"]
    assert len([item for item in collection.all_objects if item.type == 'MESH']) == 6
    yield from window.press('this_batch')
    yield from window.picture('arrived')


def scenario_variants(window: Window) -> Steps:
    """Three of the same in Chinese: the question, the placeholders, and an end to all of them."""
    yield from speak_chinese(window)
    settings = bpy.context.scene.hunyuan3d
    settings.prompt, settings.variants = "一把木椅 [sandbox:slow]", 3
    yield from window.open_tab("Hunyuan3D")
    yield from window.press('hunyuan3d.generate')
    yield from window.picture('question')
    yield from confirm(window)
    yield from window.until(lambda: len(states()) == 3, "three jobs")
    yield from look_from_above(window)
    yield from window.picture('started')
    yield from window.press('hunyuan3d.cancel_batch')
    yield from window.picture('cancel')
    yield from window.tap('RET')  # keeps them: whoever presses without reading loses nothing
    yield 0.5
    assert 'cancelled' not in states()
    with window.override():
        bpy.ops.hunyuan3d.cancel_batch('EXEC_DEFAULT', True)
    yield from window.until(lambda: set(states()) == {'cancelled'}, "the end of them")
    assert not [item for item in bpy.data.objects if item.get('hunyuan3d_job')]
    yield from window.picture('cancelled')


def scenario_chinese_batch(window: Window) -> Steps:
    """The same list in Chinese: the panel and the question, for a service that has a price."""
    yield from speak_chinese(window)
    open_panels('HUNYUAN3D_PT_batch')
    a_list(LIST + LONG)
    yield from window.open_tab("Hunyuan3D")
    yield from window.press('hunyuan3d.generate_batch')
    yield from window.picture('question')


def scenario_cut_short(window: Window) -> Steps:
    """Blender was killed while a batch was being started: the panel names what was not, in both languages."""
    settings = bpy.context.scene.hunyuan3d
    settings.list.text = bpy.data.texts.new("Furniture")
    settings.list.text.write("\n".join(f"chair number {number} [sandbox:slow]" for number in range(300)))
    bpy.ops.hunyuan3d.generate_batch()
    app().reset()
    library = Path(os.environ['HUNYUAN3D_LIBRARY'])
    (plan,) = library.glob('batches/*.json')
    long_ago = time.time() - module('jobs.plans').ABANDONED_S - 1
    os.utime(plan, (long_ago, long_ago))
    yield from window.open_tab("Hunyuan3D")
    yield from window.until(lambda: app().abandoned(), "what is left")
    yield from window.picture('english')
    yield from speak_chinese(window)
    yield from window.picture('chinese')
    yield from window.press('hunyuan3d.forget_rest')
    yield from window.until(lambda: not app().abandoned(), "the end of it")


def scenario_quick_draft(window: Window) -> Steps:
    """A draft first, then the real model where the artist has moved the draft; one undo shows the draft again."""
    settings = bpy.context.scene.hunyuan3d
    settings.prompt = "a blue bowl"
    yield from window.open_tab("Hunyuan3D")
    yield from window.press('hunyuan3d.quick_draft')
    yield from window.until(lambda: states() == ['arrived'], "the draft", 120)
    models = module('scene.standing').models_of
    (draft,) = models(app().rows()[0].id)
    draft.location = (0, -2, 0)
    name = draft.name
    yield from look_from_above(window)
    yield from window.picture('draft')
    yield from speak_chinese(window)
    yield from window.picture('draft_chinese')
    yield from window.press('hunyuan3d.make_real')
    yield from window.until(lambda: len(states()) == 2, "the real one in the list")
    yield from window.picture('under_way')
    yield from window.until(lambda: states() == ['arrived', 'arrived'], "the real one", 120)
    yield 1.0
    (real,) = models(app().rows()[0].id)
    assert tuple(real.location) == (0, -2, 0)
    assert bpy.data.objects[name].hide_get()
    yield from window.picture('real')
    yield from window.rest()
    yield from window.tap('Z', ctrl=True)
    yield 0.5
    assert not bpy.data.objects[name].hide_get(), "hiding is an undo step of its own"
    assert len(models(app().rows()[0].id)) == 1, "both are there"
