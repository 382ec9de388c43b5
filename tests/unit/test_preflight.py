# SPDX-License-Identifier: GPL-3.0-or-later
"""Models of every format: honest ones pass, those that name other files or lie are refused."""

from __future__ import annotations

import copy
import json
import random
import struct

import pytest

from hunyuan3d_blender.worker.files.formats import Format
from hunyuan3d_blender.worker.files.preflight import check_model, choose_model
from hunyuan3d_blender.worker.files.refusal import ModelRefused
from tests import model_files as files
from tests.unit.refusals import refused

HONEST = {
    'square.glb': (files.glb(), Format.GLB),
    'bytes.glb': (files.triangles(0, 1, 2, kind=5121), Format.GLB),
    'strip.glb': (files.triangles(0, 1, 2, 3, mode=5), Format.GLB),
    'binary.fbx': (files.fbx("C:\\build\\skin.png", "/nowhere/skin.png", "skin.png", ""), Format.FBX),
    'new.fbx': (files.fbx("skin.png", version=7700), Format.FBX),
    'ascii.fbx': (files.ASCII_FBX, Format.FBX),
    'model.obj': (files.OBJ, Format.OBJ),
    'model.stl': (files.stl(), Format.STL),
    'ascii.stl': (files.ASCII_STL, Format.STL),
    'text.usdz': (files.usdz(), Format.USDZ),
    'binary.usdz': (files.usdz(files.usdc("textures/skin.png", "/nowhere/x"), "m.usdc"), Format.USDZ),
    'wrongly named.obj': (files.glb(), Format.GLB),
}


@pytest.mark.parametrize('name', HONEST)
def test_honest_models_pass(tmp_path, name):
    data, expected = HONEST[name]
    path = tmp_path / name
    path.write_bytes(data)
    (tmp_path / 'model.mtl').write_bytes(files.MTL)
    (tmp_path / 'textures').mkdir()
    (tmp_path / 'textures' / 'base color.png').write_bytes(files.png())
    assert check_model(path, tmp_path) is expected


# Textures


@pytest.mark.parametrize('size', [(16_385, 1), (1, 30_000), (2**31, 2**31)])
def test_enormous_textures_are_refused(tmp_path, size):
    picture = files.png(*size)
    glb = files.document()
    glb['images'] = [{'uri': 'skin.png'}]
    (tmp_path / 'skin.png').write_bytes(picture)
    assert "pixels" in refused(tmp_path, 'model.glb', files.glb(glb))
    assert "pixels" in refused(tmp_path, 'model.obj', files.OBJ)
    assert "pixels" in refused(tmp_path, 'model.fbx', files.fbx())


