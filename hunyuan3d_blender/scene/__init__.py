# SPDX-License-Identifier: GPL-3.0-or-later
"""Blender's data, in and out. No network, no waiting; `convert_model` is the only part that runs in another process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..on_demand import on_demand

if TYPE_CHECKING:
    from . import arrive, films, standing

__all__ = ['arrive', 'films', 'standing']

__getattr__ = on_demand(__name__, *__all__)
