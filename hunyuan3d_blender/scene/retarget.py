# SPDX-License-Identifier: GPL-3.0-or-later
"""A motion of one skeleton for another one: each part of the body turns as it does there.

Turns are compared in the body's own directions, so it does not matter how the bones of either lie, in which unit, or which way
the armature stands. A limb that rests another way (an A-pose for a T-pose) points where the other's points.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
from bpy.types import Action, Object
from mathutils import Matrix as Turn
from numpy.typing import NDArray

from . import actions, skeletons
from .skeletons import Matrix, Skeleton

_LIMBS = ('arm', 'forearm', 'hand', 'thigh', 'shin')
"""Parts whose direction is the pose. Others rest as they are built."""
_ALIKE = np.cos(np.radians(80))
"""Limbs that rest further apart are built, not posed, another way."""

Track = NDArray[np.float64]
"""4 x 4 for each frame."""


def retargeted(source: Any, target: Object, name: str, *, file_fps: float, fps: float) -> Action | None:
    """What `source` plays as an action for `target`, at the rate of its scene; None where the skeletons have too little in common."""
    given, wanted = skeletons.read(source), skeletons.read(target)
    if not (given.is_body and wanted.is_body):
        return None
    curves = list(actions.curves_of(source))
    first, last = source.animation_data.action.frame_range
    count = max(2, round((last - first) * fps / file_fps) + 1)
    poses = _poses(given, curves, np.linspace(first, last, count))
    frames = actions.FIRST_FRAME + np.arange(count, dtype=np.float64)
    turned = _turned(given, wanted, poses)
    return actions.new(target, name, frames, _curves(target, wanted, turned))


def _poses(skeleton: Skeleton, curves: list[Any], frames: NDArray[np.float64]) -> dict[str, Track]:
    """Of each bone, in the armature's space."""
    channels = {(curve.data_path, curve.array_index): curve for curve in curves}

    def values(bone: str, channel: str, rest: tuple[float, ...]) -> NDArray[np.float64]:
        path = f'pose.bones["{bone}"].{channel}'
        found = (channels.get((path, index)) for index in range(len(rest)))
        columns = [
            actions.sampled(curve, frames) if curve else np.full(len(frames), usual)
            for curve, usual in zip(found, rest, strict=True)
        ]
        return np.stack(columns, axis=1)

    poses: dict[str, Track] = {}
    for bone in skeleton.names:
        basis = np.tile(np.identity(4), (len(frames), 1, 1))
        basis[:, :3, :3] = _matrices(values(bone, 'rotation_quaternion', (1.0, 0.0, 0.0, 0.0)))
        basis[:, :3, 3] = values(bone, 'location', (0.0, 0.0, 0.0))
        poses[bone] = _at_rest(skeleton, bone, poses) @ basis
    return poses


def _at_rest(skeleton: Skeleton, bone: str, poses: dict[str, Track]) -> Track:
    """Where a bone is that only follows its parent; one matrix where it has none."""
    parent = skeleton.parents[bone]
    if not parent:
        return skeleton.rests[bone]
    return poses[parent] @ np.linalg.inv(skeleton.rests[parent]) @ skeleton.rests[bone]


def _turned(given: Skeleton, wanted: Skeleton, poses: dict[str, Track]) -> dict[str, Track]:
    """The poses of the bones of `wanted`, as changes of what they would be without (`matrix_basis`)."""
    pairs = _pairs(given, wanted)
    across = wanted.frame @ given.frame.T
    scale = wanted.height / given.height
    followed: dict[str, Track] = {}
    changes: dict[str, Track] = {}
    for bone in wanted.names:
        still = _at_rest(wanted, bone, followed)
        pose = np.array(np.broadcast_to(still, (len(next(iter(poses.values()))), 4, 4)))
        twin = pairs.get(bone)
        if twin:
            turn = poses[twin][:, :3, :3] @ given.rests[twin][:3, :3].T
            aligned = _aligning(given, wanted, twin, bone, across) @ wanted.rests[bone][:3, :3]
            pose[:, :3, :3] = across @ turn @ across.T @ aligned
            if wanted.parts.get('hips') == bone:
                way = poses[twin][:, :3, 3] - given.rests[twin][:3, 3]
                pose[:, :3, 3] = wanted.rests[bone][:3, 3] + scale * way @ across.T
            changes[bone] = np.linalg.inv(still) @ pose
        followed[bone] = pose
    return changes


