# SPDX-License-Identifier: GPL-3.0-or-later
"""Parts are found, repainted by a stroke on the artist's own mesh, and made as they are painted then."""

from __future__ import annotations

import bpy

from tests.gui.hands import Steps, Window
from tests.gui.scenarios.selection import box_of
from tests.gui.scenarios.spine import meshes, state
from tests.gui.scenarios.widths import speak

SETS = '.sculpt_face_set'


def sets_of(name: str) -> list[int]:
    """The face set of each face."""
    return [item.value for item in bpy.data.objects[name].data.attributes[SETS].data]


def photograph(window: Window, name: str) -> Steps:
    """In Chinese and in English."""
    for language in ('zh_HANS', 'en_US'):
        speak(language)
        yield 0.3
        yield from window.picture(f'{name}_{language}')


def stroke(window: Window) -> Steps:
    """Draw across the middle of the viewport."""
    yield from window.rest()
    x, y = window.mouse
    yield from window.move(x - 60, y)
    window.event('LEFTMOUSE', 'PRESS')
    yield 0.1
    for step in range(1, 9):
        yield from window.move(x - 60 + 12 * step, y)
        yield 0.05
    window.event('LEFTMOUSE', 'RELEASE')
    yield 0.5


def scenario_parts_are_painted_before_they_are_made(window: Window) -> Steps:
    """A stroke on a head makes one part more than were found, and objects of just those faces stand in its place."""
    bpy.data.objects.remove(bpy.data.objects["Cube"])
    with window.override('WINDOW'):
        bpy.ops.mesh.primitive_monkey_add(size=4)
        bpy.ops.view3d.view_axis(type='FRONT')
        bpy.ops.view3d.view_selected()
    head = bpy.context.view_layer.objects.active.name
    wanted, before = box_of(head), meshes()
    points = [tuple(vertex.co) for vertex in bpy.data.objects[head].data.vertices]
    bpy.context.scene.hunyuan3d_work.staged = True
    yield from window.open_tab("Hunyuan3D")
    yield from window.press('hunyuan3d.parts')
    yield from window.until(lambda: state() != '', "the job in the list")
    over = ('arrived', 'rejected', 'failed', 'unknown')
    yield from window.until(lambda: state() in over, "the parts that were found", 240)
    assert state() == 'arrived'
    assert meshes() == before
    found = set(sets_of(head))
    assert found == set(range(2, 2 + len(found)))
    assert len(found) > 1
    yield from window.find('hunyuan3d.paint_parts')
    yield from photograph(window, '1_found')
    yield from window.press('hunyuan3d.paint_parts')
    assert bpy.context.view_layer.objects.active.mode == 'SCULPT'
    yield 0.5
    yield from photograph(window, '2_to_be_painted')
    yield from stroke(window)
    yield from window.picture('3_painted')
    painted = sets_of(head)
    assert len(set(painted) - found) == 1, set(painted)
    yield from window.press('hunyuan3d.make_parts')
    yield from window.until(lambda: state() != 'arrived', "the second job in the list")
    yield from window.until(lambda: state() in over, "the parts", 240)
    assert state() == 'arrived'
    yield from photograph(window, '4_made')
    made = sorted(meshes() - before)
    counts = sorted(painted.count(number) for number in set(painted))
    assert sorted(len(bpy.data.objects[name].data.polygons) for name in made) == counts
    boxes = [box_of(name) for name in made]
    lows, highs = zip(*boxes, strict=True)
    for edges, there in ((lows, wanted[0]), (highs, wanted[1])):
        edge = min if edges is lows else max
        assert all(
            abs(edge(axis) - b) < 4e-4 for axis, b in zip(zip(*edges, strict=True), there, strict=True)
        )
    assert bpy.data.objects[head].hide_get()
    assert [tuple(vertex.co) for vertex in bpy.data.objects[head].data.vertices] == points
