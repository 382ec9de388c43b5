# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of what stands in the scene: a still one, and one walk around it. Cycles needs no screen."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import bpy
import numpy as np

# isort: split
from mathutils import Vector  # importable once bpy is

from . import gif

SIDE_PX = 160
FRAMES = 24
FRAMES_PER_S = 12
_SAMPLES = 4


def still(path: Path) -> None:
    """Write a PNG of the scene, seen from the front and a little from above, on nothing."""
    with _studio() as scene:
        scene.render.film_transparent = True
        _set_format(scene, 'PNG')
        scene.render.filepath = str(path)
        bpy.ops.render.render(write_still=True)


def turntable(path: Path) -> None:
    """Write a film of one walk around the scene, as '.mp4' or '.gif'."""
    with _studio() as scene:
        if path.suffix == '.mp4':
            _set_format(scene, 'FFMPEG')
            scene.render.ffmpeg.format, scene.render.ffmpeg.codec = 'MPEG4', 'H264'
            scene.render.filepath = str(path)
            bpy.ops.render.render(animation=True)
        else:
            path.write_bytes(gif.encode(_frames(scene), 1 / FRAMES_PER_S))


def _frames(scene: Any) -> list[gif.Picture]:
    """The walk as pictures, the upper row first."""
    _set_format(scene, 'PNG')
    pictures = []
    with tempfile.TemporaryDirectory() as folder:
        for frame in range(1, FRAMES + 1):
            scene.frame_set(frame)
            scene.render.filepath = str(Path(folder, f'{frame}.png'))
            bpy.ops.render.render(write_still=True)
            image: Any = bpy.data.images.load(scene.render.filepath)
            pixels = np.empty(4 * SIDE_PX * SIDE_PX, np.float32)
            image.pixels.foreach_get(pixels)
            bpy.data.images.remove(image)
            picture = pixels.reshape(SIDE_PX, SIDE_PX, 4)[::-1, :, :3]
            pictures.append(np.rint(255 * picture).astype(np.uint8))
    return pictures


@contextmanager
def _studio() -> Iterator[Any]:
    """The scene with a camera that walks around, light, and settings for quick pictures; all gone afterwards."""
    scene: Any = bpy.context.scene
    centre, radius = _middle(scene)
    world: Any = bpy.data.worlds.new("Studio")
    if world.node_tree is None:  # before 5.0
        world.use_nodes = True
    background = next(node for node in world.node_tree.nodes if node.type == 'BACKGROUND')
    background.inputs['Color'].default_value = (0.25, 0.25, 0.25, 1)
    scene.world = world
    sun: Any = bpy.data.objects.new("Studio", bpy.data.lights.new("Studio", 'SUN'))
    sun.data.energy = 3.0
    pivot: Any = bpy.data.objects.new("Studio", None)
    camera: Any = bpy.data.objects.new("Studio", bpy.data.cameras.new("Studio"))
    pivot.location = centre
    camera.data.type, camera.data.ortho_scale = 'ORTHO', 2.1 * radius
    camera.data.clip_end = 10 * radius
    camera.location = Vector((0, -4, 1)) * radius
    camera.rotation_euler = (math.atan2(4, 1), 0, 0)
    sun.rotation_euler = (math.radians(50), math.radians(-25), 0)
    for item in (camera, sun):
        item.parent = pivot
    studio = (pivot, camera, sun)
    for item in studio:
        scene.collection.objects.link(item)
    scene.camera = camera
    _walk(scene, pivot)
    _be_quick(scene)
    try:
        yield scene
    finally:
        bpy.data.actions.remove(pivot.animation_data.action)
        for item in studio:
            bpy.data.objects.remove(item)
        bpy.data.worlds.remove(world)


def _walk(scene: Any, pivot: Any) -> None:
    """Turn the pivot once, evenly."""
    context: Any = bpy.context
    edit = context.preferences.edit
    before, edit.keyframe_new_interpolation_type = edit.keyframe_new_interpolation_type, 'LINEAR'
    for frame, angle in ((1, 0.0), (FRAMES + 1, 2 * math.pi)):
        pivot.rotation_euler = (0, 0, angle)
        pivot.keyframe_insert('rotation_euler', frame=frame)
    edit.keyframe_new_interpolation_type = before
    scene.frame_start, scene.frame_end = 1, FRAMES
    scene.render.fps = FRAMES_PER_S
    scene.frame_set(1)


def _be_quick(scene: Any) -> None:
    scene.render.engine = 'CYCLES'
    scene.cycles.device, scene.cycles.samples, scene.cycles.use_denoising = 'CPU', _SAMPLES, False
    scene.render.resolution_x = scene.render.resolution_y = SIDE_PX
    scene.render.resolution_percentage = 100
    scene.render.use_file_extension = False
    scene.render.film_transparent = False
    scene.view_settings.view_transform = 'Standard'


def _set_format(scene: Any, name: str) -> None:
    settings = scene.render.image_settings
    if hasattr(settings, 'media_type'):  # since 5.0
        settings.media_type = 'VIDEO' if name == 'FFMPEG' else 'IMAGE'
    settings.file_format = name


def _middle(scene: Any) -> tuple[Vector, float]:
    """The centre of all meshes and the radius of the ball around them."""
    context: Any = bpy.context
    context.view_layer.update()
    corners = [
        item.matrix_world @ Vector(corner)
        for item in scene.objects
        if item.type == 'MESH'
        for corner in item.bound_box
    ] or [Vector((-1, -1, 0)), Vector((1, 1, 2))]
    low, high = (Vector([pick(axis) for axis in zip(*corners, strict=True)]) for pick in (min, max))
    return (low + high) / 2, max((high - low).length / 2, 1e-6)
