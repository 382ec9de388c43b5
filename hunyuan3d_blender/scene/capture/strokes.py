# SPDX-License-Identifier: GPL-3.0-or-later
"""What was drawn by hand in a 3D viewport, as it is at the current frame: annotations, and Grease Pencil objects.

What only hints at other frames (onion skins), what is hidden, and what has no visible line is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bpy.types import Context, Scene
from mathutils import Matrix

Array = Any
"""A numpy array."""

_PENCILS = ('GPENCIL', 'GREASEPENCIL')
"""Grease Pencil objects before and since 4.3."""
_WIDTHS_PER_UNIT = 1000
"""Of the line widths before 4.3, where they are measured in the world."""
_BEZIER = 2
_BEZIER_STEPS = 12
"""Straight pieces in place of each curved one."""


@dataclass(frozen=True)
class Stroke:
    """One line, drawn in one go."""

    points: Array
    """A row of three per point: in the world, or where `on_screen` as fractions of the view's width and height."""
    widths: Array
    """At each point: in the world, or where `in_pixels` on the screen."""
    on_screen: bool = False
    in_pixels: bool = False


# Annotations


def annotation_strokes(scene: Scene) -> list[Stroke]:
    """The strokes of the scene's annotation layers."""
    data: Any = getattr(scene, 'annotation' if hasattr(scene, 'annotation') else 'grease_pencil')  # until 4.5
    found = []
    for layer in data.layers if data else ():
        frame = None if layer.annotation_hide else _shown(layer, scene.frame_current)
        for stroke in frame.strokes if frame else ():
            if len(stroke.points):
                found.append(_annotation(stroke, layer, scene))
    return found


def _annotation(stroke: Any, layer: Any, scene: Scene) -> Stroke:
    import numpy

    points = _numbers(stroke.points, 'co', 3)
    widths = numpy.full(len(points), max(1, layer.thickness), numpy.float32)
    if hasattr(stroke.points[0], 'pressure'):  # until 4.2
        widths *= _numbers(stroke.points, 'pressure', 1)[:, 0]
    flat = _is_flat(stroke, points, scene)
    return Stroke(points / 100 if flat else points, widths, on_screen=flat, in_pixels=True)


def _is_flat(stroke: Any, points: Array, scene: Scene) -> bool:
    """Whether a stroke lies on the screen, in percent of the view. From 4.3 to 5.1 Blender does not say so."""
    if hasattr(stroke, 'display_mode'):
        return bool(stroke.display_mode != '3DSPACE')
    settings: Any = scene.tool_settings
    return settings.annotation_stroke_placement_view3d == 'VIEW' and not points[:, 2].any()


def _shown(layer: Any, now: int) -> Any:
    """The frame that a viewport would show. The layer's active one follows only while one is drawn."""
    if layer.lock_frame:
        return layer.active_frame
    begun = [frame for frame in layer.frames if frame.frame_number <= now]
    return max(begun, key=lambda frame: frame.frame_number, default=None)


# Grease Pencil


def pencil_strokes(context: Context) -> list[Stroke]:
    """The strokes of the selected Grease Pencil objects, or of all that can be seen where none of them is selected."""
    seen: list[tuple[bool, list[Stroke]]] = []
    for instance in context.evaluated_depsgraph_get().object_instances:
        item: Any = instance.object
        if item.type in _PENCILS:
            read = _old_strokes if item.type == 'GPENCIL' else _strokes
            chosen = instance.parent or item
            found = [stroke for layer in _layers(item) for stroke in read(item, layer, instance.matrix_world)]
            seen.append((chosen.original.select_get(view_layer=context.view_layer), found))
    some = any(is_chosen for is_chosen, _ in seen)
    return [stroke for is_chosen, found in seen if is_chosen or not some for stroke in found]


def _layers(item: Any) -> Iterator[Any]:
    """The layers that can be seen."""
    for layer in item.data.layers:
        group, hidden = getattr(layer, 'parent_group', None), layer.hide or not layer.opacity
        while group and not hidden:
            group, hidden = group.parent_group, group.hide
        if not hidden:
            yield layer


def _has_line(item: Any, index: int) -> bool:
    """Whether strokes of a material show as lines."""
    material = item.material_slots[index].material if 0 <= index < len(item.material_slots) else None
    look = material.grease_pencil if material else None
    if look is None:
        return True
    switch = look.bl_rna.properties.get('show_stroke')
    is_old = switch is not None and not getattr(
        switch, 'is_deprecated', False
    )  # strokes have their own since 5.2
    return bool((not is_old or look.show_stroke) and look.is_stroke_visible and not look.hide)


def _old_strokes(item: Any, layer: Any, matrix: Matrix) -> Iterator[Stroke]:
    """Until 4.2. What modifiers and layers do is in the points."""
    data, frame = item.data, layer.active_frame
    in_pixels = data.stroke_thickness_space == 'SCREENSPACE'
    factor = 1.0 if in_pixels else data.pixel_factor * _size(matrix) / _WIDTHS_PER_UNIT
    for stroke in frame.strokes if frame else ():
        strengths = _numbers(stroke.points, 'strength', 1)
        if strengths.any() and _has_line(item, stroke.material_index):
            width = max(0, stroke.line_width + layer.line_change) * factor
            widths = _numbers(stroke.points, 'pressure', 1)[:, 0] * width
            points = _moved(_numbers(stroke.points, 'co', 3), matrix)
            yield _stroke(points, widths, closed=stroke.use_cyclic, in_pixels=in_pixels)


