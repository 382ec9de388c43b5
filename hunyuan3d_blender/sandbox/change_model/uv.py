# SPDX-License-Identifier: GPL-3.0-or-later
"""A new UV layout."""

from __future__ import annotations

import math
from typing import Any

import bpy

from ..make_model.task import Made, Task
from ..refusal import Refusal
from . import opening
from .clusters import connected

FACES_BELOW = 30_000
PIECES_MAX = 100
"""Limits of the international edition; the domestic one names none."""


def make(task: Task) -> Made:
    """Unwrap the model as it is."""
    form = opening.read_as_one(task, FACES_BELOW - 1)
    pieces = int(connected(form.data).max()) + 1
    if pieces > PIECES_MAX:
        raise Refusal('InvalidParameterValue', f"The model is in {pieces} pieces, more than {PIECES_MAX}.")
    unwrap(form)
    return opening.write(task, is_zipped=False)


def unwrap(form: Any) -> None:
    """Replace every UV layer of an object by a new one."""
    layers = form.data.uv_layers
    while layers:
        layers.remove(layers[0])
    layers.new(name='UVMap')
    opening.select_only(form)
    bpy.ops.object.mode_set(mode='EDIT')
    bpy.ops.mesh.select_all(action='SELECT')
    bpy.ops.uv.smart_project(angle_limit=math.radians(66), island_margin=0.002)
    bpy.ops.object.mode_set(mode='OBJECT')
