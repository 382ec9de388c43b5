# SPDX-License-Identifier: GPL-3.0-or-later
"""In the artist's Blender: what of a selection can go to a service, and a .blend with just that.

Writing takes some hundredths of a second and changes nothing: the objects go as they are, with all they need, and the
background Blender applies what is to be applied (`scripts/bench.py` measures this beside the other ways).
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import bpy
from bpy.types import Context, Image, Material, Object

from ...services.errors import N_, Fact
from .facts import CONVERTIBLE, measure


@dataclass(frozen=True)
class Remark:
    """What becomes of a part of the selection."""

    message: str
    """A marked sentence."""
    facts: dict[str, Fact]
    stops: bool = False
    """True: nothing can be sent. Else the rest goes along without it."""


@dataclass(frozen=True)
class Selection:
    """What was written, in the words of `program.Order`."""

    blend: str
    frame: float
    origin: tuple[float, float, float]
    """In the artist's scene: what comes back stands right when it is put there, unturned and unscaled."""
    painted: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By name: pictures that were painted and not saved, which no .blend holds; 'file', 'size' and 'is_float'."""


def remarks(objects: Sequence[Object]) -> list[Remark]:
    """What does not go along, and what would be another thing than it is here. Not for drawing code: looks at files."""
    usable = [item for item in objects if can_go(item)]
    if not usable:
        return [
            Remark(
                N_("Select a mesh, or something that can be made one: a curve, a text, an instance"), {}, True
            )
        ]
    found = []
    left = [item.name for item in objects if item not in usable]
    if left:
        found.append(Remark(N_("Not sent, as they have no faces: {names}"), {'names': tuple(left)}))
    materials = _materials_of(usable)
    for images, message in (
        (
            [image for image in _images_of(materials) if _is_missing(image)],
            N_("Textures whose file is missing: {names}"),
        ),
        (
            [image for image in _images_of(materials) if image.source == 'TILED'],
            N_("Tiled textures are not sent: {names}"),
        ),
    ):
        if images:
            found.append(Remark(message, {'names': tuple(image.name for image in images)}))
    computed = [material.name for material in materials if _is_computed(material)]
    if computed:
        message = N_("Colours that Blender computes go as one plain colour: {names}")
        found.append(Remark(message, {'names': tuple(computed)}))
    if any(len(item.data.uv_layers) > 1 for item in usable if item.type == 'MESH'):
        found.append(Remark(N_("Only the UV map that is used for rendering is sent"), {}))
    return found


def write(context: Context, objects: Iterable[Object], folder: Path) -> Selection:
    """Write the objects that can go, with all they need, into `folder`. Raise OSError or RuntimeError.

    Nothing of the open file is changed, but that what is being edited is taken over into its mesh, as saving does.
    """
    folder.mkdir(parents=True, exist_ok=True)
    bpy.ops.ed.flush_edits()
    usable = [item for item in objects if can_go(item)]
    blend = folder / 'selection.blend'
    holder = bpy.data.collections.new("~")
    try:
        for item in usable:
            holder.objects.link(item)
        bpy.data.libraries.write(str(blend), {holder}, path_remap='ABSOLUTE', compress=False)
    finally:
        bpy.data.collections.remove(holder)
    scene = context.scene
    painted = {
        image.name: _painted(image, folder / f'painted_{number}.pixels')
        for number, image in enumerate(_images_of(_materials_of(usable)))
        if image.is_dirty
    }
    return Selection(
        blend=str(blend),
        frame=scene.frame_current + scene.frame_subframe,
        origin=measure(usable, context.evaluated_depsgraph_get()).centre,
        painted=painted,
    )


def can_go(item: Object) -> bool:
    """Whether an object has faces, or may be given some. For drawing code, too."""
    if item.type == 'MESH':
        return bool(len(item.data.polygons) or item.modifiers or item.mode == 'EDIT')
    if item.type == 'EMPTY':
        return item.instance_type == 'COLLECTION' and item.instance_collection is not None
    return item.type in CONVERTIBLE


def _painted(image: Any, file: Path) -> dict[str, Any]:
    """Keep the pixels as they are: making a PNG of them would take seconds."""
    width, height = image.size
    pixels = array('f', bytes(4 * image.channels * width * height))
    image.pixels.foreach_get(pixels)
    file.write_bytes(pixels)
    return {'file': str(file), 'size': (width, height), 'is_float': image.is_float}


def _materials_of(objects: Iterable[Object]) -> list[Material]:
    return list(
        dict.fromkeys(
            slot.material
            for item in _with_instanced(objects)
            for slot in item.material_slots
            if slot.material
        )
    )


def _with_instanced(objects: Iterable[Object]) -> Iterator[Object]:
    for item in objects:
        yield item
        if item.type == 'EMPTY' and item.instance_collection:
            yield from item.instance_collection.all_objects


def _images_of(materials: Iterable[Material]) -> list[Image]:
    found: dict[Image, None] = {}
    trees = [material.node_tree for material in materials if material.node_tree]
    for tree in trees:
        for node in tree.nodes:
            image, inner = getattr(node, 'image', None), getattr(node, 'node_tree', None)
            if image:
                found[image] = None
            if inner and inner not in trees:
                trees.append(inner)
    return list(found)


def _is_missing(image: Any) -> bool:
    if image.source != 'FILE' or image.packed_file or image.is_dirty:
        return False
    with suppress(OSError):
        return not Path(bpy.path.abspath(image.filepath_raw, library=image.library)).is_file()
    return True


def _is_computed(material: Any) -> bool:
    """Whether the colour is made by nodes none of which is a picture."""
    nodes = material.node_tree.nodes if material.node_tree else ()
    shader = next((node for node in nodes if node.type == 'BSDF_PRINCIPLED'), None)
    if shader is None:
        return bool(len(nodes))
    return shader.inputs['Base Color'].is_linked and not _leads_to_picture(shader.inputs['Base Color'])


def _leads_to_picture(socket: Any) -> bool:
    return any(
        link.from_node.type in ('TEX_IMAGE', 'GROUP') or any(map(_leads_to_picture, link.from_node.inputs))
        for link in socket.links
    )