def _strokes(item: Any, layer: Any, matrix: Matrix) -> Iterator[Stroke]:
    """Since 4.3."""
    import numpy

    frame = layer.current_frame()
    drawing = frame.drawing if frame else None
    ends = _numbers(drawing.curve_offsets, 'value', 1, int)[:, 0] if drawing else ()
    if len(ends) < 2:
        return
    place = _placed(item, layer, matrix)
    points = _moved(_attribute(drawing, 'position', 'vector', 3), place)
    radii = numpy.maximum(0, _attribute(drawing, 'radius', 'value', 1, 0.01)[:, 0] + layer.radius_offset)
    visible = _attribute(drawing, 'opacity', 'value', 1, 1.0)[:, 0] > 0
    handles = [_attribute(drawing, f'handle_{side}', 'vector', 3) for side in ('left', 'right')]
    curves = zip(
        ends[:-1],
        ends[1:],
        _attribute(drawing, 'material_index', 'value', 1, 0)[:, 0],
        _attribute(drawing, 'cyclic', 'value', 1, 0)[:, 0],
        _attribute(drawing, 'curve_type', 'value', 1, 1)[:, 0],
        _attribute(drawing, 'hide_stroke', 'value', 1, 0)[:, 0],
        strict=True,
    )
    for start, end, material, closed, kind, is_hidden in curves:
        part = slice(start, end)
        if visible[part].any() and not is_hidden and _has_line(item, int(material)):
            widths = radii[part] * 2 * _size(place)
            if kind == _BEZIER:
                left, right = (_moved(side[part], place) for side in handles)
                yield _curved(points[part], widths, left, right, closed=bool(closed))
            else:
                yield _stroke(points[part], widths, closed=bool(closed))


def _placed(item: Any, layer: Any, matrix: Matrix) -> Matrix:
    """From a layer to the world."""
    local: Matrix = layer.matrix_local
    if not layer.parent:
        return matrix @ local
    base: Matrix = layer.parent.matrix_world
    if layer.parent_bone and layer.parent.pose:
        base = base @ layer.parent.pose.bones[layer.parent_bone].matrix
    inverse: Matrix = layer.matrix_parent_inverse
    return base @ inverse @ local


def _stroke(points: Array, widths: Array, *, closed: bool, in_pixels: bool = False) -> Stroke:
    import numpy

    if closed:
        points, widths = numpy.vstack((points, points[:1])), numpy.append(widths, widths[:1])
    return Stroke(points, widths, in_pixels=in_pixels)


def _curved(points: Array, widths: Array, left: Array, right: Array, *, closed: bool) -> Stroke:
    """A Bézier curve as many short straight pieces."""
    import numpy

    if closed:
        points, widths, left = (numpy.concatenate((each, each[:1])) for each in (points, widths, left))
    count = len(points) - 1
    if not count:
        return Stroke(points, widths)
    t = numpy.linspace(0, 1, _BEZIER_STEPS, endpoint=False, dtype=numpy.float32)[None, :, None]
    a, b, c, d = (each[:, None] for each in (points[:-1], right[:count], left[1 : count + 1], points[1:]))
    curve = (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t**2 * c + t**3 * d
    along = numpy.arange(count * _BEZIER_STEPS + 1) / _BEZIER_STEPS
    return Stroke(
        numpy.vstack((curve.reshape(-1, 3), points[-1:])), numpy.interp(along, range(count + 1), widths)
    )


# Numbers


def _attribute(drawing: Any, name: str, member: str, size: int, usual: float = 0.0) -> Array:
    """An attribute as rows of numbers. Where it is missing: the usual number for every stroke, which is more than enough."""
    import numpy

    attribute = drawing.attributes.get(name)
    if attribute is not None:
        return _numbers(attribute.data, member, size)
    position = drawing.attributes['position']
    count = len(drawing.strokes) if name in _PER_STROKE else len(position.data)
    return numpy.full((count, size), usual)


_PER_STROKE = ('material_index', 'cyclic', 'curve_type', 'hide_stroke')


def _numbers(items: Any, name: str, size: int, kind: type = float) -> Array:
    """A member of each item, a row of `size` per item."""
    import numpy

    values = numpy.empty(size * len(items), numpy.int32 if kind is int else numpy.float32)
    items.foreach_get(name, values)
    return values.reshape(-1, size)


def _moved(points: Array, matrix: Matrix) -> Array:
    import numpy

    values = numpy.array(matrix, numpy.float32)
    return points @ values[:3, :3].T + values[:3, 3]


def _size(matrix: Matrix) -> float:
    """How much larger a matrix makes things."""
    return float(abs(matrix.to_3x3().determinant()) ** (1 / 3))
