# SPDX-License-Identifier: GPL-3.0-or-later
"""What other processes of ours are started with."""

from __future__ import annotations

import sys

import bpy

from .. import launch
from ..jobs.job import Converter


def converter() -> Converter:
    """This Blender, as the one to convert models with."""
    command = (bpy.app.binary_path or sys.executable,)
    return Converter(command=command, version=(bpy.app.version[0], bpy.app.version[1]))


def python() -> str:
    """Blender's own Python, '' where there is none."""
    return sys.executable if launch.is_python(sys.executable) else ''
