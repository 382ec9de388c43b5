# SPDX-License-Identifier: GPL-3.0-or-later
"""Plays every scenario of `scenarios/` in a Blender of its own."""

from __future__ import annotations

import ast
import json
import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from tests.real_blender import DEADLINE_S, ROOT, SCRIPT

SCENARIOS = Path(__file__).with_name('scenarios')
PROGRAM = Path(__file__).with_name('in_window.py')
PICTURES = Path(os.environ.get('HUNYUAN3D_TEST_CACHE') or ROOT / '.cache') / 'gui'
"""Pictures of the newest run, to be looked at."""


def scenarios() -> list[tuple[Path, str]]:
    """File and function of every scenario; the files need Blender, so they are read, not imported."""
    return [
        (path, node.name)
        for path in sorted(SCENARIOS.glob('*.py'))
        for node in ast.parse(path.read_text(encoding='utf-8')).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith('scenario_')
    ]


@pytest.mark.parametrize(
    ('file', 'function'),
    [pytest.param(*found, id=f'{found[0].stem}-{found[1][9:]}') for found in scenarios()],
)
def test_scenario(file: Path, function: str, profile: Path) -> None:
    folder = PICTURES / f'{file.stem}-{function[9:]}'
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    code, output = play(['--python', str(PROGRAM), '--', str(file), function, str(folder)], profile)
    result = folder / 'result.json'
    assert result.exists(), f"Blender ended with {code} before the scenario did\n{output}"
    failure = json.loads(result.read_text())['failure']
    assert not failure, f"{failure}\n{output}"
    assert 'Traceback' not in output, output


def play(arguments: list[str], profile: Path) -> tuple[int, str]:
    """Run Blender with a window to its end; return its exit code and all that it printed."""
    process = subprocess.Popen(
        [SCRIPT, 'run', '--enable-event-simulate', '--python-exit-code', '4', *arguments],
        env={**os.environ, 'BLENDER_USER_RESOURCES': str(profile)}, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors='replace',
    )  # fmt: skip
    try:
        output, _ = process.communicate(timeout=DEADLINE_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        output, _ = process.communicate()
    return process.returncode, output
