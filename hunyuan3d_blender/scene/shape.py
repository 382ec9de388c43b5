# SPDX-License-Identifier: GPL-3.0-or-later
"""One model out of whatever an importer has made: one root, standing on its origin, in the size that was asked for."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import bpy
from bpy.types import ArmatureModifier, Mesh, Object
from mathutils import Matrix, Vector

from ..services.errors import N_
from ..value import value
from . import actions


@value
class Where:
    """Where a model stands and how large it is, its root being at the origin."""

    size_m: float = 0.0
    """On the floor, with so many metres along its longest side, 0: as large as it is."""
    frame: tuple[float, ...] = ()
    """Instead: moved by this transform, 4 x 4 row by row."""
    box: tuple[float, ...] = ()
    """With it: where the model must come to be, smallest and largest coordinates."""


PLACE_TOLERANCE = 0.1
"""Of the size: fewer faces make a model a little smaller. Beyond that it was moved or scaled."""


class Unusable(Exception):
    """There is no model to show in the file. The text is a marked sentence."""


def find_parts() -> list[Object]:
    """The meshes with faces and the armatures that move them, or else armatures that move, without what they do not need.

    Raise Unusable.

    Modifiers but an armature's go, as some read further files; so do custom properties, which could pass for ours.
    """
    meshes = [item for item in bpy.data.objects if item.type == 'MESH' and len(item.data.polygons)]
    parts = _distinct((*meshes, *(armature for item in meshes for armature in _armatures_of(item))))
    if not meshes:
        armatures = (item for item in bpy.data.objects if item.type == 'ARMATURE' and len(item.data.bones))
        parts = [item for item in armatures if actions.curves_of(item)]
    if not parts:
        raise Unusable(N_("The model has no faces"))
    for item in parts:
        item.constraints.clear()
        for modifier in [modifier for modifier in item.modifiers if modifier.type != 'ARMATURE']:
            item.modifiers.remove(modifier)
        for block in (item, item.data, *item.data.materials) if item.type == 'MESH' else (item, item.data):
            for name in list(block.keys()) if block else ():
                del block[name]
    return parts


def check(mesh: Mesh) -> None:
    """Mend what would crash Blender later. Raise Unusable for points that are nowhere: mending would hide them."""
    coordinates = array('f', bytes(12 * len(mesh.vertices)))
    mesh.vertices.foreach_get('co', coordinates)
    if not math.isfinite(sum(coordinates)):
        raise Unusable(N_("The geometry of the model is damaged: some points have no position"))
    mesh.validate(clean_customdata=False)  # the layers hold the custom normals
    if not mesh.polygons:
        raise Unusable(N_("The model has no faces"))


def gather(parts: Sequence[Object], where: Where) -> tuple[Object, Matrix]:
    """Stand `parts` where they are to be, and return their root and the transform from the file's coordinates.

    The root is the mesh itself where there is only one, else an empty. Its transform is the identity. All other objects
    are removed. Raise Unusable.
    """
    bpy.context.view_layer.update()
    worlds = {item: item.matrix_world.copy() for item in parts}
    loose = [item for item in parts if item.parent not in worlds or item.parent.type != 'ARMATURE']
    applied = {item for item in loose if item.type == 'MESH' and item.data.users == 1 and not item.modifiers}
    render = bpy.context.scene.render
    for item in parts:
        actions.settle(item, render.fps / render.fps_base)
    for item in loose:
        item.parent = None
    for item in applied:
        item.animation_data_clear()
        _transform_data(item.data, worlds[item])
        item.matrix_basis = worlds[item] = Matrix()
    fit = _fit(worlds, where)
    root = parts[0] if len(parts) == 1 and applied else _root_of(loose)
    for item in loose:
        if item in applied:
            _transform_data(item.data, fit)
        else:
            # Here it may also be sheared, and is beyond the reach of an action. Setting a parent has cleared it.
            item.matrix_parent_inverse = fit
            item.matrix_basis = worlds[item]
    bpy.data.batch_remove([item for item in bpy.data.objects if item not in worlds and item != root])
    return root, fit


def rename(root: Object, parts: Sequence[Object], name: str, *, keep: bool = False) -> None:
    """Call the objects and their data `name`, with numbers where there are several of a kind.

    With `keep`, what hangs on the root is called as it was, as far as that can be read.
    """
    rest = [item for item in parts if item != root]
    own = [_readable(item.name) for item in rest] if keep else []
    meshes = _distinct(item.data for item in parts if item.type == 'MESH')
    skeletons = _distinct(item.data for item in parts if item.type == 'ARMATURE')
    for blocks in ([root, *rest], meshes, skeletons):
        for block in blocks:
            block.name = "~"  # so that no old name is in the way of a new one
        for number, block in enumerate(blocks):
            block.name = f"{name} {number}" if number else name
    for item, its_name in zip(rest, own, strict=False):
        item.name = item.data.name = its_name or item.name
    for action in bpy.data.actions:
        action.name = name


def _readable(name: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in name).strip()


def bounds(points: Iterable[Vector]) -> tuple[Vector, Vector]:
    """The smallest and the largest coordinates among `points`."""
    axes = list(zip(*points, strict=True))
    return Vector([min(axis) for axis in axes]), Vector([max(axis) for axis in axes])


def extent(meshes: Iterable[tuple[Any, Matrix]]) -> tuple[Vector, Vector]:
    """The smallest and the largest coordinates of the points of meshes, each moved by its matrix. Some have points."""
    corners = []
    for mesh, matrix in meshes:
        if len(mesh.vertices):
            turned = points_of(mesh, matrix)
            corners += [Vector(turned.min(axis=0)), Vector(turned.max(axis=0))]
    return bounds(corners)


def points_of(mesh: Any, matrix: Matrix) -> Any:
    """The points of a mesh, moved by a matrix: an array (n, 3)."""
    import numpy

    found = numpy.empty((len(mesh.vertices), 3), numpy.float32)
    mesh.vertices.foreach_get('co', found.ravel())
    return found @ numpy.array(matrix.to_3x3().transposed()) + numpy.array(matrix.translation)


# Inside


def _armatures_of(item: Object) -> Iterator[Object]:
    for modifier in item.modifiers:
        if isinstance(modifier, ArmatureModifier) and modifier.object:
            yield modifier.object
    if item.parent and item.parent.type == 'ARMATURE':
        yield item.parent


def _root_of(parts: Sequence[Object]) -> Object:
    root = bpy.data.objects.new("~", None)
    root.empty_display_size = 0.1
    for item in parts:
        item.parent = root  # it stands at the origin, so the parts stay where they are
    return root


def _transform_data(mesh: Any, matrix: Matrix) -> None:
    mesh.transform(matrix, shape_keys=True)
    if matrix.is_negative:
        mesh.flip_normals()


def _fit(worlds: Mapping[Object, Matrix], where: Where) -> Matrix:
    """The transform from where the parts stand to where they should. Raise Unusable."""
    frame = matrix_of(where.frame) if where.frame else Matrix()
    meshes = [item for item in worlds if item.type == 'MESH']
    if not meshes:
        low, high = bounds(frame @ worlds[item] @ joint for item in worlds for joint in _joints(item.data))
    elif where.frame:
        low, high = extent((item.data, frame @ worlds[item]) for item in meshes)
    else:
        low, high = bounds(worlds[item] @ corner for item in meshes for corner in _corners(item.data))
    longest = max((high - low).to_tuple())
    if not 0.0 < longest < math.inf:
        raise Unusable(N_("The model has no size"))
    if where.frame:
        return _onto(low, high, where.box) @ frame
    return Matrix.Scale(where.size_m / longest if where.size_m else 1.0, 4) @ _to_origin(low, high)


def _onto(low: Vector, high: Vector, box: Sequence[float]) -> Matrix:
    """The transform of a box onto another one: none where they are nearly the same.

    Services are expected to leave models where they were, which is exact. Should one centre or scale them, the result is
    as large as its original, and stands on the same spot.
    """
    wanted_low, wanted_high = Vector(box[:3]), Vector(box[3:])
    size = max((wanted_high - wanted_low).to_tuple())
    off = max(abs(number) for number in ((low - wanted_low).to_tuple() + (high - wanted_high).to_tuple()))
    if off <= PLACE_TOLERANCE * size:
        return Matrix()
    scale = Matrix.Scale(size / max((high - low).to_tuple()), 4)
    return _to_origin(wanted_low, wanted_high).inverted() @ scale @ _to_origin(low, high)


def _to_origin(low: Vector, high: Vector) -> Matrix:
    """The transform that stands a box on the origin."""
    return Matrix.Translation((-(low.x + high.x) / 2, -(low.y + high.y) / 2, -low.z))


def numbers_of(matrix: Matrix) -> tuple[float, ...]:
    """The reverse of `matrix_of`."""
    return tuple(matrix[row][column] for row in range(4) for column in range(4))


def matrix_of(numbers: Sequence[float]) -> Matrix:
    """A 4 x 4 matrix of 16 numbers, row by row."""
    return Matrix([numbers[row : row + 4] for row in (0, 4, 8, 12)])


def _corners(mesh: Any) -> list[Vector]:
    """The corners of the box around a mesh. A fresh object's: others keep that of their last evaluation."""
    fresh = bpy.data.objects.new("~", mesh)
    corners = [Vector(corner) for corner in fresh.bound_box]
    bpy.data.objects.remove(fresh)
    return corners


def _joints(armature: Any) -> Iterator[Vector]:
    for bone in armature.bones:
        yield from (bone.head_local, bone.tail_local)


def _distinct(blocks: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys(blocks))
