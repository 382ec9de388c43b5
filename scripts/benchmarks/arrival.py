# SPDX-License-Identifier: GPL-3.0-or-later
"""How long a model blocks the artist's Blender: its own importer, a bare append of our .blend, and our arrival.

python -m benchmarks.arrival GLB FOLDER
"""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import bpy

from benchmarks import report, seconds
from hunyuan3d_blender import launch
from hunyuan3d_blender.jobs.job import Destination, new_id
from hunyuan3d_blender.scene import arrive

APPENDS = 7
"""The best run counts: the others met somebody else's work on the processor."""

ARRIVAL_TO_APPEND_MAX = 1.5
ARRIVAL_MAX_S = 0.15


def main(glb: Path, folder: Path) -> None:
    """Measure one model."""
    faces = glb.stem
    blend = folder / f'{faces}.blend'
    begun = time.perf_counter()
    convert(glb, blend)
    converting = time.perf_counter() - begun
    importing = best(lambda: bpy.ops.import_scene.gltf(filepath=str(glb)), 2 if int(faces) > 1_000_000 else 3)
    appending = best(lambda: append(blend), APPENDS)
    arriving = best(lambda: bring_in(blend), APPENDS)
    report(
        "Blocking the artist's Blender, in seconds",
        blender=bpy.app.version_string,
        faces=int(faces),
        converted_elsewhere=converting,
        importer=importing,
        bare_append=appending,
        arrival=arriving,
        times_faster_than_importer=importing / arriving,
        arrival_to_append=arriving / appending,
        reached=arriving / appending <= ARRIVAL_TO_APPEND_MAX and arriving <= ARRIVAL_MAX_S,
    )


def best(action: Callable[[], object], runs: int) -> float:
    """The shortest run, each in an empty file, up to the point where Blender can draw again."""

    def whole() -> None:
        action()
        bpy.context.view_layer.update()

    return min(seconds(whole, runs=runs, before=empty_file))


def empty_file() -> None:
    """Begin anew."""
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    gc.collect()


def convert(glb: Path, blend: Path) -> None:
    """Run the converter as the worker does. Raise RuntimeError when it gives up."""
    order = {
        'model': str(glb), 'output': str(blend), 'thumbnail': str(blend.with_suffix('.png')), 'name': "Model",
        'target_size_m': 2.0, 'history': {'service': 'bench'}, 'memory_limit_bytes': 0,
        'frame': (), 'box': (),
    }  # fmt: skip
    command = launch.blender_command((sys.executable,), 'scene.convert_model')
    done = subprocess.run(
        command, input=json.dumps(order) + "\n", capture_output=True, text=True, check=False
    )
    if done.returncode != 0 or not blend.exists():
        raise RuntimeError(f"the converter gave up: {(done.stdout + done.stderr)[-1000:]}")


def append(blend: Path) -> None:
    """The least that has to happen."""
    with bpy.data.libraries.load(str(blend), link=False) as (there, here):
        here.collections = there.collections
    for collection in here.collections:
        bpy.context.scene.collection.children.link(collection)


def bring_in(blend: Path) -> None:
    """What the add-on does."""
    arrive.arrive(bpy.context, model_blend=blend, name="Model", job_id=new_id(), destination=Destination())


if __name__ == '__main__':
    main(Path(sys.argv[1]), Path(sys.argv[2]))
