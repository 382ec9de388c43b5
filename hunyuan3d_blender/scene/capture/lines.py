# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines as pixels: black on white, with smooth edges, drawn without a graphics card."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

Array = Any
"""A numpy array."""

_PIECE_PX = 12.0
"""Lines are drawn in pieces about so long: the square around each is what has to be looked at."""


@dataclass(frozen=True)
class Line:
    """A line through points; a dot where there is one only."""

    points: Array
    """A row of x and y per point, in pixels from the upper left corner."""
    radii: Array
    """Half the width at each point, in pixels."""


def drawn(lines: Iterable[Line], side_px: int) -> Array:
    """The pixels of a square page: height x width x 3 bytes, rows from the top."""
    import numpy

    ink = numpy.zeros((side_px, side_px), numpy.float32)
    for line in lines:
        for piece in _pieces(line, side_px):
            _draw(ink, *piece.tolist())
    grey = 255 - (ink * 255 + 0.5).astype(numpy.uint8)
    return numpy.repeat(grey[..., None], 3, axis=2)


def _pieces(line: Line, side_px: int) -> Iterator[Array]:
    """Both ends of each short piece that may touch the page, as x, y, radius, x, y, radius."""
    import numpy

    values = numpy.column_stack((line.points, line.radii))
    steps = numpy.hypot(*numpy.diff(line.points, axis=0).T)
    along = numpy.concatenate(([0.0], numpy.cumsum(steps)))
    _, apart = numpy.unique(numpy.floor(along), return_index=True)  # points within a pixel are one
    at = numpy.union1d(along[apart], numpy.arange(0.0, along[-1], _PIECE_PX))
    at = numpy.append(at, along[-1])
    ends = numpy.column_stack([numpy.interp(at, along, column) for column in values.T])
    pieces = numpy.hstack((ends[:-1], ends[1:]))
    low = numpy.minimum(pieces[:, :2], pieces[:, 3:5]).T - pieces[:, (2, 5)].max(axis=1)
    high = numpy.maximum(pieces[:, :2], pieces[:, 3:5]).T + pieces[:, (2, 5)].max(axis=1)
    yield from pieces[(high > 0).all(axis=0) & (low < side_px).all(axis=0)]


def _draw(ink: Array, x0: float, y0: float, r0: float, x1: float, y1: float, r1: float) -> None:
    """Cover the pixels around a piece by how far they lie in it."""
    import numpy

    reach = max(r0, r1) + 1.0
    left, top = max(0, int(min(x0, x1) - reach)), max(0, int(min(y0, y1) - reach))
    part = ink[top : int(max(y0, y1) + reach) + 1, left : int(max(x0, x1) + reach) + 1]
    height, width = part.shape
    x = numpy.arange(left + 0.5 - x0, left + width - x0, dtype=numpy.float32)[None, :]
    y = numpy.arange(top + 0.5 - y0, top + height - y0, dtype=numpy.float32)[:, None]
    dx, dy = x1 - x0, y1 - y0
    length = dx * dx + dy * dy
    share = numpy.clip((x * dx + y * dy) / length, 0.0, 1.0) if length else numpy.float32(0.0)
    distance = numpy.hypot(x - share * dx, y - share * dy)
    numpy.maximum(part, numpy.clip(r0 + share * (r1 - r0) + 0.5 - distance, 0.0, 1.0), out=part)
