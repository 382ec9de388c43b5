# SPDX-License-Identifier: GPL-3.0-or-later
"""Models made inside Blender and exported by it, for tests of what comes in."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import bpy

# isort: split
import bmesh
from mathutils import Matrix, Vector

SIZE = (1.0, 3.0, 4.0)
"""Of `spiked_box` along X, Y and Z in metres."""
CENTRE = (5.5, 6.5, 7.0)
"""Of its base."""

COLOURS = {
    'albedo': (0.8, 0.2, 0.1),
    'packed': (1.0, 0.6, 0.4),
    'metallic': (0.4, 0.4, 0.4),
    'roughness': (0.6, 0.6, 0.6),
    'normal': (0.5, 0.5, 1.0),
}


def spiked_box(name: str = "Box") -> Any:
    """A box away from the origin with a spike to its front (-Y): one can tell where it is, how large, and which way round."""
    x, y, z = 5.0, 6.0, 7.0
    points = [(x + a, y + 2 * b, z + 4 * c) for c in (0, 1) for b in (0, 1) for a in (0, 1)]
    points.append((x + 0.5, y - 1.0, z + 1.0))
    faces = [
        (0, 2, 3, 1),
        (4, 5, 7, 6),
        (1, 3, 7, 5),
        (3, 2, 6, 7),
        (2, 0, 4, 6),
        (0, 1, 8),
        (1, 5, 8),
        (5, 4, 8),
        (4, 0, 8),
    ]
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(points, [], faces)
    layer = mesh.uv_layers.new(name="UVMap")
    for loop in mesh.loops:
        layer.uv[loop.index].vector = (loop.vertex_index % 3 / 2, loop.vertex_index // 3 / 2)
    item = bpy.data.objects.new(name, mesh)
    bpy.context.scene.collection.objects.link(item)
    return item


SIDES = (
    ("F", (0, -1, 0), 0.0, 0.0), ("B", (0, 1, 0), 0.0, 180.0), ("L", (1, 0, 0), 0.0, 90.0),
    ("R", (-1, 0, 0), 0.0, -90.0), ("T", (0, 0, 1), -90.0, 0.0), ("G", (0, 0, -1), 90.0, 0.0),
)  # fmt: skip
"""Letter, where it looks, and how a letter that looks to the front is turned about X, then Z, to look there."""
LETTERED_SIZE = (1.0, 3.0, 4.0)


def lettered_box(name: str = "Lettered") -> Any:
    """A box away from the origin, another letter raised to another height on each side: one mesh, with a UV map."""
    form = bmesh.new()
    bmesh.ops.create_cube(form, size=1.0, matrix=Matrix.Diagonal((*LETTERED_SIZE, 1)))
    for number, (letter, direction, about_x, about_z) in enumerate(SIDES):
        curve = bpy.data.curves.new(letter, 'FONT')
        curve.body, curve.align_x, curve.align_y = letter, 'CENTER', 'CENTER'
        curve.size, curve.extrude, curve.resolution_u = 0.7, 0.02 * (1 + number), 2
        text = bpy.data.objects.new(letter, curve)
        mesh = bpy.data.meshes.new_from_object(text)
        away = Vector(direction) * (abs(Vector(LETTERED_SIZE).dot(Vector(direction))) / 2)
        upright = Matrix.Rotation(math.radians(90), 4, 'X')
        turned = Matrix.Rotation(math.radians(about_z), 4, 'Z') @ Matrix.Rotation(
            math.radians(about_x), 4, 'X'
        )
        mesh.transform(Matrix.Translation(away) @ turned @ upright)
        form.from_mesh(mesh)
        bpy.data.objects.remove(text)
        bpy.data.curves.remove(curve)
        bpy.data.meshes.remove(mesh)
    bmesh.ops.translate(form, verts=form.verts, vec=(5.5, 7.5, 9.0))
    mesh = bpy.data.meshes.new(name)
    form.to_mesh(mesh)
    form.free()
    layer = mesh.uv_layers.new(name="UVMap")
    for loop in mesh.loops:
        x, y, z = mesh.vertices[loop.vertex_index].co
        layer.uv[loop.index].vector = ((x + y - 10) / 10, (z - 5) / 8)
    item = bpy.data.objects.new(name, mesh)
    bpy.context.scene.collection.objects.link(item)
    return item


def picture(folder: Path, name: str, colour: tuple[float, float, float] | None = None) -> Path:
    """A PNG in one colour, by default that of `COLOURS` for its name."""
    image = bpy.data.images.new(name, 8, 8)
    image.pixels = (*(colour or COLOURS[name]), 1.0) * 64
    file = folder / f"{name}.png"
    image.file_format = 'PNG'
    image.save(filepath=str(file))
    bpy.data.images.remove(image)
    return file


def material(folder: Path, name: str = "material_0") -> Any:
    """A Principled material with a base colour, a packed metallic and roughness map, and a normal map."""
    made = bpy.data.materials.new(name)
    if made.node_tree is None:
        made.use_nodes = True
    tree = made.node_tree
    shader = next(node for node in tree.nodes if node.type == 'BSDF_PRINCIPLED')
    colour = {
        key: _texture(tree, picture(folder, key), key != 'albedo') for key in ('albedo', 'packed', 'normal')
    }
    split, bump = tree.nodes.new('ShaderNodeSeparateColor'), tree.nodes.new('ShaderNodeNormalMap')
    for output, socket in (
        (colour['albedo'], shader.inputs['Base Color']),
        (colour['packed'], split.inputs[0]),
        (split.outputs['Blue'], shader.inputs['Metallic']),
        (split.outputs['Green'], shader.inputs['Roughness']),
        (colour['normal'], bump.inputs['Color']),
        (bump.outputs['Normal'], shader.inputs['Normal']),
    ):
        tree.links.new(output, socket)
    return made


def export(file: Path, **options: Any) -> Path:
    """Write the open scene in the format of the file's suffix."""
    folder = file.parent
    folder.mkdir(parents=True, exist_ok=True)
    path = str(file)
    match file.suffix:
        case '.glb':
            bpy.ops.export_scene.gltf(filepath=path, export_format='GLB', **options)
        case '.fbx':
            bpy.ops.export_scene.fbx(filepath=path, path_mode='COPY', embed_textures=True, **options)
        case '.obj':
            bpy.ops.wm.obj_export(filepath=path, path_mode='COPY', export_pbr_extensions=True, **options)
        case '.stl':
            bpy.ops.wm.stl_export(filepath=path, **options)
        case '.usdz':
            bpy.ops.wm.usd_export(filepath=path, **options)
    return file