@pytest.mark.parametrize(
    ('name', 'data'),
    [
        ('a.bmp', b'BM' + bytes(16) + struct.pack('<2i', 30_000, -30_000)),
        ('a.tga', bytes(12) + struct.pack('<2H', 30_000, 30_000) + bytes(2)),
        ('a.jpg', b'GIF89a' + struct.pack('<2H', 30_000, 30_000)),
        ('a.jpg', b'\xff\xd8\xff\xc0\x00\x0b\x08' + struct.pack('>2H', 30_000, 30_000) + bytes(9)),
        ('a.png', b'no picture'),
    ],
)
def test_textures_beside_a_model_are_checked_by_content(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    refused(tmp_path, 'model.obj', files.OBJ)


# OBJ

OUTSIDE = [
    b"../secret", b"/etc/passwd", b"..\\secret", b"C:\\secret", b"\\\\host\\share\\a", b"//host/a", b"textures/../../a",
    b'"/etc/passwd"', b'"../secret"', b"file:///etc/passwd", b"a b /etc/passwd", b"\x01/etc/passwd", b"\\\n/etc/passwd",
    b"\\\r\n../secret", b'"/"etc/passwd',
]  # fmt: skip


@pytest.mark.parametrize('name', OUTSIDE)
def test_an_obj_names_no_file_outside_its_folder(tmp_path, name):
    refused(tmp_path, 'model.obj', files.OBJ + b"mtllib " + name + b"\n")
    refused(tmp_path, 'model.obj', files.OBJ + b"o x\\\nmtllib\x01" + name + b"\n")


@pytest.mark.parametrize(
    'keyword', [b"map_Kd", b"map_Pr", b"bump", b"norm", b"refl -type sphere", b"\tMAP_KD -s 1 1 1"]
)
@pytest.mark.parametrize('name', OUTSIDE)
def test_a_material_file_names_no_file_outside_its_folder(tmp_path, keyword, name):
    (tmp_path / 'deep').mkdir()
    (tmp_path / 'deep' / 'MODEL.MTL').write_bytes(files.MTL + keyword + b" " + name + b"\n")
    refused(tmp_path, 'model.obj', files.OBJ)


@pytest.mark.parametrize(
    'data',
    [
        b"v 0 0 0\n" * 3,
        b"v 0 0 0\n" * 3 + b"f 1 2 3 " + b" " * 70_000 + b"\n",
        b"v 0 0 0\n" * 3 + b"f 1 2 3\n#" + b"x" * (3 << 20),
        b"v 0 0 0\n" * 3 + b"f 1 2 3\n" + b"\\\n" * 70_000 + b"\n",
    ],
    ids=['no faces', 'long line', 'endless line', 'endless continued line'],
)
def test_an_obj_that_breaks_a_rule_is_refused(tmp_path, data):
    refused(tmp_path, 'model.obj', data)


def test_a_name_across_the_edge_of_a_block_is_found(tmp_path):
    for length in range((1 << 20) - 20, (1 << 20) + 4):
        refused(tmp_path, 'model.obj', files.OBJ.ljust(length - 1, b"\n") + b"\nmtllib \\\n/etc/passwd\n")


# FBX, USDZ, STL


def test_an_fbx_may_name_files_of_other_computers_but_none_of_this_one(tmp_path):
    secret = tmp_path / 'secret.png'
    secret.write_bytes(files.png())
    folder = tmp_path / 'folder'
    folder.mkdir()
    for name in (
        str(secret),
        '../secret.png',
        '..\\secret.png',
        '\\\\host\\a.png',
        '//host/a.png',
        '/etc/passwd',
    ):
        assert "outside" in refused(folder, 'model.fbx', files.fbx("fine.png", name))
        assert "outside" in refused(folder, 'model.fbx', files.fbx(name, version=7700))
        ascii_name = name.encode().replace(b'\\', b'\\\\')[::1]
        ascii_fbx = files.ASCII_FBX.replace(b'a.png', ascii_name.replace(b'\\\\', b'\\'))
        assert "outside" in refused(folder, 'model.fbx', ascii_fbx)


def test_an_fbx_whose_parts_lie_is_refused(tmp_path):
    data = files.fbx("a.png")
    numbers = data.index(b'd' + struct.pack('<2I', 10, 1)) + 1
    for lie in (
        struct.pack('<I', 2**32 - 1),
        struct.pack('<2I', 10, 0),
        struct.pack('<2I', 10, 2),
        struct.pack('<3I', 10, 1, 2**31),
        struct.pack('<3I', 10, 1, 3),
    ):
        refused(tmp_path, 'model.fbx', data[:numbers] + lie + data[numbers + len(lie) :])
    name = data.index(b'RelativeFilename')
    for lie in (0, 2, 2**32 - 1):  # properties of a record
        refused(tmp_path, 'model.fbx', data[: name - 9] + struct.pack('<I', lie) + data[name - 5 :])


def test_a_usdz_names_no_file_of_this_computer(tmp_path):
    secret = tmp_path / 'secret.png'
    secret.write_bytes(files.png())
    folder = tmp_path / 'folder'
    folder.mkdir()
    for name in (str(secret), '../secret.png', '..\\secret.png', '//host/a.png', '/etc/passwd'):
        layer = files.USDA.replace(b'textures/skin.png', name.encode())
        assert "outside" in refused(folder, 'model.usdz', files.usdz(layer))
        binary = files.usdc("", "Mesh", "a word that is long " * 20, name)
        assert "outside" in refused(folder, 'model.usdz', files.usdz(binary, "model.usdc"))


@pytest.mark.parametrize(
    'data',
    [
        files.zipped(("model.usda", files.USDA)),  # packed
        files.zipped(("textures/skin.png", files.png()), compression=0) + b'',
        files.zipped(("model.usda", files.USDA), ("../a.png", files.png()), compression=0),
        files.zipped(("model.usda", files.USDA), ("a.png", files.png(30_000, 30_000)), compression=0),
        files.usdz(files.usdc("x")[:100], "model.usdc"),
        files.usdz(files.usdc("x").replace(b'TOKENS', b'TOKENZ'), "model.usdc"),
        files.usdz(b'PXR-USDC' + bytes([0, 3, 0]) + bytes(100), "model.usdc"),
        files.usdz(b'PXR-USDC' + bytes([0, 8, 0]) + b'\xff' * 100, "model.usdc"),
    ],
    ids=['packed', 'no scene', 'escape', 'picture', 'cut', 'no words', 'old', 'far away'],
)
def test_a_usdz_that_breaks_a_rule_is_refused(tmp_path, data):
    refused(tmp_path, 'model.usdz', data)


@pytest.mark.parametrize(
    'data', [files.stl(0), files.stl(2)[:-1], files.stl(2) + b'x', b"solid x\nfacet\nendsolid"]
)
def test_an_stl_that_breaks_a_rule_is_refused(tmp_path, data):
    refused(tmp_path, 'model.stl', data)


@pytest.mark.parametrize('data', [files.png(), files.zipped(), b'', b"<html>", b'BLENDER-v402', b"ply\n"])
def test_what_is_no_model_is_refused(tmp_path, data):
    refused(tmp_path, 'model.glb', data)


# Which file is the model


def test_the_model_is_chosen_by_content(tmp_path):
    kinds = {
        'wrong.png': files.glb(), 'b.glb': files.fbx(), 'c.zip': files.zipped(("a.obj", files.OBJ)), 'd.obj': files.OBJ,
        'e.usdz': files.usdz(), 'f.stl': files.stl(), 'g.glb': files.png(), 'h.glb': b"<html>",
    }  # fmt: skip
    paths = []
    for name, data in kinds.items():
        (tmp_path / name).write_bytes(data)
        paths.append(tmp_path / name)
    while paths[:-2]:
        assert choose_model(reversed(paths)) == paths[0]
        del paths[0]
    with pytest.raises(ModelRefused):
        choose_model(paths)


def test_the_larger_of_two_models_is_chosen(tmp_path):
    small, large = tmp_path / 'a.obj', tmp_path / 'b.obj'
    small.write_bytes(files.OBJ)
    large.write_bytes(files.OBJ * 2)
    assert choose_model([small, large]) == choose_model([large, small]) == large


# Chance

_VALUES: list[object] = [
    0, 1, -1, 2, 3, 5, 255, 65535, 2**31, 2**32, 2**63, 10**40, 0.5, 1e300, None, True, "", "x", [], {}, [0], [1, 2],
    {'a': 1}, 'VEC3', 'MAT4', 5121, 5123, 5126, '../x', 'data:;base64,AA==',
]  # fmt: skip


def mutated_json(chance: random.Random) -> bytes:
    """A square with one to three values replaced, removed or doubled, anywhere."""
    document = files.document()
    for _ in range(chance.randint(1, 3)):
        place: object = document
        while True:
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))  # type: ignore[arg-type, call-overload]
            if not keys:
                break
            key = chance.choice(keys)
            if isinstance(place[key], dict | list) and place[key] and chance.random() < 0.8:  # type: ignore[index]
                place = place[key]  # type: ignore[index]
                continue
            if chance.random() < 0.2:
                del place[key]  # type: ignore[attr-defined]
            else:
                place[key] = copy.deepcopy(chance.choice(_VALUES))  # type: ignore[index]
            break
    return files.pack_glb(json.dumps(document).encode())


def mutated_bytes(data: bytes, chance: random.Random) -> bytes:
    """One to eight bytes replaced, or a piece removed, doubled or cut off."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    if chance.random() < 0.3:
        start, end = sorted(chance.sample(range(len(changed)), 2))
        changed[start:end] = changed[start:end] * chance.choice([0, 2])
    return bytes(changed)


def test_no_mutated_model_raises_anything_but_a_refusal(tmp_path):
    chance = random.Random(20)
    corpus = [data for data, _ in HONEST.values()]
    path = tmp_path / 'model'
    outcomes = {True: 0, False: 0}
    for number in range(3_000):
        path.write_bytes(mutated_json(chance) if number % 2 else mutated_bytes(chance.choice(corpus), chance))
        try:
            check_model(path, tmp_path)
            outcomes[True] += 1
        except ModelRefused:
            outcomes[False] += 1
    assert min(outcomes.values()) > 100  # both happen, or the mutations test nothing
