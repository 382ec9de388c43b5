# SPDX-License-Identifier: GPL-3.0-or-later
"""A real Blender program, with the built zip installed: what tests/installed and tests/gui run.

HUNYUAN3D_TEST_ZIP names the zip; scripts/test.py builds it. HUNYUAN3D_BLENDER names a Blender to use instead of the
one that scripts/gui_blender.sh keeps.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SCRIPT = ROOT / 'scripts' / 'gui_blender.sh'
PACKAGE = 'bl_ext.user_default.hunyuan3d_blender'
"""What the installed add-on is called."""

OWN = os.environ.get('HUNYUAN3D_BLENDER', '')
BLENDER = OWN or 'blender'

DEADLINE_S = 300.0


def beside_blender(
    profile: Path, *command: str, deadline_s: float = DEADLINE_S
) -> subprocess.CompletedProcess[str]:
    """Run a command where `BLENDER` is a program that can be started, with this folder as the user's profile."""
    prefix = [] if OWN else [str(SCRIPT), 'headless']
    return subprocess.run(
        [*prefix, *command], env={**os.environ, 'BLENDER_USER_RESOURCES': str(profile)}, timeout=deadline_s,
        stdin=subprocess.DEVNULL, capture_output=True, text=True, errors='replace', check=False,
    )  # fmt: skip


def blender(profile: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Blender without a window to its end."""
    return beside_blender(profile, BLENDER, *arguments)


def checked(profile: Path, *arguments: str) -> str:
    """The same; fails on an exit code or a traceback. Returns all that Blender printed."""
    done = blender(profile, *arguments)
    output = done.stdout + done.stderr
    assert done.returncode == 0, f"exit code {done.returncode}\n{output}"
    assert 'Traceback' not in output, output
    return output


def run_python(profile: Path, code: str) -> str:
    """Run Python in a background Blender with the user's preferences; fails as `checked` does."""
    return checked(profile, '--background', '--python-exit-code', '4', '--python-expr', code)


def install(profile: Path) -> Path:
    """Install and enable the zip as Blender's preferences do, in an empty profile, and return the profile."""
    command = ('--command', 'extension', 'install-file', '--repo', 'user_default', '--enable')
    checked(profile, *command, os.environ['HUNYUAN3D_TEST_ZIP'])
    return profile
