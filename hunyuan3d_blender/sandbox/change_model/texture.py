# SPDX-License-Identifier: GPL-3.0-or-later
"""A new texture: of the prompt's colours, or the picture as it falls on the model from the front."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

from ..make_model import files, turned
from ..make_model.shape import Floats, Maps, at_points, blurred, resized
from ..make_model.task import Made, Task
from . import opening, uv

DEFAULT_SIDE_PX = 1024
"""Much smaller than the service's 4096: a sample should be there at once."""
_BAKED_SIDE_PX = 512
_POINTS = 1_000_000
_ROUGHNESS = 0.6


def make(task: Task) -> Made:
    """Put a new material on the model; its faces stay as they are."""
    form = opening.read_as_one(task)
    mesh, values = form.data, task.values
    is_edited = task.job['operation'] == 'texture_edit'
    if not values.get('EnableKeepUV', is_edited) or not mesh.uv_layers:
        uv.unwrap(form)
    _undress(mesh, task)
    side = values.get('TextureSize', DEFAULT_SIDE_PX)
    if task.picture:
        maps = _from_picture(mesh, files.load_picture(task.picture, _BAKED_SIDE_PX)[..., :3], side)
    else:
        maps = turned.from_words(values.get('Prompt', ''), 2000).maps
    maps = Maps(*(resized(getattr(maps, name), side, side) for name in Maps.__dataclass_fields__))
    files.dress(mesh, maps, task.textures, has_pbr=bool(values.get('EnablePBR')))
    return _written(task)


def _undress(mesh: Any, task: Task) -> None:
    mesh.materials.clear()
    mesh.polygons.foreach_set('material_index', np.zeros(len(mesh.polygons), np.int32))
    mesh.update()
    bpy.data.batch_remove([*bpy.data.materials, *bpy.data.images])
    for file in task.textures.iterdir():
        file.unlink()


def _from_picture(mesh: Any, picture: Floats, side: int) -> Maps:
    color = _baked(mesh, picture, min(side, _BAKED_SIDE_PX))
    plain = np.zeros(color.shape[:2], np.float32)
    return Maps(color, plain + np.float32(_ROUGHNESS), plain, color.mean(axis=2))


def _baked(mesh: Any, picture: Floats, side: int) -> Floats:
    """The picture in the layout of the mesh's UV, projected along Y onto all that is there."""
    places, uvs = _points_on(mesh)
    low, high = opening.bounds(mesh)
    size = np.where(high > low, high - low, 1)
    across, up = ((places - low) / size)[:, [0, 2]].T
    height, width = picture.shape[:2]
    colors = at_points(picture, (1 - up) * (height - 1), across * (width - 1))
    columns, rows = np.clip((uvs * [side, side]).astype(np.int32), 0, side - 1).T
    texture = np.zeros((side, side, 3), np.float32)
    covered = np.zeros((side, side), np.float32)
    texture[side - 1 - rows, columns] = colors
    covered[side - 1 - rows, columns] = 1
    return _without_gaps(texture, covered)


def _points_on(mesh: Any) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Places and UVs of points all over a mesh, as dense in its UV layout everywhere. Always the same ones."""
    mesh.calc_loop_triangles()
    count = len(mesh.loop_triangles)
    loops, corners = np.empty(3 * count, np.int32), np.empty(3 * count, np.int32)
    mesh.loop_triangles.foreach_get('loops', loops)
    mesh.loop_triangles.foreach_get('vertices', corners)
    uv_of = np.empty(2 * len(mesh.loops), np.float32)
    mesh.uv_layers.active.data.foreach_get('uv', uv_of)
    uvs = uv_of.reshape(-1, 2)[loops].reshape(-1, 3, 2) % 1.000001
    places = opening.positions(mesh)[corners].reshape(-1, 3, 3)
    (x1, y1), (x2, y2) = (uvs[:, 1] - uvs[:, 0]).T, (uvs[:, 2] - uvs[:, 0]).T
    share = np.abs(x1 * y2 - x2 * y1) + 1e-9
    random = np.random.default_rng(0)
    chosen = np.repeat(np.arange(count), np.ceil(share / share.sum() * _POINTS).astype(np.int64))
    first, second = np.sqrt(random.random(len(chosen), np.float32)), random.random(len(chosen), np.float32)
    weights = np.stack([1 - first, first * (1 - second), first * second], axis=1)[..., None]
    return (places[chosen] * weights).sum(axis=1), (uvs[chosen] * weights).sum(axis=1)


def _without_gaps(texture: Floats, covered: Floats) -> Floats:
    """Fill what no point has hit, and the surroundings, from the nearest colours; the rest with all of them."""
    average = (texture * covered[..., None]).sum(axis=(0, 1)) / covered.sum()
    for radius in (1, 4, 16):
        near = blurred(covered, radius)
        spread = blurred(texture * covered[..., None], radius) / np.maximum(near, 1e-6)[..., None]
        fills = (covered == 0) & (near > 1e-4)
        texture = np.where(fills[..., None], spread, texture)
        covered = np.where(fills, np.float32(1), covered)
    return np.asarray(np.where(covered[..., None] > 0, np.clip(texture, 0, 1), average), np.float32)


def _written(task: Task) -> Made:
    """The files, and among them the pictures and the library by the names that the OBJ calls them."""
    alone = ('TEXTURE_IMAGE', 'MTL', 'ZIP', 'OBJ')
    if 'ZIP' not in task.formats:
        return opening.write(task, is_zipped=False)
    others = [kind for kind in task.formats if kind not in alone]
    made = opening.write(replace(task, job={**task.job, 'formats': others}))
    bundle = files.EXPORTERS['OBJ'](task.path(), task.textures)
    found = [*sorted(task.textures.glob('*.png')), task.textures / 'sample.mtl', task.textures / 'sample.obj']
    for path in found:
        shutil.copy(path, task.output)
    *pictures, library, obj = (path.name for path in found)
    single = [
        *(('TEXTURE_IMAGE', name) for name in pictures), ('MTL', library), ('ZIP', bundle.name), ('OBJ', obj),
    ]  # fmt: skip
    return made | {'files': single + made['files']}
