# SPDX-License-Identifier: GPL-3.0-or-later
"""What the camera sees, rendered as the scene says, without its world behind it.

Rendered is a linked copy of the scene. Its settings are changed, not the artist's, whose last render stays, too: Blender
keeps one per scene (measured on 4.2 to 5.2). There is nothing to restore, however the render ends. (Blender 4.2 alone then
counts one user too many of the scene's own collections and objects, until the file is opened again.)
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy
from bpy.types import Scene

from .. import pictures
from .image import set_png

WORKBENCH, EEVEE = QUICK = ('WORKBENCH', 'EEVEE')
"""Engines that need a moment only: shapes and textures in even light, or materials in the scene's lights."""

_EEVEE_SAMPLES = 16


def prepared(scene: Scene, file: Path, quick: str = '') -> Any:
    """A copy of `scene` that renders its camera's picture into `file`; to be removed by `forget`.

    `quick` is one of `QUICK`, '' renders with the scene's own engine and samples.
    """
    copy: Any = scene.copy()
    copy.name = "Picture"
    if quick:
        _make_quick(copy, quick)
    render: Any = copy.render
    width = render.resolution_x * render.pixel_aspect_x
    height = render.resolution_y * render.pixel_aspect_y
    render.resolution_x, render.resolution_y = pictures.drawn_size(width, height)
    render.pixel_aspect_x = render.pixel_aspect_y = 1.0
    render.resolution_percentage = 100
    render.film_transparent = True
    render.filepath = str(file)
    for name in _NOT_WANTED:
        setattr(render, name, False)
    set_png(copy)
    return copy


def _make_quick(copy: Any, quick: str) -> None:
    if quick == EEVEE:
        copy.render.engine = 'BLENDER_EEVEE' if bpy.app.version >= (5, 0) else 'BLENDER_EEVEE_NEXT'
        copy.eevee.taa_render_samples = _EEVEE_SAMPLES
        return
    copy.render.engine = 'BLENDER_WORKBENCH'
    shading = copy.display.shading
    shading.light, shading.color_type = 'STUDIO', 'TEXTURE'


_NOT_WANTED = (
    'use_border',
    'use_compositing',  # could write further files, or put something behind the object
    'use_sequencer',
    'use_multiview',
    'use_stamp',
    'use_file_extension',
    'use_placeholder',
)


def taken(file: Path) -> bytes:
    """The finished picture on white, empty when the render was cancelled. Raise NoPicture."""
    return pictures.flattened(file.read_bytes()) if file.is_file() else b''


def forget(session_uid: int) -> None:
    """Remove the copy, where undo or another file has not done so."""
    copy = scene_of(session_uid)
    if copy is not None:
        bpy.data.scenes.remove(copy)


def scene_of(session_uid: int) -> Scene | None:
    """The scene with this number, which also undo and redo do not change."""
    return next((scene for scene in bpy.data.scenes if scene.session_uid == session_uid), None)
