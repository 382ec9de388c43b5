# SPDX-License-Identifier: GPL-3.0-or-later
"""A film of a model as an image of the open file. It is not read before somebody looks at it."""

from __future__ import annotations

from pathlib import Path

import bpy
from bpy.types import Image

SUFFIXES = ('.mp4', '.gif')


def add(file: Path, name: str) -> Image:
    """An image that plays the film, and stays in the .blend file. Raise RuntimeError when there is no such file."""
    image = bpy.data.images.load(str(file))
    image.name = name
    image.source = 'MOVIE'
    image.use_fake_user = True
    if bpy.data.filepath and bpy.context.preferences.filepaths.use_relative_paths:
        image.filepath_raw = bpy.path.relpath(str(file))
    return image
