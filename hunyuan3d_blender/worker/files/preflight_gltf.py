# SPDX-License-Identifier: GPL-3.0-or-later
"""Check a GLB before an importer sees it: what would crash it, fill the memory, or make it open other files.

A 788-byte GLB whose triangles have one or two corners kills every Blender from 4.2 to 5.2. The list of rules follows
the issues of the Khronos glTF-Validator (ISSUES.md) as far as they are dangerous; taste is not checked.
What Draco has compressed cannot be checked here: the background Blender is the wall for that.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ...services.errors import N_
from .glb import read_glb
from .gltf_data import ELEMENTS_MAX, Accessor, Data, integer, mapping, numbers, objects, read_uri, refused
from .pixels import HEAD_MAX_BYTES, check_pixels
from .refusal import Damaged, ModelRefused

VERTICES_MAX = 50_000_000
"""Of all meshes and their shape keys together. Services stop at 1.5 million faces."""

NODES_MAX = 100_000
"""Of nodes, and of copies of one that an extension asks for."""

NODE_DEPTH_MAX = 500
"""Python's importer follows children recursively and would end at 1,000."""

_LIST_MAX = 100_000
_IMAGES_MAX = 1_000
_SCENES_MAX = 100

EXTENSIONS = frozenset({
    'KHR_materials_pbrSpecularGlossiness', 'KHR_lights_punctual', 'KHR_materials_unlit', 'KHR_texture_transform',
    'KHR_materials_clearcoat', 'KHR_mesh_quantization', 'EXT_mesh_gpu_instancing', 'KHR_draco_mesh_compression',
    'KHR_materials_variants', 'KHR_materials_emissive_strength', 'KHR_materials_transmission',
    'KHR_materials_specular', 'KHR_materials_sheen', 'KHR_materials_ior', 'KHR_animation_pointer',
    'KHR_materials_volume', 'EXT_texture_webp', 'KHR_materials_anisotropy',
})  # fmt: skip
"""What a model may require: the list of Blender 4.2's importer, which all later ones contain."""

_POINTS, _LINES, _TRIANGLES = 0, 1, 4
_CORNERS: dict[int, Callable[[int], bool]] = {
    _POINTS: lambda count: count >= 1,
    _LINES: lambda count: count >= 2 and count % 2 == 0,
    2: lambda count: count >= 2,
    3: lambda count: count >= 2,
    _TRIANGLES: lambda count: count >= 3 and count % 3 == 0,
    5: lambda count: count >= 3,
    6: lambda count: count >= 3,
}
"""How many corners a primitive of each mode can have."""

_VECTORS = {
    'POSITION': ('VEC3',),
    'NORMAL': ('VEC3',),
    'TANGENT': ('VEC4', 'VEC3'),  # VEC3 in shape keys
    'TEXCOORD': ('VEC2',),
    'COLOR': ('VEC3', 'VEC4'),
    'JOINTS': ('VEC4',),
    'WEIGHTS': ('VEC4',),
}
"""Shape of each attribute, by its name without the number."""


def check_glb(path: Path) -> None:
    """Raise `ModelRefused`, or OSError when the file cannot be read."""
    try:
        document, start, length = read_glb(path)
    except Damaged as error:
        raise ModelRefused(error.failure.message, **error.failure.facts) from error
    if mapping(document, 'asset', '').get('version') != '2.0':
        raise refused('asset.version')
    _check_extensions(document)
    data = Data(document, path, start, length)
    _check_images(document, data, path.parent)
    _check_meshes(document, data)
    _check_skins(document, data)
    _check_nodes(document, data)


def _check_extensions(document: dict[str, Any]) -> None:
    required = document.get('extensionsRequired', [])
    if not isinstance(required, list) or not all(isinstance(name, str) for name in required):
        raise refused('extensionsRequired')
    for name in required:
        if name not in EXTENSIONS:
            message = N_("The model needs the glTF extension {name}, which not every Blender can read")
            raise ModelRefused(message, name=name)


def _check_images(document: dict[str, Any], data: Data, folder: Path) -> None:
    for number, image in enumerate(objects(document, 'images', '', _IMAGES_MAX)):
        place = f"images[{number}]"
        if ('uri' in image) == ('bufferView' in image):
            raise refused(place)
        if 'uri' in image:
            head = read_uri(image['uri'], place, folder).read(0, HEAD_MAX_BYTES)
        else:
            head = data.head_of_view(image, 'bufferView', place, HEAD_MAX_BYTES)
        check_pixels(head, place)


# Meshes


