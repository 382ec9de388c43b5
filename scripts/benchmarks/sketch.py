# SPDX-License-Identifier: GPL-3.0-or-later
"""How long a drawing of Grease Pencil strokes takes to become a sketch, in milliseconds of the processor.

python -m benchmarks.sketch
"""

from __future__ import annotations

import time
from typing import Any

import bpy
import numpy

from benchmarks import report, seconds
from hunyuan3d_blender.scene.capture import lines, sketch

STROKES = (20, 500)
POINTS = 60
HELD_MAX_MS = 200.0
RUNS = 3


def main() -> None:
    """Measure a drawing with few and one with many strokes."""
    for count in STROKES:
        bpy.ops.wm.read_factory_settings(use_empty=True)
        draw(count)
        whole = best(lambda: sketch.pencil_bytes(bpy.context))
        page = page_of(count)
        report(
            "A sketch of Grease Pencil strokes, in milliseconds of the processor",
            blender=bpy.app.version_string,
            strokes=count,
            points_each=POINTS,
            lines_alone=best(lambda page=page: lines.drawn(page, sketch.SIDE_PX)),
            whole_sketch=whole,
            reached=whole < HELD_MAX_MS,
        )


def best(action: Any) -> float:
    """Of some runs the shortest, by what the processor has done: other work on the machine does not count."""
    return 1000 * min(seconds(action, runs=RUNS, clock=time.process_time))


def by_hand(count: int) -> list[Any]:
    """Wavy strokes all over a square with sides of 1: a row of x and y per point."""
    random = numpy.random.default_rng(1)
    strokes = []
    for start in random.uniform(0.2, 0.8, (count, 2)):
        turn = numpy.cumsum(random.normal(0, 0.15, POINTS)) + random.uniform(0, 2 * numpy.pi)
        steps = numpy.column_stack((numpy.cos(turn), numpy.sin(turn))) * 0.3 / POINTS
        strokes.append(start + numpy.cumsum(steps, axis=0))
    return strokes


def page_of(count: int) -> list[Any]:
    """The strokes as they lie on a page."""
    return [lines.Line(points * sketch.SIDE_PX, numpy.full(POINTS, 2.5)) for points in by_hand(count)]


def draw(count: int) -> None:
    """The strokes as an object of the scene, seen from the front."""
    is_old = bpy.app.version < (4, 3)
    kinds: Any = (
        bpy.data.grease_pencils if is_old or bpy.app.version >= (5, 0) else bpy.data.grease_pencils_v3
    )
    data = kinds.new("Drawing")
    bpy.context.scene.collection.objects.link(bpy.data.objects.new("Drawing", data))
    frame = data.layers.new("Lines", set_active=True).frames.new(1)
    if not is_old:
        frame.drawing.add_strokes([POINTS] * count)
    for number, points in enumerate(by_hand(count)):
        places = numpy.insert(points, 1, 0.0, axis=1)
        if is_old:
            stroke = frame.strokes.new()
            stroke.points.add(POINTS)
            stroke.line_width, stroke.display_mode = 10, '3DSPACE'
            stroke.points.foreach_set('co', places.ravel())
        else:
            for point, place in zip(frame.drawing.strokes[number].points, places, strict=True):
                point.position, point.radius = place, 0.005
    bpy.context.view_layer.update()


if __name__ == '__main__':
    main()
