# SPDX-License-Identifier: GPL-3.0-or-later
"""Let a model stand where another object stands, and hide that one."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Protocol

import bpy
from bpy.types import Collection, Context, Object, Scene

from . import placement, provenance
from .shape import matrix_of

_CHANNELS = (
    'parent', 'parent_type', 'parent_bone', 'parent_vertices', 'rotation_mode', 'location', 'rotation_euler',
    'rotation_quaternion', 'rotation_axis_angle', 'scale', 'delta_location', 'delta_rotation_euler',
    'delta_rotation_quaternion', 'delta_scale',
)  # fmt: skip
"""What makes an object stand where it stands, in the order in which it must be set."""


class OriginalPlace(Protocol):
    """What a model stands in for: what is needed of `jobs.job.Original`."""

    @property
    def name(self) -> str:
        """Of an object."""

    @property
    def matrix(self) -> Sequence[float]:
        """Its world matrix, row by row, for when it is gone."""

    @property
    def others(self) -> Sequence[str]:
        """Of further objects that it stands in for."""

    @property
    def rig(self) -> str:
        """Name of an armature that takes a motion, '' for none."""

    @property
    def hide(self) -> bool:
        """Whether they are hidden then."""

    @property
    def collection(self) -> str:
        """Name of a collection for several models, '' for none."""


def stand_like(other: Object, model: Object) -> None:
    """Give `model` the parent, the transform, the constraints and the action of `other`."""
    for channel in _CHANNELS:
        setattr(model, channel, getattr(other, channel))
    model.matrix_parent_inverse = other.matrix_parent_inverse
    for constraint in other.constraints:
        model.constraints.copy(constraint)
    animation = other.animation_data
    if animation and animation.action:
        own: Any = model.animation_data_create()
        own.action = animation.action
        if hasattr(own, 'action_slot'):  # since 4.4
            own.action_slot = animation.action_slot


def stand_for(
    context: Context, collection: Collection, root: Object, original: OriginalPlace, scene: Scene
) -> None:
    """Link `collection` beside the original and stand `root` where it stands; hide it where that is wished for.

    Where the original is gone, its place in `scene` is what it was.
    """
    item = bpy.data.objects.get(original.name)
    if item is not None and item.users_scene:
        home = placement.collection_for(context, item.users_scene[0], item.users_collection)
        _group(home, original.collection).children.link(collection)
        stand_like(item, root)
        if original.hide:
            others = (bpy.data.objects.get(name) for name in original.others)
            hide([item, *(other for other in others if other and other.users_scene)], root)
    else:
        home = placement.collection_for(context, scene)
        _group(home, original.collection).children.link(collection)
        root.matrix_world = matrix_of(original.matrix)


def models_of(job_id: str) -> list[Object]:
    """What a job has brought into the scenes of the open file, each model by its topmost object."""
    ours = [item for item in bpy.data.objects if item.get(provenance.JOB) == job_id and item.users_scene]
    return [item for item in ours if item.parent not in ours and not placement.is_placeholder(item)]


def add_placeholder_like(context: Context, other: Object, *, job_id: str, name: str, size_m: float) -> Object:
    """Stand a placeholder where `other` stands, a model or another placeholder, beside its collection."""
    groups = [
        each for each in bpy.data.collections if any(c in other.users_collection for c in each.children)
    ]
    placeholder = placement.add_placeholder(
        context,
        job_id=job_id,
        name=name,
        location=(0.0, 0.0, 0.0),
        rotation=(0.0, 0.0, 0.0),
        size_m=size_m,
        collection=placement.collection_for(context, other.users_scene[0], groups),
    )
    stand_like(other, placeholder)
    return placeholder


def _group(home: Collection, name: str) -> Collection:
    """The collection `name` inside `home`, made where there is none; `home` itself without a name."""
    if not name:
        return home
    group = home.children.get(name)
    if group is None:
        group = bpy.data.collections.new(name)
        home.children.link(group)
    return group


def hide(items: Sequence[Object], root: Object) -> None:
    """Hide objects with all that hangs on them, in viewports and renders; their selection passes over to `root`."""
    hidden = list(dict.fromkeys(each for item in items for each in (item, *item.children_recursive)))
    for layer in (layer for scene in items[0].users_scene for layer in scene.view_layers):
        here = [each for each in hidden if layer.objects.get(each.name) == each]
        was_selected = any(each.select_get(view_layer=layer) for each in here)
        was_active = layer.objects.active in here
        for each in here:
            each.select_set(False, view_layer=layer)
            each.hide_set(True, view_layer=layer)
        with suppress(RuntimeError):  # the model is not to be seen in this one
            if was_selected:
                root.select_set(True, view_layer=layer)
            if was_active:
                layer.objects.active = root
    for each in hidden:
        if each.library is None:
            each.hide_render = True
