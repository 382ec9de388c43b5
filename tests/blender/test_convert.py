# SPDX-License-Identifier: GPL-3.0-or-later
"""The converter: a file of any format becomes one clean collection in a .blend."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy
import pytest
from mathutils import Matrix, Vector

from hunyuan3d_blender.scene import provenance, shape
from tests import scene_models
from tests.conversions import NAME, converted, order, root_of, textured_box
from tests.scene_models import wiring

pytestmark = pytest.mark.filterwarnings('ignore::DeprecationWarning')  # of Blender's own add-ons


def bounds(collection: Any) -> tuple[Vector, Vector]:
    return shape.bounds(
        item.matrix_world @ vertex.co
        for item in collection.all_objects
        if item.type == 'MESH'
        for vertex in item.data.vertices
    )


def assert_spiked_box(collection: Any, longest: float = 2.0) -> None:
    """It stands on the origin, its spike to the front, in the wanted size."""
    low, high = bounds(collection)
    factor = longest / max(scene_models.SIZE)
    x, y, z = (side * factor for side in scene_models.SIZE)
    assert low[:] == pytest.approx((-x / 2, -y / 2, 0), abs=1e-4)
    assert high[:] == pytest.approx((x / 2, y / 2, z), abs=1e-4)
    front = min((item.co for item in root_of(collection).data.vertices), key=lambda point: point.y)
    assert front[:] == pytest.approx((0, -y / 2, factor), abs=1e-4)


@pytest.mark.parametrize('suffix', ['.glb', '.fbx', '.obj', '.stl', '.usdz'])
def test_every_format_stands_on_its_origin_with_clean_names(suffix: str, tmp_path: Path) -> None:
    what = order(textured_box(tmp_path, suffix))
    collection = converted(what)
    root = root_of(collection)
    assert_spiked_box(collection)
    assert (root.type, root.name, root.data.name) == ('MESH', NAME, NAME)
    assert root.matrix_world == Matrix()
    assert not root.select_get()
    assert [item.name for item in collection.all_objects] == [NAME]
    assert [layer.name for layer in root.data.uv_layers] == ([] if suffix == '.stl' else ["UVMap"])
    for block in (collection, root):
        assert provenance.read(block) == dict(what.history)
    if suffix != '.stl':
        assert [slot.material.name for slot in root.material_slots] == [NAME]
    for image in bpy.data.images:
        assert image.packed_file
        assert image.name.startswith(NAME)
        assert image.filepath_raw == f"{image.name}.png"


@pytest.mark.parametrize('suffix', ['.glb', '.usdz'])
def test_textures_of_formats_that_carry_all_of_them(suffix: str, tmp_path: Path) -> None:
    root = root_of(converted(order(textured_box(tmp_path, suffix))))
    assert wiring(root.material_slots[0].material) == {
        'Base Color': (f"{NAME} Base Color", 'Color', False),
        'Metallic': (f"{NAME} Metal Rough", 'Blue', True),
        'Roughness': (f"{NAME} Metal Rough", 'Green', True),
        'Normal': (f"{NAME} Normal", 'Normal', True),
    }
    colours = {image.name: tuple(image.pixels[:3]) for image in bpy.data.images}
    assert colours[f"{NAME} Base Color"] == pytest.approx(scene_models.COLOURS['albedo'], abs=0.01)
    assert colours[f"{NAME} Metal Rough"] == pytest.approx(scene_models.COLOURS['packed'], abs=0.01)


def test_fbx_completed_from_the_pictures_beside_it(tmp_path: Path) -> None:
    model = textured_box(tmp_path, '.fbx')
    scene_models.picture(model.parent, 'roughness').rename(model.parent / 'x_roughness.png')
    scene_models.picture(model.parent, 'metallic').rename(model.parent / 'x_metallic.png')
    wired = wiring(root_of(converted(order(model))).material_slots[0].material)
    assert wired == {
        'Base Color': (f"{NAME} Base Color", 'Color', False),
        'Metallic': (f"{NAME} Metallic", 'Color', True),
        'Roughness': (f"{NAME} Roughness", 'Color', True),
        'Normal': (f"{NAME} Normal", 'Normal', True),
    }


SEPARATE = {
    'Base Color': (f"{NAME} Base Color", 'Color', False),
    'Metallic': (f"{NAME} Metallic", 'Color', True),
    'Roughness': (f"{NAME} Roughness", 'Color', True),
    'Normal': (f"{NAME} Normal", 'Normal', True),
}
PACKED = SEPARATE | {
    'Metallic': (f"{NAME} Metal Rough", 'Blue', True),
    'Roughness': (f"{NAME} Metal Rough", 'Green', True),
}
OBJ = {
    "maps named in the library": (
        "newmtl A\nKd 1 1 1\nKs 0 0 0\nmap_Kd albedo.png\nmap_Pm metallic.png\nmap_Pr roughness.png\nnorm normal.png\n",
        {},
        SEPARATE,
    ),
    "bump is the normal map": (
        "newmtl A\nmap_Kd albedo.png\nmap_Pm metallic.png\nmap_Pr roughness.png\nmap_Bump -bm 1.0 normal.png\n",
        {},
        SEPARATE,
    ),
    "one packed map, named twice": (
        "newmtl A\nmap_Kd albedo.png\nmap_Pm packed.png\nmap_Pr packed.png\nnorm normal.png\n",
        {},
        PACKED,
    ),
    "paths of another computer": (
        "newmtl A\nmap_Kd C:\\out\\albedo.png\nmap_Pm /out/metallic.png\nmap_Pr roughness.png\nnorm -bm 1 x/normal.png\n",
        {},
        SEPARATE,
    ),
    "a library without maps": (
        "newmtl A\nKd 1 1 1\n",
        {
            'albedo': 'texture_pbr_v128.png',
            'metallic': 'texture_pbr_v128_metallic.png',
            'roughness': 'texture_pbr_v128_roughness.png',
            'normal': 'texture_pbr_v128_normal.png',
        },
        SEPARATE,
    ),
    "no library": (
        None,
        {'albedo': 'x_albedo.png', 'packed': 'sub/x_orm.png', 'normal': 'x_nrm.png'},
        PACKED,
    ),
}


@pytest.mark.parametrize(('mtl', 'names', 'wired'), OBJ.values(), ids=list(OBJ))
def test_obj_with_its_textures(
    mtl: str | None, names: dict[str, str], wired: dict[str, Any], tmp_path: Path
) -> None:
    folder = tmp_path / 'model'
    model = scene_models.obj(folder, mtl)
    for name in scene_models.COLOURS:
        file = scene_models.picture(folder, name)
        if names:
            target = folder / names.get(name, 'gone')
            target.parent.mkdir(exist_ok=True)
            file.replace(target) if name in names else file.unlink()
    root = root_of(converted(order(model)))
    (slot,) = root.material_slots
    assert wiring(slot.material) == wired
    shader = next(node for node in slot.material.node_tree.nodes if node.type == 'BSDF_PRINCIPLED')
    assert shader.inputs['Specular IOR Level'].default_value == 0.5
    assert all(image.packed_file for image in bpy.data.images)


def test_obj_with_several_materials_takes_each_its_own_textures(tmp_path: Path) -> None:
    folder = tmp_path / 'model'
    model = scene_models.obj(folder, "newmtl head\nnewmtl body\n", ("head", "body"))
    for name, value in (('head_albedo', 0.2), ('body_albedo', 0.8)):
        scene_models.picture(folder, name, (value,) * 3)
    root = root_of(converted(order(model)))
    found = {}
    for slot in root.material_slots:
        ((image, _output, _is_data),) = wiring(slot.material).values()
        found[slot.material.name] = (image, round(bpy.data.images[image].pixels[0], 1))
    assert found == {NAME: (f"{NAME} Base Color", 0.2), f"{NAME} 1": (f"{NAME} 1 Base Color", 0.8)}


def test_the_same_picture_twice_is_kept_once(tmp_path: Path) -> None:
    folder = tmp_path / 'model'
    model = scene_models.obj(folder, "newmtl A\nmap_Kd one.png\nnewmtl B\nmap_Kd two.png\n", ("A", "B"))
    for name in ('one', 'two'):
        scene_models.picture(folder, name, (0.1, 0.2, 0.3))
    converted(order(model))
    assert len(bpy.data.images) == 1


@pytest.mark.parametrize(('target', 'longest'), [(0.0, 4.0), (0.5, 0.5), (100.0, 100.0)])
def test_size(target: float, longest: float, tmp_path: Path) -> None:
    assert_spiked_box(converted(order(textured_box(tmp_path, '.glb'), target_size_m=target)), longest)


def test_several_meshes_get_an_empty_as_root(tmp_path: Path) -> None:
    first = scene_models.spiked_box("one")
    second, shared = scene_models.spiked_box("two"), bpy.data.objects.new("three", first.data)
    bpy.context.scene.collection.objects.link(shared)
    bpy.context.scene.collection.objects.link(bpy.data.objects.new("left over", None))
    second.parent = first
    shared.location.x = 3.0
    second.scale = (1.0, -1.0, 1.0)
    collection = converted(order(scene_models.export(tmp_path / 'model' / 'x.glb')))
    root = root_of(collection)
    assert (root.type, root.name, root.matrix_world) == ('EMPTY', NAME, Matrix())
    assert {item.name for item in root.children} == {f"{NAME} {number}" for number in (1, 2, 3)}
    assert len(collection.all_objects) == 4
    low, high = bounds(collection)
    assert max(high - low) == pytest.approx(2.0, abs=1e-3)
    assert low.z == pytest.approx(0.0, abs=1e-5)
    assert (low + high).xy[:] == pytest.approx((0.0, 0.0), abs=1e-3)


def test_a_mirrored_mesh_is_not_turned_inside_out(tmp_path: Path) -> None:
    scene_models.spiked_box().scale = (-1.0, 1.0, 1.0)
    mesh = root_of(converted(order(scene_models.export(tmp_path / 'model' / 'x.glb')))).data
    top = max(mesh.polygons, key=lambda face: face.center.z)
    assert top.normal.z > 0.9


def test_custom_normals_are_kept(tmp_path: Path) -> None:
    mesh = scene_models.spiked_box().data
    tilted = Vector((0.6, 0.0, 0.8))
    mesh.normals_split_custom_set([tilted] * len(mesh.loops))
    mesh = root_of(converted(order(scene_models.export(tmp_path / 'model' / 'x.glb')))).data
    assert all((normal.vector - tilted).length < 0.01 for normal in mesh.corner_normals)


def test_an_armature_is_kept(tmp_path: Path) -> None:
    box = scene_models.spiked_box()
    armature = bpy.data.objects.new("Rig", bpy.data.armatures.new("Rig"))
    bpy.context.scene.collection.objects.link(armature)
    bpy.context.view_layer.objects.active = armature
    bpy.ops.object.mode_set(mode='EDIT')
    bone = armature.data.edit_bones.new("Bone")
    bone.head, bone.tail = (5.5, 7.0, 7.0), (5.5, 7.0, 11.0)
    bpy.ops.object.mode_set(mode='OBJECT')
    box.parent = armature
    box.vertex_groups.new(name="Bone").add(range(9), 1.0, 'REPLACE')
    box.modifiers.new("Rig", 'ARMATURE').object = armature
    collection = converted(order(scene_models.export(tmp_path / 'model' / 'x.glb')))
    root = root_of(collection)
    assert root.type == 'EMPTY'
    (mesh,) = (item for item in collection.all_objects if item.type == 'MESH')
    (modifier,) = mesh.modifiers
    assert modifier.object.type == 'ARMATURE'
    assert modifier.object in set(collection.all_objects)
    low, high = bounds(collection)
    assert high.z - low.z == pytest.approx(2.0, abs=1e-3)
    modifier.object.pose.bones[0].location.y = 5.0
    bpy.context.view_layer.update()
    evaluated = mesh.evaluated_get(bpy.context.evaluated_depsgraph_get())
    assert max((mesh.matrix_world @ vertex.co).z for vertex in evaluated.data.vertices) > 3.0


def test_cameras_lights_and_foreign_properties_are_dropped(tmp_path: Path) -> None:
    box = scene_models.spiked_box()
    box['hunyuan3d_job'] = 'f' * 32
    box.data['hunyuan3d_service'] = "forged"
    for data in (bpy.data.cameras.new("Camera"), bpy.data.lights.new("Light", 'POINT')):
        bpy.context.scene.collection.objects.link(bpy.data.objects.new("x", data))
    model = scene_models.export(
        tmp_path / 'model' / 'x.glb', export_extras=True, export_cameras=True, export_lights=True
    )
    collection = converted(order(model, history={}))
    root = root_of(collection)
    assert [item.type for item in collection.all_objects] == ['MESH']
    assert not provenance.read(root)
    assert not provenance.read(root.data)
