# SPDX-License-Identifier: GPL-3.0-or-later
"""What Blender itself exports passes every check: refusing honest files would be the worse fault."""

from __future__ import annotations

from pathlib import Path

import bpy
import pytest

from hunyuan3d_blender.worker.files.formats import Format, format_of, verify_complete
from hunyuan3d_blender.worker.files.preflight import check_model

# Blender's own FBX exporter, with a newer NumPy than Blender brings along.
pytestmark = pytest.mark.filterwarnings('ignore:Setting the shape on a NumPy array:DeprecationWarning')


@pytest.fixture
def textured(tmp_path: Path) -> Path:
    """A sphere with a texture and a shape key; returns the folder of the texture."""
    bpy.ops.mesh.primitive_uv_sphere_add()
    mesh = bpy.context.object
    material = bpy.data.materials.new("皮肤 skin")
    if bpy.app.version < (5, 0):  # later ones always have nodes, and warn
        material.use_nodes = True
    mesh.data.materials.append(material)
    picture = bpy.data.images.new("base color", 8, 8)
    picture.filepath_raw = str(tmp_path / 'base color.png')
    picture.file_format = 'PNG'
    picture.save()
    nodes = material.node_tree.nodes
    texture = nodes.new('ShaderNodeTexImage')
    texture.image = picture
    shader = next(node for node in nodes if node.type == 'BSDF_PRINCIPLED')
    material.node_tree.links.new(texture.outputs['Color'], shader.inputs['Base Color'])
    mesh.shape_key_add(name="Basis")
    mesh.shape_key_add(name="Key")
    return tmp_path


EXPORTS = {
    Format.GLB: lambda path: bpy.ops.export_scene.gltf(filepath=path, export_format='GLB'),
    Format.OBJ: lambda path: bpy.ops.wm.obj_export(filepath=path, path_mode='COPY'),
    Format.FBX: lambda path: bpy.ops.export_scene.fbx(filepath=path, path_mode='COPY', embed_textures=True),
    Format.STL: lambda path: bpy.ops.wm.stl_export(filepath=path),
    Format.USDZ: lambda path: bpy.ops.wm.usd_export(filepath=path),
}


@pytest.mark.parametrize('format_', EXPORTS)
def test_exports_are_complete_and_pass(textured: Path, format_: Format) -> None:
    path = textured / 'model.part'
    made = textured / f"model.{format_.value}"
    EXPORTS[format_](str(made))
    made.rename(path)  # the content alone tells what it is
    assert format_of(path) is format_
    verify_complete(path, format_)
    assert check_model(path, textured) is format_
