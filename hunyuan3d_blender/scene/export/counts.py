# SPDX-License-Identifier: GPL-3.0-or-later
"""How many faces objects have as they are seen. For drawing code: Blender has evaluated them already."""

from __future__ import annotations

from typing import Any

import bpy
from bpy.types import Object

from ...value import value


@value
class Count:
    """Of a mesh with all its modifiers; zero for anything else."""

    points: int = 0
    faces: int = 0
    corners: int = 0
    has_other_faces: bool = False
    """Modifiers make other faces than the mesh has."""

    @property
    def triangles(self) -> int:
        """That the faces make."""
        return self.corners - 2 * self.faces


def count(item: Object) -> Count:
    """What Blender has evaluated; an object that is new since then counts as it is."""
    if item.type != 'MESH':
        return Count()
    mesh, own = seen(item).data, item.data
    faces, corners = len(mesh.polygons), len(mesh.loops)
    for _ in range(_levels_on_graphics_card(item)):
        faces, corners = corners, 4 * corners  # a face of n corners becomes n quads
    is_other = (faces, corners) != (len(own.polygons), len(own.loops))
    return Count(points=len(mesh.vertices), faces=faces, corners=corners, has_other_faces=is_other)


def seen(item: Any) -> Any:
    """The object as it was evaluated last."""
    return item.evaluated_get(bpy.context.view_layer.depsgraph)


def _levels_on_graphics_card(item: Any) -> int:
    """How often the graphics card subdivides what Blender has evaluated: that is the cage then."""
    last = next((modifier for modifier in reversed(item.modifiers) if modifier.show_viewport), None)
    if last is None or last.type != 'SUBSURF' or bpy.app.background:
        return 0
    return last.levels if bpy.context.preferences.system.use_gpu_subdivision else 0
