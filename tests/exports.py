# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects to be sent, what they look like from outside, and the way to a service and back."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import bmesh
import bpy
import numpy as np
from mathutils import Matrix, Vector
from mathutils.kdtree import KDTree

from hunyuan3d_blender.scene.export import program, selection
from hunyuan3d_blender.services.model_options import FILE_SUFFIXES
from tests import scene_models

SIDES = {
    'F': (90, 0, 0),
    'B': (90, 0, 180),
    'L': (90, 0, 270),
    'R': (90, 0, 90),
    'T': (0, 0, 0),
    'D': (180, 0, 0),
}
"""The letter on each side of the box, and how it is turned there."""


def lettered_box(name: str = "Lettered") -> Any:
    """A box of 2 × 3 × 4 away from its origin, with the first letter of its side on each side, and a UV map."""
    made = bmesh.new()
    bmesh.ops.create_cube(made, size=1.0, matrix=Matrix.Diagonal((2.0, 3.0, 4.0, 1.0)))
    for letter, degrees in SIDES.items():
        curve = bpy.data.curves.new("~", 'FONT')
        curve.body, curve.align_x, curve.align_y, curve.extrude = letter, 'CENTER', 'CENTER', 0.05
        item = bpy.data.objects.new("~", curve)
        mesh = bpy.data.meshes.new_from_object(item)
        turn = Matrix.LocRotScale(None, tuple_to_euler(degrees), None)
        normal = turn @ Vector((0, 0, 1))
        half = Vector((1.0, 1.5, 2.0))
        mesh.transform(Matrix.Translation([n * h for n, h in zip(normal, half, strict=True)]) @ turn)
        made.from_mesh(mesh)
        bpy.data.objects.remove(item)
        bpy.data.curves.remove(curve)
        bpy.data.meshes.remove(mesh)
    bmesh.ops.remove_doubles(made, verts=made.verts, dist=1e-5)
    mesh = bpy.data.meshes.new(name)
    made.to_mesh(mesh)
    made.free()
    mesh.transform(Matrix.Translation((0.4, -0.2, 3.0)))
    while mesh.uv_layers:
        mesh.uv_layers.remove(mesh.uv_layers[0])
    layer = mesh.uv_layers.new(name="UVMap")
    for loop in mesh.loops:
        x, y, z = mesh.vertices[loop.vertex_index].co
        layer.uv[loop.index].vector = ((x + y / 7) % 1.0, (z + y / 3) % 1.0)
    item = bpy.data.objects.new(name, mesh)
    bpy.context.scene.collection.objects.link(item)
    return item


def tuple_to_euler(degrees: tuple[int, int, int]) -> Any:
    """Degrees as Blender's rotation."""
    from mathutils import Euler

    return Euler([np.radians(angle) for angle in degrees])


FACE_MIN = 1e-3
"""Area of faces whose normal is looked at; that of a sliver is a matter of rounding."""


class Look:
    """What is seen of the evaluated objects of the scene: faces in space, with their normals and UV."""

    def __init__(self, objects: Iterable[Any] | None = None) -> None:
        depsgraph = bpy.context.evaluated_depsgraph_get()
        wanted = None if objects is None else {item.name for item in objects}
        corners: list[tuple[float, ...]] = []
        faces: list[tuple[tuple[float, ...], tuple[float, ...]]] = []
        for instance in depsgraph.object_instances:
            owner = instance.parent if instance.is_instance else instance.object
            if wanted is not None and owner.name not in wanted:
                continue
            try:
                mesh = instance.object.to_mesh()
            except RuntimeError:
                continue
            world = instance.matrix_world.copy()
            turn = world.inverted_safe().transposed().to_3x3() * (-1 if world.is_negative else 1)
            uv = mesh.uv_layers.active.uv if mesh.uv_layers.active else None
            for polygon in mesh.polygons:
                flip = -1 if world.is_negative else 1
                if polygon.area > FACE_MIN:
                    normal = (turn @ polygon.normal).normalized() * flip
                    faces.append((tuple(world @ polygon.center), tuple(normal)))
                for loop in polygon.loop_indices:
                    point = world @ mesh.vertices[mesh.loops[loop].vertex_index].co
                    corners.append((*point, *(uv[loop].vector if uv else (0, 0))))
            instance.object.to_mesh_clear()
        self.corners = np.array(corners)
        self.faces = faces

    @property
    def points(self) -> Any:
        return self.corners[:, :3]

    @property
    def size(self) -> float:
        return float((self.points.max(axis=0) - self.points.min(axis=0)).max())

    def moved(self, by: Any) -> Look:
        """The same elsewhere."""
        self.corners[:, :3] += by
        self.faces = [(tuple(np.array(centre) + by), normal) for centre, normal in self.faces]
        return self


