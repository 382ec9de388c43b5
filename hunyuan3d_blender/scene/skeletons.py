# SPDX-License-Identifier: GPL-3.0-or-later
"""Which bone is which part of a body, by the names that services, games and mocap give them; and how the body stands.

`Arm.L`, `mixamorig:LeftArm`, `upperarm_l` and `L_Shoulder` of SMPL, whose bones are called after their joints, are the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..value import value

Matrix = NDArray[np.float64]

_TRUNK = {
    'hips': 'hips', 'hip': 'hips', 'pelvis': 'hips', 'neck': 'neck', 'neck1': 'neck', 'neck01': 'neck', 'head': 'head',
}  # fmt: skip
_LIMBS = {
    'shoulder': 'collar', 'clavicle': 'collar', 'collar': 'collar', 'collarbone': 'collar',
    'arm': 'arm', 'upperarm': 'arm', 'uparm': 'arm', 'forearm': 'forearm', 'lowerarm': 'forearm', 'elbow': 'forearm',
    'hand': 'hand', 'wrist': 'hand', 'upleg': 'thigh', 'thigh': 'thigh', 'upperleg': 'thigh', 'leg': 'shin', 'shin': 'shin',
    'calf': 'shin', 'lowerleg': 'shin', 'knee': 'shin', 'foot': 'foot', 'ankle': 'foot', 'toe': 'toe', 'toebase': 'toe',
    'toes': 'toe', 'ball': 'toe',
}  # fmt: skip
_JOINTS = {'shoulder': 'arm', 'hip': 'thigh', 'foot': 'toe'}
"""What means something else where bones are called after the joint that they turn about."""
_SPINE = re.compile(r'(spine|chest|upperchest|torso|abdomen)\d*')
_SIDES = (
    re.compile(r'^(left|right)(.+)$'),
    re.compile(r'^(l|r)[_. ](.+)$'),
    re.compile(r'^(.+?)[_. ](left|right|l|r)$'),
)
NEEDED = {'hips', 'thigh.l', 'thigh.r', 'shin.l', 'shin.r', 'arm.l', 'arm.r', 'forearm.l', 'forearm.r'}
"""Without these a motion means nothing to a skeleton."""


def parts_of(names: list[str]) -> dict[str, str]:
    """The bone of each part of the body, 'hips', 'arm.l', 'spine.0' …, of a list that begins with the root."""
    words = [re.sub(r'^def[-_.]', '', name.rpartition(':')[2].lower()) for name in names]
    joints = any('knee' in word or 'elbow' in word for word in words)
    found: dict[str, str] = {}
    spine = 0
    for name, word in zip(names, words, strict=True):
        if _SPINE.fullmatch(re.sub(r'[_. -]', '', word)):
            part = f'spine.{spine}'
            spine += 1
        else:
            part = _part(word, joints)
        if part:
            found.setdefault(part, name)
    return found


def _part(word: str, joints: bool) -> str:
    for pattern in _SIDES:
        match = pattern.match(word)
        if match:
            side, rest = sorted(match.groups(), key=lambda text: text not in ('left', 'right', 'l', 'r'))
            limb = re.sub(r'[_. -]', '', rest)
            limb = _JOINTS.get(limb, '') if joints and limb in _JOINTS else _LIMBS.get(limb, '')
            return f'{limb}.{side[0]}' if limb else ''
    return _TRUNK.get(re.sub(r'[_. -]', '', word), '')


@value
class Skeleton:
    """The bones of an armature at rest, parents before children, and who of them is what."""

    names: tuple[str, ...]
    parents: Mapping[str, str]
    """'' for a root."""
    rests: Mapping[str, Matrix]
    """4 x 4, in the armature's space."""
    lengths: Mapping[str, float]
    parts: Mapping[str, str]

    @property
    def is_body(self) -> bool:
        """Whether it has all that a motion of a person needs."""
        return set(self.parts) >= NEEDED

    @property
    def frame(self) -> Matrix:
        """3 x 3: the body's left, back and up as columns in the armature's space, whatever stands for them there."""
        left = self._head('thigh.l') - self._head('thigh.r')
        up = (self._head('arm.l') + self._head('arm.r')) / 2 - (
            self._head('thigh.l') + self._head('thigh.r')
        ) / 2
        up /= np.linalg.norm(up)
        left -= up * (left @ up)
        left /= np.linalg.norm(left)
        return np.stack([left, np.cross(up, left), up], axis=1)

    @property
    def height(self) -> float:
        """From the shins to the arms, in units of the armature."""
        arms, shins = (self._head(f'{part}.l') + self._head(f'{part}.r') for part in ('arm', 'shin'))
        return float(np.linalg.norm(arms - shins)) / 2

    def _head(self, part: str) -> Matrix:
        return self.rests[self.parts[part]][:3, 3]


def read(armature: Any) -> Skeleton:
    """The skeleton of an armature object."""
    bones: list[Any] = []
    for bone in armature.data.bones:
        if bone.parent is None:
            bones += [bone, *bone.children_recursive]
    bones.sort(key=lambda bone: len(bone.parent_recursive))
    return Skeleton(
        names=tuple(bone.name for bone in bones),
        parents={bone.name: bone.parent.name if bone.parent else '' for bone in bones},
        rests={bone.name: np.array(bone.matrix_local, np.float64) for bone in bones},
        lengths={bone.name: bone.length for bone in bones},
        parts=parts_of([bone.name for bone in bones]),
    )


SAME = 1e-3
"""Of the size of a skeleton."""


def are_same(one: Skeleton, other: Skeleton) -> bool:
    """Whether an action of one means the same to the other: equal bones in equal places."""
    if set(one.names) != set(other.names) or one.parents != other.parents or not one.names:
        return False
    places = np.array([[each.rests[name] for name in one.names] for each in (one, other)])
    size = float(np.ptp(places[1, :, :3, 3], axis=0).max())
    turned, moved = (
        np.abs(np.diff(part, axis=0)).max() for part in (places[..., :3, :3], places[..., :3, 3])
    )
    return bool(turned < 10 * SAME and moved < SAME * size)
