# SPDX-License-Identifier: GPL-3.0-or-later
"""The converter as a program: what the worker says to it and hears from it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import bpy
import pytest

from hunyuan3d_blender import launch
from hunyuan3d_blender.scene import background
from hunyuan3d_blender.scene.convert_model import Order
from tests.conversions import order, text_file, textured_box

pytestmark = pytest.mark.filterwarnings('ignore::DeprecationWarning')  # of Blender's own add-ons


def run(text: str) -> tuple[int, list[dict[str, Any]]]:
    done = subprocess.run(
        launch.blender_command([sys.executable], 'scene.convert_model'),
        input=text.encode(), capture_output=True, env=launch.child_environment(), check=False,
    )  # fmt: skip
    lines = done.stdout.decode().splitlines()
    assert all(line.startswith(background.MARK) for line in lines), "only answers come out"
    return done.returncode, [json.loads(line.removeprefix(background.MARK)) for line in lines]


def as_json(what: Order) -> str:
    return json.dumps({name: str(v) if isinstance(v, Path) else v for name, v in vars(what).items()}) + "\n"


def test_program_writes_the_model_and_then_its_thumbnail(tmp_path: Path) -> None:
    what = order(textured_box(tmp_path, '.glb'), memory_limit_bytes=8 << 30)
    code, (ready, model, *thumbnail) = run(as_json(what))
    assert code == 0
    assert ready == {'event': 'ready', 'version': list(bpy.app.version[:2])}
    assert model == {'event': 'model', 'faces': 14, 'objects': 1, 'images': 3}
    assert what.output.is_file()
    if not thumbnail:
        pytest.skip("this machine can draw nothing")
    image = bpy.data.images.load(str(what.thumbnail))
    assert tuple(image.size) == (256, 256)
    pixels = image.pixels[:]
    covered = sum(alpha > 0.5 for alpha in pixels[3::4])
    assert 0.05 < covered / 256**2 < 0.9
    middle = 4 * (128 * 256 + 128)
    assert pixels[middle] > 2 * pixels[middle + 1], "it is red"


@pytest.mark.parametrize('suffix', ['.glb', '.fbx', '.obj', '.stl', '.usdz'])
def test_no_path_of_this_machine_in_the_blend(suffix: str, tmp_path: Path) -> None:
    what = order(textured_box(tmp_path, suffix))
    code, _ = run(as_json(what))  # a process that knows of no other files, as the real one
    assert code == 0
    content = what.output.read_bytes()
    for secret in (
        str(tmp_path),
        tmp_path.name,
        'textures made here',
        'download',
        str(Path.home()),
    ):
        assert secret.encode() not in content


def test_program_says_why_it_failed(tmp_path: Path) -> None:
    code, (_ready, failed) = run(as_json(order(text_file('x.obj', "v 0 0 0\n")(tmp_path))))
    assert code == 1
    assert failed == {'event': 'failed', 'message': "The model has no faces", 'detail': ''}


def test_program_keeps_to_its_memory(tmp_path: Path) -> None:
    count = 200_000
    lines = [f"v {n % 1000} {n // 1000} 0" for n in range(count)]
    lines += [f"f {n} {n + 1} {n + 1000}" for n in range(1, count - 1000)]
    model = text_file('x.obj', "\n".join(lines))(tmp_path)
    code, events = run(as_json(order(model, memory_limit_bytes=64 << 20)))
    assert code != 0
    assert not [event for event in events if event['event'] == 'model']


def test_program_ends_when_nothing_is_ordered() -> None:
    code, (ready,) = run("")
    assert (code, ready['event']) == (0, 'ready')
