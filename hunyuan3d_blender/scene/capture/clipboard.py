# SPDX-License-Identifier: GPL-3.0-or-later
"""What is on the clipboard as the picture: the path of a picture file, or a picture where Blender can take one from there.

It can on Windows, macOS and Wayland, as an operator of the Image Editor. That adds an image and an undo step, which are
taken back here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import bpy
from bpy.types import Context, Scene, SpaceImageEditor

from ...services.errors import N_
from ..pictures import NoPicture
from .image import picture_bytes


def copied_file(text: str) -> Path | None:
    """The first file that a copied text names, a path or URI per line; None where there is none.

    Files copied in a file manager come as such lines, in quotes on Windows, behind a word like "copy" on Linux.
    """
    for line in text.splitlines():
        path = _path_of(line.strip().strip("\"'"))
        if path.is_absolute() and _is_file(path):
            return path
    return None


def _path_of(line: str) -> Path:
    if line.lower().startswith('file:'):
        path = unquote(urlsplit(line).path)
        return Path(path[1:] if path[2:3] == ':' else path)  # "/C:/" on Windows
    return Path(line).expanduser() if line.startswith('~/') else Path(line)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # text that is too long for a path, or has zeros in it
        return False


def pasted_bytes(context: Context, scene: Scene) -> bytes:
    """The picture on the clipboard, as a PNG on white. Raise NoPicture."""
    with _image_editor(context) as editor, _no_undo_steps():
        paste: Any = bpy.ops.image.clipboard_paste
        if not paste.poll():
            raise NoPicture(N_("There is neither a picture on the clipboard nor the path of one"))
        shown, before = editor.image, set(bpy.data.images)
        paste()
        editor.image = shown
        (image,) = set(bpy.data.images) - before
        try:
            return picture_bytes(image, scene)
        finally:
            bpy.data.images.remove(image)


@contextmanager
def _image_editor(context: Context) -> Iterator[SpaceImageEditor]:
    """An Image Editor of this window as the context; where there is none, another area is one meanwhile. Raise NoPicture."""
    areas: list[Any] = list(context.screen.areas) if context.screen else []
    if not areas:
        raise NoPicture(N_("There is neither a picture on the clipboard nor the path of one"))
    others = [area for area in areas if area != context.area]
    area = next((area for area in areas if area.ui_type == 'IMAGE_EDITOR'), (others or areas)[0])
    kind = area.ui_type
    try:
        if kind != 'IMAGE_EDITOR':
            area.ui_type = 'IMAGE_EDITOR'
        with context.temp_override(area=area):
            yield area.spaces.active
    finally:
        if area.ui_type != kind:
            area.ui_type = kind


@contextmanager
def _no_undo_steps() -> Iterator[None]:
    """Blender adds no undo steps meanwhile."""
    preferences = bpy.context.preferences
    before = preferences.edit.undo_steps, preferences.is_dirty
    try:
        preferences.edit.undo_steps = 0
        yield
    finally:
        preferences.edit.undo_steps, preferences.is_dirty = before
