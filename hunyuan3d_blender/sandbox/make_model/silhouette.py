# SPDX-License-Identifier: GPL-3.0-or-later
"""From a picture to a form: its silhouette, inflated, with the picture on it.

A picture that fills its frame has no silhouette: it becomes a cushion, with its bright parts raised.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .shape import Floats, Maps, Mask, Sample, Shape, at_points, blurred, lit, resized, upright

WORKING_SIDE_PX = 256
"""Enough for a silhouette; keeps the search for it well under a second."""
PREVIEW_SIDE_PX = 256
_BORDER_DISTANCE = 0.12
"""How far a colour is from the border's to belong to the object, in RGB from 0 to 1."""
_PLUMPNESS = 0.8
"""Depth of an inflated disc, where 1 would make it a ball."""
_RIM = 0.3
"""How much of its depth goes into the sharpness of the rim."""
_ROUGHNESS = 0.55


def from_picture(picture: Floats, faces: int) -> Sample:
    """Sample for a picture of (h, w, 4), the upper row first, with about so many faces."""
    small = _at_most(picture, WORKING_SIDE_PX)
    soft, front, back = _silhouette(small)
    vertices, triangles, points = _closed_mesh(soft, front, back, faces)
    uvs = (points / np.array([small.shape[1], small.shape[0]], np.float32)).astype(np.float32)
    uvs[:, 1] = 1 - uvs[:, 1]
    preview = lit(small[..., :3], front, soft > 0.5)
    return Sample(
        Shape(upright(vertices), triangles, np.clip(uvs, 0, 1)[triangles]), _maps(picture, soft), preview
    )


def _silhouette(picture: Floats) -> tuple[Floats, Floats, Floats]:
    """Soft mask from 0 to 1, and the depth of front and back in pixels."""
    mask = foreground(picture)
    is_cushion = mask is None
    soft = blurred(_cushion(*picture.shape[:2]) if mask is None else mask.astype(np.float32), 1)
    depth = _inflated(soft > 0.5)
    if not is_cushion:
        return soft, depth * _PLUMPNESS, depth * _PLUMPNESS
    light = blurred(picture[..., :3].mean(axis=2), 2)
    raised = (light - light.mean()) * 0.12 * max(picture.shape[:2])
    edge = np.clip(depth / max(depth.max() * 0.3, 1e-6), 0, 1)
    front = depth * 0.25 + raised * edge
    return soft, np.maximum(front, 0).astype(np.float32), (depth * 0.15).astype(np.float32)


def foreground(picture: Floats) -> Mask | None:
    """The object's pixels by alpha, or by their difference from the border. None: no object to be seen."""
    if (picture[..., 3] < 0.5).mean() > 0.02:
        mask = picture[..., 3] >= 0.5
    else:
        color = picture[..., :3]
        border = np.concatenate([color[0], color[-1], color[:, 0], color[:, -1]])
        paper = np.median(border, axis=0)
        if (np.linalg.norm(border - paper, axis=1) < _BORDER_DISTANCE).mean() < 0.8:
            return None
        mask = ~_reached_from_border(np.linalg.norm(color - paper, axis=2) < _BORDER_DISTANCE)
    mask = blurred(mask.astype(np.float32), 1) > 0.5
    mask[[0, -1]] = mask[:, [0, -1]] = False
    return mask if 0.02 < mask.mean() < 0.96 else None


def _reached_from_border(free: Mask) -> Mask:
    """Flood `free` pixels from the border, so that a white eye within the object stays a part of it."""
    reached = np.zeros_like(free)
    reached[[0, -1]] = free[[0, -1]]
    reached[:, [0, -1]] = free[:, [0, -1]]
    count = -1
    while count != (count := int(reached.sum())):
        for direction in range(4):
            turned, open_ = np.rot90(reached, direction), np.rot90(free, direction)
            for row in range(1, len(turned)):
                turned[row] |= turned[row - 1] & open_[row]
    return reached


def _cushion(height: int, width: int) -> Floats:
    """A rectangle with round corners, a little smaller than the picture."""
    rows, columns = (np.abs(np.linspace(-1.03, 1.03, n, dtype=np.float32)) for n in (height, width))
    return np.asarray(rows[:, None] ** 8 + columns[None, :] ** 8 < 1, np.float32)


def _inflated(mask: Mask) -> Floats:
    """Depth in pixels. A disc becomes a half ball with a slightly sharp rim, which coarse faces can follow."""
    h = _bent(mask)
    rim = _RIM * float(h.max()) ** 0.5
    return np.asarray(np.sqrt(h + rim * rim) - rim, np.float32)


