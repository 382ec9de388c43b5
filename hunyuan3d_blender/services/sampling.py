# SPDX-License-Identifier: GPL-3.0-or-later
"""How a model is drawn out of noise, where a service lets that be chosen."""

from __future__ import annotations

from ..value import value


@value
class Sampling:
    """How a model is drawn out of noise; only servers of one's own let that be chosen."""

    seed: int = 1234
    steps: int = 5
    guidance: float = 5.0
    """How closely the picture is followed."""
    octree_resolution: int = 256
    """Of the grid in which the surface is found."""


@value
class SamplingLimits:
    """Smallest and largest of each number of `Sampling`."""

    seed: tuple[int, int]
    steps: tuple[int, int]
    guidance: tuple[float, float]
    octree_resolution: tuple[int, int]
