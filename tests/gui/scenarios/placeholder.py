# SPDX-License-Identifier: GPL-3.0-or-later
"""Placeholders under the artist's hands: what they show, and what becomes of them."""

from __future__ import annotations

import sys
import time
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import bpy
import numpy as np
from bpy_extras.view3d_utils import location_3d_to_region_2d
from mathutils import Vector

from tests.gui.hands import Steps, Window
from tests.gui.scenarios.spine import PACKAGE, app

FAR_S = 110.0
"""The worker leaves a job alone for so long."""

LOOKS: tuple[tuple[str, dict[str, Any]], ...] = (
    ('queued', {}),
    ('waiting', {'created_at': -7}),
    ('running', {'progress': 0.0}),
    ('running', {'progress': 0.12}),
    ('running', {'progress': 0.45}),
    ('running', {'progress': 0.8, 'created_at': -3723}),
    ('downloading', {'progress': 1.0}),
    ('converting', {'created_at': -4}),
    ('ready', {'arrivals_begun': 2}),
    ('arrived', {}),
    ('rejected', {}),
    ('unknown', {}),
    ('failed', {}),
    ('cancelled', {}),
    ('expired', {}),
)
"""States in which a placeholder can be seen. A model that was begun twice does not arrive by itself."""

DIGITS = dict(
    zip(
        '0123456789',
        ('ZERO', 'ONE', 'TWO', 'THREE', 'FOUR', 'FIVE', 'SIX', 'SEVEN', 'EIGHT', 'NINE'),
        strict=True,
    )
)
"""Keys by what they write."""


# Jobs


def part(name: str) -> ModuleType:
    """A module of the add-on as loaded by this Blender."""
    return sys.modules[f'{PACKAGE}.{name}']


def add_job(state: str, place: tuple[float, float, float], name: str = "", **values: Any) -> str:
    """A job in any state with its placeholder, as if it had come so far."""
    starting, now = part('app.starting'), time.time()
    made = starting.new_job(part('app').Draft(prompt=name or state), starting.cursor_of(bpy.context))
    values = {'due_at': now + FAR_S} | values | {'created_at': now + values.get('created_at', 0)}
    made = replace(made, state=part('jobs.job').State(state), **values)
    with part('app.session').session().store() as store:
        store.add(made)
    add_placeholder(made.id, made.name, place)
    return made.id


def add_placeholder(job_id: str, name: str, place: tuple[float, float, float]) -> None:
    """A placeholder as Generate makes it."""
    part('scene.placement').add_placeholder(
        bpy.context, job_id=job_id, name=name, location=place, rotation=(0, 0, 0), size_m=2.0
    )


def generate(window: Window, prompt: str, place: tuple[float, float, float]) -> Generator[Any, None, str]:
    """Press Generate for a job that gets nowhere by itself, and return its id."""
    bpy.context.scene.cursor.location = place
    bpy.context.scene.hunyuan3d.prompt = f"{prompt} [sandbox:slow]"
    bpy.ops.ed.undo_push(message="prompt")
    known = {row.id for row in app().rows()}
    yield from window.open_tab("Hunyuan3D")
    yield from window.press('hunyuan3d.generate')
    yield from window.until(lambda: {row.id for row in app().rows()} - known, "the job in the list")
    (job_id,) = {row.id for row in app().rows()} - known
    yield from window.until(lambda: app().row(job_id).state == 'waiting', "the service")
    return job_id


def deliver(window: Window, job_id: str) -> Steps:
    """Do the rest of the worker's work at once, and wait for the arrival."""
    states = part('jobs.job').State
    with part('app.session').session().store() as store:
        write_model(store.library.job(job_id).model_blend)
        for name in ('downloading', 'converting', 'ready'):
            store.change(job_id, store.get(job_id).state, state=states(name), due_at=time.time() + FAR_S)
    yield from window.until(lambda: app().row(job_id).state == 'arrived', "the arrival")
    yield 0.3