def _check_meshes(document: dict[str, Any], data: Data) -> None:
    materials = len(objects(document, 'materials', '', _LIST_MAX))
    vertices = corners = surfaces = 0
    for number, mesh in enumerate(objects(document, 'meshes', '', _LIST_MAX)):
        for part, primitive in enumerate(objects(mesh, 'primitives', f"meshes[{number}]", _LIST_MAX)):
            place = f"meshes[{number}].primitives[{part}]"
            if 'material' in primitive:
                integer(primitive, 'material', place, 0, materials - 1)
            vertices += _check_attributes(primitive, place, data)
            corners += _check_corners(primitive, place, data)
            surfaces += primitive.get('mode', _TRIANGLES) >= _TRIANGLES
            if vertices > VERTICES_MAX or corners > ELEMENTS_MAX:
                raise ModelRefused(N_("The model has more vertices than can be handled"))
    if not surfaces:
        raise ModelRefused(N_("The model has no faces"))


def _check_attributes(primitive: dict[str, Any], place: str, data: Data) -> int:
    """Check vertices and shape keys; return how many vertices an importer will hold for them."""
    attributes = mapping(primitive, 'attributes', place)
    count = data.accessor(attributes, 'POSITION', f"{place}.attributes").count
    targets = objects(primitive, 'targets', place, _LIST_MAX)
    for owner, where in ((attributes, 'attributes'), *((target, 'targets') for target in targets)):
        for name in owner:
            accessor = data.accessor(owner, name, f"{place}.{where}")
            if accessor.count != count or not _has_shape(accessor, name):
                raise refused(f"{place}.{where}.{name}")
    return count * (1 + len(targets))


def _has_shape(accessor: Accessor, name: str) -> bool:
    known = _VECTORS.get(name.split('_')[0])
    return accessor.type in known if known else not accessor.type.startswith('MAT')


def _check_corners(primitive: dict[str, Any], place: str, data: Data) -> int:
    """Check which vertices make up the faces; return the number of corners."""
    positions = data.accessor(primitive['attributes'], 'POSITION', place)
    mode = integer(primitive, 'mode', place, _POINTS, max(_CORNERS), _TRIANGLES)
    count = positions.count
    if 'indices' in primitive:
        indices = data.accessor(primitive, 'indices', place)
        count = indices.count
        if not indices.is_index_list or data.highest(primitive['indices']) >= positions.count:
            raise refused(f"{place}.indices")
    if not _CORNERS[mode](count):
        raise refused(f"{place}.indices")
    return count


# Nodes


def _check_skins(document: dict[str, Any], data: Data) -> None:
    nodes = len(objects(document, 'nodes', '', NODES_MAX))
    for number, skin in enumerate(objects(document, 'skins', '', _LIST_MAX)):
        place = f"skins[{number}]"
        joints = numbers(skin, 'joints', place, nodes)
        if not joints or len(set(joints)) != len(joints):
            raise refused(f"{place}.joints")
        if 'skeleton' in skin:
            integer(skin, 'skeleton', place, 0, nodes - 1)
        if 'inverseBindMatrices' in skin:
            matrices = data.accessor(skin, 'inverseBindMatrices', place)
            if matrices.type != 'MAT4' or matrices.count < len(joints):
                raise refused(f"{place}.inverseBindMatrices")


def _check_nodes(document: dict[str, Any], data: Data) -> None:
    nodes = objects(document, 'nodes', '', NODES_MAX)
    lists = (('mesh', 'meshes'), ('skin', 'skins'), ('camera', 'cameras'))
    sizes = {name: len(objects(document, list_, '', _LIST_MAX)) for name, list_ in lists}
    copies = 0
    for number, node in enumerate(nodes):
        place = f"nodes[{number}]"
        for name, size in sizes.items():
            if name in node:
                integer(node, name, place, 0, size - 1)
        instancing = mapping(mapping(node, 'extensions', place), 'EXT_mesh_gpu_instancing', place)
        attributes = mapping(instancing, 'attributes', place)
        copies += max((data.accessor(attributes, name, place).count for name in attributes), default=0)
    if copies > NODES_MAX:
        raise ModelRefused(N_("The model has more objects than can be handled"))
    _check_tree([numbers(node, 'children', f"nodes[{n}]", len(nodes)) for n, node in enumerate(nodes)])
    scenes = objects(document, 'scenes', '', _SCENES_MAX)
    for number, scene in enumerate(scenes):
        roots = numbers(scene, 'nodes', f"scenes[{number}]", len(nodes))
        if len(set(roots)) != len(roots):
            raise refused(f"scenes[{number}].nodes")
    if 'scene' in document:
        integer(document, 'scene', '', 0, len(scenes) - 1)


def _check_tree(children: list[list[int]]) -> None:
    """Every node has one parent at most, nobody is their own ancestor, and no chain is too long."""
    below = [child for list_ in children for child in list_]
    if len(set(below)) != len(below):
        raise refused('nodes.children')
    level = sorted(set(range(len(children))) - set(below))
    seen = depth = 0
    while level:
        seen += len(level)
        depth += 1
        if depth > NODE_DEPTH_MAX:
            raise ModelRefused(N_("The objects of the model are nested too deeply"))
        level = [child for node in level for child in children[node]]
    if seen != len(children):  # the rest hangs together in circles
        raise refused('nodes.children')
