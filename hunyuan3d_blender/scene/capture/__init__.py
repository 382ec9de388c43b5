# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures to send, taken from what is open in Blender: a file per source. Nothing of the artist's is changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...on_demand import on_demand

if TYPE_CHECKING:
    from . import clipboard, image, render, sketch, viewport, views

__all__ = ['clipboard', 'image', 'render', 'sketch', 'viewport', 'views']

__getattr__ = on_demand(__name__, *__all__)
