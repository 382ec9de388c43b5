# SPDX-License-Identifier: GPL-3.0-or-later
"""A picture goes to the chosen service and nowhere else: a real worker, and every address that it ever looks for."""

from __future__ import annotations

import ast
import base64
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from hunyuan3d_blender import launch
from hunyuan3d_blender.jobs.job import State
from hunyuan3d_blender.services.contract import GenerateType
from hunyuan3d_blender.services.limits import problems
from hunyuan3d_blender.services.registry import TABLES
from hunyuan3d_blender.worker import start
from hunyuan3d_blender.worker.programs import Programs
from tests.protocol.every_service import PHOTO_64
from tests.worker_parts import a_job, with_picture
from tests.worker_process import World, world

WATCH = """
import sys
_seen = open({file!r}, 'a', buffering=1)
def _note(event, arguments):
    if event == 'socket.connect':
        _seen.write(repr(arguments[1]) + '\\n')
    elif event == 'socket.getaddrinfo':
        _seen.write(repr(arguments[:2]) + '\\n')
sys.addaudithook(_note)
"""
"""What the interpreter itself reports before a socket connects or a name is looked up."""


def watched(here: World, file: Path) -> None:
    """Start the worker, which notes in `file` whatever it connects to."""
    command = start.command(here.library.path, Programs(sys.executable, ()))
    command[-1] = WATCH.format(file=str(file)) + command[-1]
    with here.library.worker_log.open('ab') as log:
        here.worker = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=launch.child_environment()
        )


@pytest.mark.parametrize(
    ('service', 'kind'),
    [
        ('tencent_cn', GenerateType.SKETCH),
        ('tencent_intl', GenerateType.SKETCH),
        ('openai_compatible', GenerateType.SKETCH),
        ('tokenhub', GenerateType.SKETCH),
        ('vtrix', GenerateType.SKETCH),
        ('tencent_cn', GenerateType.NORMAL),
        ('self_hosted', GenerateType.NORMAL),
    ],
)
def test_a_picture_goes_to_the_service_and_nowhere_else(library, tmp_path, service, kind):
    with world(library, tmp_path / 'sandbox', seconds=0.2) as here:
        picture = base64.b64decode(PHOTO_64)
        job = with_picture(a_job(), here.library, picture)
        words = "a small house" if kind is GenerateType.SKETCH else ""
        facts = replace(job.request.image, width_px=512, height_px=512, size_bytes=len(picture))
        request = replace(job.request, prompt=words, generate_type=kind, image=facts)
        assert not problems(request, TABLES[service].offers[request.operation])
        job = here.job(service=service, id=job.id, request=request)
        watched(here, tmp_path / 'seen')
        ready = here.wait_for(job, State.READY, State.FAILED, State.REJECTED, State.UNKNOWN)
        assert ready.state is State.READY, ready.error
        seen = set(map(ast.literal_eval, (tmp_path / 'seen').read_text().splitlines()))
        place = urlsplit(here.sandbox.url)
        connected = {(place.hostname, place.port)}
        assert connected <= seen <= connected | {(place.hostname, None)}, "looked up without a port"
        (taken,) = here.sandbox.ledger.jobs()
        if kind is GenerateType.SKETCH:
            assert (taken.values['GenerateType'], taken.values['Prompt']) == ('Sketch', words)
