# SPDX-License-Identifier: GPL-3.0-or-later
"""History on data-blocks."""

from __future__ import annotations

from pathlib import Path

import bpy

from hunyuan3d_blender.scene import provenance

HISTORY = {
    'service': 'tencent_cn',
    'prompt': "一只红色的龙 'quoted'",
    'credits': 15.5,
    'face_count': 40000,
    'seed': 0,
}


def test_history_survives_saving(tmp_path: Path) -> None:
    collection = bpy.data.collections.new("Dragon")
    bpy.context.scene.collection.children.link(collection)
    collection['own'] = 1
    provenance.write(collection, HISTORY)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / 'x.blend'))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / 'x.blend'))
    collection = bpy.data.collections["Dragon"]
    assert provenance.read(collection) == HISTORY
    assert collection['hunyuan3d_prompt'] == HISTORY['prompt']
    assert collection['own'] == 1


def test_nothing_written_is_nothing_read() -> None:
    collection = bpy.data.collections.new("x")
    collection['other'] = "x"
    collection['hunyuan3d_list'] = [1, 2]
    assert provenance.read(collection) == {}
