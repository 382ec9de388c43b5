# SPDX-License-Identifier: GPL-3.0-or-later
"""How a figure holds its arms, by the points of its mesh."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

import numpy as np
from mathutils import Matrix
from numpy.typing import NDArray

from .shape import points_of

T_ANGLE, A_ANGLE = 20.0, 65.0
"""Degrees below the horizon up to which arms are those of a T-pose, and of an A-pose."""
WIDTH_MIN, DEPTH_MAX = 0.45, 0.75
"""Of a figure with its arms out: how wide for its height, and how deep for its width."""
_HAND, _ARM = (0.9, 1.0), (0.55, 0.7)
"""Where along its half width they are."""


class Stance(StrEnum):
    """What services ask for by these names."""

    T = 'T-pose'
    A = 'A-pose'
    OTHER = ''


def of(meshes: Iterable[tuple[Any, Matrix]]) -> Stance:
    """The stance of what meshes show together, each moved by its matrix."""
    points = [points_of(mesh, matrix) for mesh, matrix in meshes if len(mesh.vertices)]
    return stance_of(np.concatenate(points)) if points else Stance.OTHER


def stance_of(points: NDArray[Any]) -> Stance:
    """The stance of something that looks to -Y or +Y, with Z up; `points` is (n, 3)."""
    low, high = points.min(axis=0), points.max(axis=0)
    width, depth, height = (float(size) for size in high - low)
    if not height > 0 or not WIDTH_MIN * height <= width <= height / WIDTH_MIN or depth > DEPTH_MAX * width:
        return Stance.OTHER
    across = (points[:, 0] - (low[0] + high[0]) / 2) / (width / 2)
    angles = []
    for side in (-1, 1):
        hand, arm = (points[(side * across >= near) & (side * across <= far)] for near, far in (_HAND, _ARM))
        if not len(hand) or not len(arm):
            return Stance.OTHER
        way = arm.mean(axis=0) - hand.mean(axis=0)
        angles.append(abs(float(np.degrees(np.arctan2(way[2], abs(way[0]))))))
    steepest = max(angles)
    return Stance.T if steepest <= T_ANGLE else Stance.A if steepest <= A_ANGLE else Stance.OTHER
