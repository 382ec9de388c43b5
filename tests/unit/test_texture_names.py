# SPDX-License-Identifier: GPL-3.0-or-later
"""File names of textures, as services and texture sites write them."""

from __future__ import annotations

import pytest

from hunyuan3d_blender.scene.texture_names import Role, choose, role_of

NAMES = {
    'model_albedo.png': Role.BASE_COLOR,
    'Foo_diff_2k.jpg': Role.BASE_COLOR,
    'Foo_diff_2k.002.jpg': Role.BASE_COLOR,
    'chairBaseColor.png': Role.BASE_COLOR,
    'base-colour.webp': Role.BASE_COLOR,
    'BaseColor1.png': Role.BASE_COLOR,
    '椅子_albedo.png': Role.BASE_COLOR,
    'texture_pbr_v128_metallic.png': Role.METALLIC,
    'texture_pbr_20250901_roughness.png': Role.ROUGHNESS,
    'rock_rough_4k.png': Role.ROUGHNESS,
    'material_0_normal.png': Role.NORMAL,
    'Bark_NormalGL.jpg': Role.NORMAL,
    'bark_nor_gl_2k.png': Role.NORMAL,
    'textures\\wall.normal.png': Role.NORMAL,
    'x_metallic_roughness.jpg': Role.METALLIC_ROUGHNESS,
    'x_metallicRoughness.jpg': Role.METALLIC_ROUGHNESS,
    'roughness_metallic.png': Role.METALLIC_ROUGHNESS,
    'occlusionRoughnessMetallic.png': Role.METALLIC_ROUGHNESS,
    'x_orm.png': Role.METALLIC_ROUGHNESS,
    'color_cube_normal.png': Role.NORMAL,
    'wall_ao.png': Role.OTHER,
    'wall_height.png': Role.OTHER,
    'preview.png': Role.OTHER,
    'texture.png': None,
    'texture_pbr_20250901.png': None,
    'normandy.png': None,
    'Image_0.png': None,
    '.png': None,
}


@pytest.mark.parametrize(('file', 'role'), NAMES.items(), ids=list(NAMES))
def test_role_by_name(file: str, role: Role | None) -> None:
    assert role_of(file) is role


BASE, METAL, ROUGH, PACKED, NORMAL = (
    Role.BASE_COLOR,
    Role.METALLIC,
    Role.ROUGHNESS,
    Role.METALLIC_ROUGHNESS,
    Role.NORMAL,
)

CHOICES = {
    "one material takes all": (
        ('a.mtl', ['x_albedo.png', 'x_normal.png', 'x_ao.png'], ['a.mtl']),
        {BASE: 'x_albedo.png', NORMAL: 'x_normal.png'},
    ),
    "the nameless one is the base colour": (
        ('m', ['tex_1.png', 'tex_1_metallic.png', 'tex_1_roughness.png', 'preview.png'], ['m']),
        {BASE: 'tex_1.png', METAL: 'tex_1_metallic.png', ROUGH: 'tex_1_roughness.png'},
    ),
    "unless one says that it is": (('m', ['tex.png', 'tex_albedo.png'], ['m']), {BASE: 'tex_albedo.png'}),
    "of two nameless ones none is": (('m', ['one.png', 'two.png'], ['m']), {}),
    "the shortest name of a role": (
        ('m', ['x_normal_2k.png', 'x_normal.png'], ['m']),
        {NORMAL: 'x_normal.png'},
    ),
    "each material its own": (
        ('body', ['body_albedo.png', 'Body_orm.png', 'head_albedo.png', 'albedo.png'], ['body', 'head']),
        {BASE: 'body_albedo.png', PACKED: 'Body_orm.png'},
    ),
    "none named like it": (('legs', ['body_albedo.png', 'albedo.png'], ['body', 'legs']), {}),
    "numbered materials": (
        ('material_1', ['material_10_albedo.png', 'material_1_albedo.png'], ['material_1', 'material_10']),
        {BASE: 'material_1_albedo.png'},
    ),
    "one set for all": (('left', ['skin_albedo.png'], ['left', 'right']), {BASE: 'skin_albedo.png'}),
    "nothing": (('m', [], ['m']), {}),
}


@pytest.mark.parametrize(('given', 'chosen'), CHOICES.values(), ids=list(CHOICES))
def test_choice_for_a_material(given: tuple[str, list[str], list[str]], chosen: dict[Role, str]) -> None:
    material, files, materials = given
    assert choose(files, material, materials) == chosen
