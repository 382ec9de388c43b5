# SPDX-License-Identifier: GPL-3.0-or-later
"""A new texture for a model whose mesh it fits: only the material passes over.

It goes into the object's own material slots, while the mesh keeps its materials: *Link* in the material properties switches
between the two (Object and Data). What was in the object's own slots before stays among the materials of the file.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import bpy
import numpy as np
from bpy.types import ID, Material, Mesh, Object

Numbers = np.ndarray[Any, np.dtype[np.float32]]

SAME = 1e-4
"""Of the size of a mesh, and of a UV map: what files lose of a number."""


def fits(model: Object, original: Object | None) -> bool:
    """Whether both are single meshes with the same corners in the same order, and the same UV map."""
    if original is None or original.library or model.children or original.children:
        return False
    one, other = model.data, original.data
    if not isinstance(one, Mesh) or not isinstance(other, Mesh) or other.library:
        return False
    if not one.uv_layers or not other.uv_layers or original.mode != 'OBJECT':
        return False
    if len(one.loops) != len(other.loops) or len(one.polygons) != len(other.polygons):
        return False
    here, there = _corners(one), _corners(other)
    size = float(np.ptp(there, axis=0).max())
    return _near(here, there, SAME * size) and _near(_uv(one), _uv(other), SAME)


def dress(original: Object, model: Object, added: Iterable[ID]) -> None:
    """Give `original` the material of `model`, and remove the rest of what was `added` with it."""
    material = next((slot.material for slot in model.material_slots if slot.material), None)
    if not original.material_slots:
        original.data.materials.append(None)
    for slot in original.material_slots:
        slot.link = 'OBJECT'
        if slot.material:
            slot.material.use_fake_user = True  # what has no user is not saved
        slot.material = material
    rest = [block for block in added if not _belongs_to_look(block)]
    bpy.data.batch_remove(rest)


def _belongs_to_look(block: ID) -> bool:
    return isinstance(block, Material | bpy.types.Image | bpy.types.NodeTree)


def _near(one: Numbers, other: Numbers, distance: float) -> bool:
    return bool(np.abs(one - other).max() <= distance)


def _corners(mesh: Any) -> Numbers:
    """Coordinates of every corner of every face, in the faces' order."""
    points = np.empty(3 * len(mesh.vertices), np.float32)
    mesh.vertices.foreach_get('co', points)
    corners = np.empty(len(mesh.loops), np.int32)
    mesh.loops.foreach_get('vertex_index', corners)
    placed: Numbers = points.reshape(-1, 3)[corners]
    return placed


def _uv(mesh: Any) -> Numbers:
    uv = np.empty(2 * len(mesh.loops), np.float32)
    mesh.uv_layers.active.data.foreach_get('uv', uv)
    return uv
