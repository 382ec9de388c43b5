# SPDX-License-Identifier: GPL-3.0-or-later
"""What Blender tells us about the open file."""

from __future__ import annotations

import bpy
from bpy.app.handlers import persistent

from .. import app
from . import sketch_page, watch


@persistent  # type: ignore[untyped-decorator]
def _load_post(*_arguments: object) -> None:
    app.load_post()
    watch.hurry()  # loading has emptied the list widget


@persistent  # type: ignore[untyped-decorator]
def _save_post(*_arguments: object) -> None:
    app.save_post(bpy.data.filepath)
    watch.hurry()


@persistent  # type: ignore[untyped-decorator]
def _undo_post(*_arguments: object) -> None:
    watch.hurry()  # placeholders come and go with undo
    sketch_page.after_undo()


def register() -> None:
    """Listen to loading, saving and undo."""
    bpy.app.handlers.load_post.append(_load_post)
    bpy.app.handlers.save_post.append(_save_post)
    bpy.app.handlers.undo_post.append(_undo_post)
    bpy.app.handlers.redo_post.append(_undo_post)


def unregister() -> None:
    """Stop listening."""
    bpy.app.handlers.redo_post.remove(_undo_post)
    bpy.app.handlers.undo_post.remove(_undo_post)
    bpy.app.handlers.save_post.remove(_save_post)
    bpy.app.handlers.load_post.remove(_load_post)
