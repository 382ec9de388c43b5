# SPDX-License-Identifier: GPL-3.0-or-later
"""Hand-drawn lines become a sketch: black on white, large, as they are seen, and nothing else changes."""

from __future__ import annotations

import math
from typing import Any

import bpy
import numpy
import pytest
from bpy_extras.view3d_utils import location_3d_to_region_2d
from mathutils import Matrix, Vector

from hunyuan3d_blender.scene.capture.lines import Line, drawn
from hunyuan3d_blender.scene.capture.sketch import EXTREME_PX, USUAL_PX, annotation_bytes, pencil_bytes
from hunyuan3d_blender.scene.pictures import NoPicture
from tests.blender.drawing import (
    OLD_PENCIL,
    SQUARE,
    Pencil,
    annotate,
    annotation_layers,
    box,
    camera_at,
    in_viewport,
    ink,
    thickness,
    viewport_area,
)
from tests.blender.picture_parts import changes, state_of, state_of_file

MARGIN = (1024 - 1024 / 1.1) / 2


# Lines


def test_a_line_covers_what_it_should() -> None:
    points = numpy.float32([(20, 50), (80, 50)])
    pixels = drawn([Line(points, numpy.float32([4, 4]))], 100)
    assert pixels.shape == (100, 100, 3)
    assert (pixels[46:54, 20:80] == 0).all(), "eight pixels wide"
    assert (pixels[:45] == 255).all()
    assert (pixels[55:] == 255).all()
    covered = (255 - pixels[..., 0]).sum() / 255
    assert covered == pytest.approx(60 * 8 + numpy.pi * 16, rel=0.02), "with round ends"


def test_a_slanted_line_has_smooth_edges_and_its_width() -> None:
    points = numpy.float32([(10, 10), (90, 70)])
    covered = (255 - drawn([Line(points, numpy.float32([2, 2]))], 100)[..., 0]).sum() / 255
    assert covered == pytest.approx(100 * 4 + numpy.pi * 4, rel=0.03)


@pytest.mark.parametrize(('count', 'area'), [(1, 25), (2, 25), (50, 25)])
def test_points_in_one_place_are_a_dot(count: int, area: float) -> None:
    points = numpy.full((count, 2), 50.5, numpy.float32)
    covered = (255 - drawn([Line(points, numpy.full(count, 5.0))], 100)[..., 0]).sum() / 255
    assert covered == pytest.approx(numpy.pi * area, rel=0.03)


def test_what_leaves_the_page_is_cut_off() -> None:
    points = numpy.float32([(-1e5, 50), (1e5, 50)])
    pixels = drawn([Line(points, numpy.float32([3, 3])), Line(points * 3 + 4000, numpy.float32([3, 3]))], 100)
    assert (pixels[48:52] == 0).all()


def test_all_lines_together_are_what_each_is_alone() -> None:
    random = numpy.random.default_rng(1)
    lines = [
        Line(random.uniform(-20, 120, (count, 2)), random.uniform(0.5, 9, count))
        for count in (1, 2, 5, 40, 3, 1)
    ]
    alone = [drawn([line], 100) for line in lines]
    assert (drawn(lines, 100) == numpy.min(alone, axis=0)).all()
    assert (drawn([], 100) == 255).all()


@pytest.mark.parametrize('points_per_px', [1, 3, 30])
def test_a_wave_is_the_same_in_however_many_points(points_per_px: int) -> None:
    def wave(per_px: int) -> Line:
        x = numpy.linspace(10, 90, 80 * per_px + 1)
        return Line(numpy.column_stack((x, 50 + 20 * numpy.sin(x / 6))), 3 + numpy.cos(x / 9))

    dots, middles = wave(20), numpy.arange(100) + 0.5
    away = numpy.hypot(
        dots.points[:, 0, None, None] - middles, dots.points[:, 1, None, None] - middles[:, None]
    )
    covered = numpy.clip(dots.radii[:, None, None] + 0.5 - away, 0, 1).max(axis=0)
    pixels = drawn([wave(points_per_px)], 100)[..., 0]
    assert abs(255 - 255 * covered - pixels).max() < 40, "no more than a sixth of a pixel beside it"


