# SPDX-License-Identifier: GPL-3.0-or-later
"""Make one model from a sentence and one from a picture, and show both in one scene.

    python3 scripts/demo.py [--prompt TEXT] [--image FILE] [--service ID] [--output FOLDER]

Installs what it needs into `.cache/` first. Without an account the service is the sandbox, whose models are samples.
Writes scene.blend and scene.png, and prints where the time went.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import environments

if TYPE_CHECKING:
    from hunyuan3d_blender.jobs.job import Job

ROOT = environments.ROOT
PHOTOGRAPH = ROOT / 'scripts' / 'coffee.jpg'
LOOK_S = 0.2
LOCK_S = 30.0
"""How long a locked job list is waited for."""
SPACING_M = 2.6
SIZE_PX = (960, 540)


def main(arguments: Sequence[str]) -> int:
    """Run in the right environment, making it first. Return the exit code."""
    options = _parser().parse_args(arguments)
    if options.inside:
        return _inside(options)
    if not options.image.is_file():
        return _fail(f"there is no picture at {options.image}")
    try:
        python = environments.newest_blender().ensure()
    except environments.Missing as error:
        return _fail(str(error))
    command = [str(python), '-X', 'utf8', str(Path(__file__).resolve()), '--inside', *arguments]
    try:
        return subprocess.run(command, env=_environment(options), check=False).returncode
    except KeyboardInterrupt:
        return 130  # the program inside has said it


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Make two models and a scene with them.")
    parser.add_argument('--prompt', default="a turned wooden vase", help="what to make from words")
    parser.add_argument('--image', type=_absolute, default=PHOTOGRAPH, help="what to make from a picture")
    parser.add_argument(
        '--service', default='sandbox', help="sandbox (samples, no account), tencent_cn, tencent_intl"
    )
    parser.add_argument('--endpoint', default='', help="another host for the service")
    parser.add_argument(
        '--output', type=_absolute, default=ROOT / 'demo', help="folder for the scene (default: demo)"
    )
    parser.add_argument(
        '--online-mode', action='store_true', help="allow this run to connect to the internet"
    )
    parser.add_argument('--inside', action='store_true', help=argparse.SUPPRESS)
    return parser


def _absolute(path: str) -> Path:
    return Path(path).absolute()


def _environment(options: argparse.Namespace) -> dict[str, str]:
    """The demo's jobs stay in its own folder, unless the service is a real one: then they are kept where all are."""
    environment = dict(os.environ)
    if options.service == 'sandbox':
        environment['HUNYUAN3D_LIBRARY'] = str(options.output / 'library')
    return environment


def _fail(sentence: str) -> int:
    print(f"demo: {sentence}", file=sys.stderr)
    return 1


# In the environment with Blender


def _inside(options: argparse.Namespace) -> int:
    sys.path.insert(0, str(ROOT))
    import bpy

    from hunyuan3d_blender import app
    from hunyuan3d_blender.ui.reporting import sentence

    app.be_patient(LOCK_S)
    if options.online_mode:
        app.allow_online_access()
    if options.service not in app.services():
        return _fail(f"there is no service {options.service!r}; there are: {', '.join(app.services())}")
    begun = time.perf_counter()
    try:
        options.output.mkdir(parents=True, exist_ok=True)
        bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
        with app.chosen_by_name(options.service, options.endpoint):
            jobs = _start(options)
            stories = _follow([job.id for job in jobs])
        arrived = time.perf_counter()
        _bring_in(stories)
        _show(options.output)
    except KeyboardInterrupt:
        return _fail(
            f"interrupted; jobs that were begun go on, and their models come into {app.library_folder()}"
        )
    except app.NotPossible as error:
        hint = "; add --online-mode" if error.failure.kind == 'offline' else ""
        return _fail(sentence(error.failure) + hint)
    except OSError as error:
        return _fail(f"{options.output} cannot be written: {error}")
    failed = [story for story in stories if not story.is_ready]
    for story in failed:
        print(f"{story.job.name}: {sentence(story.job.error) if story.job.error else story.job.state}")
    _print_times(stories, arrived - begun, time.perf_counter() - arrived)
    print(f"Written: {options.output / 'scene.blend'}\nWritten: {options.output / 'scene.png'}")
    return _fail("not all models arrived") if failed else 0


