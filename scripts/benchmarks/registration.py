# SPDX-License-Identifier: GPL-3.0-or-later
"""How long Blender's start waits for the add-on: first import and registration, in a fresh process.

python -m benchmarks.registration FOLDER      (FOLDER holds the extension as the zip does)
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import bpy

# isort: split
import addon_utils

from benchmarks import report

REGISTRATION_MAX_MS = 50.0


def main(folder: Path) -> None:
    """Enable it once, and once more when everything has been imported."""
    repository = bpy.context.preferences.extensions.repos.new(
        name="bench", module='bench', custom_directory=str(folder)
    )
    name = f'bl_ext.{repository.module}.hunyuan3d_blender'
    first, again = _enable(name), _enable(name)
    report(
        "Registration, in milliseconds",
        blender=bpy.app.version_string,
        first=first,
        again=again,
        reached=first < REGISTRATION_MAX_MS,
    )


def _enable(name: str) -> float:
    begun = time.perf_counter()
    module = addon_utils.enable(name, default_set=True)
    taken = time.perf_counter() - begun
    if module is None:
        raise RuntimeError("the add-on could not be enabled")
    addon_utils.disable(name, default_set=True)
    return taken * 1000


if __name__ == '__main__':
    main(Path(sys.argv[1]))
