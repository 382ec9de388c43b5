# SPDX-License-Identifier: GPL-3.0-or-later
"""Textured 3D models from a sentence or a picture, by Tencent's Hunyuan 3D. Importing this needs no Blender."""

from __future__ import annotations


def register() -> None:
    """Called by Blender when the extension is enabled."""
    import gc

    was_enabled = gc.isenabled()
    gc.disable()  # all that is made here stays: looking for garbage in it, and in the rest of Blender, takes 10 ms
    try:
        from . import registration

        registration.register()
    finally:
        if was_enabled:
            gc.enable()


def unregister() -> None:
    """Called by Blender when the extension is disabled."""
    from . import registration

    registration.unregister()