@pytest.mark.parametrize('middle', [(80, 50), (20, 10), (50, 53)])
def test_a_hook_between_many_points_stays(middle: tuple[float, float]) -> None:
    points = numpy.float32([(20, 50), (21, 50), middle, (22, 50), (23, 50)])
    pixels = drawn([Line(points, numpy.full(5, 1.0))], 100)
    assert pixels[middle[1], middle[0], 0] < 70


def test_a_thin_place_between_thick_ones_stays() -> None:
    points = numpy.float32([(x, 50) for x in (20, 40, 50, 60, 80)])
    pixels = drawn([Line(points, numpy.float32([9, 9, 1, 9, 9]))], 100)
    assert (255 - pixels[:, 50, 0]).sum() / 255 == pytest.approx(2, abs=1)


# Annotations


def as_an_l() -> list[tuple[float, float]]:
    """A letter in the viewport, 100 pixels wide and 200 high, away from its middle."""
    return [*((300.0, 500.0 - 10 * n) for n in range(21)), *((300.0 + 10 * n, 300.0) for n in range(11))]


def test_annotations_fill_the_page_as_they_are_seen() -> None:
    with in_viewport():
        annotate(as_an_l())
        black = ink(annotation_bytes(bpy.context))
    left, top, right, bottom = box(black)
    assert (top, bottom) == pytest.approx((MARGIN, 1024 - MARGIN), abs=12)
    assert (right - left) / (bottom - top) == pytest.approx(0.5, abs=0.03)
    assert (left + right) / 2 == pytest.approx(512, abs=12)
    assert black[bottom - 5, 600] == 1, "the foot of the letter"
    assert black[top + 100, left + 5] == 1, "its stem"
    assert not black[top : bottom - 40, left + 40 :].any(), "nothing where nothing was drawn"
    assert USUAL_PX[0] <= thickness(black, 400) <= USUAL_PX[1] + 1


@pytest.mark.parametrize('placement', ['CURSOR', 'VIEW'])
def test_where_annotations_are_kept_does_not_matter(placement: str) -> None:
    bpy.context.scene.tool_settings.annotation_stroke_placement_view3d = placement
    with in_viewport():
        annotate(as_an_l())
        left, top, right, bottom = box(ink(annotation_bytes(bpy.context)))
    assert (right - left) / (bottom - top) == pytest.approx(0.5, abs=0.03)


def test_annotations_without_a_viewport_are_seen_by_the_camera() -> None:
    with in_viewport():
        annotate(as_an_l())
        seen = viewport_area().spaces.active.region_3d
        place = seen.view_matrix.inverted()
    camera = camera_at(0, 0, 0)
    camera.matrix_world = place
    camera.data.angle = 2.5
    bpy.context.view_layer.update()
    left, top, right, bottom = box(ink(annotation_bytes(bpy.context)))
    assert (right - left) / (bottom - top) == pytest.approx(0.5, abs=0.03)
    camera.matrix_world = place @ Matrix.Rotation(math.pi / 2, 4, 'Z')
    bpy.context.view_layer.update()
    left, top, right, bottom = box(ink(annotation_bytes(bpy.context)))
    assert (right - left) / (bottom - top) == pytest.approx(2, abs=0.1), "a camera that lies on its side"


