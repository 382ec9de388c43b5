# SPDX-License-Identifier: GPL-3.0-or-later
"""A humanoid skeleton, its skin, and an action for it."""

from __future__ import annotations

import math
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

# isort: split
from mathutils import Euler, Matrix, Vector  # importable once bpy is

from . import opening
from .gaits import Gait

FRAMES_PER_S = 30
_STEP = 3
"""Frames from key to key."""

Joint = tuple[str, str, tuple[float, float, float], tuple[float, float, float]]
"""Name, parent, head and tail: X in half widths for arms, else Y and Z in heights, X of legs in half widths."""

_TRUNK: tuple[Joint, ...] = (
    ('Hips', '', (0, 0, 0.50), (0, 0, 0.56)),
    ('Spine', 'Hips', (0, 0, 0.56), (0, 0, 0.63)),
    ('Spine1', 'Spine', (0, 0, 0.63), (0, 0, 0.70)),
    ('Spine2', 'Spine1', (0, 0, 0.70), (0, 0, 0.80)),
    ('Neck', 'Spine2', (0, 0, 0.80), (0, 0, 0.86)),
    ('Head', 'Neck', (0, 0, 0.86), (0, 0, 1.0)),
)
_LIMBS: tuple[Joint, ...] = (
    ('Shoulder', 'Spine2', (0.06, 0, 0.79), (0.18, 0, 0.79)),
    ('Arm', 'Shoulder', (0.18, 0, 0.79), (0.50, 0, 0.79)),
    ('ForeArm', 'Arm', (0.50, 0, 0.79), (0.82, 0, 0.79)),
    ('Hand', 'ForeArm', (0.82, 0, 0.79), (1.0, 0, 0.79)),
    ('UpLeg', 'Hips', (0.18, 0, 0.50), (0.18, 0, 0.28)),
    ('Leg', 'UpLeg', (0.18, 0, 0.28), (0.18, 0, 0.06)),
    ('Foot', 'Leg', (0.18, 0, 0.06), (0.18, -0.06, 0.02)),
    ('ToeBase', 'Foot', (0.18, -0.06, 0.02), (0.18, -0.10, 0.02)),
)
_SIDES = (('Left', 1), ('Right', -1))  # it looks along -Y

JOINTS: tuple[Joint, ...] = _TRUNK + tuple(
    (side + name, parent if parent in ('Hips', 'Spine2') else side + parent,
     (sign * head[0], *head[1:]), (sign * tail[0], *tail[1:]))
    for side, sign in _SIDES
    for name, parent, head, tail in _LIMBS
)  # fmt: skip


def build(low: NDArray[np.float32], high: NDArray[np.float32]) -> Any:
    """An armature for a body that stands within these bounds."""
    armature: Any = bpy.data.objects.new("Armature", bpy.data.armatures.new("Armature"))
    scene: Any = bpy.context.scene
    scene.collection.objects.link(armature)
    size = np.maximum(high - low, 1e-6)
    foot, unit = (
        Vector(((low[0] + high[0]) / 2, (low[1] + high[1]) / 2, low[2])),
        (size[0] / 2, size[2], size[2]),
    )
    opening.select_only(armature)
    bpy.ops.object.mode_set(mode='EDIT')
    bones = armature.data.edit_bones
    for name, parent, head, tail in JOINTS:
        bone = bones.new(name)
        bone.head, bone.tail = (
            foot + Vector([float(a * b) for a, b in zip(point, unit, strict=True)]) for point in (head, tail)
        )
        bone.parent = bones[parent] if parent else None
    bpy.ops.object.mode_set(mode='OBJECT')
    return armature


def put_skin_on(armature: Any, form: Any) -> None:
    """Let the bones move the mesh: by Blender's automatic weights, or the nearest bone where that finds none."""
    opening.select_only(armature)
    form.select_set(True)
    bpy.ops.object.parent_set(type='ARMATURE_AUTO')
    free = [vertex.index for vertex in form.data.vertices if not any(group.weight for group in vertex.groups)]
    if not free:
        return
    points = opening.positions(form.data)[free].astype(np.float64)
    bones = list(armature.data.bones)
    nearest = np.stack([_distances(points, bone) for bone in bones]).argmin(axis=0)
    for number, bone in enumerate(bones):
        group = form.vertex_groups.get(bone.name) or form.vertex_groups.new(name=bone.name)
        group.add([free[i] for i in np.flatnonzero(nearest == number)], 1.0, 'REPLACE')


def animate(armature: Any, name: str, gait: Gait, seconds: float, rounds: int, strength: float) -> None:
    """Give the armature one action of this name, in which the gait comes round so many times."""
    scene: Any = bpy.context.scene
    scene.render.fps = FRAMES_PER_S
    last = round(seconds * FRAMES_PER_S)
    scene.frame_start, scene.frame_end = 0, last
    used = sorted({bone for phase in range(8) for bone in gait(phase / 8, strength).turns} | {'Hips'})
    for frame in sorted({*range(0, last, _STEP), last}):
        pose = gait(frame / last * rounds % 1 if frame < last or rounds > 1 else 1.0, strength)
        for bone in used:
            _key(armature, bone, pose.turns.get(bone, (0.0, 0.0, 0.0)), frame)
        _lift(armature, pose.lift, frame)
    armature.animation_data.action.name = name


def _key(armature: Any, name: str, degrees: tuple[float, float, float], frame: int) -> None:
    bone = armature.pose.bones.get(name)
    if bone is None:
        return
    axes = _axes(armature, bone)
    turn = Euler([math.radians(angle) for angle in degrees]).to_matrix()
    bone.rotation_mode = 'QUATERNION'
    turned = (axes.inverted() @ turn @ axes).to_quaternion()
    if bone.rotation_quaternion.dot(turned) < 0:  # the same turn, but not by way of a whole round
        turned.negate()
    bone.rotation_quaternion = turned
    bone.keyframe_insert('rotation_quaternion', frame=frame)


def _lift(armature: Any, lift: float, frame: int) -> None:
    hips = armature.pose.bones.get('Hips')
    if hips is None:
        return
    height = max(bone.tail_local.z for bone in armature.data.bones) * armature.matrix_world.to_scale().z
    up = _axes(armature, hips).inverted() @ Vector((0, 0, lift * height))
    hips.location = up / armature.matrix_world.to_scale().z
    hips.keyframe_insert('location', frame=frame)


def _axes(armature: Any, bone: Any) -> Matrix:
    """From the bone's own directions to the world's."""
    world: Matrix = armature.matrix_world.to_3x3().normalized() @ bone.bone.matrix_local.to_3x3()
    return world


def _distances(points: NDArray[np.float64], bone: Any) -> NDArray[np.float64]:
    head, tail = np.array(bone.head_local), np.array(bone.tail_local)
    along = np.clip((points - head) @ (tail - head) / max(float((tail - head) @ (tail - head)), 1e-12), 0, 1)
    distances: NDArray[np.float64] = np.linalg.norm(points - head - along[:, None] * (tail - head), axis=1)
    return distances
