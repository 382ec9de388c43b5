# SPDX-License-Identifier: GPL-3.0-or-later
"""Small pictures as icons: the chosen picture and the models of the list. Blender loads each once, when it is drawn."""

from __future__ import annotations

from pathlib import Path

import bpy.utils.previews

_collections: list[bpy.utils.previews.ImagePreviewCollection] = []
"""The one collection while the add-on is registered: Blender frees its pictures only through this object."""


def icon_of(file: Path | str) -> int:
    """Icon number of a picture file, 0 while there is none to show."""
    if not _collections or not str(file):
        return 0
    pictures, name = _collections[0], str(file)
    if name not in pictures:
        if not Path(name).is_file():
            return 0
        pictures.load(name, name, 'IMAGE')
    return pictures[name].icon_id


def forget(file: Path | str) -> None:
    """The file may be another picture now: load it again when it is drawn."""
    if _collections and str(file) in _collections[0]:
        del _collections[0][str(file)]


def register() -> None:
    """Make an empty collection."""
    _collections.append(bpy.utils.previews.new())


def unregister() -> None:
    """Free all pictures."""
    bpy.utils.previews.remove(_collections.pop())
