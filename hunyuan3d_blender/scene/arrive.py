# SPDX-License-Identifier: GPL-3.0-or-later
"""Bring a converted model into the artist's scene: append, link, place. No importer runs here.

Only data that the converter wrote is appended; it takes about as long as reading the file. The artist's selection,
active object and mode stay as they are. The undo step is the caller's.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import bpy
from bpy.types import ID, Action, Collection, Context, Object

from . import blend_file, motions, placement, retexture, units
from .standing import OriginalPlace, stand_for, stand_like

_PATH_MAX = 1023
"""Bytes of a path in Blender's data."""


class Unreadable(Exception):
    """The file is missing, damaged, or not one that the converter wrote. Nothing was added."""


class NewerBlender(Exception):
    """The file was written by a newer Blender than this one and must be converted again. Nothing was added."""


class Place(Protocol):
    """Where a model goes that has no placeholder: what is needed of `jobs.job.Destination`."""

    @property
    def scene(self) -> str:
        """Name of a scene."""

    @property
    def collection(self) -> str:
        """Name of a collection of the scene, '' for the active one."""

    @property
    def location(self) -> tuple[float, float, float]:
        """In the scene's units, world space."""

    @property
    def rotation(self) -> tuple[float, float, float]:
        """XYZ Euler in radians, world space."""


class Arrived(NamedTuple):
    """Names of what was added."""

    collection: str
    root: str


def arrive(
    context: Context,
    *,
    model_blend: Path,
    name: str,
    job_id: str,
    destination: Place,
    original: OriginalPlace | None = None,
    only_texture: bool = False,
    motion: str = '',
) -> Arrived:
    """Append `model_blend` where `original` stands, else in place of the job's placeholders, else at `destination`.

    With `only_texture` the material alone arrives if the mesh is the same, and for a rig of the original the action alone if
    that moves it. An action is called `motion`.
    Each placeholder is replaced by the model: its name, transform, parent, children and selection pass over; the second
    and further ones get objects that share the first one's meshes. Where `destination.scene` is gone, the context's scene
    counts. Raise Unreadable or NewerBlender.
    """
    try:
        version = blend_file.version_of(model_blend)
    except blend_file.NoBlend as error:
        raise Unreadable(str(error)) from error
    if version > bpy.app.version[:2]:
        raise NewerBlender(f"written by {version[0]}.{version[1]}")
    collection = _append(model_blend)
    added = _blocks_of(collection)
    try:
        _forget_origin(added)
        root = _root_of(collection)
        placeholders = placement.placeholders_of(job_id)
        scene: Any = bpy.data.scenes.get(destination.scene) or context.scene
        worn_by = bpy.data.objects.get(original.name) if original and only_texture else None
        if worn_by is not None and retexture.fits(root, worn_by):
            retexture.dress(worn_by, root, added)
            return Arrived('', worn_by.name)
        rig = bpy.data.objects.get(original.rig) if original and original.rig else None
        action = motions.give(rig, root, motion, scene) if rig is not None and rig.users_scene else None
        if rig is not None and action is not None:
            motions.remove_rest(added, action)
            return Arrived('', rig.name)
        motions.keep_all(collection.all_objects, motion, scene)
        if original is not None:
            stand_for(context, collection, root, original, scene)
            root.name = name
        elif placeholders:
            _replace(context, collection, root, placeholders, added)
        else:
            wanted = bpy.data.collections.get(destination.collection)
            home = placement.collection_for(context, scene, [wanted] if wanted else [])
            home.children.link(collection)
            root.rotation_mode = 'XYZ'
            root.location, root.rotation_euler = destination.location, destination.rotation
            root.scale = (units.per_metre(scene),) * 3
            root.name = name
    except BaseException:
        bpy.data.batch_remove(added)
        raise
    collection.name = root.name
    return Arrived(collection.name, root.name)


