# SPDX-License-Identifier: GPL-3.0-or-later
"""Bones, skin and, if asked for, one of the preset motions."""

from __future__ import annotations

from pathlib import Path

import bpy

from ..make_model import photo
from ..make_model.task import Made, Task
from . import opening, skeleton
from .gaits import GAITS, MOTIONS

_LONG = {'walk': 2.0, 'run': 1.6, 'idle': 4.0, 'dance': 6.0, 'turn': 2.4}
_LENGTH_S = 1.5
_ROUNDS = {'walk': 2, 'run': 2, 'idle': 1, 'dance': 3}


def make(task: Task) -> Made:
    """Rig the model where it stands."""
    form = opening.read_as_one(task)
    photo.still(task.path('.png'))
    armature = skeleton.build(*opening.bounds(form.data))
    skeleton.put_skin_on(armature, form)
    motion = task.values.get('MotionType')
    if motion:
        name, kind = MOTIONS[motion - 1]
        strength = 0.7 + 0.5 * (motion * 0.618034 % 1)
        length = _LONG.get(kind, _LENGTH_S)
        skeleton.animate(armature, name, GAITS[kind], length, _ROUNDS.get(kind, 1), strength)
    return write(task, has_action=bool(motion))


def write(task: Task, *, has_action: bool) -> Made:
    """The scene as the one FBX that there is, and its picture, which has been taken."""
    path: Path = task.path('.fbx')
    bpy.ops.export_scene.fbx(
        filepath=str(path), path_mode='COPY', embed_textures=True, add_leaf_bones=False, bake_anim=has_action,
        bake_anim_use_nla_strips=False, bake_anim_use_all_actions=True, bake_anim_simplify_factor=0.0,
    )  # fmt: skip
    return {'files': [('FBX', path.name)], 'preview': task.path('.png').name}