def obj(folder: Path, mtl: str | None, materials: tuple[str, ...] = ("A",)) -> Path:
    """An OBJ written by hand: a square of two triangles for each material; `mtl` is the text of its library."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = ["mtllib model.mtl"] if mtl is not None else []
    for number, name in enumerate(materials):
        base = 4 * number
        lines += [f"v {x + number} {y} 0" for x, y in ((0, 0), (1, 0), (1, 2), (0, 2))]
        lines += [f"vt {x} {y}" for x, y in ((0, 0), (1, 0), (1, 1), (0, 1))]
        lines += [f"usemtl {name}"] if mtl is not None else []
        corners = [f"{base + n}/{base + n}" for n in (1, 2, 3, 4)]
        lines += [f"f {' '.join(corners[:3])}", f"f {corners[0]} {corners[2]} {corners[3]}"]
    file = folder / 'model.obj'
    file.write_text("\n".join(lines) + "\n", encoding='utf-8')
    if mtl is not None:
        (folder / 'model.mtl').write_text(mtl, encoding='utf-8')
    return file


def wiring(of: Any) -> Mapping[str, tuple[str, str, bool]]:
    """What feeds a Principled BSDF: by input the image, the output that is used ('Color', 'Blue', …) and whether it is data."""
    shader = next(node for node in of.node_tree.nodes if node.type == 'BSDF_PRINCIPLED')
    found = {}
    for socket in shader.inputs:
        if socket.is_linked:
            node, output = socket.links[0].from_node, socket.links[0].from_socket
            if node.type in ('SEPARATE_COLOR', 'NORMAL_MAP'):
                node = node.inputs['Color'].links[0].from_node
            image = node.image
            found[socket.name] = (image.name, output.name, image.colorspace_settings.is_data)
    return found


def _texture(tree: Any, file: Path, is_data: bool) -> Any:
    node = tree.nodes.new('ShaderNodeTexImage')
    node.image = bpy.data.images.load(str(file))
    node.image.colorspace_settings.is_data = is_data
    return node.outputs['Color']
