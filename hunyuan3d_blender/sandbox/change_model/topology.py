# SPDX-License-Identifier: GPL-3.0-or-later
"""Fewer faces: triangles, or mostly quads."""

from __future__ import annotations

from typing import Any

import bpy
import numpy as np

# isort: split
import bmesh  # importable once bpy is

from ..make_model.task import Made, Task
from . import opening
from .clusters import connected

SHARES = {'high': 0.5, 'medium': 0.25, 'low': 0.1}
"""Of the triangles, by level. The service names no numbers."""
DEFAULT_LEVEL = 'medium'
TRIANGLES_MIN = 200
"""A model with fewer is left as it is."""
_QUADRIFLOW_MAX = 40_000
_QUADS_MAX = 5_000
"""More triangles to begin with, or more quads to end with, would keep QuadriFlow busy for minutes."""
_SAME = 0.05
"""How far a side of the bounds may be off, by size, before a result is taken for spoilt."""


def make(task: Task) -> Made:
    """Reduce the model to the level that was asked for."""
    form = opening.read_as_one(task)
    before = opening.bounds(form.data)
    _weld(form.data)
    triangles = sum(len(face.vertices) - 2 for face in form.data.polygons)
    wanted = max(round(triangles * SHARES[task.values.get('FaceLevel', DEFAULT_LEVEL)]), TRIANGLES_MIN)
    if task.values.get('PolygonType') == 'quadrilateral':
        if not _flowing_quads(form, wanted // 2):
            _decimate(form, wanted)
            _join_triangles(form.data)
    else:
        _decimate(form, wanted)
        _triangulate(form.data)
    _fit(form.data, *before)
    return opening.write(task)


def _weld(mesh: Any) -> None:
    """Make one vertex of those at the same place: GLB splits them at seams."""
    low, high = opening.bounds(mesh)
    form: Any = bmesh.new()
    form.from_mesh(mesh)
    bmesh.ops.remove_doubles(form, verts=form.verts, dist=float((high - low).max()) * 1e-6)
    form.to_mesh(mesh)
    form.free()


def _decimate(form: Any, triangles: int) -> None:
    count = sum(len(face.vertices) - 2 for face in form.data.polygons)
    if count <= triangles:
        return
    modifier = form.modifiers.new("Fewer", 'DECIMATE')
    modifier.ratio, modifier.use_collapse_triangulate = triangles / count, True
    opening.select_only(form)
    bpy.ops.object.modifier_apply(modifier=modifier.name)


def _triangulate(mesh: Any) -> None:
    form: Any = bmesh.new()
    form.from_mesh(mesh)
    bmesh.ops.triangulate(form, faces=form.faces)
    form.to_mesh(mesh)
    form.free()


def _join_triangles(mesh: Any) -> None:
    form: Any = bmesh.new()
    form.from_mesh(mesh)
    bmesh.ops.join_triangles(form, faces=form.faces, angle_face_threshold=0.7, angle_shape_threshold=0.9)
    form.to_mesh(mesh)
    form.free()


def _flowing_quads(form: Any, quads: int) -> bool:
    """Let QuadriFlow remesh a copy, and keep that if it still is the same form. It takes closed meshes only."""
    if quads > _QUADS_MAX:
        return False
    mesh = form.data.copy()
    copy: Any = bpy.data.objects.new(form.name, mesh)
    scene: Any = bpy.context.scene
    scene.collection.objects.link(copy)
    _decimate(copy, _QUADRIFLOW_MAX)
    opening.select_only(copy)
    try:
        done = bpy.ops.object.quadriflow_remesh(mode='FACES', target_faces=max(quads, 24), seed=0)
    except RuntimeError:
        done = {'CANCELLED'}
    is_same = 'FINISHED' in done and bool(mesh.polygons) and _are_alike(form.data, mesh)
    if is_same:
        form.data = mesh
        mesh.materials.clear()  # it has no UV any more
    bpy.data.objects.remove(copy)
    return is_same


def _are_alike(mesh: Any, other: Any) -> bool:
    """Whether two meshes are as large and in as many pieces: QuadriFlow drops small ones."""
    bounds = np.array(opening.bounds(mesh))
    off = np.abs(bounds - np.array(opening.bounds(other))).max()
    is_as_large = bool(off < _SAME * (bounds[1] - bounds[0]).max())
    return is_as_large and connected(mesh).max() == connected(other).max()


def _fit(mesh: Any, low: Any, high: Any) -> None:
    """Stretch a mesh to bounds: what reduces faces cuts corners off."""
    points = opening.positions(mesh).astype(np.float64)
    found, size = points.min(axis=0), np.ptp(points, axis=0)
    factor = np.where(size > 0, (high - low) / np.where(size > 0, size, 1), 1)
    mesh.vertices.foreach_set('co', ((points - found) * factor + low).astype(np.float32).ravel())
    mesh.update()
