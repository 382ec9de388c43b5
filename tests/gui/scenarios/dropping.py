# SPDX-License-Identifier: GPL-3.0-or-later
"""Picture files dropped onto the window as from a file manager, onto the sidebar and into the viewport."""

from __future__ import annotations

import os
import subprocess
from importlib import import_module
from pathlib import Path
from typing import Any

import bpy
import numpy
from bpy_extras.view3d_utils import location_3d_to_region_2d
from mathutils import Vector

from tests.blender.picture_parts import changes, state_of_file
from tests.gui.hands import Steps, Window
from tests.gui.scenarios.spine import PACKAGE

XDND = Path(__file__).parents[1] / 'xdnd.py'


def module(name: str) -> Any:
    """A module of the add-on as loaded by this Blender."""
    return import_module(f'{PACKAGE}.{name}')


def chosen() -> str:
    """The picture that would be sent."""
    return str(bpy.context.scene.hunyuan3d.picture)


def picture(file: Path | bytes, *, alpha: int = 255, width: int = 300) -> bytes:
    """A PNG file of half a red square; returns its path as bytes."""
    pixels = numpy.full((200, width, 4), (200, 30, 30, alpha), numpy.uint8)
    with Path(os.fsdecode(file)).open('wb') as out:
        out.write(module('scene.pictures').png(pixels[..., : 3 if alpha == 255 else 4]))
    return os.fsencode(file)


def scenario_sidebar(window: Window) -> Steps:
    """Dropped onto our panel, a picture is the one to send; nothing else changes, and one undo takes it back."""
    file = picture(window.folder / 'a chair.png')
    yield from window.open_tab("Hunyuan3D")
    bpy.ops.ed.undo_push(message="before")
    take_real_input()
    before = state_of_file()
    yield from let_go(window, [file], *middle_of(window.region()))
    yield from window.picture('asked')
    yield from keys('Return')  # Blender has a handler for all of the viewport; here it can do nothing
    yield from window.until(chosen, "the picture")
    yield from window.picture('chosen')
    assert os.fsencode(chosen()) == file
    assert bpy.context.scene.hunyuan3d.source == 'PICTURE'
    assert not changes(before, state_of_file()), changes(before, state_of_file())
    yield from keys('ctrl+z')
    assert not chosen(), "one step back"


def scenario_viewport(window: Window) -> Steps:
    """Dropped into the viewport, the model will stand there: on what is there, else on the floor."""
    file = picture(window.folder / 'a chair.png')
    yield from window.open_tab("Hunyuan3D")
    take_real_input()
    cursor, region = bpy.context.scene.cursor, window.region('WINDOW')
    for name, spot in (('cube', Vector((0.0, -0.2, 1.0))), ('floor', Vector((-2.0, -3.0, 0.0)))):
        cursor.location = (0.0, 0.0, 0.0)
        bpy.context.scene.hunyuan3d.picture = ""
        x, y = location_3d_to_region_2d(region, region.data, spot)
        yield from let_go(window, [file], region.x + round(x), region.y + round(y))
        yield from window.picture(f'{name}_asked')
        yield from keys('u')  # "Use as …"
        yield from window.until(chosen, "the picture")
        yield from window.picture(name)
        assert (cursor.location - spot).length < 0.3, cursor.location
        assert abs(cursor.location.z - spot.z) < 0.01, cursor.location
        assert tuple(cursor.rotation_euler) == (0, 0, 0)
    bpy.ops.hunyuan3d.generate()
    assert (bpy.data.objects["A chair"].location - cursor.location).length < 1e-6


def scenario_not_ours(window: Window) -> Steps:
    """While another tab is shown, or none, Blender does with a picture what it always does, without a question."""
    file = picture(window.folder / 'a chair.png')
    yield from window.open_tab("Tool")
    take_real_input()
    region = window.region('WINDOW')
    for number, shown in enumerate((True, False), 1):
        window.area().spaces.active.show_region_ui = shown
        yield 0.5
        yield from let_go(window, [file], region.x + 400 * number, region.y + 300)
        empties = [item for item in bpy.data.objects if item.type == 'EMPTY' and item.data]
        assert len(empties) == number, "Blender's own image empty"
        assert not chosen()