def test_a_hidden_layer_and_other_frames_are_left_out() -> None:
    with in_viewport():
        annotate(as_an_l())
        layer = annotation_layers()[0]
        layer.annotation_hide = True
        with pytest.raises(NoPicture, match="no annotations"):
            annotation_bytes(bpy.context)
        layer.annotation_hide = False
        layer.use_annotation_onion_skinning = True
        bpy.context.scene.frame_set(10)
        annotate([(600, 300), (700, 300), (700, 400)])
        left, top, right, bottom = box(ink(annotation_bytes(bpy.context)))
        assert (right - left) / (bottom - top) == pytest.approx(1, abs=0.05), (
            "only what was drawn at frame 10"
        )
        bpy.context.scene.frame_set(5)
        left, top, right, bottom = box(ink(annotation_bytes(bpy.context)))
        assert (right - left) / (bottom - top) == pytest.approx(0.5, abs=0.03), "still the letter of frame 1"
        bpy.context.scene.frame_set(0)
        with pytest.raises(NoPicture, match="no annotations"):
            annotation_bytes(bpy.context)


# Grease Pencil


def pencil_ink() -> Any:
    """Seen from the front, as there is neither viewport nor camera here."""
    return ink(pencil_bytes(bpy.context))


def test_strokes_lie_where_the_viewport_shows_them() -> None:
    Pencil().draw([(-1, 0, 0), (1, 0, 0), (1, 3, 0.5)])
    with in_viewport():
        black = ink(pencil_bytes(bpy.context))
        region, view = bpy.context.region, viewport_area().spaces.active.region_3d
        seen = [
            location_3d_to_region_2d(region, view, place) for place in ((-1, 0, 0), (1, 0, 0), (1, 3, 0.5))
        ]
    low = Vector(min(point[axis] for point in seen) for axis in (0, 1))
    high = Vector(max(point[axis] for point in seen) for axis in (0, 1))
    scale = 1024 / 1.1 / max(high - low)
    for point in seen:
        x, y = (point - (low + high) / 2) * scale
        assert black[round(511.5 - y), round(511.5 + x)] == 1


def test_a_square_is_a_square() -> None:
    pencil = Pencil()
    pencil.draw(SQUARE, closed=True)
    black = pencil_ink()
    left, top, right, bottom = box(black)
    assert (left, top, 1023 - right, 1023 - bottom) == pytest.approx((MARGIN,) * 4, abs=12)
    for x, y in ((512, top + 5), (512, bottom - 5), (left + 5, 512), (right - 5, 512)):
        assert black[y, x] == 1, "all four sides"
    assert not black[top + 30 : bottom - 30, left + 30 : right - 30].any(), "nothing inside"


def test_an_open_line_is_not_closed() -> None:
    Pencil().draw(SQUARE)
    black = pencil_ink()
    assert not black[100:900, :100].any()


def test_lightly_drawn_parts_are_thinner() -> None:
    pencil = Pencil()
    pencil.draw([(-1, 0, 1), (0, 0, 1), (1, 0, 1)], widths=[0.25, 0.25, 0.25])
    pencil.draw([(-1, 0, 0), (0, 0, 0), (1, 0, 0)], widths=[1, 1, 1])
    pencil.draw([(-1, 0, -1), (0, 0, -1), (1, 0, -1)], widths=[1, 1, 1])
    black = pencil_ink()
    thin, wide = black[:100, 512].sum(), black[500:520, 512].sum()
    assert thin == pytest.approx(wide / 4, abs=1)


@pytest.mark.parametrize('width', [0.0, 0.001, 0.02, 0.9])
def test_lines_stay_visible_and_do_not_fill_the_page(width: float) -> None:
    Pencil().draw(SQUARE, closed=True, width=width)
    black = pencil_ink()
    assert EXTREME_PX[0] - 0.1 <= black[:300, 512].sum() <= USUAL_PX[1] + 1


