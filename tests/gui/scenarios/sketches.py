# SPDX-License-Identifier: GPL-3.0-or-later
"""Sketches drawn with the mouse: as annotations, and on a page of their own."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import bpy

from tests.blender.picture_parts import changes, state_of_file
from tests.gui.hands import Steps, Window
from tests.gui.scenarios.pictures import chosen, pixels, seen
from tests.gui.scenarios.spine import meshes, state


def draw(window: Window, region: Any, points: Iterable[tuple[float, float]]) -> Steps:
    """Drag the mouse through points, given as shares of the region."""
    places = [(region.x + int(region.width * x), region.y + int(region.height * y)) for x, y in points]
    yield from window.move(*places[0])
    yield 0.2
    window.event('LEFTMOUSE', 'PRESS')
    yield
    for place in places:
        yield from window.move(*place)
    window.event('LEFTMOUSE', 'RELEASE')
    yield 0.2


def along(*corners: tuple[float, float]) -> list[tuple[float, float]]:
    """A line through corners, in small steps."""
    return [
        (x0 + (x1 - x0) * n / 12, y0 + (y1 - y0) * n / 12)
        for (x0, y0), (x1, y1) in pairwise(corners)
        for n in range(13)
    ]


HOUSE = along((0.3, 0.3), (0.3, 0.6), (0.4, 0.75), (0.5, 0.6), (0.5, 0.3), (0.3, 0.3))


def tool(kind: str) -> str:
    """The tool in use for a kind of editor."""
    found = bpy.context.workspace.tools
    used = (
        found.from_space_view3d_mode('OBJECT') if kind == 'VIEW_3D' else found.from_space_image_mode('PAINT')
    )
    return used.idname if used else ''


def is_house(found: Any) -> None:
    """Black lines on white: walls left and right, a roof, nothing inside, no grey background."""
    grey = found[..., 0]
    assert found.shape[:2] == (1024, 1024)
    assert (found[..., :3].max(axis=2) == found[..., :3].min(axis=2)).all(), "no colours"
    assert (grey == 255).mean() > 0.9
    assert 0.01 < (grey < 64).mean() < 0.08
    assert (grey[700] < 64).any(), "walls"
    assert (grey[600:800, 480:540] == 255).all(), "nothing inside"


def scenario_annotation(window: Window) -> Steps:
    """A house drawn upon the viewport becomes a sketch, is sent with words about it, and a model arrives."""
    settings = bpy.context.scene.hunyuan3d
    settings.source = 'SKETCH'
    before_job = meshes()
    yield from window.open_tab("Hunyuan3D")
    yield from window.picture('empty')
    with window.override('WINDOW'):
        bpy.ops.wm.tool_set_by_id(name='builtin.annotate')
    yield 0.3
    yield from draw(window, window.region('WINDOW'), HOUSE)
    yield from window.picture('drawn')
    before = state_of_file() | seen(window) | {'tool': tool('VIEW_3D'), 'mode': bpy.context.mode}
    yield from window.press('hunyuan3d.sketch_annotations')
    yield from window.until(chosen, "the sketch")
    after = state_of_file() | seen(window) | {'tool': tool('VIEW_3D'), 'mode': bpy.context.mode}
    assert not changes(before, after), changes(before, after)
    is_house(pixels())
    yield from window.picture('taken')
    yield from window.rest()
    yield from window.tap('Z', ctrl=True)
    yield 0.5
    assert not chosen(), "one step back"
    yield from window.tap('Z', ctrl=True, shift=True)
    yield 0.5
    assert chosen()
    yield from window.enter('prompt', "a small house")
    yield from window.press('hunyuan3d.generate')
    yield from window.until(lambda: state() == 'arrived', "the arrival", 120)
    assert len(meshes() - before_job) == 1
    yield from window.picture('arrived')


def page_area(window: Window) -> Any:
    """The Image Editor, None where there is none."""
    return next((area for area in window.native.screen.areas if area.type == 'IMAGE_EDITOR'), None)


def layout(window: Window) -> list[tuple[str, int, int]]:
    """Kind and size of all editors."""
    return sorted((area.type, area.width, area.height) for area in window.native.screen.areas)


def scenario_page(window: Window) -> Steps:
    """A clean page, a house painted on it, and back: pen, tools and editors are as before."""
    settings = bpy.context.scene.hunyuan3d
    settings.source = 'SKETCH'
    bpy.ops.ed.undo_push(message="before")
    yield from window.open_tab("Hunyuan3D")
    before = state_of_file() | seen(window) | {'tool': tool('IMAGE_EDITOR'), 'mode': bpy.context.mode}
    editors = layout(window)
    yield from window.press('hunyuan3d.start_sketch')
    yield from window.until(lambda: page_area(window), "the page")
    yield 1.0
    yield from window.picture('page')
    region = next(each for each in page_area(window).regions if each.type == 'WINDOW')
    yield from draw(window, region, HOUSE)
    yield from window.picture('painted')
    window.places.clear()
    yield from window.press('hunyuan3d.use_sketch')
    yield from window.until(chosen, "the sketch")
    yield from window.until(lambda: not page_area(window), "the page to close")
    yield 1.0
    yield from window.picture('used')
    grey = pixels()[..., 0]
    assert grey.shape == (1024, 1024)
    assert (grey == 255).mean() > 0.9
    assert (grey < 64).mean() > 0.003
    after = state_of_file() | seen(window) | {'tool': tool('IMAGE_EDITOR'), 'mode': bpy.context.mode}
    expected = ('images', 'brushes', 'libraries', 'all_ids', 'dirty', 'textures', 'palettes', 'paint', 'tool')
    different = [line for line in changes(before, after) if not line.startswith(expected)]
    assert not different, different
    assert layout(window) == editors


def scenario_page_undone(window: Window) -> Steps:
    """Undo takes the page away, and its editor with it."""
    bpy.context.scene.hunyuan3d.source = 'SKETCH'
    bpy.ops.ed.undo_push(message="before")
    yield from window.open_tab("Hunyuan3D")
    before, editors = state_of_file(), layout(window)
    yield from window.press('hunyuan3d.start_sketch')
    yield from window.until(lambda: page_area(window), "the page")
    yield 1.0
    yield from window.rest()
    yield from window.tap('Z', ctrl=True)
    yield from window.until(lambda: not page_area(window), "the page to close")
    yield 1.0
    yield from window.picture('undone')
    expected = ('brushes', 'libraries', 'all_ids', 'dirty', 'textures', 'palettes')
    different = [line for line in changes(before, state_of_file()) if not line.startswith(expected)]
    assert not different, different
    assert layout(window) == editors