def scenario_hostile(window: Window) -> Steps:
    """What is no picture is said, at once, and changes nothing."""
    for make in (Path.mkdir, os.mkfifo, lambda file: file.write_text("no picture at all"), make_large):
        make(window.folder / f'{len(list(window.folder.iterdir()))}.png')
    cases = sorted(window.folder.iterdir())
    yield from window.open_tab("Hunyuan3D")
    take_real_input()
    for path in cases:
        count = len(messages())
        yield from drop_onto_panel(window, [os.fsencode(path)])
        yield from window.until(lambda count=count: len(messages()) > count, "a message")
        yield from window.picture(f'said of {path.stem}')
        assert "picture" in messages()[-1]
        assert path.name in messages()[-1]
        assert not chosen()


def make_large(file: Path) -> None:
    """200 MB of nothing, which take no room on disk."""
    with file.open('wb') as out:
        out.truncate(200_000_000)


def messages() -> list[str]:
    """What has been reported, oldest first."""
    return [report.message for report in bpy.context.window_manager.reports]


def scenario_odd(window: Window) -> Steps:
    """Several pictures, a name that is no text, a transparent picture, and one of a format no service takes."""
    first, second = picture(window.folder / 'first.png'), picture(window.folder / 'second.png', width=400)
    foreign = picture(os.fsencode(window.folder) + b'/caf\xe9 \xff.png', width=500)
    clear = picture(window.folder / 'clear.png', alpha=128)
    image = bpy.data.images.new("Painted", 200, 200)
    image.file_format = 'BMP'
    image.save(filepath=str(window.folder / 'painted.bmp'))
    bpy.data.images.remove(image)
    yield from window.open_tab("Hunyuan3D")
    take_real_input()
    pixels = {}
    for name, paths in {
        'first': [first, second],
        'Caf': [foreign],
        'Clear': [clear],
        'Painted': [os.fsencode(window.folder / 'painted.bmp')],
    }.items():
        bpy.context.scene.hunyuan3d.picture = ""
        yield from drop_onto_panel(window, paths)
        yield from window.until(chosen, "the picture")
        yield from window.picture(f'{name} chosen')
        assert Path(chosen()).stem == name
        pixels[name] = module('scene.pictures').read(Path(chosen()))
    assert "2 pictures were dropped: the first of them is used" in messages()
    assert [data.shape[1] for data in pixels.values()] == [300, 500, 300, 200]
    assert tuple(pixels['Clear'][9, 9]) == (227, 142, 142, 255), "on white"
    Path(os.fsdecode(foreign)).unlink()  # not all tools can read such a name


# The hand: what Blender gets from the system, as simulated events end where real ones begin


def take_real_input() -> None:
    """From now on; it cannot be reversed."""
    bpy.app.use_event_simulate = False


def keys(*names: str) -> Steps:
    """Press keys, where the mouse is."""
    subprocess.run(['xdotool', 'key', *names], check=True)
    yield 0.5


def let_go(window: Window, paths: list[bytes], x: int, y: int) -> Steps:
    """Drop files at a pixel of the window, counted from its lower left corner."""
    place = (str(x), str(window.native.height - y))
    source = subprocess.Popen(['python3', str(XDND), *place, *(path.hex() for path in paths)])
    yield from window.until(lambda: source.poll() is not None, "the end of the drop", 30)
    assert source.returncode == 0
    yield 0.5


def drop_onto_panel(window: Window, paths: list[bytes]) -> Steps:
    """Drop files onto the sidebar, and choose our way of using them."""
    yield from let_go(window, paths, *middle_of(window.region()))
    yield from keys('Return')


def middle_of(region: Any) -> tuple[int, int]:
    """The pixel in the middle of a region."""
    return region.x + region.width // 2, region.y + region.height // 2
