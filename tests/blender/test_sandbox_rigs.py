# SPDX-License-Identifier: GPL-3.0-or-later
"""Bones, skin and motions as the sandbox makes them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest

from hunyuan3d_blender.sandbox.change_model import gaits, skeleton
from tests.blender.sandbox_bench import Bench, opened, points_of

pytestmark = pytest.mark.filterwarnings(
    "ignore:Setting the shape on a NumPy array"
)  # Blender's FBX exporter does


@pytest.fixture
def hero(bench: Bench) -> Iterator[np.ndarray]:
    """A body in T-pose, of one piece, as the model of the job."""
    points = []
    for size, place in (((0.4, 0.3, 1.0), (0, 0, 1.1)), ((1.7, 0.2, 0.2), (0, 0, 1.35)), ((0.3, 0.3, 0.3), (0, 0, 1.7)),
                        ((0.17, 0.2, 0.8), (0.13, 0, 0.4)), ((0.17, 0.2, 0.8), (-0.13, 0, 0.4))):  # fmt: skip
        bpy.ops.mesh.primitive_cube_add(size=1, location=place, scale=size)
        points.append(bpy.context.object)
    for item in points:
        item.select_set(True)
    bpy.ops.object.join()
    body = bpy.context.object
    body.name = "Hero"
    bpy.ops.object.transform_apply(location=True, rotation=True, scale=True)
    remesh = body.modifiers.new("One", 'REMESH')
    remesh.mode, remesh.voxel_size = 'VOXEL', 0.05
    bpy.ops.object.modifier_apply(modifier=remesh.name)
    before = points_of([body])
    bench.put('fbx')
    return before


def rig_in(path: Path) -> tuple[Any, Any]:
    """Armature and mesh of an FBX."""
    (mesh,) = opened(path)
    (armature,) = (item for item in bpy.context.scene.objects if item.type == 'ARMATURE')
    return armature, mesh


def test_bones_and_skin(bench: Bench, hero: np.ndarray) -> None:
    armature, mesh = rig_in(bench.files(bench.work('rig', 'FBX'))['FBX'])
    assert {bone.name for bone in armature.data.bones} == {joint[0] for joint in skeleton.JOINTS}
    assert all(any(group.weight > 0 for group in vertex.groups) for vertex in mesh.data.vertices)
    left, head = (armature.matrix_world @ armature.pose.bones[name].head for name in ('LeftHand', 'Head'))
    high = hero.max(axis=0)
    assert left.x == pytest.approx(0.82 * high[0], abs=0.01)
    assert head.z == pytest.approx(0.86 * high[2], abs=0.01)
    assert not bpy.data.actions
    armature.pose.bones['LeftArm'].rotation_mode = 'XYZ'
    armature.pose.bones['LeftArm'].rotation_euler = (1, 0, 1)
    bpy.context.view_layer.update()
    moved = np.linalg.norm(points_of([mesh]) - points_of_rest(mesh), axis=1)
    hand = points_of_rest(mesh)[:, 0] > 0.6
    assert moved[hand].min() > 0.1
    assert moved[points_of_rest(mesh)[:, 0] < -0.3].max() < 0.01


def points_of_rest(mesh: Any) -> np.ndarray:
    return np.array([mesh.matrix_world @ vertex.co for vertex in mesh.data.vertices])


def length_s(action: Any) -> float:
    return (action.frame_range[1] - action.frame_range[0]) / bpy.context.scene.render.fps


@pytest.mark.parametrize('motion', [1, 21, 23, 44, 48])
def test_preset_motions(bench: Bench, hero: np.ndarray, motion: int) -> None:
    armature, mesh = rig_in(bench.files(bench.work('rig', 'FBX', MotionType=motion))['FBX'])
    (action,) = bpy.data.actions
    assert gaits.MOTIONS[motion - 1][0] in action.name
    assert 1 < length_s(action) < 7
    shapes = []
    for share in (0.0, 0.3, 0.6):
        start, end = action.frame_range
        bpy.context.scene.frame_set(round(start + share * (end - start)))
        shapes.append(points_of([mesh]))
    assert max(np.abs(shapes[0] - shape).max() for shape in shapes[1:]) > 0.02
    assert armature.animation_data.action == action


def test_the_presets_are_those_of_the_documents() -> None:
    assert len(gaits.MOTIONS) == 48
    assert {gait for _, gait in gaits.MOTIONS} == set(gaits.GAITS)
    assert gaits.MOTIONS[0][0] == "Roundhouse Kick"
    assert gaits.MOTIONS[47][0] == "Send Shockwave"


@pytest.mark.parametrize(
    ('prompt', 'kind'),
    [("a man walks, then jumps", 'walk'), ("她在跳舞", 'jump'), ("kicks a ball", 'kick'), ("stands", 'idle')],
)
def test_words_choose_a_gait(prompt: str, kind: str) -> None:
    assert gaits.of_words(prompt) == kind


@pytest.mark.parametrize('seconds', [1, 5, 12])
def test_a_motion_without_a_model(bench: Bench, seconds: int) -> None:
    made = bench.work('motion', 'FBX', Prompt="run", Duration=seconds)
    assert not opened(bench.files(made)['FBX'])
    assert [item.type for item in bpy.context.scene.objects] == ['ARMATURE']
    (action,) = bpy.data.actions
    assert "run" in action.name
    assert length_s(action) == pytest.approx(seconds, abs=0.1)


@pytest.mark.parametrize('with_mesh', [True, False])
def test_a_motion_on_a_rig(bench: Bench, hero: np.ndarray, with_mesh: bool) -> None:
    rigged = bench.files(bench.work('rig', 'FBX', MotionType=3))['FBX']
    shutil.copy(rigged, bench.folder / 'model.fbx')
    made = bench.work('motion', 'FBX', Prompt="jump high", Duration=2, EnableMesh=with_mesh)
    items = opened(bench.files(made)['FBX'])
    assert len(items) == with_mesh
    (action,) = bpy.data.actions
    assert "jump high" in action.name
    assert length_s(action) == pytest.approx(2, abs=0.1)


def test_a_motion_on_what_is_no_rig(bench: Bench, lettered: np.ndarray) -> None:
    bench.put('fbx')
    assert bench.work('motion', 'FBX', Prompt="run")['code'] == 'InvalidParameterValue'
