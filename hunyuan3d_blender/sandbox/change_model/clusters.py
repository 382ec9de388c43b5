# SPDX-License-Identifier: GPL-3.0-or-later
"""Which faces of a mesh belong together."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .opening import positions

Labels = NDArray[np.int64]
"""A number for each face, from 0 without a gap."""

_STEPS = 40


def connected(mesh: Any) -> Labels:
    """The loose pieces of a mesh, the first face's first. Vertices at the same place are one: GLB splits them at seams."""
    points = positions(mesh)
    size = max(float(np.ptp(points, axis=0).max()), 1e-12)
    _, corner_of = np.unique(np.rint(points / (size * 1e-6)), axis=0, return_inverse=True)
    starts, corners = _corners(mesh)
    corners = corner_of.reshape(-1)[corners]
    faces = np.repeat(np.arange(len(starts)), np.diff([*starts, len(corners)]))
    label = np.arange(len(points))
    while True:
        lowest = np.minimum.reduceat(label[corners], starts)
        new = label.copy()
        np.minimum.at(new, corners, lowest[faces])
        np.minimum.at(new, label[corners], lowest[faces])
        new = new[new]
        if (new == label).all():
            return _renumbered(lowest)
        label = new


def around_means(mesh: Any, count: int) -> Labels:
    """So many groups of faces that lie together (k-means of their centres). The same mesh always gives the same groups."""
    centres = np.empty(3 * len(mesh.polygons), np.float32)
    mesh.polygons.foreach_get('center', centres)
    centres = centres.reshape(-1, 3)
    means = centres[[0]]
    for _ in range(count - 1):  # each as far as possible from those before
        means = np.vstack([means, centres[_distances(centres, means).min(axis=1).argmax()]])
    for _ in range(_STEPS):
        label = _distances(centres, means).argmin(axis=1)
        moved = np.array(
            [centres[label == i].mean(axis=0) if (label == i).any() else mean for i, mean in enumerate(means)]
        )
        if np.allclose(moved, means):
            break
        means = moved
    return _renumbered(label)


def _distances(points: NDArray[np.float32], means: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.stack([np.square(points - mean).sum(axis=1) for mean in means], axis=1)


def _corners(mesh: Any) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Where each face's corners begin, and the vertices of all corners."""
    starts, corners = np.empty(len(mesh.polygons), np.int32), np.empty(len(mesh.loops), np.int32)
    mesh.polygons.foreach_get('loop_start', starts)
    mesh.loops.foreach_get('vertex_index', corners)
    return starts, corners


def _renumbered(label: NDArray[Any]) -> Labels:
    """The same groups, numbered by their first faces."""
    _, first, group = np.unique(label, return_index=True, return_inverse=True)
    return np.asarray(np.argsort(np.argsort(first))[group.reshape(-1)], np.int64)
