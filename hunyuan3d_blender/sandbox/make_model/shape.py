# SPDX-License-Identifier: GPL-3.0-or-later
"""A sample as arrays: its faces, its texture maps and a small picture of it. Needs numpy, but no Blender."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Shape:
    """Triangles in metres, Z up, the front towards -Y, standing on Z = 0 with the largest side 1 m long."""

    vertices: Floats
    """(n, 3)."""
    triangles: NDArray[np.int32]
    """(m, 3), counter-clockwise from outside."""
    uvs: Floats
    """(m, 3, 2), one for each corner; (0, 0) is the lower left of the texture."""


@dataclass(frozen=True)
class Maps:
    """Textures, the upper row first, values 0 to 1."""

    base_color: Floats
    """(h, w, 3), sRGB."""
    roughness: Floats
    """(h, w)."""
    metallic: Floats
    height: Floats
    """In pixels: becomes the normal map."""


@dataclass(frozen=True)
class Sample:
    """All that is made of one request."""

    shape: Shape
    maps: Maps
    preview: Floats
    """(h, w, 4)."""


def upright(vertices: Floats) -> Floats:
    """Scale to 1 m, centred on X and Y, standing on the ground."""
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    foot = np.array([*(low + high)[:2] / 2, low[2]], np.float32)
    return np.asarray((vertices - foot) / (high - low).max(), np.float32)


def normal_map(height: Floats) -> Floats:
    """(h, w, 3) tangent-space normals, green up as in OpenGL and glTF; the texture repeats."""
    across = (np.roll(height, -1, 1) - np.roll(height, 1, 1)) / 2
    down = (np.roll(height, -1, 0) - np.roll(height, 1, 0)) / 2
    return np.asarray(_unit(np.dstack([-across, down, np.ones_like(height)])) * 0.5 + 0.5, np.float32)


def lit(color: Floats, depth: Floats, mask: Mask) -> Floats:
    """(h, w, 4) picture of a relief under a light from the upper left; `depth` in pixels towards the viewer."""
    down, across = np.gradient(depth)
    normals = _unit(np.dstack([-across, down, np.ones_like(depth)]))
    light = normals @ _unit(np.array([-0.5, 0.6, 0.8], np.float32))
    shaded = np.clip(color * (0.35 + 0.75 * np.clip(light, 0, 1))[..., None], 0, 1)
    return np.dstack([shaded, mask]).astype(np.float32)


def resized(picture: Floats, height: int, width: int) -> Floats:
    """The picture with another number of pixels, averaged where it shrinks."""
    while picture.shape[0] >= 2 * height and picture.shape[1] >= 2 * width:
        even = picture[: picture.shape[0] // 2 * 2, : picture.shape[1] // 2 * 2]
        picture = (even[::2, ::2] + even[1::2, ::2] + even[::2, 1::2] + even[1::2, 1::2]) / 4
    rows = (np.arange(height) + 0.5) * picture.shape[0] / height - 0.5
    columns = (np.arange(width) + 0.5) * picture.shape[1] / width - 0.5
    return at_points(picture, rows[:, None], columns[None, :])


def at_points(picture: Floats, rows: NDArray[Any], columns: NDArray[Any]) -> Floats:
    """Values between pixels; outside, those of the border."""
    rows = np.clip(rows, 0, picture.shape[0] - 1)
    columns = np.clip(columns, 0, picture.shape[1] - 1)
    top = np.minimum(rows.astype(np.int32), max(0, picture.shape[0] - 2))
    left = np.minimum(columns.astype(np.int32), max(0, picture.shape[1] - 2))
    below, right = np.minimum(top + 1, picture.shape[0] - 1), np.minimum(left + 1, picture.shape[1] - 1)
    down, across = rows - top, columns - left
    if picture.ndim == 3:
        down, across = down[..., None], across[..., None]
    upper = picture[top, left] * (1 - across) + picture[top, right] * across
    lower = picture[below, left] * (1 - across) + picture[below, right] * across
    return np.asarray((upper * (1 - down) + lower * down), np.float32)


def blurred(picture: Floats, radius: int) -> Floats:
    """A soft blur: three times the average over 2 * radius + 1 pixels, both ways."""
    for _ in range(3):
        for axis in (0, 1):
            padding = [(radius + 1, radius) if a == axis else (0, 0) for a in range(picture.ndim)]
            sums = np.cumsum(np.pad(picture, padding, mode='edge'), axis=axis, dtype=np.float64)
            length = picture.shape[axis]
            ends = np.take(sums, np.arange(length) + 2 * radius + 1, axis)
            starts = np.take(sums, np.arange(length), axis)
            picture = ((ends - starts) / (2 * radius + 1)).astype(np.float32)
    return picture


def _unit(vectors: Floats) -> Floats:
    return np.asarray((vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)), np.float32)
