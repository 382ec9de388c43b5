# SPDX-License-Identifier: GPL-3.0-or-later
"""What needs no Blender is importable without one, each module by itself."""

from __future__ import annotations

import subprocess
import sys

from tests.architecture.test_imports import BLENDER
from tests.architecture.tree import ROOT, is_within, modules

PROGRAM = """
import importlib, sys, traceback
for module in ('bpy', 'addon_utils', 'mathutils', 'bmesh', 'gpu'):
    sys.modules[module] = None      # importing it raises ModuleNotFoundError
failures = 0
for name in sys.argv[1:]:
    for loaded in [m for m in sys.modules if m.partition('.')[0] == 'hunyuan3d_blender']:
        del sys.modules[loaded]
    try:
        importlib.import_module(name)
    except BaseException:
        failures += 1
        print(name, traceback.format_exc(limit=-2), sep='\\n')
sys.exit(failures != 0)
"""

NEEDS_NO_BLENDER = [
    f'hunyuan3d_blender.{name}'.rstrip('.') for name in modules() if not is_within(name, BLENDER)
]


def test_modules_without_blender_import_without_blender() -> None:
    names = [name for name in NEEDS_NO_BLENDER if not name.endswith('__main__')]
    command = [sys.executable, '-W', 'error', '-c', PROGRAM, *names]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not done.stdout + done.stderr, "importing prints"