def test_only_what_can_be_seen_is_drawn() -> None:
    pencil = Pencil()
    pencil.draw(SQUARE, closed=True)
    pencil.draw([(-9, 0, 0), (9, 0, 0)], opacity=0.0)
    pencil.draw([(-9, 0, 0), (9, 0, 0)], frame=5)
    for name in ("Line", "Fill"):
        material = bpy.data.materials.new(name)
        bpy.data.materials.create_gpencil_data(material)
        pencil.data.materials.append(material)
    filled = pencil.draw([(-9, 0, 0), (9, 0, 0)], material=1)
    if hasattr(filled, 'hide_stroke'):
        filled.hide_stroke = True
    else:
        material.grease_pencil.show_stroke, material.grease_pencil.show_fill = False, True
    other = Pencil("Hidden")
    other.draw([(-9, 0, 0), (9, 0, 0)])
    other.object.hide_set(True)
    layer = pencil.data.layers.new("Hidden", set_active=False)
    layer.hide = True
    shown, pencil.layer, pencil.frames = pencil.layer, layer, {}
    pencil.draw([(-9, 0, 0), (9, 0, 0)])
    black = pencil_ink()
    assert black[512, 512] == 0, "no line through the middle"
    left, top, right, bottom = box(black)
    assert right - left == bottom - top, "the square fills the page"
    shown.hide = True
    with pytest.raises(NoPicture, match="no Grease Pencil strokes"):
        pencil_ink()


def test_what_is_selected_is_drawn_alone() -> None:
    tall, wide = Pencil("Tall"), Pencil("Wide")
    tall.draw([(0, 0, 0), (0.5, 0, 1), (0, 0, 2)])
    wide.draw([(0, 0, 0), (1, 0, 0.5), (2, 0, 0)])
    left, top, right, bottom = box(pencil_ink())
    assert right - left == pytest.approx(bottom - top, abs=3)
    tall.object.select_set(True)
    left, top, right, bottom = box(pencil_ink())
    assert (right - left) / (bottom - top) == pytest.approx(0.25, abs=0.02)


def test_objects_layers_and_modifiers_place_their_strokes() -> None:
    pencil = Pencil()
    pencil.draw(SQUARE, closed=True)
    pencil.object.matrix_world = Matrix.Translation((3, 0, 0)) @ Matrix.Diagonal((0.5, 1, 1, 1))
    if OLD_PENCIL:
        mirror = pencil.object.grease_pencil_modifiers.new("Mirror", 'GP_MIRROR')
        pencil.layer.scale.z = 2
    else:
        mirror = pencil.object.modifiers.new("Mirror", 'GREASE_PENCIL_MIRROR')
        pencil.layer.scale = (1, 1, 2)
    mirror.object = bpy.data.objects.new("Centre", None)
    bpy.context.scene.collection.objects.link(mirror.object)
    bpy.context.view_layer.update()
    black = pencil_ink()
    left, top, right, bottom = box(black)
    assert (right - left) / (bottom - top) == pytest.approx(7 / 4, abs=0.03)
    assert not black[:, 450:570].any(), "a gap between both"


def test_without_a_viewport_the_camera_looks() -> None:
    Pencil().draw(SQUARE, closed=True)
    camera_at(10, 0, 0, turn=math.pi / 2)
    left, top, right, bottom = box(ink(pencil_bytes(bpy.context)))
    assert right - left < 20, "seen from the side, a square is a line"
    assert bottom - top > 900


def test_without_a_camera_it_is_seen_from_the_front() -> None:
    Pencil().draw([(100, 5, 100), (101, 700, 100), (101, -3, 102)])
    left, top, right, bottom = box(ink(pencil_bytes(bpy.context)))
    assert (right - left) / (bottom - top) == pytest.approx(0.5, abs=0.02)


def test_strokes_behind_the_eye_are_left_out() -> None:
    pencil = Pencil()
    pencil.draw(SQUARE, closed=True)
    pencil.draw([(0, -9.9, 0), (0, -500, 1)])
    camera_at(0, -10, 0)
    black = ink(pencil_bytes(bpy.context))
    left, top, right, bottom = box(black)
    assert right - left == pytest.approx(bottom - top, abs=3)


# What is no sketch