def far(one: Any, other: Any) -> float:
    """The longest way from a point of one set to the nearest of the other."""
    tree = KDTree(len(other))
    for number, point in enumerate(other):
        tree.insert(point, number)
    tree.balance()
    return max(tree.find(point)[2] for point in one)


def uv_far(one: Look, other: Look) -> float:
    """The longest way in UV between a corner and the nearest corner at the same place."""
    tree = KDTree(len(other.corners))
    for number, corner in enumerate(other.corners):
        tree.insert(corner[:3], number)
    tree.balance()
    near = one.size * 1e-4
    return max(
        min(
            float(np.hypot(*(other.corners[number][3:] - corner[3:])))
            for _, number, _ in tree.find_range(corner[:3], near)
        )
        for corner in one.corners
    )


def turned_over(one: Look, other: Look) -> int:
    """How many triangles of one look another way than the other's surface there."""
    tree = KDTree(len(other.faces))
    for number, (centre, _) in enumerate(other.faces):
        tree.insert(centre, number)
    tree.balance()
    wrong = 0
    for centre, normal in one.faces:
        _, number, distance = tree.find(centre)
        if distance < one.size * 1e-4:
            wrong += Vector(normal).dot(Vector(other.faces[number][1])) < 0.9
    return wrong


def state() -> str:
    """All that an artist could find changed in the open file."""
    bpy.context.view_layer.update()
    found: list[Any] = []
    for item in bpy.data.objects:
        found.append(
            (
                item.name,
                item.mode,
                item.select_get(),
                item.hide_viewport,
                item.hide_render,
                *map(tuple, item.matrix_world),
            )
        )
        found.append(
            (
                item.data and item.data.name,
                [(m.name, m.type) for m in item.modifiers],
                [c.name for c in item.users_collection],
            )
        )
        if item.type == 'MESH':
            found.append([tuple(vertex.co) for vertex in item.data.vertices])
            found.append([[tuple(corner.vector) for corner in layer.uv] for layer in item.data.uv_layers])
            found.append([slot.material and slot.material.name for slot in item.material_slots])
    for image in bpy.data.images:
        found.append((image.name, image.source, image.is_dirty, bool(image.packed_file), image.filepath_raw))
    for kind in ('objects', 'meshes', 'materials', 'images', 'collections', 'scenes', 'libraries'):
        found.append((kind, sorted(block.name for block in getattr(bpy.data, kind))))
    return repr(found)  # in which a NaN is itself


def send(
    folder: Path, objects: Iterable[Any], format_: str, **limits: int
) -> tuple[Path, selection.Selection, program.Baked, int]:
    """Write the objects and make the file, which replaces the open file by what is in it. Raise NotExported."""
    before = state()
    written = selection.write(bpy.context, objects, folder)
    assert state() == before, "the originals were touched"
    output = folder / f'model{FILE_SUFFIXES[format_]}'
    order = program.Order(
        blend=Path(written.blend), output=output, format=format_,
        frame=written.frame, origin=written.origin, painted=written.painted, **limits,
    )  # fmt: skip
    baked, pictures = program.export(order)
    assert not list(folder.glob('*.part'))
    return output, written, baked, pictures


def brought_back(file: Path) -> Look:
    """What a file shows in an empty scene."""
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    if file.suffix == '.zip':
        with zipfile.ZipFile(file) as archive:
            archive.extractall(file.with_suffix(''))
        file = file.with_suffix('') / 'model.obj'
    importers = {
        '.glb': bpy.ops.import_scene.gltf,
        '.fbx': bpy.ops.import_scene.fbx,
        '.obj': bpy.ops.wm.obj_import,
    }
    importers[file.suffix](filepath=str(file))
    return Look()


def textured(item: Any, folder: Path) -> Any:
    """Give an object a material with three pictures."""
    folder.mkdir(exist_ok=True)
    item.data.materials.append(scene_models.material(folder))
    return item
