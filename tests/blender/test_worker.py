# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole job with nothing stood in for: worker, sandbox, and the Blender that converts."""

from __future__ import annotations

import sys

import bpy

from hunyuan3d_blender.jobs.job import Converter, State
from tests.worker_process import wait_until, world


def test_a_sentence_becomes_a_model_that_can_be_appended(library, tmp_path):
    version = bpy.app.version[:2]
    with world(library, tmp_path / 'sandbox', blender=(sys.executable,), seconds=1.0) as here:
        job = here.job(prompt="a red chair", converter=Converter(command=(sys.executable,), version=version))
        here.start()
        ready = here.wait_for(job, State.READY, State.FAILED)
        assert ready.state is State.READY, ready.error
        wait_until(library.job(job.id).thumbnail.exists)
    with bpy.data.libraries.load(str(library.job(job.id).model_blend)) as (there, wanted):
        assert len(there.collections) == 1
        wanted.collections = there.collections
    (collection,) = wanted.collections
    assert collection['hunyuan3d_prompt'] == "a red chair"
    assert collection['hunyuan3d_remote_id'] == ready.remote_id
