# SPDX-License-Identifier: GPL-3.0-or-later
"""What other processes of ours are started with, and told of the network."""

from __future__ import annotations

import sys

import bpy

from .. import launch, network_settings
from ..jobs.job import Converter
from ..network_settings import NetworkSettings
from .session import session


def converter() -> Converter:
    """This Blender, as the one to convert models with."""
    command = (bpy.app.binary_path or sys.executable,)
    return Converter(command=command, version=(bpy.app.version[0], bpy.app.version[1]))


def python() -> str:
    """Blender's own Python, '' where there is none."""
    return sys.executable if launch.is_python(sys.executable) else ''


def network() -> NetworkSettings:
    """How the outside is reached, by Blender, the preferences and the environment."""
    chosen = session().settings
    return network_settings.current(
        online=bpy.app.online_access, proxy=chosen.proxy, ca_bundle=chosen.ca_bundle
    )
