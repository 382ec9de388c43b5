# SPDX-License-Identifier: GPL-3.0-or-later
"""Processes of ours find the package wherever it lies, and inherit no secret."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import hunyuan3d_blender
from hunyuan3d_blender import launch

PACKAGE = Path(hunyuan3d_blender.__file__).parent
CANARY = 'canary-4711'


def test_the_package_is_found_under_any_name_and_nothing_is_inherited(tmp_path, monkeypatch):
    copy = tmp_path / "user default" / "it's another id"
    copy.mkdir(parents=True)
    for name in ('__init__.py', 'launch.py'):
        shutil.copy(PACKAGE / name, copy / name)
    (copy / 'probe.py').write_text(
        "import os, sys\nfrom .launch import PACKAGE\n"
        "def main(arguments):\n    print(arguments, PACKAGE, dict(os.environ), sys.path)\n    return 7\n"
    )
    for name in (
        'TENCENTCLOUD_SECRET_KEY',
        'HUNYUAN3D_API_KEY',
        'https_proxy',
        'PYTHONPATH',
        'AWS_SECRET_ACCESS_KEY',
    ):
        monkeypatch.setenv(name, CANARY)
    monkeypatch.setattr(launch, '__file__', str(copy / 'launch.py'))
    command = launch.python_command(sys.executable, 'probe', ["a b", "'\"\\"])
    done = subprocess.run(
        command, capture_output=True, text=True, env=launch.child_environment(), check=False
    )
    assert done.returncode == 7, done.stderr
    assert done.stdout.startswith(repr(["a b", "'\"\\"]))
    assert CANARY not in done.stdout


def test_a_background_blender_is_isolated_from_the_user():
    command = launch.blender_command(('/opt/blender',), 'scene.convert_model')
    assert command[:2] == ['/opt/blender', '--background']
    assert {'--factory-startup', '--offline-mode', '--disable-autoexec', '--python-exit-code'} <= set(command)
    assert launch.blender_command(('/opt/bin/python3.11',), 'scene.convert_model')[1] == '-I'
