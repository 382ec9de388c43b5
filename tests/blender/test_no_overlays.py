# SPDX-License-Identifier: GPL-3.0-or-later
"""What a viewport's picture shows is the object in its colour, or white: no outline, grid, axes, camera or lamp."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import bpy
import numpy
import pytest
from mathutils import Euler, Vector

from hunyuan3d_blender.scene import pictures
from hunyuan3d_blender.scene.capture import viewport
from tests.blender.test_capture_colours import linear, wake_graphics

COLOUR = (0.2, 0.4, 1.0)
"""As blue as white is: whatever is less blue is something else, also at the edges."""
NEAR = 8
"""Of 255: Blender dithers what it draws."""


@pytest.fixture
def space() -> Iterator[Any]:
    """A viewport full of overlays as the context, before it a glowing cube that is selected, a camera and a lamp."""
    wake_graphics()
    bpy.ops.object.light_add(location=(2.0, 0.0, 1.0))
    bpy.ops.object.empty_add(location=(0.0, 2.0, 0.0))
    bpy.ops.mesh.primitive_cube_add()
    material = bpy.data.materials.new("Glow")
    material.diffuse_color = (*map(linear, COLOUR), 1.0)
    with warnings.catch_warnings(action='ignore'):
        material.use_nodes = True
    nodes = material.node_tree.nodes
    nodes.clear()
    light, output = nodes.new('ShaderNodeEmission'), nodes.new('ShaderNodeOutputMaterial')
    light.inputs['Color'].default_value = material.diffuse_color
    material.node_tree.links.new(light.outputs[0], output.inputs['Surface'])
    bpy.context.object.data.materials.append(material)
    bpy.ops.object.select_all(action='SELECT')
    bpy.context.view_layer.update()
    bpy.context.scene.view_settings.view_transform = 'Standard'
    bpy.context.scene.render.engine = 'BLENDER_EEVEE' if bpy.app.version >= (5, 0) else 'BLENDER_EEVEE_NEXT'
    window = bpy.context.window_manager.windows[0]
    area = next(area for area in window.screen.areas if area.type == 'VIEW_3D')
    seen: Any = area.spaces.active
    seen.shading.light, seen.shading.color_type, seen.shading.show_object_outline = 'FLAT', 'MATERIAL', True
    seen.shading.use_scene_world = seen.shading.use_scene_world_render = False
    seen.shading.use_scene_lights = seen.shading.use_scene_lights_render = False
    seen.overlay.show_overlays = seen.overlay.show_floor = seen.overlay.show_axis_x = True
    seen.region_3d.view_rotation = Euler((1.1, 0.0, 0.6)).to_quaternion()
    seen.region_3d.view_location, seen.region_3d.view_distance = Vector(), 12.0
    seen.region_3d.update()
    with bpy.context.temp_override(window=window, area=area):
        yield seen


def strange(data: bytes) -> float:
    """The share of pixels that are neither white nor of the cube's colour; edges are between them, and as blue."""
    red, green, blue = pictures.decoded(data)[..., :3].astype(int).transpose(2, 0, 1)
    is_blue = blue >= 255 - NEAR
    is_white, is_cube = red >= 255 - NEAR, numpy.abs(red - 255 * COLOUR[0]) <= NEAR
    is_edge = is_blue & ~is_white & ~is_cube & (red <= green)
    assert (is_cube & is_blue).mean() > 0.003, "the cube is in the picture"
    assert (is_white & is_blue).mean() > 0.1, "and something around it"
    assert is_edge.mean() < 0.01, "edges are thin"
    return float((~(is_blue & (is_white | is_cube | is_edge))).mean())


DRAWN = [('SOLID', viewport.view_bytes), ('SOLID', viewport.selection_bytes)]
if bpy.app.version >= (5, 2):  # before, only a window draws these without a graphics card
    DRAWN += [('MATERIAL', viewport.view_bytes), ('RENDERED', viewport.view_bytes)]


@pytest.mark.parametrize(('shading', 'draw'), DRAWN)
def test_there_is_nothing_but_the_object_on_white(space: Any, shading: str, draw: Any) -> None:
    space.shading.type = shading
    assert strange(draw(bpy.context)) == 0


def test_overlays_would_be_seen(space: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the test above can fail."""
    space.shading.type = 'SOLID'
    monkeypatch.setattr(viewport, '_for_one_drawing', lambda _space, _scene: ())
    assert strange(viewport.view_bytes(bpy.context)) > 0.001
