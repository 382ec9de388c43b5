# SPDX-License-Identifier: GPL-3.0-or-later
"""Blender is killed or interrupted while its job runs: the worker goes on, and the next Blender brings the model in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.real_blender import BLENDER, PACKAGE, beside_blender, run_python

PROGRAM = Path(__file__).with_name('kill_blender.py')

BRING_IN = f"""
import bpy, sys
from {PACKAGE} import app
bpy.ops.wm.read_homefile(use_empty=True)
app.tick()
job, = app.rows()
app.bring_in(bpy.context, job.id)
print('MESHES', [len(item.data.polygons) for item in bpy.context.scene.objects if item.type == 'MESH'])
"""


@pytest.mark.parametrize(
    ('signal', 'code', 'says'),
    [('SIGKILL', -9, ""), ('SIGINT', 130, "Interrupted. A job that was begun goes on")],
)
def test_a_job_outlives_its_blender(signal: str, code: int, says: str, profile: Path, tmp_path: Path) -> None:
    done = beside_blender(profile, 'python3', str(PROGRAM), signal, BLENDER, str(tmp_path / 'model.glb'))
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"ended with {code} " in done.stdout
    assert says in done.stderr
    assert 'Traceback' not in done.stderr, done.stderr
    assert "it is ready" in done.stdout
    found = run_python(profile, BRING_IN).partition('MESHES ')[2].splitlines()[0]
    assert found not in ('', '[]')
