# SPDX-License-Identifier: GPL-3.0-or-later
"""Textured 3D models from a sentence or a picture, by Tencent's Hunyuan 3D. Importing this needs no Blender."""

from __future__ import annotations


def register() -> None:
    """Called by Blender when the extension is enabled."""
    from . import registration

    registration.register()


def unregister() -> None:
    """Called by Blender when the extension is disabled."""
    from . import registration

    registration.unregister()
