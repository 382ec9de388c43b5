# SPDX-License-Identifier: GPL-3.0-or-later
"""Samples as Blender makes them: every format opens again, with its textures where they belong."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bmesh
import bpy
import numpy as np
import pytest

from hunyuan3d_blender import launch
from hunyuan3d_blender.sandbox import box, make_model
from hunyuan3d_blender.sandbox.make_model import files, job, silhouette, turned

pytestmark = pytest.mark.filterwarnings(
    "ignore:Setting the shape on a NumPy array"
)  # Blender's FBX exporter does

PBR = {'Prompt': "a wooden chair", 'EnablePBR': True}


def disc(height: int = 300, width: int = 200) -> np.ndarray:
    """A green disc with a white eye on white paper, as (h, w, 4)."""
    y, x = np.mgrid[0:height, 0:width]
    picture = np.ones((height, width, 4), np.float32)
    away = np.hypot(x - width / 2, y - height / 2)
    picture[away < 80, :3] = (0.1, 0.6, 0.2)
    picture[away < 10, :3] = 1
    return picture


@pytest.fixture
def made(tmp_path: Path) -> Callable[..., dict[str, Path]]:
    """Make a sample for values and formats; gives the files by type."""

    def make(values: dict[str, Any], *formats: str, picture: np.ndarray | None = None) -> dict[str, Path]:
        row = {'values': values, 'formats': formats, 'request_id': 'r', 'input_file': ''}
        if picture is not None:
            files.save_picture(picture, tmp_path / 'input.png')
            row['input_file'] = 'input.png'
        (tmp_path / 'job.json').write_text(json.dumps(row))
        job.make(str(tmp_path))
        said = json.loads((tmp_path / 'output' / 'made.json').read_text())
        assert (tmp_path / 'output' / said['preview']).read_bytes().startswith(b'\x89PNG')
        bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
        return {kind: tmp_path / 'output' / name for kind, name in said['files']}

    return make


def opened(path: Path) -> Any:
    """The mesh object of a file, imported into an empty scene."""
    importers = {
        '.glb': bpy.ops.import_scene.gltf,
        '.obj': bpy.ops.wm.obj_import,
        '.stl': bpy.ops.wm.stl_import,
        '.usdz': bpy.ops.wm.usd_import,
        '.fbx': bpy.ops.import_scene.fbx,
    }
    if path.suffix == '.zip':
        with zipfile.ZipFile(path) as archive:
            archive.extractall(path.with_suffix(''))
        path = next(path.with_suffix('').glob('*.obj'))
    importers[path.suffix](filepath=str(path))
    (found,) = (o for o in bpy.context.scene.objects if o.type == 'MESH')
    bpy.context.view_layer.update()
    return found


def wired(form: Any) -> set[str]:
    """The sockets of its shader into which a picture leads."""
    (material,) = form.data.materials
    nodes = material.node_tree.nodes
    shader = next(node for node in nodes if node.type == 'BSDF_PRINCIPLED')

    def leads_to_picture(socket: Any) -> bool:
        return any(
            link.from_node.type == 'TEX_IMAGE' or any(map(leads_to_picture, link.from_node.inputs))
            for link in socket.links
        )

    return {socket.name for socket in shader.inputs if leads_to_picture(socket)}


def closed_volume(form: Any) -> float:
    """Its volume in m³; positive when all faces look outwards and nothing is open."""
    mesh = bmesh.new()
    mesh.from_mesh(form.data)
    bmesh.ops.remove_doubles(mesh, verts=mesh.verts, dist=1e-6)
    assert not [edge for edge in mesh.edges if not edge.is_manifold], "it has holes"
    volume = mesh.calc_volume(signed=True)
    mesh.free()
    return float(volume)


ALL_MAPS = {'Base Color', 'Metallic', 'Roughness', 'Normal'}


@pytest.mark.parametrize('source', ['words', 'picture'])
@pytest.mark.parametrize(
    ('kind', 'maps'),
    [('GLB', ALL_MAPS), ('OBJ', ALL_MAPS), ('USDZ', ALL_MAPS), ('FBX', ALL_MAPS), ('STL', set())],
)
def test_every_format_opens_again(
    made: Callable[..., dict[str, Path]], source: str, kind: str, maps: set[str]
) -> None:
    values, picture = (PBR, None) if source == 'words' else ({'EnablePBR': True}, disc())
    form = opened(made(values, kind, picture=picture)[kind])
    assert max(form.dimensions) == pytest.approx(1.0, abs=0.01)
    assert 15_000 < len(form.data.polygons) < 25_000
    assert closed_volume(form) > 0.01
    if maps:
        assert wired(form) == maps
        assert form.data.uv_layers
        sizes = {tuple(image.size) for image in bpy.data.images if image.type == 'IMAGE'}
        assert sizes <= {(1024, 1024), (200, 300)}
        assert all(min(size) for size in sizes), "a picture is missing"


def test_two_formats_by_default(made: Callable[..., dict[str, Path]]) -> None:
    found = made(PBR, 'OBJ', 'GLB')
    assert [path.suffix for path in found.values()] == ['.zip', '.glb']
    with zipfile.ZipFile(found['OBJ']) as archive:
        assert set(archive.namelist()) == {
            'sample.obj',
            'sample.mtl',
            'base_color.png',
            'roughness.png',
            'metallic.png',
            'normal.png',
        }
        library = archive.read('sample.mtl').decode()
    for line in ('map_Kd base_color.png', 'map_Pr roughness.png', 'map_Pm metallic.png'):
        assert line in library
    assert 'normal.png' in library
    assert b'not by a Hunyuan model' in found['GLB'].read_bytes()


@pytest.mark.parametrize(
    ('values', 'maps'),
    [
        ({'EnablePBR': False}, {'Base Color'}),
        ({'GenerateType': 'Geometry', 'EnablePBR': True}, None),
        ({'EnableGeometry': True}, None),
    ],
)
def test_less_texture(
    made: Callable[..., dict[str, Path]], values: dict[str, Any], maps: set[str] | None
) -> None:
    form = opened(made({'Prompt': "a chair", **values}, 'GLB')['GLB'])
    assert (wired(form) if form.data.materials else None) == maps


@pytest.mark.parametrize('source', ['words', 'picture'])
@pytest.mark.parametrize('faces', [3000, 20_000, 100_000])
def test_face_count(made: Callable[..., dict[str, Path]], source: str, faces: int) -> None:
    picture = disc() if source == 'picture' else None
    values = {'FaceCount': faces} if source == 'picture' else {'Prompt': "a chair", 'FaceCount': faces}
    form = opened(made(values, 'GLB', picture=picture)['GLB'])
    assert len(form.data.polygons) == pytest.approx(faces, rel=0.15)


@pytest.mark.parametrize(('polygons', 'has_quads'), [('triangle', False), ('quadrilateral', True)])
def test_low_poly(made: Callable[..., dict[str, Path]], polygons: str, has_quads: bool) -> None:
    values = {'Prompt': "a chair", 'GenerateType': 'LowPoly', 'PolygonType': polygons}
    form = opened(made(values, 'OBJ')['OBJ'])
    assert len(form.data.polygons) < 3000
    assert any(len(face.vertices) == 4 for face in form.data.polygons) == has_quads
    for face in form.data.polygons:
        for corner in face.loop_indices:
            assert form.data.corner_normals[corner].vector.dot(face.normal) > 0.99, "it is not flat"


def test_words_decide() -> None:
    chair, again, other = (turned.from_words(words, 2000) for words in ("a Chair ", "a chair", "a table"))
    assert np.array_equal(chair.shape.vertices, again.shape.vertices)
    assert np.array_equal(chair.maps.base_color, again.maps.base_color)
    assert not np.array_equal(chair.shape.vertices, other.shape.vertices)
    marked = turned.from_words("a chair [sandbox:cut]", 2000)
    assert np.array_equal(chair.shape.vertices, marked.shape.vertices)


@pytest.mark.parametrize(
    ('words', 'channel'), [("a red vase", 0), ("a green vase", 1), ("a blue vase", 2), ("一只红色的茶壶", 0)]
)
def test_colours_are_as_named(words: str, channel: int) -> None:
    assert turned.from_words(words, 2000).maps.base_color.mean(axis=(0, 1)).argmax() == channel


@pytest.mark.parametrize(('words', 'metallic'), [("a golden cup", True), ("a wooden cup", False)])
def test_metals_are_metallic(words: str, metallic: bool) -> None:
    assert (turned.from_words(words, 2000).maps.metallic.mean() > 0.5) == metallic


def with_alpha() -> np.ndarray:
    picture = disc()
    picture[..., 3] = (picture[..., 0] < 0.5).astype(np.float32)
    return picture


def outlined() -> np.ndarray:
    """A drawing: a black ring on paper."""
    picture = np.ones((300, 200, 4), np.float32)
    y, x = np.mgrid[0:300, 0:200]
    picture[np.abs(np.hypot(x - 100, y - 150) - 78) < 3, :3] = 0
    return picture


@pytest.mark.parametrize('picture', [disc(), with_alpha(), outlined()], ids=['photo', 'alpha', 'sketch'])
def test_the_silhouette_is_found(picture: np.ndarray) -> None:
    mask = silhouette.foreground(picture)
    assert mask is not None
    assert mask.mean() == pytest.approx(np.pi * 80**2 / (200 * 300), rel=0.06)


@pytest.mark.parametrize(
    'picture',
    [
        np.random.default_rng(1).random((150, 200, 4)).astype(np.float32) ** [1, 1, 1, 0],
        np.ones((150, 200, 4), np.float32),
        np.zeros((150, 200, 4), np.float32),
    ],
    ids=['photo', 'blank', 'nothing'],
)
def test_a_picture_without_one_becomes_a_cushion(picture: np.ndarray) -> None:
    assert silhouette.foreground(picture) is None
    sample = silhouette.from_picture(picture.astype(np.float32), 5000)
    width, depth, height = np.ptp(sample.shape.vertices, axis=0)
    assert width == pytest.approx(1, abs=0.01)
    assert height == pytest.approx(0.75, abs=0.05)
    assert 0.02 < depth < 0.5


def test_the_picture_is_the_texture(made: Callable[..., dict[str, Path]]) -> None:
    made({}, 'GLB', picture=disc())
    sample = silhouette.from_picture(disc(), 2000)
    assert np.allclose(sample.maps.base_color[100, 100], (0.1, 0.6, 0.2), atol=0.01)
    assert np.allclose(sample.maps.base_color[5, 5], (0.1, 0.6, 0.2), atol=0.1), "none of the paper"
    front = sample.shape.vertices[:, 1] < 0
    assert front.any()
    assert (~front).any()


@pytest.mark.parametrize('suffix', ['.png', '.jpg', '.webp'])
def test_pictures_of_all_formats(tmp_path: Path, suffix: str) -> None:
    image = files.save_picture(disc(), tmp_path / 'made.png')
    image.file_format = {'.png': 'PNG', '.jpg': 'JPEG', '.webp': 'WEBP'}[suffix]
    image.filepath_raw = str(tmp_path / f'a{suffix}')
    image.save()
    picture = files.load_picture(tmp_path / f'a{suffix}', 150)
    assert picture.shape == (150, 100, 4)
    assert np.allclose(picture[90, 50, :3], (0.1, 0.6, 0.2), atol=0.05)


def test_what_is_no_picture_is_said(tmp_path: Path) -> None:
    (tmp_path / 'a.png').write_bytes(b'\x89PNG\r\n\x1a\n' + bytes(100))
    with pytest.raises(RuntimeError):
        files.load_picture(tmp_path / 'a.png', 100)


def test_why_there_is_no_model_is_said(tmp_path: Path) -> None:
    (tmp_path / 'input.png').write_bytes(b'\x89PNG\r\n\x1a\n' + bytes(100))
    row = {'values': {}, 'formats': ['GLB'], 'request_id': 'r', 'input_file': 'input.png'}
    (tmp_path / 'job.json').write_text(json.dumps(row))
    assert make_model.main([str(tmp_path)]) == 1
    assert json.loads((tmp_path / 'output' / 'made.json').read_text()) == {
        'error': "the picture cannot be decoded"
    }


def test_as_a_process(tmp_path: Path) -> None:
    """As the sandbox starts it; judged by the files, because Blender 4.2 may crash when it ends."""
    row = {'values': PBR, 'formats': ['GLB'], 'request_id': 'r', 'input_file': ''}
    (tmp_path / 'job.json').write_text(json.dumps(row))
    command = launch.blender_command([sys.executable], 'sandbox.make_model', [str(tmp_path)])
    done = subprocess.run(
        command, env=launch.child_environment(), capture_output=True, text=True, check=False
    )
    assert (tmp_path / 'output' / 'r_0.glb').exists(), done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ['job.json', 'output']


@pytest.mark.parametrize('kind', ['GLB', 'OBJ', 'FBX'])
def test_the_box_opens(tmp_path: Path, kind: str) -> None:
    box.make(tmp_path, {'formats': [kind], 'request_id': 'r', 'values': {}})
    said = json.loads((tmp_path / 'output' / 'made.json').read_text())
    form = opened(tmp_path / 'output' / said['files'][0][1])
    assert closed_volume(form) == pytest.approx(1.0)
    assert (wired(form) if form.data.materials else set()) == ({'Base Color'} if kind != 'FBX' else set())
