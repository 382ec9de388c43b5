# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects alone in a scene of their own, and the frame around them."""

from __future__ import annotations

import math
from typing import Any

import bpy
import numpy
import pytest
from mathutils import Euler, Matrix, Vector

from hunyuan3d_blender.scene.capture.isolated import MARGIN, chosen, frame, isolated, points_of
from hunyuan3d_blender.scene.pictures import NoPicture
from tests.blender.picture_parts import changes, state_of_file

TURNS = [
    Euler(angles).to_matrix() for angles in ((0, 0, 0), (math.pi / 2, 0, 0), (1.0, 0.3, 2.0), (math.pi, 0, 0))
]


@pytest.mark.parametrize('turn', TURNS)
@pytest.mark.parametrize('middle', [(0, 0, 0), (1000, -2000, 3)])
def test_all_points_are_in_the_frame_and_the_outermost_near_its_edge(turn: Matrix, middle: Any) -> None:
    points = numpy.float32(numpy.random.default_rng(1).normal(size=(500, 3)) * (1, 5, 2) + middle)
    window = frame(points, turn)
    seen = [window.projection @ window.camera.inverted() @ Vector(point) for point in points]
    for axis in (0, 1):
        assert max(abs(point[axis]) for point in seen) <= 1 / MARGIN + 1e-3
    assert max(abs(value) for point in seen for value in point[:2]) == pytest.approx(1 / MARGIN, abs=1e-3)
    assert all(-1 < point.z < 1 for point in seen)


@pytest.mark.parametrize('points', [[(0, 0, 0), (0, 0, 3)], [(1, 1, 1), (2, 1, 1)]])
def test_a_line_has_a_frame(points: Any) -> None:
    for turn in TURNS:
        assert frame(numpy.float32(points), turn).side > 0


def test_isolated_objects_leave_the_scene_as_it_was() -> None:
    bpy.ops.mesh.primitive_cube_add(location=(1, 2, 3))
    box = bpy.context.object
    for number, x in ((1, 0.0), (20, 5.0)):
        box.location.x = x
        box.keyframe_insert('location', frame=number)
    bpy.context.scene.frame_set(20)
    before = state_of_file()
    with isolated(bpy.context, [box]) as scene:
        points = points_of(scene)
        assert [item.name for item in scene.objects] == [box.name]
    assert points.min(axis=0) == pytest.approx((4, 1, 2))
    assert points.max(axis=0) == pytest.approx((6, 3, 4))
    assert not changes(before, state_of_file())
    assert box.matrix_world.translation.x == pytest.approx(5)


def test_modifiers_and_instances_count() -> None:
    bpy.ops.mesh.primitive_cube_add()
    box = bpy.context.object
    array = box.modifiers.new("Array", 'ARRAY')
    array.count = 3
    group = bpy.data.collections.new("Group")
    group.objects.link(box)
    empty = bpy.data.objects.new("Instance", None)
    empty.instance_type, empty.instance_collection = 'COLLECTION', group
    empty.location.z = 10
    bpy.context.scene.collection.objects.link(empty)
    with isolated(bpy.context, [empty]) as scene:
        points = points_of(scene)
    assert points.max(axis=0) == pytest.approx((5, 1, 11))


def test_what_hangs_on_the_selection_belongs_to_it() -> None:
    bpy.ops.mesh.primitive_cube_add()
    box = bpy.context.object
    bpy.ops.mesh.primitive_cube_add()
    hidden = bpy.context.object
    root = bpy.data.objects.new("Root", None)
    bpy.context.scene.collection.objects.link(root)
    box.parent = hidden.parent = root
    bpy.ops.object.select_all(action='DESELECT')
    root.select_set(True)
    hidden.hide_set(True)
    assert chosen(bpy.context) == [root, box]


def test_a_mesh_without_points_has_no_size() -> None:
    item = bpy.data.objects.new("Nothing", bpy.data.meshes.new("Nothing"))
    bpy.context.scene.collection.objects.link(item)
    with isolated(bpy.context, [item]) as scene, pytest.raises(NoPicture):
        points_of(scene)
