# SPDX-License-Identifier: GPL-3.0-or-later
"""How long sending a selected object blocks the artist's Blender: its own exporter, slices of our own, a .blend of copies.

python -m benchmarks.export GLB FOLDER

The slices are the least that any such way has to do: read the arrays of the mesh, write every corner, copy the textures.
They neither merge corners nor compute normals, so a complete one is slower.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import bpy
import numpy as np

from benchmarks import report, seconds

RUNS = 5
"""The best run counts: the others met somebody else's work on the processor."""
WRITING_MAX_S = 0.15
"""As for an arrival, which also is a single call."""
CORNERS = 100_000
"""Of a slice that writes."""


def main(glb: Path, folder: Path) -> None:
    """Measure one model."""
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    bpy.ops.import_scene.gltf(filepath=str(glb))
    bpy.context.view_layer.update()
    model = next(item for item in bpy.context.scene.objects if item.type == 'MESH')
    exporting = best(
        lambda: bpy.ops.export_scene.gltf(filepath=str(folder / 'whole.glb'), use_selection=True)
    )
    slicing = [slices_of(model, folder / 'sliced.bin') for _ in range(RUNS)]
    longest, total = min(map(max, slicing)), min(map(sum, slicing))
    writing = best(lambda: write(model, folder / 'selection.blend'))
    report(
        "Sending a selected object: blocking the artist's Blender, in seconds",
        blender=bpy.app.version_string,
        faces=int(glb.stem),
        exporter=exporting,
        longest_slice=longest,
        all_slices=total,
        blend_of_copies=writing,
        times_faster_than_exporter=exporting / writing,
        all_slices_to_blend=total / writing,
        reached=writing <= WRITING_MAX_S,
    )


def best(action: Callable[[], object]) -> float:
    """The shortest run."""
    return min(seconds(action, runs=RUNS))


def slices_of(model: Any, file: Path) -> list[float]:
    """How long each slice takes."""
    times = []
    begun = time.perf_counter()
    with file.open('wb') as stream:
        for _ in sliced(model, stream):
            times.append(time.perf_counter() - begun)
            begun = time.perf_counter()
    return times


def sliced(model: Any, stream: BinaryIO) -> Iterator[None]:
    """Write points, UV and textures, stopping wherever that is possible."""
    mesh = model.evaluated_get(bpy.context.evaluated_depsgraph_get()).data
    yield
    points = np.empty(3 * len(mesh.vertices), np.float32)
    mesh.attributes['position'].data.foreach_get('vector', points)
    yield
    corners = np.empty(len(mesh.loops), np.int32)
    mesh.attributes['.corner_vert'].data.foreach_get('value', corners)
    yield
    uv = np.empty(2 * len(corners), np.float32)
    mesh.uv_layers.active.uv.foreach_get('vector', uv)
    yield
    points, uv = points.reshape(-1, 3), uv.reshape(-1, 2)
    for begin in range(0, len(corners), CORNERS):
        some = slice(begin, begin + CORNERS)
        stream.write(np.hstack((points[corners[some]], uv[some])).tobytes())
        yield
    for image in bpy.data.images:
        if image.packed_file:
            stream.write(image.packed_file.data)
            yield


def write(model: Any, file: Path) -> None:
    """Write the object as it is, with all it needs."""
    bpy.data.libraries.write(str(file), {model}, compress=False)


if __name__ == '__main__':
    main(Path(sys.argv[1]), Path(sys.argv[2]))
