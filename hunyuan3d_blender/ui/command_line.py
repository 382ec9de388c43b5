# SPDX-License-Identifier: GPL-3.0-or-later
"""`blender --command hunyuan3d …`."""

from __future__ import annotations

from typing import Any

import bpy

_handles: list[Any] = []
"""What Blender gave us to unregister the command with."""


def _main(arguments: list[str]) -> int:
    from .. import cli

    return cli.main(arguments)


def register() -> None:
    """Add the command."""
    _handles.append(bpy.utils.register_cli_command('hunyuan3d', _main))


def unregister() -> None:
    """Remove the command."""
    bpy.utils.unregister_cli_command(_handles.pop())