def _bent(mask: Mask) -> Floats:
    """What bends by 4 everywhere inside and is 0 outside: its root over a disc is a half ball.

    Solved on ever finer grids.
    """
    if max(mask.shape) > 12:
        rows, columns = ((n + 1) // 2 for n in mask.shape)
        h = 4 * resized(_bent(resized(mask.astype(np.float32), rows, columns) > 0.5), *mask.shape)
    else:
        h = mask.astype(np.float32)
    inside = mask.astype(np.float32)
    for _ in range(40):
        padded = np.pad(h, 1)
        neighbours = padded[:-2, 1:-1] + padded[2:, 1:-1] + padded[1:-1, :-2] + padded[1:-1, 2:]
        h = inside * (1 + neighbours / 4)
    return h


def _closed_mesh(
    soft: Floats, front: Floats, back: Floats, faces: int
) -> tuple[Floats, NDArray[np.int32], Floats]:
    """Vertices, triangles and, for each vertex, its place (x, y) in the picture.

    Marching squares: both sides share the vertices of the outline, so the form is closed.
    """
    height, width = soft.shape
    cell = np.sqrt(4 * max(float((soft > 0.5).sum()), 1.0) / faces)
    columns, rows = (max(4, round(side / cell)) + 2 for side in (width, height))
    x = (np.arange(columns + 1, dtype=np.float32) - 1) * width / (columns - 2)
    y = (np.arange(rows + 1, dtype=np.float32) - 1) * height / (rows - 2)
    field = at_points(soft, y[:, None] - 0.5, x[None, :] - 0.5) - 0.5
    field[[0, -1]] = field[:, [0, -1]] = -0.5
    points = _points(field, x, y)
    corners = field.size
    triangles = _marched(field)
    depth_front, depth_back = (
        at_points(side, points[:, 1] - 0.5, points[:, 0] - 0.5) for side in (front, back)
    )
    depth_front[corners:] = depth_back[corners:] = 0
    back_triangles = triangles[:, ::-1].copy()
    back_triangles[back_triangles < corners] += len(points)
    used, numbers = np.unique(np.concatenate([triangles, back_triangles]), return_inverse=True)
    vertices = np.concatenate([
        np.column_stack([points[:, 0], -depth_front, -points[:, 1]]),
        np.column_stack([points[:, 0], depth_back, -points[:, 1]]),
    ])  # fmt: skip
    return vertices[used], numbers.reshape(-1, 3).astype(np.int32), np.concatenate([points, points])[used]


def _points(field: Floats, x: Floats, y: Floats) -> Floats:
    """(n, 2): the grid's corners, then the crossings on its horizontal, then those on its vertical lines."""
    grid_x, grid_y = np.meshgrid(x, y)
    across = _crossing(field[:, :-1], field[:, 1:])
    down = _crossing(field[:-1], field[1:])
    horizontal_x = grid_x[:, :-1] + across * np.diff(x)[None, :]
    vertical_y = grid_y[:-1] + down * np.diff(y)[:, None]
    points = [
        np.column_stack([grid_x.ravel(), grid_y.ravel()]),
        np.column_stack([horizontal_x.ravel(), grid_y[:, :-1].ravel()]),
        np.column_stack([grid_x[:-1].ravel(), vertical_y.ravel()]),
    ]
    return np.asarray(np.concatenate(points), np.float32)


def _crossing(first: Floats, second: Floats) -> Floats:
    """Where between two values the outline lies, 0 to 1, kept off the corners so that no face is a mere line."""
    difference = first - second
    place = np.divide(first, difference, out=np.full_like(first, 0.5), where=np.abs(difference) > 1e-9)
    return np.clip(place, 0.1, 0.9)


def _marched(field: Floats) -> NDArray[np.int64]:
    """Triangles of the inside, counter-clockwise to the eye, numbered as `_points` lists them."""
    rows, columns = field.shape
    corner = np.arange(rows * columns).reshape(rows, columns)
    horizontal = corner.size + np.arange(rows * (columns - 1)).reshape(rows, columns - 1)
    vertical = corner.size + horizontal.size + np.arange((rows - 1) * columns).reshape(rows - 1, columns)
    around = np.stack([
        corner[:-1, :-1], vertical[:, :-1], corner[1:, :-1], horizontal[1:],
        corner[1:, 1:], vertical[:, 1:], corner[:-1, 1:], horizontal[:-1],
    ])  # fmt: skip
    inside = field > 0
    bits = inside[:-1, :-1] + 2 * inside[1:, :-1] + 4 * inside[1:, 1:] + 8 * inside[:-1, 1:]
    triangles = []
    for case in range(1, 16):
        polygon = around[:, bits == case][_slots(case)]
        triangles += [polygon[[0, i, i + 1]].T for i in range(1, len(polygon) - 1)]
    return np.concatenate(triangles)


def _slots(case: int) -> list[int]:
    """Which of corner, edge, corner, edge, … around a cell bound its inside."""
    corners = [bool(case >> i & 1) for i in range(4)]
    slots = []
    for i, here in enumerate(corners):
        slots += [2 * i] * here + [2 * i + 1] * (here != corners[(i + 1) % 4])
    return slots


def _maps(picture: Floats, soft: Floats) -> Maps:
    """The picture as texture, its colours drawn beyond the outline so that none of the paper shows."""
    size = picture.shape[:2]
    weight = np.clip(resized(soft, *size) * 2 - 1, 0, 1) * np.maximum(picture[..., 3], 0.01)
    color = _spread(picture[..., :3], weight)
    light = color.mean(axis=2)
    return Maps(
        base_color=color,
        roughness=np.clip(_ROUGHNESS + 0.3 * (0.5 - light), 0.1, 1).astype(np.float32),
        metallic=np.zeros(size, np.float32),
        height=blurred(light, 1) * 4,
    )


def _spread(color: Floats, weight: Floats) -> Floats:
    """Fill what has no weight from its surroundings, over coarser and coarser pictures."""
    if min(weight.shape) <= 2:
        total = max(float(weight.sum()), 1e-6)
        return np.broadcast_to((color * weight[..., None]).sum(axis=(0, 1)) / total, color.shape)
    rows, columns = ((n + 1) // 2 for n in weight.shape)
    thin = resized(weight, rows, columns)
    mixed = resized(color * weight[..., None], rows, columns) / np.maximum(thin, 1e-6)[..., None]
    wide = resized(_spread(mixed, np.minimum(thin * 4, 1)), *weight.shape)
    return np.asarray(color * weight[..., None] + wide * (1 - weight)[..., None], np.float32)


def _at_most(picture: Floats, side_px: int) -> Floats:
    scale = min(1.0, side_px / max(picture.shape[:2]))
    return resized(picture, *(max(8, round(side * scale)) for side in picture.shape[:2]))
