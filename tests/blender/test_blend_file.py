# SPDX-License-Identifier: GPL-3.0-or-later
"""The first bytes of a .blend."""

from __future__ import annotations

from pathlib import Path

import bpy
import pytest

from hunyuan3d_blender.scene import blend_file


def written(file: Path) -> Path:
    collection = bpy.data.collections.new("Dragon")
    bpy.data.libraries.write(str(file), {collection}, compress=False)
    return file


def test_version_of_this_blender(tmp_path: Path) -> None:
    assert blend_file.version_of(written(tmp_path / 'x.blend')) == bpy.app.version[:2]


@pytest.mark.parametrize(
    ('header', 'version'),
    [
        (b'BLENDER-v402', (4, 2)),
        (b'BLENDER_v279', (2, 79)),
        (b'BLENDER17-01v0502', (5, 2)),
        (b'BLENDER17-01v1012', (10, 12)),
    ],
)
def test_version_of_others(header: bytes, version: tuple[int, int], tmp_path: Path) -> None:
    (tmp_path / 'x').write_bytes(header + b'GLOB')
    assert blend_file.version_of(tmp_path / 'x') == version


@pytest.mark.parametrize('content', [b'', b'BLENDER', b'(\xb5/\xfd compressed', b'glTF'])
def test_no_blend(content: bytes, tmp_path: Path) -> None:
    (tmp_path / 'x').write_bytes(content)
    for name in ('x', 'missing'):
        with pytest.raises(blend_file.NoBlend):
            blend_file.version_of(tmp_path / name)


def test_only_what_lies_behind_texts_is_blanked(tmp_path: Path) -> None:
    file = written(tmp_path / 'x.blend')
    data = bytearray(file.read_bytes())
    start = data.index(b'GLOB') + (24 if bpy.app.version < (5, 0) else 32)
    stale = b'/home/somebody/secret.png'
    data[start + 80 + 100 : start + 80 + 100 + len(stale)] = stale
    file.write_bytes(data)
    blend_file.blank_rest_of_texts(file)
    after = file.read_bytes()
    assert stale not in after
    assert len(after) == len(data)
    assert after[: start + 80] == data[: start + 80]
    assert after[start + 80 + 1024 + 64 :] == data[start + 80 + 1024 + 64 :]
    with bpy.data.libraries.load(str(file), link=False) as (available, _wanted):
        assert available.collections == ["Dragon"]
