# SPDX-License-Identifier: GPL-3.0-or-later
"""From the panel to the scene: arrival, undo, another file, autosave."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from types import ModuleType

import bpy

from tests.gui.hands import Steps, Window

PACKAGE = 'bl_ext.user_default.hunyuan3d_blender'


def app() -> ModuleType:
    """The add-on's use cases, as loaded by this Blender."""
    return sys.modules[f'{PACKAGE}.app']


def state() -> str:
    """Where the newest job stands."""
    return str(app().rows()[0].state) if app().rows() else ''


def meshes() -> set[str]:
    """Names of the scene's mesh objects."""
    return {item.name for item in bpy.context.scene.objects if item.type == 'MESH'}


def ask(window: Window, prompt: str) -> Steps:
    """Type a prompt into the panel and press Generate."""
    yield from window.open_tab("Hunyuan3D")
    yield from window.enter('prompt', prompt)
    assert bpy.context.scene.hunyuan3d.prompt == prompt
    yield from window.press('hunyuan3d.generate')
    yield from window.until(lambda: state() != '', "the job in the list")


def scenario_arrives_and_can_be_undone(window: Window) -> Steps:
    """A job from the panel arrives at the cursor as one undo step, and leaves the selection alone."""
    before = meshes()
    bpy.context.scene.cursor.location = (-1, 3, 0)
    window.area().spaces.active.shading.color_type = 'TEXTURE'
    yield from window.open_tab("Hunyuan3D")
    yield from window.picture('idle')
    yield from ask(window, "a blue bowl")
    assert bpy.context.view_layer.objects.active.name == "Cube"
    yield from window.picture('running')
    yield from window.until(lambda: state() == 'arrived', "the arrival", 120)
    new = meshes() - before
    assert len(new) == 1, new
    model = bpy.data.objects[new.pop()]
    assert tuple(model.location) == (-1.0, 3.0, 0.0)
    assert not model.select_get(), "the selection is the artist's"
    assert bpy.data.objects["Cube"].select_get()
    yield from window.picture('arrived')
    yield from window.rest()
    yield from window.tap('Z', ctrl=True)
    yield 0.5
    assert meshes() == before
    yield from window.tap('Z', ctrl=True, shift=True)
    yield 0.5
    assert len(meshes() - before) == 1
    assert bpy.data.is_dirty, "an arrived model is worth asking about when Blender is closed"


def scenario_waits_while_another_file_is_open(window: Window) -> Steps:
    """A job goes on while another file is opened; its model waits for the button there."""
    yield from ask(window, "a red vase")
    bpy.ops.wm.read_homefile(app_template='')
    yield 0.5
    before = meshes()
    yield from window.until(lambda: state() == 'ready', "the model", 120)
    yield 2.0
    assert meshes() == before, "nothing arrives by itself in another file"
    yield from window.open_tab("Hunyuan3D")
    yield from window.picture('ready')
    yield from window.press('hunyuan3d.bring_in')
    yield from window.until(lambda: state() == 'arrived', "the arrival")
    assert len(meshes() - before) == 1
    yield from window.rest()
    yield from window.tap('Z', ctrl=True)
    yield 0.5
    assert meshes() == before


def scenario_autosaves_during_a_long_job(window: Window) -> Steps:
    """Blender goes on saving every minute while a job of two minutes is watched."""
    bpy.context.preferences.filepaths.use_auto_save_temporary_files = True
    bpy.context.preferences.filepaths.auto_save_time = 1
    folder = Path(bpy.app.tempdir).parent
    before = set(folder.glob('*_autosave.blend'))
    yield from ask(window, "a slow clock [sandbox:slow]")
    begun, number = time.monotonic(), 0
    watching = 0
    while time.monotonic() - begun < 130:
        number += 1
        bpy.context.scene.cursor.location.x = number  # edits, as an artist makes them
        bpy.ops.ed.undo_push(message="edit")
        watching += any('watch' in item.bl_idname for item in window.native.modal_operators)
        yield 1.0
    assert watching > 0.8 * number, f"the job was watched in {watching} of {number} seconds"
    assert state() in ('waiting', 'queued')
    saved = [
        file
        for file in set(folder.glob('*_autosave.blend')) - before
        if time.time() - file.stat().st_mtime < 100
    ]
    assert saved, f"no autosave in {folder} within two minutes"
    yield from window.press('hunyuan3d.cancel')
    yield from window.until(lambda: state() == 'cancelled', "the end of it")
    yield from window.picture('cancelled')


def scenario_errors_can_be_read(window: Window) -> Steps:
    """What the panel says of a refused job and of one whose outcome is unknown."""
    yield from ask(window, "a chair [sandbox:no_credits]")
    yield from window.until(lambda: state() == 'rejected', "the refusal", 60)
    yield from window.picture('rejected')
    yield from window.enter('prompt', "a table [sandbox:submit_answer_lost]")
    yield from window.press('hunyuan3d.generate')
    yield from window.until(lambda: state() == 'unknown', "the doubt", 60)
    yield from window.picture('unknown')
    bpy.context.scene.hunyuan3d.prompt = "long " * 206
    yield from window.picture('too_long')
    yield from window.press('hunyuan3d.shorten_prompt')
    assert bpy.context.scene.hunyuan3d.prompt == ("long " * 205).strip()
