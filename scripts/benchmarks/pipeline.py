# SPDX-License-Identifier: GPL-3.0-or-later
"""From the service's word that a job is done to a model that is ready, beside the bare download and import of it.

python -m benchmarks.pipeline GLB

The service is `benchmarks.stand_in`, which returns the GLB; worker, client and converter are the real ones.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import bpy
import requests

from benchmarks import report, seconds
from benchmarks.stand_in import serving
from hunyuan3d_blender import app, launch
from hunyuan3d_blender.jobs.job import OPEN, Destination, Job, State
from hunyuan3d_blender.worker import start

SERVICE = 'tencent_intl'
DEADLINE_S = 180.0
LOOK_S = 0.1
RATIO_MAX = 1.3


def main(glb: Path) -> None:
    """Measure with one model."""
    with serving(glb) as url:
        job = run_job(url)
        done, told = requests.get(f'{url}/times', timeout=10).json()
        first, again = bare_way(f'{url}/0')
    ready = job.state_since
    report(
        "From DONE to READY, in seconds",
        blender=bpy.app.version_string,
        faces=int(glb.stem),
        until_noticed=told - done,
        ours=ready - told,
        bare_download_and_import=first,
        the_same_again=again,
        ours_to_bare=(ready - told) / first,
        reached=(ready - told) / first <= RATIO_MAX,
    )


def run_job(url: str) -> Job:
    """Let the worker do a whole job. Raise RuntimeError when it does not become ready."""
    os.environ |= {'TENCENTCLOUD_SECRET_ID': 'AKID' + 'x' * 32, 'TENCENTCLOUD_SECRET_KEY': 'x' * 32}
    library = app.library_folder()
    library.mkdir(parents=True, exist_ok=True)
    programs = start.Programs(sys.executable, (sys.executable,))
    command, variables = start.command(library, programs), launch.child_environment()
    with (library / 'worker.log').open('ab') as log, subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=variables
    ) as worker:  # fmt: skip
        try:
            while worker.poll() is None and not start.is_running(library):
                time.sleep(LOOK_S)
            with app.chosen_by_name(SERVICE, url):
                job = app.submit(app.Draft(service=SERVICE, prompt="a model"), Destination())
                return wait_for(job)
        finally:
            worker.terminate()


def wait_for(job: Job) -> Job:
    """Look until it is ready."""
    deadline = time.monotonic() + DEADLINE_S
    while job.state in OPEN and time.monotonic() < deadline:
        time.sleep(LOOK_S)
        job = app.look(job.id) or job
    if job.state != State.READY:
        raise RuntimeError(f"the job stands at {job.state}: {job.error or job.note}")
    return job


def bare_way(url: str) -> tuple[float, float]:
    """Download and import it here, twice.

    The first time is what ours is compared with, since every conversion is the first in its process: all the memory
    a model takes is new to it.
    """

    def download_and_import() -> None:
        with requests.get(url, stream=True, timeout=60) as response, Path(name).open('wb') as file:
            for chunk in response.iter_content(1 << 20):
                file.write(chunk)
        bpy.ops.import_scene.gltf(filepath=name)

    def empty_file() -> None:
        bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)

    with tempfile.TemporaryDirectory() as folder:
        name = str(Path(folder, 'model.glb'))
        first, again = seconds(download_and_import, runs=2, before=empty_file)
        return first, again


if __name__ == '__main__':
    main(Path(sys.argv[1]))
