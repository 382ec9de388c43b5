# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines as pixels: black on white, with smooth edges, drawn without a graphics card.

Each line is cut into short pieces, and a pixel is as black as the piece that covers most of it. numpy does many pieces
at once, so that a sketch of 500 strokes takes a tenth of a second.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Array = Any
"""A numpy array."""

_PIECE_PX = 12.0
"""Lines are drawn in pieces up to so long: the square around each is what has to be looked at."""
_SAME_PX = 0.1
"""What lies so near to a straight line is on it, as far as the eye can tell."""
_THINNINGS = 4
"""How often every second point is looked at, whether it is needed: hands draw more points than can be seen."""
_PIXELS_AT_ONCE = 1 << 16
"""So many fit into the processor's own memory."""
_SIZE_STEP_PX = 2
"""Squares are rounded up, so that many have the same size."""


@dataclass(frozen=True)
class Line:
    """A line through points; a dot where there is one only."""

    points: Array
    """A row of x and y per point, in pixels from the upper left corner."""
    radii: Array
    """Half the width at each point, in pixels."""


def drawn(lines: Sequence[Line], side_px: int) -> Array:
    """The pixels of a square page: height x width x 3 bytes, rows from the top."""
    import numpy

    pieces = _on_page(_cut(_on_page(_segments(lines), side_px)), side_px)
    low, high = _corners(pieces)
    corners = numpy.floor(low).astype(int)
    sizes = (numpy.floor(high).astype(int) - corners).max(axis=1, initial=0) // _SIZE_STEP_PX + 1
    edge = int(sizes.max(initial=0)) * _SIZE_STEP_PX  # pieces may reach over the page so far
    ink = numpy.zeros((side_px + 2 * edge,) * 2, numpy.float32)
    for size in numpy.unique(sizes):
        alike = numpy.flatnonzero(sizes == size)
        side = int(size) * _SIZE_STEP_PX
        step = max(1, _PIXELS_AT_ONCE // side**2)
        for some in (alike[start : start + step] for start in range(0, len(alike), step)):
            _draw(ink, pieces[some], corners[some], side, edge)
    grey = 255 - (ink[edge : edge + side_px, edge : edge + side_px] * 255 + 0.5).astype(numpy.uint8)
    return numpy.repeat(grey[..., None], 3, axis=2)


# Pieces: a row of x, y, radius, x, y, radius each


def _segments(lines: Sequence[Line]) -> Array:
    """The straight pieces between the points that make a difference."""
    import numpy

    points = [numpy.column_stack((line.points, line.radii)) for line in lines]
    # A line begins twice at its first point, so that a dot, too, has two ends.
    values = numpy.concatenate(
        [part for line in points for part in (line[:1], line)] or [numpy.zeros((0, 3))]
    )
    ends = numpy.cumsum([1 + len(line) for line in points], dtype=int)
    is_last, is_first = numpy.zeros((2, len(values)), bool)
    is_last[ends - 1] = is_first[ends[:-1]] = is_first[:1] = True
    for _ in range(_THINNINGS):
        needed = is_first | is_last
        needed[::2] = True
        middle = numpy.flatnonzero(~needed)
        x, y, wanted = values[middle].T
        distance, radius = _beside(x, y, _pieces(values, middle - 1, middle + 1))
        needed[middle] = (distance > _SAME_PX) | (abs(radius - wanted) > _SAME_PX)
        values, is_first, is_last = values[needed], is_first[needed], is_last[needed]
    starts = numpy.flatnonzero(~is_last)
    return _pieces(values, starts, starts + 1)


def _pieces(values: Array, starts: Array, ends: Array) -> Array:
    import numpy

    return numpy.hstack((values[starts], values[ends]))


def _cut(pieces: Array) -> Array:
    """The same in pieces that are short."""
    import numpy

    lengths = numpy.hypot(*(pieces[:, 3:5] - pieces[:, :2]).T)
    counts = numpy.maximum(1, numpy.ceil(lengths / _PIECE_PX)).astype(int)
    whole = numpy.repeat(pieces, counts, axis=0)
    number = numpy.arange(len(whole)) - numpy.repeat(numpy.cumsum(counts) - counts, counts)
    steps = (whole[:, 3:] - whole[:, :3]) / numpy.repeat(counts, counts)[:, None]
    starts = whole[:, :3] + steps * number[:, None]
    return numpy.hstack((starts, starts + steps))


def _on_page(pieces: Array, side_px: int) -> Array:
    """Those that may touch the page."""
    low, high = _corners(pieces)
    return pieces[(high > 0).all(axis=1) & (low < side_px).all(axis=1)]


def _corners(pieces: Array) -> tuple[Array, Array]:
    """The upper left and lower right corner of what each piece may cover."""
    import numpy

    reach = numpy.maximum(pieces[:, 2], pieces[:, 5])[:, None] + 1.0
    return (
        numpy.minimum(pieces[:, :2], pieces[:, 3:5]) - reach,
        numpy.maximum(pieces[:, :2], pieces[:, 3:5]) + reach,
    )


# Pixels


def _draw(ink: Array, pieces: Array, corners: Array, side: int, edge: int) -> None:
    """Cover the square around each piece by how far its pixels lie in it."""
    import numpy

    moved = (pieces - numpy.tile(numpy.column_stack((corners, numpy.zeros(len(pieces)))), 2)).astype('f')
    middles = numpy.arange(side, dtype=numpy.float32) + numpy.float32(0.5)
    distance, cover = _beside(middles, middles[:, None], moved[:, :, None, None])
    cover -= distance - numpy.float32(0.5)
    numpy.clip(cover, 0.0, 1.0, out=cover)
    for (left, top), square in zip((corners + edge).tolist(), cover, strict=True):
        part = ink[top : top + side, left : left + side]
        numpy.maximum(part, square, out=part)


def _beside(x: Array, y: Array, pieces: Array) -> tuple[Array, Array]:
    """How far points are from the middle of pieces, and the radius of each piece beside them."""
    import numpy

    x0, y0, r0, x1, y1, r1 = (pieces[:, column] for column in range(6))
    dx, dy = x1 - x0, y1 - y0
    length = dx * dx + dy * dy
    scale = 1 / numpy.where(length, length, 1)
    x, y = x - x0, y - y0
    share = x * (dx * scale) + y * (dy * scale)
    numpy.clip(share, 0.0, 1.0, out=share)
    across, along = share * dx, share * dy
    for each, place in ((across, x), (along, y)):  # in place: memory is what takes the time
        each -= place
        each *= each
    across += along
    share *= r1 - r0
    share += r0
    return numpy.sqrt(across, out=across), share
