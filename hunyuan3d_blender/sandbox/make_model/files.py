# SPDX-License-Identifier: GPL-3.0-or-later
"""A sample in Blender's scene, and that scene as files of the formats the service delivers."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bpy
import numpy as np

# isort: split
import bmesh  # importable once bpy is

from . import photo
from .shape import Floats, Maps, Shape, normal_map

NAME = "Sample"
COPYRIGHT = "A sample made by Blender, not by a Hunyuan model"


def load_picture(path: Path, side_px: int) -> Floats:
    """(h, w, 4) of a picture, the upper row first, the longer side at most `side_px`. RuntimeError if unreadable."""
    image: Any = bpy.data.images.load(str(path))
    width, height = image.size
    if not width or not height:
        raise RuntimeError("the picture cannot be decoded")
    scale = min(1.0, side_px / max(width, height))
    width, height = max(1, round(width * scale)), max(1, round(height * scale))
    image.scale(width, height)
    pixels = np.empty(width * height * 4, np.float32)
    image.pixels.foreach_get(pixels)
    return pixels.reshape(height, width, 4)[::-1]


def save_picture(picture: Floats, path: Path, *, is_data: bool = False) -> Any:
    """Write (h, w), (h, w, 3) or (h, w, 4) from 0 to 1 as PNG; return Blender's image."""
    height, width = picture.shape[:2]
    pixels = np.ones((height, width, 4), np.float32)
    channels = picture.shape[2] if picture.ndim == 3 else 3
    pixels[..., :channels] = picture[::-1] if picture.ndim == 3 else picture[::-1, :, None]
    image: Any = bpy.data.images.new(path.stem, width, height, alpha=channels == 4, is_data=is_data)
    image.pixels.foreach_set(pixels.ravel())
    image.filepath_raw, image.file_format = str(path), 'PNG'
    image.save()
    return image


def build(shape: Shape, *, is_flat: bool) -> None:
    """Put the shape into the scene, which is empty before."""
    mesh: Any = bpy.data.meshes.new(NAME)
    mesh.vertices.add(len(shape.vertices))
    mesh.vertices.foreach_set('co', shape.vertices.ravel())
    mesh.loops.add(shape.triangles.size)
    mesh.loops.foreach_set('vertex_index', shape.triangles.ravel())
    mesh.polygons.add(len(shape.triangles))
    mesh.polygons.foreach_set('loop_start', np.arange(0, shape.triangles.size, 3, dtype=np.int32))
    mesh.polygons.foreach_set('use_smooth', np.full(len(shape.triangles), not is_flat))
    mesh.uv_layers.new(name='UVMap').data.foreach_set('uv', shape.uvs.ravel())
    mesh.update(calc_edges=True)
    mesh.validate()
    scene: Any = bpy.context.scene
    scene.collection.objects.link(bpy.data.objects.new(NAME, mesh))


def join_to_quads() -> None:
    """Make quads of the triangles where they lie well together."""
    form: Any = bmesh.new()
    form.from_mesh(bpy.data.meshes[NAME])
    bmesh.ops.join_triangles(form, faces=form.faces, angle_face_threshold=0.7, angle_shape_threshold=0.9)
    form.to_mesh(bpy.data.meshes[NAME])
    form.free()


def dress(mesh: Any, maps: Maps, textures: Path, *, has_pbr: bool) -> None:
    """Give a mesh a material. Each map is a file of its own, wired straight to its socket: every exporter knows that."""
    material: Any = bpy.data.materials.new(NAME)
    if material.node_tree is None:  # before 5.0
        material.use_nodes = True
    nodes, links = material.node_tree.nodes, material.node_tree.links
    sockets = nodes['Principled BSDF'].inputs
    sockets['Roughness'].default_value = 0.6

    def texture(name: str, picture: Floats, *, is_data: bool = True) -> Any:
        node = nodes.new('ShaderNodeTexImage')
        node.image = save_picture(picture, textures / f"{name}.png", is_data=is_data)
        return node.outputs['Color']

    links.new(texture('base_color', maps.base_color, is_data=False), sockets['Base Color'])
    if has_pbr:
        links.new(texture('roughness', maps.roughness), sockets['Roughness'])
        links.new(texture('metallic', maps.metallic), sockets['Metallic'])
        bump = nodes.new('ShaderNodeNormalMap')
        links.new(texture('normal', normal_map(maps.height)), bump.inputs['Color'])
        links.new(bump.outputs['Normal'], sockets['Normal'])
    mesh.materials.append(material)


def _glb(path: Path, _: Path) -> Path:
    path = path.with_suffix('.glb')
    bpy.ops.export_scene.gltf(
        filepath=str(path), export_format='GLB', export_animations=False, export_copyright=COPYRIGHT
    )
    return path


def _obj(path: Path, textures: Path) -> Path:
    """A zip of .obj, .mtl and the pictures, named plainly and side by side."""
    obj = textures / 'sample.obj'
    bpy.ops.wm.obj_export(filepath=str(obj), export_pbr_extensions=True, path_mode='STRIP')
    path = path.with_suffix('.zip')
    with zipfile.ZipFile(path, 'w', zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for file in sorted(textures.iterdir()):
            archive.write(file, file.name)
    return path


def _stl(path: Path, _: Path) -> Path:
    path = path.with_suffix('.stl')
    bpy.ops.wm.stl_export(filepath=str(path))
    return path


def _usdz(path: Path, _: Path) -> Path:
    options: Any = bpy.app.build_options
    if not options.usd:
        raise RuntimeError("this Blender has no USD")
    path = path.with_suffix('.usdz')
    bpy.ops.wm.usd_export(filepath=str(path))
    return path


def _fbx(path: Path, _: Path) -> Path:
    path = path.with_suffix('.fbx')
    bpy.ops.export_scene.fbx(filepath=str(path), path_mode='COPY', embed_textures=True)
    return path


def _mp4(path: Path, _: Path) -> Path:
    path = path.with_suffix('.mp4')
    photo.turntable(path)
    return path


def _gif(path: Path, _: Path) -> Path:
    path = path.with_suffix('.gif')
    photo.turntable(path)
    return path


EXPORTERS: dict[str, Callable[[Path, Path], Path]] = {
    'GLB': _glb,
    'OBJ': _obj,
    'STL': _stl,
    'USDZ': _usdz,
    'FBX': _fbx,
    'MP4': _mp4,
    'GIF': _gif,
}
"""By type: write the scene to a path, whose ending is chosen here; the second is the folder of the textures."""
