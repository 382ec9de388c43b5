# SPDX-License-Identifier: GPL-3.0-or-later
"""A small picture of a model, made by a background Blender.

Workbench, because it takes a second where EEVEE takes a minute without a graphics card (measured on 4.2 to 5.2).
"""

from __future__ import annotations

import logging
import math
import os
from pathlib import Path
from typing import Any

import bpy
from bpy.types import Collection, Object, Scene
from mathutils import Euler, Matrix, Vector

from .shape import bounds

SIDE_PX = 256
MARGIN = 1.04
"""Air around the model."""

_VIEW = Euler((math.radians(72), 0.0, math.radians(32)))
"""From the front, a little from the right and from above."""

logger = logging.getLogger(__name__)


def render(collection: Collection, file: Path) -> bool:
    """Draw the objects of `collection` into a PNG with transparent background. Return False where that is not possible."""
    if not any(item.type == 'MESH' for item in collection.all_objects):
        return False
    scene = bpy.data.scenes.new("Thumbnail")
    scene.collection.children.link(collection)
    scene.camera = _camera(scene, list(collection.all_objects))
    part = file.with_name(f"{file.stem}.part.png")
    _set_up(scene, part)
    try:
        bpy.ops.render.render(scene=scene.name, write_still=True)
        os.replace(part, file)  # noqa: PTH105 - Path.replace would need the same two paths
    except (RuntimeError, OSError) as error:
        logger.warning("No thumbnail: %s", error)
        part.unlink(missing_ok=True)
        return False
    return True


def _set_up(scene: Scene, file: Path) -> None:
    render_settings: Any = scene.render  # which values there are depends on the version
    shading = scene.display.shading
    render_settings.engine = 'BLENDER_WORKBENCH'
    render_settings.resolution_x = render_settings.resolution_y = SIDE_PX
    render_settings.resolution_percentage = 100
    render_settings.film_transparent = True
    render_settings.use_file_extension = False
    render_settings.filepath = str(file)
    if hasattr(render_settings.image_settings, 'media_type'):  # Blender 5.0 and later
        render_settings.image_settings.media_type = 'IMAGE'
    render_settings.image_settings.file_format = 'PNG'
    render_settings.image_settings.color_mode = 'RGBA'
    scene.view_settings.view_transform = 'Standard'  # the texture's own colours
    scene.display.render_aa = '8'
    shading.light = 'STUDIO'
    shading.color_type = 'TEXTURE'
    shading.show_cavity = True


def _camera(scene: Scene, objects: list[Object]) -> Object:
    """An orthographic camera that sees all of `objects`."""
    scene.view_layers[0].update()
    turn = _VIEW.to_matrix().to_4x4()
    corners = [
        turn.inverted() @ item.matrix_world @ Vector(corner)
        for item in objects
        if item.type == 'MESH'
        for corner in item.bound_box
    ]
    low, high = bounds(corners)
    size, centre = high - low, (low + high) / 2
    data = bpy.data.cameras.new("Thumbnail")
    data.type = 'ORTHO'
    data.ortho_scale = max(size.x, size.y) * MARGIN
    data.clip_start, data.clip_end = size.length * 0.01, size.length * 4
    camera = bpy.data.objects.new("Thumbnail", data)
    camera.matrix_world = turn @ Matrix.Translation((centre.x, centre.y, centre.z + size.length * 2))
    scene.collection.objects.link(camera)
    return camera