def write_model(file: Path) -> None:
    """A converted model."""
    file.parent.mkdir(parents=True, exist_ok=True)
    mesh = bpy.data.meshes.new("Model")
    mesh.from_pydata([(-1, -1, 0), (1, -1, 0), (0, 1, 0), (0, 0, 2)], [], [(0, 1, 3), (1, 2, 3), (2, 0, 3)])
    root, collection = bpy.data.objects.new("Model", mesh), bpy.data.collections.new("Model")
    collection.objects.link(root)
    bpy.data.libraries.write(str(file), {collection}, compress=False)
    bpy.data.batch_remove([collection, root, mesh])


# The scene


def clear() -> None:
    """Nothing but what a scenario adds."""
    bpy.data.batch_remove(list(bpy.data.objects))


def placeholders() -> list[Any]:
    """All that stand in a scene."""
    return [item for item, _ in part('scene.placement').all_placeholders() if item.users_scene]


def models() -> list[Any]:
    """What has arrived in the scene."""
    return [item for item in bpy.context.scene.objects if item.type == 'MESH' and item.name != "Cube"]


def places() -> list[tuple[float, ...]]:
    """Where models stand, how they are turned and how large they are, in tenths."""
    rows = [(*item.location, *item.rotation_euler, *item.scale) for item in models()]
    return sorted(tuple(round(number, 1) for number in row) for row in rows)


def marked() -> list[str]:
    """What the marks say."""
    return [mark.state for mark in part('ui.placeholder_marks').marks()]


def green(picture: Path) -> int:
    """How many pixels have the colour of a ring whose model is ready."""
    image = bpy.data.images.load(str(picture))
    pixels = np.empty(len(image.pixels), np.float32)
    image.pixels.foreach_get(pixels)
    bpy.data.images.remove(image)
    wanted = bpy.context.preferences.themes[0].user_interface.icon_object_data[:3]
    return int((np.abs(pixels.reshape(-1, 4)[:, :3] - wanted).max(axis=1) < 0.05).sum())


# The hand


def show() -> None:
    """As after a press of a button: jobs are looked at and drawn."""
    app().tick()
    part('ui.watch').hurry()


def transform(window: Window, keys: str, **modifiers: bool) -> Steps:
    """Type an operator's key and what follows, e.g. 'GX4', over the 3D view, and confirm."""
    yield from window.rest()
    for key in keys:
        if key in DIGITS:
            window.event(DIGITS[key], 'PRESS', unicode=key)
            window.event(DIGITS[key], 'RELEASE')
            yield
        else:
            yield from window.tap(key, **modifiers)
            modifiers = {}
    yield from window.tap('RET')
    yield 0.2


def undo(window: Window, *, redo: bool = False) -> Steps:
    """Ctrl Z or Shift Ctrl Z over the 3D view."""
    yield from window.rest()
    yield from window.tap('Z', ctrl=True, shift=redo)
    yield 0.5


def click(window: Window, place: Vector) -> Steps:
    """Click what is at a place of the scene."""
    region = window.region('WINDOW')
    at = location_3d_to_region_2d(region, window.area().spaces.active.region_3d, place)
    yield from window.move(region.x + int(at.x), region.y + int(at.y))
    yield from window.tap('LEFTMOUSE')
    yield 0.3


# Marks


