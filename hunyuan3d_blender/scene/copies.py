# SPDX-License-Identifier: GPL-3.0-or-later
"""A copy of what is seen of some objects, with fewer faces, in their place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import bpy
from bpy.types import Context, Object

from .export.facts import triangles_of
from .standing import hide, stand_like

MARGIN = 0.98
"""Decimating does not meet a number exactly."""


def decimated_copies(context: Context, objects: Sequence[Object], triangles_max: int) -> list[Object]:
    """Hide the objects behind copies that make so many triangles together at most, and select those.

    Modifiers, shape keys and poses are applied to the copies; a Decimate modifier stays to be adjusted.
    """
    depsgraph = context.evaluated_depsgraph_get()
    copies = [_copy(item, depsgraph) for item in objects]
    total = sum(triangles_of(copy.data) for copy in copies)
    for copy in copies:
        if total > triangles_max:
            modifier = copy.modifiers.new("Decimate", 'DECIMATE')
            modifier.ratio, modifier.use_collapse_triangulate = MARGIN * triangles_max / total, True
    hide(objects, copies[0])
    for copy in copies:
        copy.select_set(True)
    context.view_layer.objects.active = copies[0]
    return copies


def _copy(item: Any, depsgraph: Any) -> Any:
    mesh = bpy.data.meshes.new_from_object(
        item.evaluated_get(depsgraph), preserve_all_data_layers=True, depsgraph=depsgraph
    )
    copy = bpy.data.objects.new(f"{item.name} Decimated", mesh)
    for collection in item.users_collection:
        collection.objects.link(copy)
    stand_like(item, copy)
    return copy