def _pairs(given: Skeleton, wanted: Skeleton) -> dict[str, str]:
    """The bone of `given` for each bone of `wanted` that has one."""
    pairs = {bone: given.parts[part] for part, bone in wanted.parts.items() if part in given.parts}
    spines = [sorted(part for part in each.parts if part.startswith('spine.')) for each in (given, wanted)]
    for number, part in enumerate(spines[1] if spines[0] else ()):
        share = number / max(1, len(spines[1]) - 1)
        pairs[wanted.parts[part]] = given.parts[spines[0][round(share * (len(spines[0]) - 1))]]
    return {name: name for name in wanted.names if name in given.rests} | pairs


def _aligning(given: Skeleton, wanted: Skeleton, twin: str, bone: str, across: Matrix) -> Matrix:
    """The turn of a limb of `wanted` at rest to where that of `given` points."""
    part = next((part for part, name in wanted.parts.items() if name == bone), '')
    here, there = _direction(wanted, bone), across @ _direction(given, twin)
    if part.partition('.')[0] not in _LIMBS or here @ there < _ALIKE:
        return np.identity(3)
    axis = np.cross(here, there)
    cross = np.array([[0, -axis[2], axis[1]], [axis[2], 0, -axis[0]], [-axis[1], axis[0], 0]])
    turn: Matrix = np.identity(3) + cross + cross @ cross / (1 + here @ there)
    return turn


def _direction(skeleton: Skeleton, bone: str) -> Matrix:
    """To the next joint of a limb where there is one: importers may lay bones across."""
    part = next((part for part, name in skeleton.parts.items() if name == bone), '')
    limb, _, side = part.partition('.')
    end = skeleton.parts.get(f'{_NEXT[limb]}.{side}') if limb in _NEXT else None
    way = skeleton.rests[end][:3, 3] - skeleton.rests[bone][:3, 3] if end else skeleton.rests[bone][:3, 1]
    direction: Matrix = way / max(float(np.linalg.norm(way)), 1e-12)
    return direction


_NEXT = {'arm': 'forearm', 'forearm': 'hand', 'thigh': 'shin', 'shin': 'foot'}


def _curves(
    target: Any, skeleton: Skeleton, changes: dict[str, Track]
) -> Iterator[tuple[str, NDArray[np.float64]]]:
    """The channels that the bones of `target` are set by."""
    for bone, change in changes.items():
        path = f'pose.bones["{bone}"].'
        yield _rotation(path, target.pose.bones[bone].rotation_mode, change[:, :3, :3])
        if skeleton.parts.get('hips') == bone:
            yield path + 'location', change[:, :3, 3]


def _rotation(path: str, mode: Any, turns: NDArray[np.float64]) -> tuple[str, NDArray[np.float64]]:
    if mode in ('QUATERNION', 'AXIS_ANGLE'):
        quaternions = [Turn(turn).to_quaternion() for turn in turns]
        for before, after in pairwise(quaternions):
            if before.dot(after) < 0:  # the same turn, but not by way of a whole round
                after.negate()
        if mode == 'QUATERNION':
            return path + 'rotation_quaternion', np.array(quaternions)
        pairs: list[Any] = [quaternion.to_axis_angle() for quaternion in quaternions]
        return path + 'rotation_axis_angle', np.array([(angle, *axis) for axis, angle in pairs])
    eulers = [Turn(turns[0]).to_euler(mode)]
    for turn in turns[1:]:
        eulers.append(Turn(turn).to_euler(mode, eulers[-1]))
    return path + 'rotation_euler', np.array(eulers)


def _matrices(quaternions: NDArray[np.float64]) -> NDArray[np.float64]:
    """3 x 3 for each."""
    w, x, y, z = (quaternions / np.linalg.norm(quaternions, axis=1, keepdims=True)).T
    rows = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
        [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
        [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
    ]
    return np.moveaxis(np.array(rows), 2, 0)
