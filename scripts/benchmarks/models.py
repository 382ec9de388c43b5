# SPDX-License-Identifier: GPL-3.0-or-later
"""Write a GLB as the services return them: one mesh with custom normals, about 1000 UV islands, three 2k textures.

python -m benchmarks.models FACES FILE
"""

from __future__ import annotations

import sys
from pathlib import Path

import bpy
import numpy as np
from numpy.typing import NDArray

from benchmarks import report

Array = NDArray[np.int64]

TEXTURE_PX = 2048
ISLANDS = 32
"""UV islands along each side."""


def main(faces: int, file: Path) -> None:
    """Make it."""
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    mesh = bumpy_sheet(round((faces / 2) ** 0.5))
    mesh.materials.append(material(file.parent))
    model = bpy.data.objects.new("Model", mesh)
    bpy.context.scene.collection.objects.link(model)
    part = file.with_suffix('.part.glb')
    bpy.ops.export_scene.gltf(filepath=str(part), export_format='GLB')
    part.replace(file)
    report("Models", faces=faces, size_mib=file.stat().st_size >> 20)


def bumpy_sheet(side: int) -> bpy.types.Mesh:
    """A sheet of `side` × `side` quads, cut into triangles."""
    u, v = (axis.ravel() / side for axis in np.meshgrid(np.arange(side + 1), np.arange(side + 1)))
    height = 0.05 * np.sin(17 * u) * np.cos(23 * v) + 0.01 * np.sin(151 * u * v)
    corner = (np.arange(side)[:, None] * (side + 1) + np.arange(side)).ravel()
    a, b, c, d = corner, corner + 1, corner + side + 2, corner + side + 1
    triangles = np.stack([a, b, c, a, c, d], axis=1).reshape(-1, 3)
    mesh = bpy.data.meshes.new("Model")
    mesh.vertices.add(len(u))
    mesh.vertices.foreach_set('co', np.stack([u, v, height], axis=1).astype(np.float32).ravel())
    mesh.loops.add(triangles.size)
    mesh.loops.foreach_set('vertex_index', triangles.astype(np.int32).ravel())
    mesh.polygons.add(len(triangles))
    mesh.polygons.foreach_set('loop_start', np.arange(0, triangles.size, 3, dtype=np.int32))
    mesh.update(calc_edges=True)
    _unwrap(mesh, np.repeat(corner % (side + 1), 2), np.repeat(corner // (side + 1), 2), side, triangles)
    normals = np.stack([-np.cos(17 * u), np.sin(23 * v), np.full_like(u, 3.0)], axis=1)
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    mesh.normals_split_custom_set_from_vertices(normals.astype(np.float32))
    return mesh


def _unwrap(mesh: bpy.types.Mesh, column: Array, row: Array, side: int, triangles: Array) -> None:
    """Islands with a gap between them, so that vertices are split along their borders."""
    cell = max(1, side // ISLANDS)
    x, y = triangles % (side + 1) / side, triangles // (side + 1) / side
    island_x, island_y = (column // cell)[:, None], (row // cell)[:, None]
    gap = 0.1 / (side // cell + 1)
    uv = np.stack([x * 0.9 + island_x * gap, y * 0.9 + island_y * gap], axis=-1)
    mesh.uv_layers.new(name="UVMap").uv.foreach_set('vector', uv.astype(np.float32).ravel())


def material(folder: Path) -> bpy.types.Material:
    """Base colour, roughness with metallic, and normal, each from a picture of its own."""
    result = bpy.data.materials.new("Model")
    if result.node_tree is None:  # before 5.0
        result.use_nodes = True
    tree = result.node_tree
    shader = next(node for node in tree.nodes if node.type == 'BSDF_PRINCIPLED')
    tree.links.new(_picture(tree, folder, 'base', 'sRGB').outputs['Color'], shader.inputs['Base Color'])
    split = tree.nodes.new('ShaderNodeSeparateColor')
    tree.links.new(_picture(tree, folder, 'surface', 'Non-Color').outputs['Color'], split.inputs[0])
    tree.links.new(split.outputs[1], shader.inputs['Roughness'])
    tree.links.new(split.outputs[2], shader.inputs['Metallic'])
    bumps = tree.nodes.new('ShaderNodeNormalMap')
    tree.links.new(_picture(tree, folder, 'normal', 'Non-Color').outputs['Color'], bumps.inputs['Color'])
    tree.links.new(bumps.outputs['Normal'], shader.inputs['Normal'])
    return result


def _picture(tree: bpy.types.NodeTree, folder: Path, name: str, space: str) -> bpy.types.ShaderNode:
    """Noise that a PNG can shrink about as far as a painted texture."""
    random = np.random.default_rng(sum(map(ord, name)))
    coarse = np.kron(
        random.random((64, 64, 3), dtype=np.float32), np.ones((TEXTURE_PX // 64, TEXTURE_PX // 64, 1))
    )
    pixels = np.ones((TEXTURE_PX, TEXTURE_PX, 4), dtype=np.float32)
    pixels[..., :3] = np.round((0.9 * coarse + 0.1 * random.random((TEXTURE_PX, TEXTURE_PX, 1))) * 255) / 255
    image = bpy.data.images.new(name, TEXTURE_PX, TEXTURE_PX, alpha=False)
    image.colorspace_settings.name = space
    image.pixels.foreach_set(pixels.ravel())
    image.filepath_raw = str(folder / f'{name}.png')
    image.file_format = 'PNG'
    image.save()
    node = tree.nodes.new('ShaderNodeTexImage')
    node.image = image
    return node


if __name__ == '__main__':
    main(int(sys.argv[1]), Path(sys.argv[2]))