class _Story:
    """How one job went: when it came into which state."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.times: list[tuple[str, float]] = [(str(job.state), job.state_since)]

    @property
    def is_ready(self) -> bool:
        return self.job.state == 'ready'

    @property
    def is_over(self) -> bool:
        from hunyuan3d_blender.jobs.job import OPEN

        return self.job.state not in OPEN

    def look(self, job: Job) -> bool:
        """Take in the newest state; return whether it is another one."""
        moved = job.state != self.job.state
        if moved:
            self.times.append((str(job.state), job.state_since))
        self.job = job
        return moved

    def spent(self) -> dict[str, float]:
        """Seconds in each state that was seen."""
        ends = [when for _, when in self.times[1:]]
        return {state: end - when for (state, when), end in zip(self.times, ends, strict=False)}


def _start(options: argparse.Namespace) -> list[Job]:
    from hunyuan3d_blender import app
    from hunyuan3d_blender.jobs.job import Destination

    drafts = (
        app.Draft(service=options.service, prompt=options.prompt),
        app.Draft(service=options.service, picture_file=str(options.image)),
    )
    return [app.submit(draft, Destination()) for draft in drafts]


def _follow(job_ids: list[str]) -> list[_Story]:
    from hunyuan3d_blender import app
    from hunyuan3d_blender.ui.reporting import state_label

    stories: dict[str, _Story] = {}
    begun = time.perf_counter()
    while not stories or not all(story.is_over for story in stories.values()):
        for job_id in job_ids:
            job = app.look(job_id)
            if job is None:
                continue
            is_new = job_id not in stories
            if stories.setdefault(job_id, _Story(job)).look(job) or is_new:
                print(
                    f"[{time.perf_counter() - begun:6.1f} s] {job.name}: {state_label(job.state)}", flush=True
                )
        time.sleep(LOOK_S)
    return list(stories.values())


def _bring_in(stories: list[_Story]) -> None:
    import bpy

    from hunyuan3d_blender import app

    cursor = bpy.context.scene.cursor
    for number, story in enumerate(stories):
        if story.is_ready:
            cursor.location = ((number - 0.5) * SPACING_M, 0.0, 0.0)
            app.bring_in(bpy.context, story.job.id)


def _show(folder: Path) -> None:
    """Light and a camera around whatever has arrived; save and render."""
    import bpy
    from mathutils import Vector

    scene = bpy.context.scene
    camera = bpy.data.objects.new("Camera", bpy.data.cameras.new("Camera"))
    sun = bpy.data.objects.new("Sun", bpy.data.lights.new("Sun", 'SUN'))
    floor = _floor()
    for item in (camera, sun, floor):
        scene.collection.objects.link(item)
    camera.location = (0.0, -7.0, 3.2)
    camera.rotation_euler = (Vector((0.0, 0.0, 0.9)) - camera.location).to_track_quat('-Z', 'Y').to_euler()
    sun.rotation_euler = (0.7, 0.25, 0.5)
    sun.data.energy = 3.5
    world = bpy.data.worlds.new("World")
    world.color = (0.5, 0.5, 0.5)
    scene.world, scene.camera = world, camera
    bpy.ops.wm.save_as_mainfile(filepath=str(folder / 'scene.blend'), compress=True)
    scene.render.engine = 'CYCLES'
    scene.cycles.samples = 24
    scene.cycles.use_denoising = False
    scene.render.resolution_x, scene.render.resolution_y = SIZE_PX
    scene.render.filepath = str(folder / 'scene.png')
    bpy.ops.render.render(write_still=True)


def _floor() -> Any:
    import bpy

    mesh = bpy.data.meshes.new("Floor")
    mesh.from_pydata([(-20, -20, 0), (20, -20, 0), (20, 20, 0), (-20, 20, 0)], [], [(0, 1, 2, 3)])
    return bpy.data.objects.new("Floor", mesh)


def _print_times(stories: list[_Story], jobs_s: float, scene_s: float) -> None:
    print("\nWhere the time went, in seconds:")
    states = list(dict.fromkeys(state for story in stories for state in story.spent()))
    width = max(len(state) for state in states)
    print(" " * width, *(f"{story.job.name[:20]:>22}" for story in stories))
    for state in states:
        print(f"{state:{width}}", *(f"{story.spent().get(state, 0.0):22.2f}" for story in stories))
    print(f"both jobs {jobs_s:.1f} s, bringing in, saving and rendering {scene_s:.1f} s")


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
