# SPDX-License-Identifier: GPL-3.0-or-later
"""Views of the selection: a cube with another letter on each side, read back from the pictures."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import bpy
import numpy
import pytest
from mathutils import Euler, Matrix, Vector

from hunyuan3d_blender.jobs.pictures import inspect
from hunyuan3d_blender.scene import pictures
from hunyuan3d_blender.scene.capture.views import FRONT, draw_views, turn_of, within
from hunyuan3d_blender.services.contract import View
from hunyuan3d_blender.services.tencent_cloud.tables import CHINA, Operation
from tests.blender.picture_parts import changes, state_of_file

LIMITS = CHINA.offers[Operation.GENERATE].pictures

SIDES = {
    FRONT: ("F", (90, 0, 0)),
    View.LEFT: ("L", (90, 0, 90)),
    View.BACK: ("B", (90, 0, 180)),
    View.RIGHT: ("R", (90, 0, 270)),
    View.TOP: ("T", (0, 0, 0)),
    View.BOTTOM: ("U", (180, 0, 0)),
}
"""The letter on each side of the cube, and how it is turned to be read from outside. L is where a figure looking to -Y has its
left hand: at +X."""


def lettered_cube() -> Any:
    """A white cube of 2 m with raised black letters; all selected."""
    bpy.ops.mesh.primitive_cube_add()
    cube = bpy.context.object
    black = bpy.data.materials.new("Black")
    black.diffuse_color = (0.0, 0.0, 0.0, 1.0)
    for letter, degrees in SIDES.values():
        turn = Euler([math.radians(angle) for angle in degrees]).to_matrix()
        curve = bpy.data.curves.new(letter, 'FONT')
        curve.body, curve.size, curve.align_x, curve.align_y = letter, 1.6, 'CENTER', 'CENTER'
        curve.materials.append(black)
        text = bpy.data.objects.new(letter, curve)
        text.matrix_world = Matrix.Translation(turn @ Vector((0, 0, 1.001))) @ turn.to_4x4()
        bpy.context.scene.collection.objects.link(text)
        text.select_set(True)
    return cube


def letter_in(data: bytes) -> Any:
    """Where a picture is black, in a grid of 32 x 32 around its middle."""
    grey = pictures.decoded(data)[..., :3].mean(axis=2)
    middle = grey[192:832, 192:832].reshape(32, 20, 32, 20).mean(axis=(1, 3))
    return middle < 100


def glyph(letter: str) -> Any:
    """The same letter alone, drawn by the same Blender on the front of an otherwise bare cube."""
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    bpy.ops.mesh.primitive_cube_add()
    black = bpy.data.materials.new("Black")
    black.diffuse_color = (0.0, 0.0, 0.0, 1.0)
    curve = bpy.data.curves.new(letter, 'FONT')
    curve.body, curve.size, curve.align_x, curve.align_y = letter, 1.6, 'CENTER', 'CENTER'
    curve.materials.append(black)
    text = bpy.data.objects.new(letter, curve)
    text.location, text.rotation_euler = (0, -1.001, 0), (math.pi / 2, 0, 0)
    bpy.context.scene.collection.objects.link(text)
    text.select_set(True)
    return letter_in(dict(draw_views(bpy.context, ()))[FRONT])


def test_each_side_shows_its_letter_upright_and_nothing_is_changed() -> None:
    lettered_cube()
    bpy.context.view_layer.update()
    before = state_of_file()
    files = within(dict(draw_views(bpy.context, tuple(View))), LIMITS)
    different = changes(before, state_of_file())
    assert not [line for line in different if not line.startswith(('images', 'all_ids'))], different
    # Blender makes the image "Render Result" at the first render of all.
    assert {image.type for image in bpy.data.images} <= {'RENDER_RESULT', 'COMPOSITING'}
    assert list(files) == [FRONT, *View]
    assert sum(map(len, files.values())) < LIMITS.size_max_bytes
    for data in files.values():
        facts = inspect(data)
        assert (facts.format, facts.width_px, facts.height_px) == ('png', 1024, 1024)
        pixels = pictures.decoded(data)
        assert (pixels[:20] == 255).all(), "a plain white background"
        assert 0.3 < (pixels[..., 0] < 250).mean() < 0.9, "large, and not cut off"
    glyphs = {letter: glyph(letter) for letter, _ in SIDES.values()}
    for view, (letter, _) in SIDES.items():
        seen = letter_in(files[view])
        likeness = {other: (seen == known).mean() for other, known in glyphs.items()}
        assert max(likeness, key=likeness.get) == letter, f"{view}: {likeness}"
        assert likeness[letter] > 0.97, f"{view}: turned or mirrored"


@pytest.mark.parametrize(
    ('view', 'onto'),
    [
        (FRONT, (0, -1, 0)),
        (View.LEFT, (1, 0, 0)),
        (View.RIGHT, (-1, 0, 0)),
        (View.BACK, (0, 1, 0)),
        (View.TOP, (0, 0, 1)),
        (View.BOTTOM, (0, 0, -1)),
        (View.LEFT_FRONT, (0.7071, -0.7071, 0)),
        (View.RIGHT_FRONT, (-0.7071, -0.7071, 0)),
    ],
)
def test_where_the_camera_stands(view: str, onto: Any) -> None:
    turn = turn_of(view)
    assert tuple(turn @ Vector((0, 0, 1))) == pytest.approx(onto, abs=1e-3)
    if view not in (View.TOP, View.BOTTOM):
        assert tuple(turn @ Vector((0, 1, 0))) == pytest.approx((0, 0, 1), abs=1e-6)


@pytest.mark.parametrize('most', [6_000_000, 2_000_000, 200_000])
def test_views_are_made_to_fit_and_none_is_dropped(most: int) -> None:
    random = numpy.random.default_rng(1)
    drawn = {
        name: pictures.png(random.integers(0, 256, (600, 600, 3), numpy.uint8)) for name in (FRONT, *View)
    }
    files = within(drawn, replace(LIMITS, size_max_bytes=most))
    assert list(files) == list(drawn)
    assert sum(map(len, files.values())) <= most
    assert all(inspect(data).format in LIMITS.view_formats for data in files.values())


def test_colours_of_textures_are_seen(tmp_path: Any) -> None:
    bpy.ops.mesh.primitive_plane_add(rotation=(math.pi / 2, 0, 0))
    image = bpy.data.images.new("Paint", 8, 8)
    image.generated_color = (0.0, 0.0, 1.0, 1.0)
    material = bpy.data.materials.new("Paint")
    if material.node_tree is None:
        material.use_nodes = True
    node = material.node_tree.nodes.new('ShaderNodeTexImage')
    node.image = image
    material.node_tree.nodes.active = node
    bpy.context.object.data.materials.append(material)
    middle = pictures.decoded(dict(draw_views(bpy.context, ()))[FRONT])[512, 512]
    assert middle[2] > 100
    assert max(middle[:2]) < middle[2] / 2
