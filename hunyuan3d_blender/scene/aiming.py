# SPDX-License-Identifier: GPL-3.0-or-later
"""The 3D cursor under the mouse, as the place where a model will stand."""

from __future__ import annotations

from typing import Any

import bpy
from bpy.types import Context
from mathutils import Vector

_LEVEL = 0.1
"""Height to length of a line of sight that is too level for the floor to be meant: about 6 degrees."""
_NEAR = 1e-4
"""How exactly Blender hits the plane of the cursor, in lengths of the way from the eye."""


def aim_cursor(context: Context) -> None:
    """Move the 3D cursor to the surface under the mouse, or where nothing is, to the floor at the height it had.

    Blender finds the surface by what it has drawn, as it does for the cursor itself; a ray would have to sort all faces
    of the scene first. Where nothing is, it takes the plane through the cursor that faces the onlooker.
    """
    cursor: Any = context.scene.cursor
    view: Any = context.region_data
    before = cursor.location.copy()
    bpy.ops.view3d.cursor3d('INVOKE_DEFAULT', use_depth=True, orientation='NONE')
    found = cursor.location.copy()
    eye = view.view_matrix.inverted()
    forward = -eye.col[2].to_3d()
    if abs((found - before).dot(forward)) > _NEAR * max(1.0, view.view_distance):
        return  # not on that plane, so on a surface
    eye_at = eye.translation if view.is_perspective else None
    cursor.location = on_floor(found, forward, before.z, eye_at)


def on_floor(point: Any, forward: Any, height: float, eye_at: Any = None) -> Vector:
    """Where the sight through `point` meets the floor at `height`; the point itself where that is level, or behind the eye.

    The sight comes from `eye_at`, or without an eye runs along `forward`.
    """
    sight = (Vector(point) - eye_at if eye_at else Vector(forward)).normalized()
    if abs(sight.z) < _LEVEL:
        return Vector(point)
    met = Vector(point) + sight * ((height - point[2]) / sight.z)
    return Vector(point) if eye_at and (met - eye_at).dot(sight) < 0.0 else met
