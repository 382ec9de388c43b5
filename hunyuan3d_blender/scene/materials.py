# SPDX-License-Identifier: GPL-3.0-or-later
"""Materials as Blender users expect them, whatever file they came from.

Each importer leaves something to be desired (measured on 4.2 to 5.2): OBJ reads metallic and roughness maps as colours,
knows no 'norm' and splits no packed map; FBX files carry Phong slots and leave the rest to files beside them; all of
them keep names and colour spaces of their own. A material is mended, not rebuilt: what an importer has understood stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from bpy.types import Image, Material

from .texture_names import Role, role_of

# What nodes and sockets have depends on their kind, which no type checker knows.
Tree: TypeAlias = Any
Node: TypeAlias = Any
Socket: TypeAlias = Any

_DATA_INPUTS = ('Metallic', 'Roughness', 'Normal')
_ROLES: Mapping[str, Role] = {
    'Base Color': Role.BASE_COLOR,
    'Metallic': Role.METALLIC,
    'Roughness': Role.ROUGHNESS,
    'Normal': Role.NORMAL,
}
_LABELS: Mapping[frozenset[Role], str] = {
    frozenset({Role.BASE_COLOR}): "Base Color",
    frozenset({Role.METALLIC}): "Metallic",
    frozenset({Role.ROUGHNESS}): "Roughness",
    frozenset({Role.METALLIC, Role.ROUGHNESS}): "Metal Rough",
    frozenset({Role.NORMAL}): "Normal",
}


def mend(material: Material, images: Mapping[Role, Image]) -> None:
    """Make sure of a Principled BSDF, of colour spaces and channels, and fill inputs without a map from `images`."""
    tree = node_tree(material)
    _remove_dead_ends(tree)
    shader = _principled(tree)
    _fill(tree, shader, images)
    _split_packed(tree, shader)
    _correct_colour_spaces(shader)
    # What Workbench and texture painting show is the active texture.
    tree.nodes.active = next(_image_nodes(shader.inputs['Base Color']), shader)


def forget_phong(material: Material) -> None:
    """Undo what OBJ and FBX importers make of a Phong highlight: Principled has another notion of it."""
    tree = node_tree(material)
    specular = _principled(tree).inputs['Specular IOR Level']
    for link in list(specular.links):
        tree.links.remove(link)
    specular.default_value = 0.5


def missing(material: Material) -> set[Role]:
    """The roles that no texture of the material fills."""
    shader = _principled(node_tree(material))
    return {role for name, role in _ROLES.items() if not shader.inputs[name].is_linked}


def image_names(material: Material, name: str) -> dict[str, str]:
    """What the images of a material should be called, by their present names: what they do, after `name`."""
    roles: dict[str, set[Role]] = {}
    shader = _principled(node_tree(material))
    for socket, role in _ROLES.items():
        for node in _image_nodes(shader.inputs[socket]):
            roles.setdefault(node.image.name, set()).add(role)
    return {image: f"{name} {_LABELS.get(frozenset(found), 'Texture')}" for image, found in roles.items()}


def rename_uv_map(material: Material, old: str, new: str) -> None:
    """Let nodes that name a UV map `old` name it `new`."""
    for node in node_tree(material).nodes:
        if node.type == 'UVMAP' and node.uv_map == old:
            node.uv_map = new


def node_tree(material: Material) -> Tree:
    """The material's nodes, made if there are none."""
    if material.node_tree is None:
        material.use_nodes = True  # before 5.0 a material begins without; later the property is deprecated
    return material.node_tree


# Inside


def _principled(tree: Tree) -> Node:
    """The Principled BSDF that the surface shows, made if there is none; it inherits the texture of what it replaces."""
    output = tree.get_output_node('ALL') or tree.nodes.new('ShaderNodeOutputMaterial')
    surface = output.inputs['Surface']
    found = next((node for node in _upstream(surface) if node.type == 'BSDF_PRINCIPLED'), None)
    if found is not None:
        return found
    texture = next(_image_nodes(surface), None)
    shader = tree.nodes.new('ShaderNodeBsdfPrincipled')
    tree.links.new(shader.outputs['BSDF'], surface)
    if texture is not None:
        tree.links.new(texture.outputs['Color'], shader.inputs['Base Color'])
    return shader


