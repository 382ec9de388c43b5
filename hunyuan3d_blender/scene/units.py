# SPDX-License-Identifier: GPL-3.0-or-later
"""How long a metre is in a scene. Models are made in metres; a scene may be in millimetres or inches."""

from __future__ import annotations

from bpy.types import Scene


def per_metre(scene: Scene | None) -> float:
    """Blender units to a metre, as the scene's unit scale has it, which counts only where there is a unit system."""
    if scene is None or scene.unit_settings.system == 'NONE':
        return 1.0
    return 1.0 / scene.unit_settings.scale_length
