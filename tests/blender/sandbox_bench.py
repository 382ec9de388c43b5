# SPDX-License-Identifier: GPL-3.0-or-later
"""Give the sandbox a model to work on, and measure what comes back."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import bpy
import numpy as np

# isort: split
from mathutils.bvhtree import BVHTree
from mathutils.kdtree import KDTree

from hunyuan3d_blender.sandbox.make_model import job
from tests import scene_models

SIZE = 4.0
"""Of the lettered box."""
TOLERANCE = 1e-4 * SIZE


class Bench:
    """A folder of a job, with a model that was exported by Blender."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.model = ''

    def put(self, suffix: str) -> None:
        """Export the scene as the job's model; OBJ as zip."""
        found = self.folder / 'found'
        shutil.rmtree(found, ignore_errors=True)
        file = scene_models.export(found / f'model.{"obj" if suffix == "zip" else suffix}')
        if suffix == 'zip':
            with zipfile.ZipFile(found / 'model.zip', 'w') as archive:
                for entry in found.iterdir():
                    if entry.suffix != '.zip':
                        archive.write(entry, entry.name)
            file = found / 'model.zip'
        self.model = shutil.copy(file, self.folder / f'model.{suffix}').name

    def work(self, operation: str, *formats: str, **values: Any) -> dict[str, Any]:
        """Do a job in this process; gives what it said, and leaves an empty scene."""
        picture = 'input.png' if (self.folder / 'input.png').exists() else ''
        row = {
            'operation': operation, 'values': values, 'formats': formats, 'request_id': 'r', 'input_file': picture,
            'model_file': self.model,
        }  # fmt: skip
        (self.folder / 'job.json').write_text(json.dumps(row))
        job.make(str(self.folder))
        bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
        said = json.loads((self.output / 'made.json').read_text())
        if 'error' not in said:
            assert (self.output / said['preview']).read_bytes().startswith(b'\x89PNG')
        return said

    @property
    def output(self) -> Path:
        return self.folder / 'output'

    def files(self, said: dict[str, Any]) -> dict[str, Path]:
        assert 'error' not in said, said
        return {kind: self.output / name for kind, name in said['files']}


def opened(path: Path, *, newest: bool = False) -> list[Any]:
    """The mesh objects of a file in an empty scene; FBX by the newest importer that this Blender has, or the oldest."""
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    has_newer = newest and 'fbx_import' in dir(bpy.ops.wm)
    importers = {
        '.glb': bpy.ops.import_scene.gltf, '.obj': bpy.ops.wm.obj_import, '.stl': bpy.ops.wm.stl_import,
        '.usdz': bpy.ops.wm.usd_import, '.fbx': bpy.ops.wm.fbx_import if has_newer else bpy.ops.import_scene.fbx,
    }  # fmt: skip
    if path.suffix == '.zip':
        with zipfile.ZipFile(path) as archive:
            archive.extractall(path.with_suffix(''))
        path = next(path.with_suffix('').glob('*.obj'))
    importers[path.suffix](filepath=str(path))
    bpy.context.view_layer.update()
    return [item for item in bpy.context.scene.objects if item.type == 'MESH']


def points_of(items: list[Any]) -> np.ndarray:
    """The vertices of all objects in the world, as they are seen."""
    found = []
    graph = bpy.context.evaluated_depsgraph_get()
    for item in items:
        mesh = item.evaluated_get(graph).to_mesh()
        found += [item.matrix_world @ vertex.co for vertex in mesh.vertices]
        item.evaluated_get(graph).to_mesh_clear()
    return np.array(found)


def apart(some: np.ndarray, others: np.ndarray) -> float:
    """How far the loneliest of some points is from the nearest of others."""
    tree = KDTree(len(others))
    for number, point in enumerate(others):
        tree.insert(point, number)
    tree.balance()
    return max(tree.find(point)[2] for point in some)


def surface_of(item: Any) -> BVHTree:
    """To measure how far something is from the faces of an object without a transform."""
    faces = [tuple(face.vertices) for face in item.data.polygons]
    return BVHTree.FromPolygons([vertex.co.copy() for vertex in item.data.vertices], faces)


def bounds(points: np.ndarray) -> np.ndarray:
    return np.array([points.min(axis=0), points.max(axis=0)])


def stands_as(items: list[Any], before: np.ndarray) -> None:
    points = points_of(items)
    assert apart(points, before) < TOLERANCE
    assert apart(before, points) < TOLERANCE
