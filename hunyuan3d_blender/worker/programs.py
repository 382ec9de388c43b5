# SPDX-License-Identifier: GPL-3.0-or-later
"""Which programs run the parts of this package."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from .. import launch


class Programs(NamedTuple):
    """What a process of ours is started with."""

    python: str
    """A plain Python with `requests`, '' where there is none."""
    converter: tuple[str, ...]
    """A Blender, as `job.Converter.command`: takes Python's place where that is missing."""

    def command(self, module: str, arguments: Sequence[str] = ()) -> list[str]:
        """Command that runs `main(arguments)` of a module of this package."""
        if self.python:
            return launch.python_command(self.python, module, arguments)
        return launch.blender_command(self.converter, module, arguments)