def _append(file: Path) -> Collection:
    """The one collection of the file, in no scene yet, with nothing left that names the file."""
    libraries: Any = bpy.data.libraries
    before = set(libraries)
    try:
        with libraries.load(str(file), link=False) as (available, wanted):
            if len(available.collections) == 1:
                wanted.collections = available.collections
    except OSError as error:
        raise Unreadable(str(error)) from error
    finally:
        bpy.data.batch_remove(set(libraries) - before)
    if not any(wanted.collections):
        raise Unreadable("not one collection")
    collection: Collection = wanted.collections[0]
    return collection


def _blocks_of(collection: Collection) -> set[ID]:
    """The collection and all that came with it."""
    objects = set(collection.all_objects)
    data = {item.data for item in objects if item.data}
    actions = {action for item in objects for action in _actions_of(item)}
    materials = {slot.material for item in objects for slot in item.material_slots if slot.material}
    nodes = [node for material in materials if material.node_tree for node in material.node_tree.nodes]
    shown = {getattr(node, kind, None) for node in nodes for kind in ('image', 'node_tree')}
    return {collection, *objects, *data, *actions, *materials, *filter(None, shown)}


def _actions_of(item: Object) -> Iterator[Action]:
    if item.animation_data:
        strips = (strip for track in item.animation_data.nla_tracks for strip in track.strips)
        yield from filter(None, (item.animation_data.action, *(strip.action for strip in strips)))


def _forget_origin(blocks: Iterable[ID]) -> None:
    """Appended data remember the path of their file, which is nobody's business in the artist's .blend.

    The reference cannot be removed. Its text must be unique, as Blender looks data up by it when appending, and as long
    as it can be: what a shorter one leaves of the path behind its end would be saved as well (measured on 4.2).
    """
    nowhere = f"hunyuan3d/{uuid.uuid4().hex}".ljust(_PATH_MAX, "-")
    for block in blocks:
        if block.library_weak_reference:
            block.library_weak_reference.filepath = nowhere


def _root_of(collection: Collection) -> Object:
    roots = [item for item in collection.all_objects if item.parent is None]
    if len(roots) != 1:
        raise Unreadable("not one root")
    return roots[0]


def _replace(
    context: Context, collection: Collection, root: Object, placeholders: Sequence[Object], added: set[ID]
) -> None:
    """Let the model stand in for the first placeholder, and copies that share its meshes for the others.

    Placeholders go last, when nothing can fail any more. New objects are noted in `added`.
    """
    first, *others = placeholders
    home = placement.collection_for(context, first.users_scene[0], first.users_collection)
    home.children.link(collection)
    replacements = {first: root}
    for other in others:
        copies = _copies(collection.all_objects)
        added.update(copies.values())
        for target in other.users_collection:
            for copy in copies.values():
                target.objects.link(copy)
        replacements[other] = copies[root]
    for placeholder, model in replacements.items():
        stand_like(placeholder, model)
    for placeholder, model in replacements.items():
        _hand_over(placeholder, model)


def _copies(objects: Iterable[Object]) -> dict[Any, Any]:
    """Copies of objects that depend on each other as the originals do, and share their data."""
    copies: dict[Any, Any] = {item: item.copy() for item in objects}
    for item, copy in copies.items():
        copy.parent = copies.get(copy.parent)
        copy.matrix_parent_inverse = item.matrix_parent_inverse  # which setting a parent clears
        for modifier in copy.modifiers:
            if modifier.type == 'ARMATURE':
                modifier.object = copies.get(modifier.object)
    return copies


def _hand_over(placeholder: Object, model: Object) -> None:
    """Remove `placeholder`; its name, its children, and whatever else refers to it, belong to `model` now."""
    name = placeholder.name
    layers = [layer for scene in placeholder.users_scene for layer in scene.view_layers]
    selected = [layer for layer in layers if placeholder.select_get(view_layer=layer)]
    active = [layer for layer in layers if layer.objects.active == placeholder]
    for collection in placeholder.users_collection:
        collection.objects.unlink(placeholder)
    placeholder.user_remap(model)
    placement.remove(placeholder)
    model.name = name
    for layer in selected:
        with suppress(RuntimeError):  # the model is not to be seen in this one
            model.select_set(True, view_layer=layer)
    for layer in active:
        with suppress(RuntimeError):
            layer.objects.active = model
