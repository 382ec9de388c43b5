# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures taken from what is open in Blender, by the buttons of the panel."""

from __future__ import annotations

import subprocess
from importlib import import_module
from pathlib import Path
from typing import Any

import bpy

from tests.blender.picture_parts import changes, state_of, state_of_file
from tests.gui.hands import Steps, Window
from tests.gui.scenarios.spine import PACKAGE


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


def scenario_render(window: Window) -> Steps:
    """A render runs as any other, and ends as the picture."""
    scene = bpy.context.scene
    scene.render.engine, scene.cycles.samples = 'CYCLES', 4
    scene.cycles.use_denoising = False
    scene.hunyuan3d.source = 'PICTURE'
    bpy.ops.ed.undo_push(message="before")
    yield from window.open_tab("Hunyuan3D")
    before = state_of_file()
    yield from window.press('hunyuan3d.render_picture')
    yield from window.until(lambda: bpy.app.is_job_running('RENDER') or chosen(), "the render")
    yield from window.picture('rendering')
    yield from window.until(chosen, "the picture", 120)
    found = pixels()
    assert found.shape[:2] == (576, 1024)
    assert tuple(found[0, 0, :3]) == (255, 255, 255)
    assert (found[..., 0] < 250).mean() > 0.02
    different = changes(before, state_of_file())
    expected = ('images', 'screens', 'all_ids', 'dirty')  # the window in which it was rendered
    assert not [line for line in different if not line.startswith(expected)], different
    for native in list(bpy.context.window_manager.windows)[1:]:
        with bpy.context.temp_override(window=native):
            bpy.ops.wm.window_close()
    yield from window.picture('rendered')


def scenario_render_cancelled(window: Window) -> Steps:
    """Esc in the window of the render ends it: no picture, and nothing of it is left in the file."""
    scene = bpy.context.scene
    scene.render.engine, scene.cycles.samples = 'CYCLES', 100_000
    scene.hunyuan3d.source = 'PICTURE'
    bpy.ops.ed.undo_push(message="before")
    yield from window.open_tab("Hunyuan3D")
    before = state_of_file()
    yield from window.press('hunyuan3d.render_picture')
    yield from window.until(lambda: bpy.app.is_job_running('RENDER'), "the render")
    yield from window.picture('rendering')
    assert not bpy.ops.hunyuan3d.render_picture.poll(), "one at a time"
    bpy.app.use_event_simulate = False  # Blender asks the system's own keys whether to stop
    subprocess.run(['xdotool', 'key', 'Escape'], check=True)
    yield from window.until(lambda: not bpy.app.is_job_running('RENDER'), "the end of the render")
    program = import_module(f'{PACKAGE}.ui.operators.render_picture')
    yield from window.until(lambda: not program._running, "its end for us")
    yield from window.picture('cancelled')
    assert not chosen()
    different = changes(before, state_of_file())
    expected = ('images', 'screens', 'all_ids', 'dirty')  # the window in which it was rendered
    assert not [line for line in different if not line.startswith(expected)], different
    assert bpy.ops.hunyuan3d.render_picture.poll()


def scenario_views(window: Window) -> Steps:
    """All sides of the selected monkey, one after another: Esc stops between two of them, and nothing but them changes."""
    bpy.ops.object.delete()
    bpy.ops.mesh.primitive_monkey_add()
    settings = bpy.context.scene.hunyuan3d
    settings.source, settings.model = 'PICTURE', '3.1'
    bpy.ops.ed.undo_push(message="before")
    yield from window.open_tab("Hunyuan3D")
    bpy.context.view_layer.update()
    before = state_of_file(), seen(window)
    region = window.region()
    yield from window.find('hunyuan3d.render_picture')
    yield from window.move(window.mouse[0], window.mouse[1] - 36)
    yield from window.tap('LEFTMOUSE')  # the header of "More Views"
    yield 0.5
    region.tag_redraw()
    yield from window.picture('open')
    yield from window.find('hunyuan3d.capture_views')
    window.event('LEFTMOUSE', 'PRESS')
    yield
    window.event('LEFTMOUSE', 'RELEASE')
    yield from window.until(lambda: is_drawing(window), "the first view")
    window.photograph('drawing')
    window.event('ESC', 'PRESS')
    yield from window.until(lambda: not is_drawing(window), "the end")
    window.event('ESC', 'RELEASE')
    assert not chosen()
    assert not settings.views
    yield from window.picture('cancelled')
    check_unchanged(before, window)
    settings.model = '3.0'
    bpy.ops.ed.undo_push(message="fewer views")
    yield from window.press('hunyuan3d.capture_views')
    yield from window.until(lambda: len(settings.views) == 3, "the views", 120)
    yield from window.picture('views')
    check_unchanged(before, window)
    assert Path(chosen()).stem == "Suzanne"
    yield from window.rest()
    yield from window.tap('Z', ctrl=True)
    yield 0.5
    assert not chosen(), "one step back"
    assert not bpy.context.scene.hunyuan3d.views


def is_drawing(window: Window) -> bool:
    """Whether views are being drawn."""
    return any(item.bl_idname == 'HUNYUAN3D_OT_capture_views' for item in window.native.modal_operators)


def check_unchanged(before: tuple[dict[str, str], dict[str, str]], window: Window) -> None:
    """Fails when the file or the viewport is another than before. Blender makes the image "Render Result" itself."""
    different = changes(before[0], state_of_file())
    assert not [line for line in different if not line.startswith(('images', 'all_ids'))], different
    assert not changes(before[1], seen(window))