def scenario_every_state_can_be_read(window: Window) -> Steps:
    """Rings and texts of all states, one without a job, some on one spot; far away, in a light theme, enlarged."""
    clear()
    for number, (state, values) in enumerate(LOOKS):
        add_job(state, (5.0 * (number % 4) - 7.5, 7.5 - 5.0 * (number // 4), 0), **values)
    for name in ("A red vase", "A blue bowl"):
        add_job('running', (7.5, 2.5, 0), name, progress=0.6)
    add_placeholder('f' * 32, "A stranger", (7.5, -7.5, 0))
    show()
    view = window.area().spaces.active.region_3d
    view.view_distance = 22
    yield 1.0
    yield from window.picture('states')
    view.view_distance = 90
    yield from window.picture('far')
    view.view_distance = 22
    themes = [Path(folder, 'Blender_Light.xml') for folder in bpy.utils.preset_paths('interface_theme')]
    light = next(file for file in themes if file.exists())
    bpy.ops.script.execute_preset(filepath=str(light), menu_idname='USERPREF_MT_interface_theme_presets')
    yield from window.picture('light_theme')
    bpy.ops.preferences.reset_default_theme()
    bpy.context.preferences.view.ui_scale = 2.0
    yield from window.picture('large_interface')


def scenario_a_mark_is_where_its_placeholder_is_seen(window: Window) -> Steps:
    """No ring without overlays, for what is hidden, elsewhere or behind, nor in a viewport render; else there is one."""
    clear()
    add_job('ready', (0, 0, 0), "A vase", arrivals_begun=2)
    other = bpy.data.objects.new("Other", bpy.data.meshes.new("Other"))
    bpy.context.scene.collection.objects.link(other)
    other.select_set(True)
    show()
    placeholder, view = bpy.data.objects["A vase"], window.area().spaces.active
    scene, elsewhere = bpy.context.scene, bpy.data.scenes.new("Elsewhere")
    seen, place = view.region_3d, view.region_3d.view_location.copy()

    def local_view(_away: bool) -> None:
        with window.override('WINDOW'):
            bpy.ops.view3d.localview(frame_selected=False)

    sights = {
        'without_overlays': lambda away: setattr(view.overlay, 'show_overlays', not away),
        'without_extras': lambda away: setattr(view.overlay, 'show_extras', not away),
        'without_empties': lambda away: setattr(view, 'show_object_viewport_empty', not away),
        'hidden': placeholder.hide_set,
        'disabled': lambda away: setattr(placeholder, 'hide_viewport', away),
        'behind': lambda away: setattr(seen, 'view_location', Vector((-99, 99, -99)) if away else place),
        'other_scene': lambda away: setattr(window.native, 'scene', elsewhere if away else scene),
        'local_view': local_view,
    }
    yield from window.picture('seen')
    usual = green(window.folder / 'seen.png')
    assert usual > 100, usual
    for name, turn in sights.items():
        for away in (True, False):
            turn(away)
            yield from window.picture(name)
            found = green(window.folder / f'{name}.png')
            assert (found == 0) if away else (found > 100), f"{name}, {away}: {found}"
    scene.render.filepath = str(window.folder / 'rendered.png')
    with window.override('WINDOW'):
        bpy.ops.render.opengl(write_still=True, view_context=True)
    assert green(window.folder / 'rendered.png') == 0


# Placeholders


def scenario_moved_turned_scaled_and_duplicated(window: Window) -> Steps:
    """By hand while the job runs; the models stand as the placeholders did, and undo gives those back in one step."""
    job_id = yield from generate(window, "a blue bowl", (0, -5, 0))
    yield from click(window, Vector((-1, -6, 1)))
    (placeholder,) = placeholders()
    assert bpy.context.view_layer.objects.active == placeholder, "a click on its box selects it"
    yield from transform(window, 'GX4')
    yield from transform(window, 'RZ90')
    yield from transform(window, 'S2')
    yield from transform(window, 'DY3', shift=True)
    yield from window.picture('two')
    yield from deliver(window, job_id)
    expected = [(4, y, 0, 0, 0, 1.6, 2, 2, 2) for y in (-5, -2)]
    assert places() == expected, places()
    assert len({item.data for item in models()}) == 1
    assert not placeholders()
    yield from window.picture('arrived')
    yield from undo(window)
    assert len(placeholders()) == 2
    assert not models()
    assert marked() == ["Ready", "Ready"]
    yield from window.picture('undone')
    yield from undo(window, redo=True)
    assert places() == expected
    assert not marked()
    for _ in range(5):  # the arrival, duplicate, scale, turn, move
        yield from undo(window)
    (placeholder,) = placeholders()
    assert placeholder.matrix_world.translation[:] == (0, -5, 0)
    for _ in range(2):  # the selection, Generate
        yield from undo(window)
    assert not placeholders()
    assert app().row(job_id).state == 'arrived', "undo is about the scene, not about jobs"


def scenario_undone_before_the_model_comes(window: Window) -> Steps:
    """Undo takes the placeholder away, not the job: the model arrives where it was asked for."""
    job_id = yield from generate(window, "a red vase", (2, 2, 0))
    assert len(placeholders()) == 1
    yield from undo(window)
    assert not placeholders()
    yield from undo(window, redo=True)
    assert len(placeholders()) == 1
    yield from undo(window)
    assert not marked()
    yield from deliver(window, job_id)
    assert [place[:3] for place in places()] == [(2, 2, 0)]
    yield from undo(window)
    assert not models()
    assert not placeholders()


def scenario_deleted_while_waiting(window: Window) -> Steps:
    """Deleted, the model arrives where it was asked for; deleted and brought back, it arrives in the placeholder."""
    clear()
    job_ids = []
    for number, name in enumerate(("a red vase", "a green vase")):
        job_ids.append((yield from generate(window, name, (0, 4 * number, 0))))
        yield from click(window, Vector((-1, 4 * number - 1, 1)))
        yield from transform(window, 'GX4')
        yield from window.tap('DEL')
        yield 0.3
        assert len(placeholders()) == number
        if number == 0:
            yield from undo(window)
            assert len(placeholders()) == 1
    yield from window.picture('waiting')
    for job_id in job_ids:
        yield from deliver(window, job_id)
    assert [place[:3] for place in places()] == [(0, 4, 0), (4, 0, 0)]
    yield from window.picture('arrived')


def scenario_cancelled(window: Window) -> Steps:
    """Cancelling takes the placeholder away; undo or following again give it back, and it says how its job is."""
    yield from generate(window, "a red vase", (0, 3, 0))
    yield from window.press('hunyuan3d.cancel')
    assert not placeholders()
    yield from undo(window)
    assert len(placeholders()) == 1
    assert marked() == ["Cancelled"]
    yield from window.picture('cancelled')
    yield from undo(window, redo=True)
    assert not placeholders()
    yield from window.press('hunyuan3d.follow')
    (placeholder,) = placeholders()
    assert placeholder.location[:] == (0, 3, 0)
    assert [text.split(" ·")[0] for text in marked()] == ["Waiting"]
    yield from window.picture('followed')


def scenario_arrives_in_edit_mode(window: Window) -> Steps:
    """A model that comes during Edit Mode leaves the mode and what was edited alone."""
    job_id = yield from generate(window, "a red vase", (0, 3, 0))
    yield from window.rest()
    yield from window.tap('TAB')
    yield 0.3
    assert bpy.context.view_layer.objects.active.mode == 'EDIT'
    yield from transform(window, 'GX1')
    yield from deliver(window, job_id)
    assert edited() == ('EDIT', 0.0, 1, 0)
    yield from window.picture('arrived')
    yield from undo(window)
    assert edited() == ('EDIT', 0.0, 0, 1)
    yield from undo(window, redo=True)
    assert edited() == ('EDIT', 0.0, 1, 0)
    for _ in range(3):  # the arrival, the edit, the mode
        yield from undo(window)
    assert edited() == ('OBJECT', -1.0, 0, 1)


def edited() -> tuple[str, float, int, int]:
    """Mode of the cube and where it begins, how many models and placeholders there are."""
    cube = bpy.data.objects["Cube"]
    cube.update_from_editmode()
    return cube.mode, min(point.co.x for point in cube.data.vertices), len(models()), len(placeholders())
