# SPDX-License-Identifier: GPL-3.0-or-later
"""Parts as the sandbox makes them: by themselves, or exactly as a segmentation says."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest

from hunyuan3d_blender.sandbox.change_model import clusters, parts
from hunyuan3d_blender.sandbox.segmentation import parse, write
from tests.blender.sandbox_bench import Bench, opened

pytestmark = pytest.mark.filterwarnings(
    "ignore:Setting the shape on a NumPy array"
)  # Blender's FBX exporter does


def test_loose_parts_become_named_objects(bench: Bench, lettered: np.ndarray) -> None:
    bench.put('fbx')
    items = opened(bench.files(bench.work('parts', 'FBX'))['FBX'])
    assert sorted(item.name for item in items) == [f"Lettered_part_{number}" for number in range(7)]
    assert all(
        len(clusters.connected(item.data)) and clusters.connected(item.data).max() == 0 for item in items
    )


def test_one_piece_is_cut_into_four(bench: Bench) -> None:
    bpy.ops.mesh.primitive_torus_add()
    bench.put('fbx')
    items = opened(bench.files(bench.work('parts', 'FBX'))['FBX'])
    counts = [len(item.data.polygons) for item in items]
    assert len(counts) == 4
    assert sum(counts) == 48 * 12
    again = opened(bench.files(bench.work('parts', 'FBX'))['FBX'])
    assert [len(item.data.polygons) for item in again] == counts


def test_one_link_after_post_processing(bench: Bench, lettered: np.ndarray) -> None:
    bench.put('fbx')
    made = bench.work('parts', 'FBX', EnablePostProcess=True)
    assert list(bench.files(made)) == ['FBX']


def centres(items: list[Any]) -> dict[str, list[tuple[float, ...]]]:
    """Where each face of each object is, in order."""
    return {
        item.name: [
            tuple(round(x, 4) for x in item.matrix_world @ face.center) for face in item.data.polygons
        ]
        for item in items
    }


@pytest.mark.parametrize(('kind', 'newest'), [('FBX', False), ('FBX', True), ('OBJ', False)])
def test_two_stages(bench: Bench, lettered: np.ndarray, tmp_path: Path, kind: str, newest: bool) -> None:
    """The ids are those of the faces of the file that came back; the parts are exactly those that were sent."""
    item = bpy.context.scene.objects[0]
    for number in range(3):
        item.data.materials.append(bpy.data.materials.new(f"M{number}"))
    for face in item.data.polygons:
        face.material_index = face.index % 3
    bench.put('fbx')
    made = bench.work('parts', 'OBJ', 'FBX', 'IMAGE', EnableStagedGeneration=True)
    segmentation = parse((bench.output / made['segmentation']).read_text())
    (whole,) = centres(opened(bench.files(made)[kind], newest=newest)).values()
    assert sorted(number for ids in segmentation.values() for number in ids) == list(range(len(whole)))

    numbers = list(range(len(whole)))
    random.Random(1).shuffle(numbers)
    edited = {'legs': sorted(numbers[:20]), "臂 é": sorted(numbers[20:21]), 'rest': sorted(numbers[21:])}
    shutil.copy(bench.files(made)['FBX'], tmp_path / 'model.fbx')
    (tmp_path / 'segmentation.json').write_text(write(edited, parts.colors(3)), 'utf-8')
    found = centres(opened(bench.files(bench.work('parts', 'OBJ', 'FBX', 'IMAGE'))['FBX']))
    assert found.keys() == edited.keys()
    for name, ids in edited.items():
        assert np.array(found[name]) == pytest.approx(np.array([whole[number] for number in ids]), abs=5e-4)


def test_a_thousand_partitions() -> None:
    """Written, read and made into parts: each has exactly its faces."""
    bpy.ops.mesh.primitive_ico_sphere_add(subdivisions=2)
    source = bpy.context.object
    (whole,) = centres([source]).values()
    chance = random.Random(7)
    for _ in range(1000):
        count = chance.randint(1, 9)
        owner = [*range(count), *(chance.randrange(count) for _ in range(len(whole) - count))]
        chance.shuffle(owner)
        wanted = {f"part {name}": [f for f, o in enumerate(owner) if o == name] for name in range(count)}
        read = parse(write(wanted, parts.colors(count)))
        assert read == wanted
        form = bpy.data.objects.new("Copy", source.data.copy())
        made = parts.split(form, read)
        assert centres(made) == {name: [whole[number] for number in ids] for name, ids in wanted.items()}
        bpy.data.batch_remove(
            [*made, *(item.data for item in made), *[m for m in bpy.data.meshes if not m.users]]
        )


@pytest.mark.parametrize('faces', [205, 1, 1000])
def test_a_segmentation_of_another_model(bench: Bench, lettered: np.ndarray, faces: int) -> None:
    bench.put('fbx')
    (bench.folder / 'segmentation.json').write_text(write({'a': range(faces)}, ['#000000']))
    said = bench.work('parts', 'FBX')
    assert said['code'] == 'InvalidParameterValue'
    assert f"it names {faces} faces" in said['error']