def _remove_dead_ends(tree: Tree) -> None:
    """Remove textures that have lost their image, and what only led on from those."""
    for node in [node for node in tree.nodes if node.type == 'TEX_IMAGE' and node.image is None]:
        tree.nodes.remove(node)
    for node in [node for node in tree.nodes if node.type in ('SEPARATE_COLOR', 'NORMAL_MAP')]:
        if not node.inputs['Color'].is_linked:
            tree.nodes.remove(node)


def _fill(tree: Tree, shader: Node, images: Mapping[Role, Image]) -> None:
    """Link images to those inputs that have no map. A map of its own goes before a packed one."""
    packed = images.get(Role.METALLIC_ROUGHNESS)
    for row, (name, role) in enumerate(_ROLES.items()):
        socket = shader.inputs[name]
        image = images.get(role) or (packed if role in (Role.METALLIC, Role.ROUGHNESS) else None)
        if image is None or socket.is_linked:
            continue
        texture = _texture_node(tree, image) or tree.nodes.new('ShaderNodeTexImage')
        texture.image = image
        texture.location = (shader.location.x - 600, shader.location.y - 300 * row)
        colour = texture.outputs['Color']
        tree.links.new(_through_normal_map(tree, colour) if role is Role.NORMAL else colour, socket)


def _texture_node(tree: Tree, image: Image) -> Node | None:
    return next((node for node in tree.nodes if node.type == 'TEX_IMAGE' and node.image == image), None)


def _through_normal_map(tree: Tree, colour: Socket) -> Socket:
    node = tree.nodes.new('ShaderNodeNormalMap')
    node.location = (colour.node.location.x + 300, colour.node.location.y)
    tree.links.new(colour, node.inputs['Color'])
    return node.outputs['Normal']


def _split_packed(tree: Tree, shader: Node) -> None:
    """Take single channels of a map that holds both metallic and roughness, where it is linked whole."""
    metallic, roughness = shader.inputs['Metallic'], shader.inputs['Roughness']
    images = {socket: _directly_linked_image(socket) for socket in (metallic, roughness)}
    for socket, channel in ((metallic, 'Blue'), (roughness, 'Green')):
        image = images[socket]
        if image is None:
            continue
        if images[metallic] == images[roughness] or role_of(image.name) is Role.METALLIC_ROUGHNESS:
            colour = socket.links[0].from_socket
            tree.links.new(_separated(tree, colour).outputs[channel], socket)


def _directly_linked_image(socket: Socket) -> Image | None:
    nodes = [link.from_node for link in socket.links]
    return nodes[0].image if nodes and nodes[0].type == 'TEX_IMAGE' else None


def _separated(tree: Tree, colour: Socket) -> Node:
    """The Separate Color node behind `colour`, made if there is none."""
    for link in colour.links:
        if link.to_node.type == 'SEPARATE_COLOR':
            return link.to_node
    node = tree.nodes.new('ShaderNodeSeparateColor')
    node.location = (colour.node.location.x + 300, colour.node.location.y)
    tree.links.new(colour, node.inputs['Color'])
    return node


def _correct_colour_spaces(shader: Node) -> None:
    """Make images for metallic, roughness and normals plain numbers; the one for the base colour is a colour."""
    colours = list(_image_nodes(shader.inputs['Base Color']))
    for node in colours:
        if node.image.colorspace_settings.is_data:
            node.image.colorspace_settings.name = 'sRGB'
    for name in _DATA_INPUTS:
        for node in _image_nodes(shader.inputs[name]):
            if node in colours:
                continue
            if any(node.image == colour.image for colour in colours):  # the colour space belongs to the image
                node.image = node.image.copy()
            node.image.colorspace_settings.is_data = True


def _image_nodes(socket: Socket) -> Iterator[Node]:
    """Image texture nodes that feed `socket`, each once."""
    return (node for node in _upstream(socket) if node.type == 'TEX_IMAGE' and node.image is not None)


def _upstream(socket: Socket) -> Iterator[Node]:
    """All nodes that feed `socket`, the nearest first."""
    seen: set[str] = set()
    waiting = [link.from_node for link in socket.links]
    while waiting:
        node = waiting.pop(0)
        if node.name not in seen:
            seen.add(node.name)
            yield node
            waiting += [link.from_node for entry in node.inputs for link in entry.links]
