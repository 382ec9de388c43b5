# SPDX-License-Identifier: GPL-3.0-or-later
"""What an importer has left becomes one clean model: the steps in their order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import bpy
from bpy.types import Collection, Material, Mesh, Object

from . import fingerprint, glb, images, importers, materials, provenance, shape, sidecars

UV_MAP = "UVMap"
"""What Blender calls a mesh's only one."""

_WITH_SIDECARS = ('obj', 'fbx')


def tidy_up(
    model: Path,
    name: str,
    where: shape.Where,
    history: Mapping[str, str | float],
    *,
    keep_names: bool = False,
) -> Collection:
    """Make of the open file, into which `model` was just imported, one collection with one root, ready to be written.

    `keep_names`: what hangs on the root is called as in the file.

    Raise shape.Unusable.
    """
    found = importers.format_of(model)
    parts = shape.find_parts()
    meshes = list(dict.fromkeys(item.data for item in parts if isinstance(item.data, Mesh)))
    if found == 'glb':
        glb.check(model)  # this importer validates by itself
    else:
        for mesh in meshes:
            shape.check(mesh)
    images.drop_foreign(model.parent)
    used = _materials_of(meshes, with_sidecars=found in _WITH_SIDECARS)
    if found in _WITH_SIDECARS:
        sidecars.complete(model, used)
    else:
        for material in used:
            materials.mend(material, {})
    images.pack()
    images.merge_twins()
    root, frame = shape.gather(parts, where)
    collection = _collect(root, parts)
    collection.name = name
    shape.rename(root, parts, name, keep=keep_names)
    suffix = glb.image_suffix(model) if found == 'glb' else ''
    images.rename(_name_materials(used, name), f"{name} Texture", suffix)
    for block in (collection, root):
        provenance.write(block, history)
    provenance.write_frame(root, frame, fingerprint.of(parts))
    return collection


def _materials_of(meshes: Sequence[Mesh], *, with_sidecars: bool) -> list[Material]:
    """The materials in use, one made for each mesh that has none but could carry the textures beside it."""
    for mesh in meshes:
        if mesh.uv_layers:
            _rename_uv_map(mesh)
            if with_sidecars and not any(material for material in mesh.materials):
                mesh.materials.clear()
                mesh.materials.append(bpy.data.materials.new("Material"))
    return list(dict.fromkeys(material for mesh in meshes for material in mesh.materials if material))


def _rename_uv_map(mesh: Mesh) -> None:
    layer = mesh.uv_layers[0]
    old = layer.name
    if len(mesh.uv_layers) == 1 and old != UV_MAP:
        layer.name = UV_MAP
        for material in filter(None, mesh.materials):
            materials.rename_uv_map(material, old, UV_MAP)


def _collect(root: Object, parts: Sequence[Object]) -> Collection:
    """The model alone in a new collection of the scene; what nobody uses any more is removed."""
    bpy.data.batch_remove(list(bpy.data.collections))
    scene = bpy.context.scene
    for item in scene.collection.objects:
        scene.collection.objects.unlink(item)
    collection = bpy.data.collections.new("~")
    scene.collection.children.link(collection)
    for item in dict.fromkeys((root, *parts)):
        collection.objects.link(item)
        item.select_set(False)  # until 4.2 an appended object comes as selected as it was written
    bpy.data.orphans_purge(do_recursive=True)
    return collection


def _name_materials(used: Sequence[Material], name: str) -> dict[str, str]:
    """Name the materials after the model, and return what their images should be called."""
    names: dict[str, str] = {}
    for number, material in enumerate(used):
        material.name = f"{name} {number}" if number else name
        names |= materials.image_names(material, material.name)
    return names
