# SPDX-License-Identifier: GPL-3.0-or-later
"""Where models stand that are generated together: in rows and columns, none within another."""

from __future__ import annotations

import math
from collections.abc import Sequence

from bpy.types import Scene
from mathutils import Euler, Vector

from . import units

_GAP = 1.25
"""From the middle of a model to that of the next one, in lengths of their longest sides."""
_UNKNOWN_SIZE_M = 2.0
"""About what services send, where models keep their own size."""

Place = tuple[float, float, float]


def places(
    scene: Scene, *, count: int, size_m: float, location: Sequence[float], rotation: Sequence[float]
) -> list[Place]:
    """The places of `count` models around `location`, turned by `rotation` (XYZ Euler), as one reads them from the front.

    `size_m` is the length of their longest sides, 0 where it is not known.
    """
    columns = math.ceil(math.sqrt(count))
    rows = math.ceil(count / columns)
    spacing = (size_m or _UNKNOWN_SIZE_M) * _GAP * units.per_metre(scene)
    turn, middle = Euler(rotation).to_matrix(), Vector(location)
    found: list[Place] = []
    for number in range(count):
        row, column = divmod(number, columns)
        offset = Vector((column - (columns - 1) / 2, (rows - 1) / 2 - row, 0.0)) * spacing
        place = middle + turn @ offset
        found.append((place.x, place.y, place.z))
    return found
