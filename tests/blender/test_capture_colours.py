# SPDX-License-Identifier: GPL-3.0-or-later
"""A colour chart of flat squares through every source that draws: what is sent has the colours of the chart, on white."""

from __future__ import annotations

import math
import warnings
from pathlib import Path
from typing import Any

import bpy
import pytest
from mathutils import Euler

from hunyuan3d_blender.scene import pictures
from hunyuan3d_blender.scene.capture import render, viewport
from hunyuan3d_blender.scene.capture.views import FRONT, draw_views
from hunyuan3d_blender.scene.pictures import SIDE_PX
from tests.blender.picture_parts import changes, state_of, state_of_file
from tests.blender.test_capture_image import CHART, linear

COLUMNS = 4
ROWS = math.ceil(len(CHART) / COLUMNS)
NEAR = 4 / 255
"""Blender dithers what it draws, and Workbench keeps few bits of colours that are nearly black."""
FRONT_TURN = (math.pi / 2, 0, 0)


def chart() -> None:
    """Squares of 1 m that face to -Y, in rows from the top; each seen in its colour, lit or not."""
    for number, patch in enumerate(CHART):
        bpy.ops.mesh.primitive_plane_add(size=1.0, location=place(number), rotation=FRONT_TURN)
        material = bpy.data.materials.new(f"Patch {number}")
        material.diffuse_color = (*map(linear, patch), 1.0)
        with warnings.catch_warnings(action='ignore'):
            material.use_nodes = True
        nodes = material.node_tree.nodes
        nodes.clear()
        light, output = nodes.new('ShaderNodeEmission'), nodes.new('ShaderNodeOutputMaterial')
        light.inputs['Color'].default_value = (*map(linear, patch), 1.0)
        material.node_tree.links.new(light.outputs[0], output.inputs['Surface'])
        bpy.context.object.data.materials.append(material)
    for item in bpy.context.scene.objects:
        item.select_set(True)
    bpy.context.view_layer.update()


def place(number: int) -> tuple[float, float, float]:
    """Where the middle of a square is; that of all is at the origin."""
    column, row = number % COLUMNS, number // COLUMNS
    return column - (COLUMNS - 1) / 2, 0.0, (ROWS - 1) / 2 - row


def colours(pixels: Any, metre_px: float) -> list[tuple[float, ...]]:
    """The colour in the middle of each square, in a picture of the chart from the front."""
    height, width = pixels.shape[:2]
    found = []
    for number in range(len(CHART)):
        x, _, z = place(number)
        red, green, blue = pixels[round(height / 2 - z * metre_px), round(width / 2 + x * metre_px)][:3]
        found.append((red / 255, green / 255, blue / 255))
    return found


def wake_graphics() -> None:
    """A background Blender before 5.2 can draw a viewport once it has rendered with Workbench."""
    scene = bpy.context.scene
    scene.render.engine, scene.render.resolution_x, scene.render.resolution_y = 'BLENDER_WORKBENCH', 16, 16
    scene.camera = bpy.data.objects.new("Camera", bpy.data.cameras.new("Camera"))
    scene.collection.objects.link(scene.camera)
    bpy.ops.render.render()


def test_a_render_has_the_colours_of_the_chart(tmp_path: Path) -> None:
    chart()
    scene = bpy.context.scene
    scene.render.engine, scene.cycles.samples, scene.cycles.use_denoising = 'CYCLES', 1, False
    scene.view_settings.view_transform = 'Standard'
    scene.camera = bpy.data.objects.new("Camera", bpy.data.cameras.new("Camera"))
    scene.collection.objects.link(scene.camera)
    scene.camera.data.type, scene.camera.data.ortho_scale = 'ORTHO', COLUMNS + 1
    scene.camera.location, scene.camera.rotation_euler = (0, -5, 0), FRONT_TURN
    scene.render.resolution_x = scene.render.resolution_y = 64
    copy = render.prepared(scene, tmp_path / 'picture.png')
    bpy.ops.render.render(scene=copy.name, write_still=True)
    render.forget(copy.session_uid)
    pixels = pictures.decoded(render.taken(tmp_path / 'picture.png'))
    for seen, patch in zip(colours(pixels, SIDE_PX / (COLUMNS + 1)), CHART, strict=True):
        assert seen == pytest.approx(patch, abs=NEAR)
    assert (pixels[:40] == 255).all(), "on white"


def test_views_have_the_colours_of_the_chart() -> None:
    """Where a surface faces the camera; what turns away is darker, so that the shape can be seen."""
    chart()
    pixels = pictures.decoded(dict(draw_views(bpy.context, ()))[FRONT])
    assert (pixels[:20] == 255).all(), "on white"
    for seen, patch in zip(colours(pixels, SIDE_PX / (COLUMNS * 1.1)), CHART, strict=True):
        assert seen == pytest.approx(patch, abs=NEAR)


def state_of_all(space: Any) -> dict[str, str]:
    """The file, the viewport, and the preferences that captures change for a moment."""
    preferences = bpy.context.preferences
    parts = (space, space.shading, space.overlay, space.region_3d, preferences.system)
    found = state_of_file() | {'dirty preferences': repr(preferences.is_dirty)}
    return found | {name: value for part in parts for name, value in state_of(part, str(part)).items()}


def test_the_selection_and_the_viewport_have_the_colours_of_the_chart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wake_graphics()
    chart()
    window = bpy.context.window_manager.windows[0]
    area = next(area for area in window.screen.areas if area.type == 'VIEW_3D')
    space: Any = area.spaces.active
    space.shading.type, space.shading.light, space.shading.color_type = 'SOLID', 'FLAT', 'MATERIAL'
    space.region_3d.view_rotation = Euler(FRONT_TURN).to_quaternion()
    bpy.context.scene.view_settings.view_transform = 'Standard'
    space.overlay.show_overlays = True
    monkeypatch.setattr(bpy.context.preferences.system, 'viewport_aa', '16')
    bpy.context.scene.display.viewport_aa, bpy.context.scene.eevee.taa_samples = '32', 0
    before = state_of_all(space)
    with bpy.context.temp_override(window=window, area=area):
        pixels = pictures.decoded(viewport.selection_bytes(bpy.context))
        whole = pictures.decoded(viewport.view_bytes(bpy.context))
    assert not changes(before, state_of_all(space))
    for seen, patch in zip(colours(pixels, SIDE_PX / (COLUMNS * 1.1)), CHART, strict=True):
        assert seen == pytest.approx(patch, abs=NEAR)
    assert (pixels[:20] == 255).all(), "on white, with no grid"
    assert (whole[:2] == 255).all(), "the same"
