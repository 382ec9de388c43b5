# SPDX-License-Identifier: GPL-3.0-or-later
"""The model a job was given, in an empty scene; and the files of what became of it."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

# isort: split
import bmesh  # importable once bpy is

from ..make_model import files, photo
from ..make_model.task import Made, Task
from ..refusal import Refusal

ARCHIVE_MAX_BYTES = 1 << 30
_FACES_MAX = 1_500_000


def read(task: Task) -> None:
    """Import the model. Its pictures become files in `task.textures`, so that every exporter finds them."""
    path = task.model
    if path is None:
        raise Refusal('MissingParameter', "There is no model.")
    if path.suffix == '.zip':
        path = _unpacked(path, task.textures.parent / 'unpacked')
    try:
        if path.suffix == '.glb':
            bpy.ops.import_scene.gltf(filepath=str(path))
        elif path.suffix == '.fbx':
            bpy.ops.import_scene.fbx(filepath=str(path))
        else:
            bpy.ops.wm.obj_import(filepath=str(path))
    except RuntimeError as error:
        raise Refusal('InvalidParameterValue', f"The model cannot be read: {error}") from None
    context: Any = bpy.context
    context.view_layer.update()
    for image in list(bpy.data.images):
        _store(image, task.textures)


def read_as_one(task: Task, faces_max: int = _FACES_MAX) -> Any:
    """The model as one mesh object that stands in the world without any transform, and nothing else in the scene.

    Its faces are in the order in which every exporter writes them.
    """
    read(task)
    scene: Any = bpy.context.scene
    sources = [item for item in scene.objects if item.type == 'MESH' and item.data.polygons]
    if not sources:
        raise Refusal('InvalidParameterValue', "The model has no faces.")
    faces = sum(len(item.data.polygons) for item in sources)
    if faces > faces_max:
        raise Refusal('InvalidParameterValue', f"The model has {faces} faces, more than {faces_max}.")
    copies = [_in_world(item) for item in sources]
    name = sources[0].name
    for item in list(bpy.data.objects):
        if item not in copies:
            bpy.data.objects.remove(item)
    form = _joined(copies)
    form.name = form.data.name = name
    form.data.validate()
    _sort_by_material(form.data)
    return form


def write(task: Task, *, is_zipped: bool = True) -> Made:
    """Write the scene in every type that is wanted."""
    photo.still(task.path('.png'))
    made: list[tuple[str, str]] = []
    for kind in task.formats:
        if kind == 'IMAGE':
            name = shutil.copyfile(task.path('.png'), task.path('_image.png')).name
        elif kind == 'OBJ' and not is_zipped:
            name = _bare_obj(task.path('.obj')).name
        else:
            name = files.EXPORTERS[kind](task.path(), task.textures).name
        made.append((kind, name))
    return {'files': made, 'preview': task.path('.png').name}


def bounds(mesh: Any) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Lowest and highest corner of a mesh."""
    points = positions(mesh)
    return points.min(axis=0), points.max(axis=0)


def positions(mesh: Any) -> NDArray[np.float32]:
    """(n, 3) of its vertices."""
    points = np.empty(3 * len(mesh.vertices), np.float32)
    mesh.vertices.foreach_get('co', points)
    return points.reshape(-1, 3)


def select_only(item: Any) -> None:
    """Make an object the one that operators work on."""
    context: Any = bpy.context
    context.view_layer.update()  # what was removed is in its list until then
    for other in context.view_layer.objects:
        other.select_set(other == item)
    context.view_layer.objects.active = item


def _unpacked(path: Path, folder: Path) -> Path:
    """The only or largest OBJ of an archive, unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > ARCHIVE_MAX_BYTES:
                raise Refusal('InvalidParameterValue', "The archive is too large.")
            archive.extractall(folder)
    except (zipfile.BadZipFile, OSError) as error:
        raise Refusal('InvalidParameterValue', f"The archive cannot be read: {error}") from None
    found = sorted(folder.rglob('*.[oO][bB][jJ]'), key=lambda file: file.stat().st_size)
    if not found:
        raise Refusal('InvalidParameterValue', "The archive holds no OBJ.")
    return found[-1]


def _store(image: Any, folder: Path) -> None:
    """Put a file in the place of a picture, packed or not; a picture that cannot be read stays away."""
    if not image.size[0]:
        bpy.data.images.remove(image)
        return
    path = folder / f"{len(list(folder.iterdir()))}_{bpy.path.clean_name(image.name)[:40]}.png"
    image.file_format = 'PNG'
    image.save(filepath=str(path))
    stored: Any = bpy.data.images.load(str(path))
    stored.colorspace_settings.name = image.colorspace_settings.name
    stored.alpha_mode = image.alpha_mode
    image.user_remap(stored)
    bpy.data.images.remove(image)


def _in_world(source: Any) -> Any:
    """A new object with the mesh where the source has it."""
    mesh: Any = source.data.copy()
    mesh.transform(source.matrix_world)
    if source.matrix_world.is_negative:
        mesh.flip_normals()
    if mesh.uv_layers:
        mesh.uv_layers.active.name = 'UVMap'
    item: Any = bpy.data.objects.new(source.name, mesh)
    scene: Any = bpy.context.scene
    scene.collection.objects.link(item)
    return item


def _joined(items: list[Any]) -> Any:
    select_only(items[0])
    for item in items:
        item.select_set(True)
    if len(items) > 1:
        bpy.ops.object.join()
    return items[0]


def _sort_by_material(mesh: Any) -> None:
    """OBJ is written material by material, and ids of faces must mean the same in every file."""
    indices = np.empty(len(mesh.polygons), np.int32)
    mesh.polygons.foreach_get('material_index', indices)
    if (np.diff(indices) >= 0).all():
        return
    form: Any = bmesh.new()
    form.from_mesh(mesh)
    form.faces.sort(key=lambda face: face.material_index)
    form.to_mesh(mesh)
    form.free()


def _bare_obj(path: Path) -> Path:
    """Without its material library, as the service hands it out."""
    bpy.ops.wm.obj_export(filepath=str(path), export_materials=False)
    return path
