# SPDX-License-Identifier: GPL-3.0-or-later
"""What is seen of some objects becomes plain meshes: modifiers, shape keys, poses, instances and transforms applied."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import bmesh
import bpy
import numpy as np
from bpy.types import Collection, Object
from mathutils import Matrix

from ...services.errors import N_, Fact
from ...value import value
from .facts import CONVERTIBLE, Facts, Points, box_around, islands_of, placed, points_of, triangles_of


class NotExported(Exception):
    """The objects cannot go to a service. The text is a marked sentence, `facts` what is put into it."""

    def __init__(self, message: str, detail: str = '', **facts: Fact) -> None:
        super().__init__(message)
        self.detail, self.facts = detail, facts


@value
class Baked:
    """What stands in the scene now, and nothing else."""

    objects: tuple[Object, ...]
    facts: Facts
    islands: int


@dataclass
class _Piece:
    name: str
    mesh: Any
    points: Points
    """In the artist's scene."""


def bake(collection: Collection, frame: float, origin: Sequence[float], faces_max: int) -> Baked:
    """Replace everything in the open scene by plain meshes of what `collection` shows. Raise NotExported.

    `origin` is the place in the artist's scene that becomes the origin here. `faces_max` is the most triangles that are
    taken, 0 for any number.
    """
    scene = bpy.context.scene
    scene.collection.children.link(collection)
    for item in list(collection.all_objects):  # what is set below has Blender collect them anew
        item.hide_viewport = item.hide_render = False
    scene.frame_set(int(frame), subframe=frame % 1)
    pieces = list(_pieces(faces_max))
    if not pieces:
        raise NotExported(N_("The selected objects have no faces"))
    for item in list(bpy.data.objects):
        bpy.data.objects.remove(item)
    bpy.data.collections.remove(collection)
    corners = np.array([edge(piece.points, axis=0) for piece in pieces for edge in (np.min, np.max)])
    found = box_around(corners, sum(triangles_of(piece.mesh) for piece in pieces))
    if not max(found.size) > 0:
        raise NotExported(N_("The selected objects have no size"))
    return Baked(
        objects=tuple(_placed(piece, np.array(origin)) for piece in pieces),
        facts=found,
        islands=sum(islands_of(piece.mesh) for piece in pieces),
    )


def _pieces(faces_max: int) -> Iterator[_Piece]:
    """A mesh with faces of its own for each object and instance that is seen."""
    depsgraph = bpy.context.evaluated_depsgraph_get()
    faces = 0
    done: set[Any] = set()
    for instance in depsgraph.object_instances:
        seen: Any = instance.object
        original = seen.original
        if original.type not in CONVERTIBLE or not (instance.is_instance or instance.show_self):
            continue
        if original.type != 'MESH':
            # It is met once for each kind of geometry that it has, and in 4.2 not as an object that can be converted.
            number: Any = instance.persistent_id
            place = (original, tuple(number))
            if place in done:
                continue
            done.add(place)
            seen = original.evaluated_get(depsgraph)
        mesh = bpy.data.meshes.new_from_object(seen, preserve_all_data_layers=True, depsgraph=depsgraph)
        faces += triangles_of(mesh)
        if faces_max and faces > faces_max:
            message = N_("The selected objects have more than {limit:,} faces")
            raise NotExported(message, limit=faces_max)
        if len(mesh.polygons):
            _keep_one_uv_map(mesh)
            yield _Piece(seen.name, mesh, _world_points(mesh, instance.matrix_world.copy(), seen.name))
        else:
            bpy.data.meshes.remove(mesh)


def _world_points(mesh: Any, matrix: Matrix, name: str) -> Points:
    """The points of a mesh in the scene. Points that no face has go: exporters leave them out, too. Raise NotExported."""
    _remove_loose(mesh)
    points = placed(points_of(mesh), matrix)
    if not np.isfinite(points).all():
        message = N_("The geometry of {name} is damaged: some points have no position")
        raise NotExported(message, name=name)
    if matrix.is_negative:
        mesh.flip_normals()
    return points


def _remove_loose(mesh: Any) -> None:
    corners = np.empty(len(mesh.loops), np.int32)
    mesh.loops.foreach_get('vertex_index', corners)
    used = np.zeros(len(mesh.vertices), bool)
    used[corners] = True
    if used.all():
        return
    editing = bmesh.new()
    editing.from_mesh(mesh)
    loose: list[Any] = [point for point in editing.verts if not point.link_faces]
    bmesh.ops.delete(editing, geom=loose, context='VERTS')
    editing.to_mesh(mesh)
    editing.free()


def _keep_one_uv_map(mesh: Any) -> None:
    """The one that is rendered: services know no other."""
    kept = next((layer.name for layer in mesh.uv_layers if layer.active_render), '')
    for name in [layer.name for layer in mesh.uv_layers if layer.name != kept]:
        mesh.uv_layers.remove(mesh.uv_layers[name])


def _placed(piece: _Piece, origin: Points) -> Object:
    points = (piece.points - origin).astype(np.float32)
    piece.mesh.vertices.foreach_set('co', points.ravel())
    piece.mesh.update()
    made = bpy.data.objects.new(piece.name, piece.mesh)
    bpy.context.scene.collection.objects.link(made)
    return made


def materials_of(objects: Iterable[Object]) -> list[Any]:
    """All materials in use."""
    return list(
        dict.fromkeys(slot.material for item in objects for slot in item.material_slots if slot.material)
    )