def scenario_pasted(window: Window) -> Steps:
    """The button beside the file's takes a copied path, and says where there is nothing to take."""
    file = window.folder / 'a chair.png'
    image = bpy.data.images.new("Chair", 300, 200)
    image.filepath_raw, image.file_format = str(file), 'PNG'
    image.save()
    bpy.data.images.remove(image)
    bpy.context.scene.hunyuan3d.source = 'PICTURE'
    bpy.ops.ed.undo_push(message="before")
    yield from window.open_tab("Hunyuan3D")
    yield from window.find('hunyuan3d.choose_picture')
    yield from window.move(window.mouse[0] + 21, window.mouse[1])
    assert 'hunyuan3d.paste_picture' in window.under_mouse()
    before, areas = state_of_file(), [area.ui_type for area in window.native.screen.areas]
    for name, text in {'a file': f'copy\n{file.as_uri()}', 'nothing': "a wooden chair"}.items():
        bpy.context.window_manager.clipboard = text
        yield from window.tap('LEFTMOUSE')
        yield 0.5
        yield from window.picture(f'pasted {name}')
        assert chosen() == str(file), "the text leaves it as it is"
        assert [area.ui_type for area in window.native.screen.areas] == areas
    assert window.region().active_panel_category == "Hunyuan3D"
    said = [report.message for report in bpy.context.window_manager.reports]
    assert "There is neither a picture on the clipboard nor the path of one" in said
    different = [line for line in changes(before, state_of_file()) if not line.startswith('dirty')]
    assert not different, different
    yield from window.rest()
    yield from window.tap('ESC')  # the message goes
    yield 0.5
    yield from window.tap('Z', ctrl=True)
    yield 0.5
    assert not chosen(), "one step back"


def scenario_image_editor(window: Window) -> Steps:
    """Blender's search in the Image Editor finds our entry, which takes the image that is shown."""
    image = bpy.data.images.new("Colour Chart", 640, 480)
    image.generated_type = 'COLOR_GRID'
    area = window.area()
    area.ui_type = 'IMAGE_EDITOR'
    area.spaces.active.image = image
    yield 0.5
    yield from window.rest(area='IMAGE_EDITOR')
    yield from window.tap('F3')
    yield 0.5
    yield from window.write("Hunyuan3D Picture")
    yield 0.5
    yield from window.picture('found')
    yield from window.tap('RET')
    yield from window.until(chosen, "the picture")
    assert Path(chosen()).stem == "Colour Chart"
    assert bpy.context.scene.hunyuan3d.source == 'PICTURE'
    yield from window.picture('chosen')


def pixels() -> Any:
    """Of the picture that would be sent, rows from the top."""
    return import_module(f'{PACKAGE}.scene.pictures').read(Path(chosen()))


def scenario_viewport(window: Window) -> Steps:
    """The viewport and the selection alone: the picture is right, all else as before, and one undo takes it back."""
    cube, space = bpy.data.objects["Cube"], window.area().spaces.active
    cube.data.materials[0].diffuse_color = (1.0, 0.0, 0.0, 1.0)
    bpy.ops.mesh.primitive_cube_add(location=(4, 0, 0))
    bpy.context.object.name = "Other"
    bpy.ops.object.select_all(action='DESELECT')
    cube.select_set(True)
    bpy.context.view_layer.objects.active = cube
    space.shading.light, space.shading.color_type = 'FLAT', 'MATERIAL'
    bpy.context.scene.hunyuan3d.source = 'PICTURE'
    bpy.ops.ed.undo_push(message="before")
    yield from window.open_tab("Hunyuan3D")
    before = state_of_file(), seen(window)
    yield from window.press('hunyuan3d.capture_viewport')
    yield from window.until(chosen, "the picture")
    yield from window.picture('viewport')
    after = state_of_file(), seen(window)
    assert not changes(before[0], after[0]), changes(before[0], after[0])
    assert not changes(before[1], after[1]), changes(before[1], after[1])
    region, found = window.region('WINDOW'), pixels()
    assert abs(found.shape[1] / found.shape[0] - region.width / region.height) < 0.01
    assert tuple(found[0, 0, :3]) == (255, 255, 255), "neither grid nor background"
    assert is_red(found).any()
    assert (found.max(axis=2) - found.min(axis=2) < 5).mean() > 0.9, "no coloured axes"
    first = chosen()
    yield from window.press('hunyuan3d.capture_selection')
    yield from window.until(lambda: chosen() != first, "the other picture")
    yield from window.picture('selection')
    assert Path(chosen()).stem == "Cube"
    found = pixels()
    assert found.shape[:2] == (1024, 1024)
    assert is_red(found).mean() > 0.4
    grey = (found[..., 0] < 240).mean()
    assert grey < 0.01, "the other cube is not in the picture"
    after = state_of_file(), seen(window)
    assert not changes(before[0], after[0]), changes(before[0], after[0])
    assert not changes(before[1], after[1]), changes(before[1], after[1])
    yield from window.rest()
    yield from window.tap('Z', ctrl=True)
    yield 0.5
    assert chosen() == first, "one step back"


def seen(window: Window) -> dict[str, str]:
    """All settings of the viewport."""
    space = window.area().spaces.active
    return state_of(space) | state_of(space.shading, 'shading') | state_of(space.overlay, 'overlay')


def is_red(found: Any) -> Any:
    """Which pixels are pure red."""
    return (found[..., 0] > 250) & (found[..., 1] < 5) & (found[..., 2] < 5)
