# SPDX-License-Identifier: GPL-3.0-or-later
"""Materials in every state an importer may leave them in."""

from __future__ import annotations

from typing import Any

import bpy
import pytest

from hunyuan3d_blender.scene import materials
from hunyuan3d_blender.scene.texture_names import Role
from tests.scene_models import wiring


def new_material() -> Any:
    material = bpy.data.materials.new("m")
    tree = materials.node_tree(material)
    return material, tree, next(node for node in tree.nodes if node.type == 'BSDF_PRINCIPLED')


def new_image(name: str, is_data: bool = False) -> Any:
    return bpy.data.images.new(name, 4, 4, is_data=is_data)


def texture(tree: Any, image: Any) -> Any:
    node = tree.nodes.new('ShaderNodeTexImage')
    node.image = image
    return node.outputs['Color']


def test_empty_inputs_are_filled() -> None:
    material, _tree, _shader = new_material()
    materials.mend(material, {role: new_image(role) for role in Role if role is not Role.METALLIC_ROUGHNESS})
    assert wiring(material) == {
        'Base Color': ('base_color', 'Color', False),
        'Metallic': ('metallic', 'Color', True),
        'Roughness': ('roughness', 'Color', True),
        'Normal': ('normal', 'Normal', True),
    }
    assert materials.missing(material) == set()


def test_the_base_colour_is_the_texture_that_solid_view_shows() -> None:
    material, tree, _shader = new_material()
    materials.mend(
        material, {role: new_image(role) for role in (Role.NORMAL, Role.BASE_COLOR, Role.METALLIC)}
    )
    assert tree.nodes.active.image.name == 'base_color'


def test_a_packed_map_fills_what_has_no_map_of_its_own() -> None:
    material, _tree, _shader = new_material()
    materials.mend(material, {Role.METALLIC_ROUGHNESS: new_image('p_orm'), Role.ROUGHNESS: new_image('r')})
    assert wiring(material) == {'Metallic': ('p_orm', 'Blue', True), 'Roughness': ('r', 'Color', True)}
    assert materials.missing(material) == {Role.BASE_COLOR, Role.NORMAL}


def test_what_is_linked_is_not_replaced() -> None:
    material, tree, shader = new_material()
    tree.links.new(texture(tree, new_image('own')), shader.inputs['Base Color'])
    materials.mend(material, {Role.BASE_COLOR: new_image('other')})
    assert wiring(material) == {'Base Color': ('own', 'Color', False)}


def test_colour_spaces_are_corrected() -> None:
    material, tree, shader = new_material()
    tree.links.new(texture(tree, new_image('c', is_data=True)), shader.inputs['Base Color'])
    tree.links.new(texture(tree, new_image('r')), shader.inputs['Roughness'])
    materials.mend(material, {})
    assert wiring(material) == {'Base Color': ('c', 'Color', False), 'Roughness': ('r', 'Color', True)}


def test_one_image_as_colour_and_as_data() -> None:
    material, tree, shader = new_material()
    image = new_image('both')
    for socket in ('Base Color', 'Roughness'):
        tree.links.new(texture(tree, image), shader.inputs[socket])
    materials.mend(material, {})
    assert wiring(material) == {
        'Base Color': ('both', 'Color', False),
        'Roughness': ('both.001', 'Color', True),
    }


@pytest.mark.parametrize(
    ('metallic', 'roughness', 'wired'),
    [
        ('x', 'x', {'Metallic': ('x', 'Blue', True), 'Roughness': ('x', 'Green', True)}),
        ('a', 'b', {'Metallic': ('a', 'Color', True), 'Roughness': ('b', 'Color', True)}),
        ('a_orm', 'b', {'Metallic': ('a_orm', 'Blue', True), 'Roughness': ('b', 'Color', True)}),
        (None, 'metallic_roughness', {'Roughness': ('metallic_roughness', 'Green', True)}),
    ],
)
def test_packed_maps_are_split(metallic: str | None, roughness: str | None, wired: dict[str, Any]) -> None:
    material, tree, shader = new_material()
    images = {name: new_image(name) for name in {metallic, roughness} if name}
    for socket, name in (('Metallic', metallic), ('Roughness', roughness)):
        if name:
            tree.links.new(texture(tree, images[name]), shader.inputs[socket])
    materials.mend(material, {})
    assert wiring(material) == wired
    materials.mend(material, {})
    assert wiring(material) == wired, "mending twice is mending once"


def test_another_shader_hands_its_texture_to_a_principled_one() -> None:
    material, tree, shader = new_material()
    tree.nodes.remove(shader)
    emission = tree.nodes.new('ShaderNodeEmission')
    tree.links.new(texture(tree, new_image('unlit')), emission.inputs['Color'])
    tree.links.new(emission.outputs[0], tree.get_output_node('ALL').inputs['Surface'])
    materials.mend(material, {})
    assert wiring(material) == {'Base Color': ('unlit', 'Color', False)}


def test_a_tree_without_any_node() -> None:
    material, tree, _shader = new_material()
    tree.nodes.clear()
    materials.mend(material, {Role.NORMAL: new_image('n')})
    assert wiring(material) == {'Normal': ('n', 'Normal', True)}
    assert tree.get_output_node('ALL').inputs['Surface'].is_linked


def test_textures_without_image_leave_nothing_behind() -> None:
    material, tree, shader = new_material()
    split = tree.nodes.new('ShaderNodeSeparateColor')
    tree.links.new(texture(tree, None), split.inputs[0])
    tree.links.new(split.outputs['Green'], shader.inputs['Roughness'])
    materials.mend(material, {})
    assert wiring(material) == {}
    assert {node.type for node in tree.nodes} == {'BSDF_PRINCIPLED', 'OUTPUT_MATERIAL'}


def test_specular_of_phong_is_forgotten() -> None:
    material, tree, shader = new_material()
    shader.inputs['Specular IOR Level'].default_value = 0.0
    tree.links.new(texture(tree, new_image('ks')), shader.inputs['Specular IOR Level'])
    materials.forget_phong(material)
    assert wiring(material) == {}
    assert shader.inputs['Specular IOR Level'].default_value == 0.5


def test_image_names_say_what_they_do() -> None:
    material, _tree, _shader = new_material()
    images = {
        Role.METALLIC_ROUGHNESS: new_image('1'),
        Role.NORMAL: new_image('2'),
        Role.BASE_COLOR: new_image('3'),
    }
    materials.mend(material, images)
    assert materials.image_names(material, "Chair") == {
        '1': "Chair Metal Rough", '2': "Chair Normal", '3': "Chair Base Color",
    }  # fmt: skip
