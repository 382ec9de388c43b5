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


PACKED = "//packed file.png"
STALE = b'/home/somebody/secret.png'


def with_packed_image(file: Path) -> Path:
    image = bpy.data.images.new("Texture", 4, 4)
    image.filepath_raw = str(file.with_suffix('.png'))
    image.file_format = 'PNG'
    image.save()
    image.source = 'FILE'
    image.pack()
    image.filepath_raw = image.packed_files[0].filepath = PACKED
    bpy.data.libraries.write(str(file), {image}, compress=False)
    bpy.data.images.remove(image)
    return file


def places_behind_texts(data: bytes) -> list[int]:
    """Where rubbish was seen: in FileGlobal, and behind the paths of packed files and images."""
    start = data.index(b'GLOB') + (24 if bpy.app.version < (5, 0) else 32)
    places = [start + 80 + 100]
    at = data.find(PACKED.encode() + b'\0')
    while at >= 0:
        places.append(at + 100)
        at = data.find(PACKED.encode() + b'\0', at + 1)
    return places


def test_only_what_lies_behind_texts_is_blanked(tmp_path: Path) -> None:
    file = with_packed_image(tmp_path / 'x.blend')
    blend_file.blank_rest_of_texts(file)
    clean = file.read_bytes()
    data = bytearray(clean)
    places = places_behind_texts(clean)
    assert len(places) == 3
    for place in places:
        data[place : place + len(STALE)] = STALE
    file.write_bytes(data)
    blend_file.blank_rest_of_texts(file)
    assert file.read_bytes() == clean
    with bpy.data.libraries.load(str(file), link=False) as (_available, wanted):
        wanted.images = ["Texture"]
    assert wanted.images[0].packed_file
    assert wanted.images[0].packed_files[0].filepath == PACKED


@pytest.mark.parametrize('cut', [20, 4000, -40])
def test_half_a_blend(cut: int, tmp_path: Path) -> None:
    file = with_packed_image(tmp_path / 'x.blend')
    file.write_bytes(file.read_bytes()[:cut])
    with pytest.raises(blend_file.NoBlend):
        blend_file.blank_rest_of_texts(file)
