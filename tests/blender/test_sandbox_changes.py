# SPDX-License-Identifier: GPL-3.0-or-later
"""What the sandbox does to models: it is really done, and everything stands where it stood."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest

from hunyuan3d_blender.sandbox.change_model import clusters
from hunyuan3d_blender.sandbox.make_model import files, gif
from tests.blender.sandbox_bench import (
    SIZE,
    TOLERANCE,
    Bench,
    bounds,
    opened,
    points_of,
    stands_as,
    surface_of,
)

pytestmark = pytest.mark.filterwarnings(
    "ignore:Setting the shape on a NumPy array"
)  # Blender's FBX exporter does

EXACT = [
    ('parts', 'fbx', ('OBJ', 'FBX', 'IMAGE'), {}),
    ('parts', 'fbx', ('OBJ', 'FBX', 'IMAGE'), {'EnableStagedGeneration': True}),
    ('texture', 'glb', ('TEXTURE_IMAGE', 'MTL', 'ZIP', 'OBJ', 'GLB', 'IMAGE'),
     {'Prompt': "red", 'EnablePBR': True, 'TextureSize': 720}),
    ('texture_edit', 'fbx', ('OBJ', 'FBX', 'IMAGE'), {'Prompt': "red", 'EnablePBR': True}),
    ('uv', 'zip', ('OBJ', 'FBX', 'IMAGE'), {}),
    ('uv', 'glb', ('OBJ', 'FBX', 'IMAGE'), {}),
    ('rig', 'glb', ('FBX',), {}),
    ('rig', 'obj', ('FBX',), {}),
    ('convert', 'glb', ('FBX',), {'Format': 'FBX'}),
    ('convert', 'zip', ('STL',), {'Format': 'STL'}),
    ('convert', 'fbx', ('USDZ',), {'Format': 'USDZ'}),
    ('convert_job', 'glb', ('USDZ',), {'Format': 'USDZ'}),
]  # fmt: skip


@pytest.mark.parametrize(('operation', 'given', 'formats', 'values'), EXACT)
def test_it_stands_where_it_stood(
    bench: Bench, lettered: np.ndarray, operation: str, given: str, formats: tuple[str, ...], values: dict[str, Any]
) -> None:  # fmt: skip
    bench.put(given)
    made = bench.work(operation, *formats, **values)
    assert set(bench.files(made)) == set(formats)
    for kind, path in bench.files(made).items():
        if kind in ('OBJ', 'FBX', 'GLB', 'ZIP', 'STL', 'USDZ'):
            stands_as(opened(path), lettered)


@pytest.mark.parametrize('given', ['glb', 'zip', 'fbx'])
@pytest.mark.parametrize('polygons', ['triangle', 'quadrilateral'])
def test_fewer_faces_of_the_same_form(bench: Bench, lettered: np.ndarray, given: str, polygons: str) -> None:
    surface = surface_of(bpy.context.scene.objects[0])
    bench.put(given)
    made = bench.work('topology', 'OBJ', 'GLB', 'IMAGE', PolygonType=polygons, FaceLevel='low')
    for kind in ('OBJ', 'GLB'):
        points = points_of(opened(bench.files(made)[kind]))
        assert np.abs(bounds(points) - bounds(lettered)).max() < TOLERANCE
        assert max(surface.find_nearest(point)[3] for point in points.tolist()) < 0.02 * SIZE
    corners = {len(face.vertices) for item in opened(bench.files(made)['OBJ']) for face in item.data.polygons}
    assert 4 in corners if polygons == 'quadrilateral' else corners == {3}


@pytest.mark.parametrize('polygons', ['triangle', 'quadrilateral'])
def test_three_levels(bench: Bench, polygons: str) -> None:
    bpy.ops.mesh.primitive_torus_add(major_segments=96, minor_segments=48)
    bench.put('glb')
    counts = []
    for level in ('high', 'medium', 'low'):
        made = bench.work('topology', 'OBJ', PolygonType=polygons, FaceLevel=level)
        (item,) = opened(bench.files(made)['OBJ'])
        counts.append(sum(len(face.vertices) - 2 for face in item.data.polygons))
    assert [round(count / 9216, 1) for count in counts] == pytest.approx([0.5, 0.2, 0.1], abs=0.11)
    assert counts == sorted(counts, reverse=True)


def texture_of(item: Any) -> tuple[np.ndarray, Any]:
    """The base colour (h, w, 3), the lower row first, and the shader of the only material."""
    (material,) = item.data.materials
    shader = next(node for node in material.node_tree.nodes if node.type == 'BSDF_PRINCIPLED')
    image = shader.inputs['Base Color'].links[0].from_node.image
    pixels = np.empty(len(image.pixels), np.float32)
    image.pixels.foreach_get(pixels)
    return pixels.reshape(image.size[1], image.size[0], 4)[..., :3], shader


@pytest.mark.parametrize('keeps', [True, False])
def test_a_texture_of_words(bench: Bench, lettered: np.ndarray, keeps: bool) -> None:
    uv = [
        tuple(round(x, 4) for x in loop.vector) for loop in bpy.context.scene.objects[0].data.uv_layers[0].uv
    ]
    bench.put('zip')
    values = {'Prompt': "blue", 'EnablePBR': True, 'EnableKeepUV': keeps, 'TextureSize': 800}
    made = bench.work('texture', 'TEXTURE_IMAGE', 'MTL', 'ZIP', 'OBJ', 'GLB', 'IMAGE', **values)
    assert [kind for kind, _ in made['files']].count('TEXTURE_IMAGE') == 4
    assert {'map_Kd base_color.png', 'mtllib sample.mtl'} <= {
        line.strip()
        for name in ('sample.mtl', 'sample.obj')
        for line in (bench.output / name).read_text().splitlines()
    }
    (item,) = opened(bench.output / 'sample.obj')
    picture, shader = texture_of(item)
    assert picture.shape == (800, 800, 3)
    assert picture.mean(axis=(0, 1)).argmax() == 2
    assert shader.inputs['Roughness'].is_linked
    assert ([tuple(round(x, 4) for x in loop.vector) for loop in item.data.uv_layers[0].uv] == uv) == keeps


@pytest.mark.parametrize('keeps', [True, False])
def test_a_texture_of_a_picture(bench: Bench, keeps: bool) -> None:
    """Red at the left and blue at the right of the picture are so on the model, seen from the front."""
    bpy.ops.mesh.primitive_cube_add(size=2, location=(3, 4, 5))
    bench.put('glb')
    picture = np.zeros((256, 256, 4), np.float32)
    picture[..., 3] = 1
    picture[:, :128, 0] = picture[:, 128:, 2] = 1
    files.save_picture(picture, bench.folder / 'input.png')
    made = bench.work('texture', 'GLB', 'ZIP', 'OBJ', 'MTL', 'TEXTURE_IMAGE', EnableKeepUV=keeps)
    (item,) = opened(bench.files(made)['GLB'])
    colors, _ = texture_of(item)
    layer = item.data.uv_layers.active.uv
    for face in item.data.polygons:
        middle = np.mean([layer[loop].vector for loop in face.loop_indices], axis=0)
        for loop, vertex in zip(face.loop_indices, face.vertices, strict=True):
            point = (item.matrix_world @ item.data.vertices[vertex].co + item.matrix_world @ face.center) / 2
            column, row = (1024 * (middle + np.array(layer[loop].vector)) / 2).astype(int)
            if abs(point.x - 3) > 0.1:
                assert colors[row, column] == pytest.approx([1, 0, 0] if point.x < 3 else [0, 0, 1], abs=0.1)


def test_a_new_layout(bench: Bench, lettered: np.ndarray) -> None:
    bench.put('fbx')
    for path in (bench.files(bench.work('uv', 'OBJ', 'FBX', 'IMAGE'))[kind] for kind in ('OBJ', 'FBX')):
        (item,) = opened(path)
        (layer,) = item.data.uv_layers
        places = np.array([loop.vector for loop in layer.uv])
        assert (places >= 0).all()
        assert (places <= 1).all()
        item.data.calc_loop_triangles()
        first, second, third = (
            places[[triangle.loops[corner] for triangle in item.data.loop_triangles]] for corner in range(3)
        )
        (x1, y1), (x2, y2) = (second - first).T, (third - first).T
        assert 0.2 < np.abs(x1 * y2 - x2 * y1).sum() / 2 < 1


@pytest.mark.parametrize(('count', 'segments', 'word'), [(1, 180, "faces"), (101, 3, "pieces")])
def test_too_much_to_unwrap(bench: Bench, count: int, segments: int, word: str) -> None:
    for number in range(count):
        bpy.ops.mesh.primitive_uv_sphere_add(
            segments=segments, ring_count=segments, location=(3 * number, 0, 0)
        )
    bench.put('glb')
    said = bench.work('uv', 'OBJ')
    assert said['code'] == 'InvalidParameterValue'
    assert word in said['error']


@pytest.mark.parametrize('kind', ['MP4', 'GIF'])
def test_a_turntable(bench: Bench, kind: str) -> None:
    """A film of 24 pictures; a quarter of the way round it looks different."""
    bpy.ops.mesh.primitive_cube_add(size=1, scale=(1, 0.1, 1))
    bench.put('glb')
    path = bench.files(bench.work('convert', kind, Format=kind))[kind]
    clip = bpy.data.movieclips.load(str(path)) if kind == 'MP4' else None
    if clip:
        assert (tuple(clip.size), clip.frame_duration) == ((160, 160), 24)
    else:
        data = path.read_bytes()
        assert data.startswith(b'GIF89a')
        assert data.endswith(b'\x3b')
        _, *pictures = data.split(b'\x21\xf9\x04\x04')
        assert len(pictures) == 24
        assert pictures[0] != pictures[6]


def test_a_gif_is_read_by_blender(tmp_path: Path) -> None:
    """Noise, so that the codes run through all widths and the table is begun again."""
    picture = np.random.default_rng(3).integers(0, 256, (120, 130, 3)).astype(np.uint8)
    (tmp_path / 'a.gif').write_bytes(gif.encode([picture, 255 - picture], 0.1))
    image = bpy.data.images.load(str(tmp_path / 'a.gif'))
    assert tuple(image.size) == (130, 120)
    pixels = np.array(image.pixels).reshape(120, 130, 4)[::-1, :, :3]
    assert np.abs(255 * pixels - picture).max() < 27, "half a step of five"


@pytest.mark.parametrize(
    ('name', 'data'),
    [('model.glb', b'glTF' + bytes(20)), ('model.fbx', b'Kaydara FBX Binary  \0\x1a\0' + bytes(50)),
     ('model.zip', b'PK\x03\x04' + bytes(50)), ('model.obj', b"# nothing\nv 0 0 0\n")],
)  # fmt: skip
def test_models_that_are_none(bench: Bench, name: str, data: bytes) -> None:
    (bench.folder / name).write_bytes(data)
    bench.model = name
    said = bench.work('uv', 'OBJ')
    assert said['code'] in ('InvalidParameterValue', 'FailedOperation.InnerError'), said


def test_several_objects_with_transforms(bench: Bench) -> None:
    """Negative scale, parents and instances are where they were, and look outwards."""
    bpy.ops.mesh.primitive_cube_add(size=1, location=(1, 2, 3), rotation=(0.3, 0.2, 0.1))
    parent = bpy.context.object
    parent.scale = (-1, 2, 1)
    bpy.ops.mesh.primitive_cone_add(location=(0, 2, 0))
    child = bpy.context.object
    child.parent = parent
    twin = bpy.data.objects.new("Twin", child.data)
    twin.location = (4, 0, 0)
    bpy.context.scene.collection.objects.link(twin)
    bpy.context.view_layer.update()
    before = points_of(list(bpy.context.scene.objects))
    bench.put('fbx')
    (item,) = opened(bench.files(bench.work('uv', 'FBX'))['FBX'])
    stands_as([item], before)
    assert clusters.connected(item.data).max() == 2
    for number in range(3):
        faces = [item.data.polygons[i] for i in np.flatnonzero(clusters.connected(item.data) == number)]
        middle = sum((face.center * face.area for face in faces), type(faces[0].center)()) / sum(
            f.area for f in faces
        )
        assert all(face.normal.dot(face.center - middle) > 0 for face in faces)
