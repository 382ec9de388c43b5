# SPDX-License-Identifier: GPL-3.0-or-later
"""A motion from words: a skeleton of its own, or the rig that was given."""

from __future__ import annotations

from typing import Any

import bpy
import numpy as np

from ..make_model import photo
from ..make_model.task import Made, Task
from ..refusal import Refusal
from . import opening, rig, skeleton
from .gaits import GAITS, of_words

DEFAULT_S = 5
LONGEST_S = 12
_BODY = (np.array((-0.85, -0.2, 0.0), np.float32), np.array((0.85, 0.2, 1.7), np.float32))
_ROUND_S = 1.25


def make(task: Task) -> Made:
    """One action as long as asked for."""
    values = task.values
    prompt = values.get('Prompt', '')
    seconds = values.get('Duration', DEFAULT_S)
    if values.get('EnableDurationEst'):
        seconds = min(2 + len(prompt) // 10, LONGEST_S)
    armature = _given(task) if task.model else skeleton.build(*_BODY)
    photo.still(task.path('.png'))
    rounds = max(1, round(seconds / _ROUND_S))
    skeleton.animate(armature, prompt[:40] or "Motion", GAITS[of_words(prompt)], seconds, rounds, 1.0)
    return rig.write(task, has_action=True)


def _given(task: Task) -> Any:
    """The armature of the rig that came with the job, without its actions; its mesh stays if it is wanted."""
    opening.read(task)
    armatures: list[Any] = [item for item in bpy.data.objects if item.type == 'ARMATURE']
    if len(armatures) != 1 or 'Hips' not in armatures[0].data.bones:
        raise Refusal('InvalidParameterValue', "RetargetFile takes a rig of this service only.")
    armatures[0].animation_data_clear()
    for bone in armatures[0].pose.bones:
        bone.matrix_basis.identity()
    for action in list(bpy.data.actions):
        bpy.data.actions.remove(action)
    if not task.values.get('EnableMesh', True):
        for item in [item for item in bpy.data.objects if item.type == 'MESH']:
            bpy.data.objects.remove(item)
    return armatures[0]