def test_nothing_drawn_is_no_sketch() -> None:
    with pytest.raises(NoPicture, match="no annotations"):
        annotation_bytes(bpy.context)
    with pytest.raises(NoPicture, match="no Grease Pencil strokes"):
        pencil_bytes(bpy.context)


@pytest.mark.parametrize('points', [[(0, 0, 0)], [(1, 0, 1)] * 5, [(0, 0, 0), (0.01, 0, 0)]])
def test_a_dot_is_no_sketch(points: Any) -> None:
    Pencil().draw(points)
    with pytest.raises(NoPicture, match="only a dot"):
        pencil_ink()


def test_a_dot_among_lines_is_drawn() -> None:
    pencil = Pencil()
    pencil.draw(SQUARE, closed=True)
    pencil.draw([(0, 0, 0)])
    assert pencil_ink()[512, 512] == 1


@pytest.mark.parametrize('shift', [(500, 0, 0), (0, 0, -500), (0, -100, 0)])
def test_strokes_outside_of_the_view_are_no_sketch(shift: Any) -> None:
    pencil = Pencil()
    pencil.draw(SQUARE, closed=True)
    pencil.object.location = shift
    camera_at(0, -10, 0)
    with pytest.raises(NoPicture, match="outside of what is seen"):
        pencil_ink()


def test_what_is_outside_of_the_view_is_left_out() -> None:
    pencil = Pencil()
    pencil.draw(SQUARE, closed=True)
    pencil.draw([(40, 0, 0), (50, 0, 0)])
    camera_at(0, -10, 0)
    left, _, right, _ = box(pencil_ink())
    assert (left, right) == pytest.approx((MARGIN, 1024 - MARGIN), abs=12)


# Nothing else changes


def test_a_sketch_leaves_all_as_it_was(addon_part: Any) -> None:
    pencil = Pencil()
    pencil.draw(SQUARE, closed=True)
    bpy.context.view_layer.objects.active = pencil.object
    with in_viewport():
        annotate(as_an_l())
        bpy.ops.object.mode_set(mode='PAINT_GPENCIL' if OLD_PENCIL else 'PAINT_GREASE_PENCIL')
        space = viewport_area().spaces.active
        before = state_of_file() | state_of(space) | state_of(space.overlay) | {'mode': bpy.context.mode}
        for button in ('sketch_annotations', 'sketch_pencil'):
            assert getattr(bpy.ops.hunyuan3d, button)() == {'FINISHED'}
            after = state_of_file() | state_of(space) | state_of(space.overlay) | {'mode': bpy.context.mode}
            assert not changes(before, after)
        bpy.ops.object.mode_set(mode='OBJECT')


if (
    hasattr(bpy.types, 'GreasePencilDrawing')
    and 'set_types' in bpy.types.GreasePencilDrawing.bl_rna.functions
):

    def test_curves_are_round() -> None:
        """A circle of four points with handles."""
        pencil = Pencil()
        pencil.draw([(-1, 0, 0), (0, 0, 1), (1, 0, 0), (0, 0, -1)], closed=True)
        drawing = pencil.frames[1].drawing
        drawing.set_types(type='BEZIER')
        for side, reach in (('handle_left', -0.5523), ('handle_right', 0.5523)):
            handles = drawing.attributes.get(side) or drawing.attributes.new(side, 'FLOAT_VECTOR', 'POINT')
            for point, handle, (x, z) in zip(
                drawing.strokes[0].points, handles.data, ((0, 1), (1, 0), (0, -1), (-1, 0)), strict=True
            ):
                handle.vector = Vector(point.position) + Vector((x, 0, z)) * reach
        black = pencil_ink()
        rows, columns = numpy.nonzero(black > 0.5)
        radii = numpy.hypot(rows - 511.5, columns - 511.5)
        assert radii.max() - radii.min() < 20
        assert radii.mean() == pytest.approx(1024 / 1.1 / 2, abs=5)
