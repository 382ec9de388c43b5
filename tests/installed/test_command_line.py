# SPDX-License-Identifier: GPL-3.0-or-later
"""`blender --command hunyuan3d generate` with the sandbox, from the words to the file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.real_blender import ROOT, blender, checked, run_python

PHOTOGRAPH = ROOT / 'scripts' / 'coffee.jpg'

LOOK = """
import bpy, json
{read}
meshes = [o for o in bpy.data.objects if o.type == 'MESH']
images = {{n.image.name for m in bpy.data.materials if m.node_tree for n in m.node_tree.nodes if n.type == 'TEX_IMAGE' and n.image}}
print('FOUND ' + json.dumps(dict(faces=sum(len(o.data.polygons) for o in meshes), images=len(images))))
"""
READ = {
    '.blend': "bpy.ops.wm.open_mainfile(filepath={path!r})",
    '.glb': "bpy.ops.wm.read_homefile(use_empty=True); bpy.ops.import_scene.gltf(filepath={path!r})",
}


def generate(profile: Path, *arguments: str) -> tuple[int, str]:
    done = blender(profile, '--command', 'hunyuan3d', 'generate', *arguments)
    assert 'Traceback' not in done.stderr, done.stderr
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ('ending', 'source'),
    [
        ('.blend', ('--prompt', "a small green vase")),
        ('.glb', ('--image', str(PHOTOGRAPH), '--option', 'operation=rapid')),
    ],
)
def test_generate_writes_a_textured_model(
    profile: Path, tmp_path: Path, ending: str, source: tuple[str, ...]
) -> None:
    output = tmp_path / f'model{ending}'
    code, said = generate(profile, *source, '--output', str(output))
    assert code == 0, said
    look = LOOK.format(read=READ[ending].format(path=str(output)))
    found = json.loads(run_python(profile, look).partition('FOUND ')[2].splitlines()[0])
    assert found['faces'] > 100
    assert found['images'] >= 1


def test_generate_refuses_what_the_service_would_refuse(profile: Path, tmp_path: Path) -> None:
    output = tmp_path / 'model.glb'
    code, said = generate(profile, '--prompt', "x" * 1025, '--output', str(output))
    assert code != 0
    assert '1024' in said
    assert not output.exists()


def test_command_is_listed(profile: Path) -> None:
    assert 'hunyuan3d' in checked(profile, '--command', 'help')
