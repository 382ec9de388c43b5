# SPDX-License-Identifier: GPL-3.0-or-later
"""Is this a good moment to change the scene from a timer?

Nothing in Blender keeps Python from adding data while the artist drags something or while a render reads the scene;
the first would be undone with the drag, the second can crash (measured on 5.2).
"""

from __future__ import annotations

import bpy

PATIENCE_S = 60.0
"""After this long an unknown modal operator is taken for one that another add-on keeps alive all day."""

_HARMLESS = ('HUNYUAN3D_OT_watch', 'RENDER_OT_render')
"""Ours; and a finished render's, which stays until the next event in the window of the render (measured on 5.2)."""
_HANDS_ON = (
    'TRANSFORM_OT_', 'VIEW3D_OT_', 'MESH_OT_', 'CURVE_OT_', 'SCULPT_OT_', 'PAINT_OT_', 'UV_OT_', 'GREASE_PENCIL_OT_',
    'GPENCIL_OT_', 'NODE_OT_', 'OBJECT_OT_', 'POSE_OT_', 'ARMATURE_OT_', 'BRUSH_OT_', 'WM_OT_tool',
)  # fmt: skip
"""Operators that hold data between mouse down and mouse up: they are always waited for."""


def is_safe(waited_s: float) -> bool:
    """Whether data may be added now, having waited `waited_s` seconds for such a moment already."""
    if bpy.app.is_job_running('RENDER') or bpy.app.is_job_running('OBJECT_BAKE'):
        return False
    running = [name for name in _modal_operators() if name not in _HARMLESS]
    if waited_s < PATIENCE_S:
        return not running
    return not any(name.startswith(_HANDS_ON) for name in running)


def _modal_operators() -> list[str]:
    windows = bpy.context.window_manager.windows
    operators = [operator for window in windows for operator in window.modal_operators]
    # None stands for one whose class has just been unregistered.
    return [operator.bl_idname for operator in operators if operator is not None and operator.bl_idname]
