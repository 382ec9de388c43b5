# SPDX-License-Identifier: GPL-3.0-or-later
"""A job of every service from its queue to a model, by a real worker process over real HTTP."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hunyuan3d_blender.jobs.job import OPEN, State
from hunyuan3d_blender.services.errors import Kind, Spent
from hunyuan3d_blender.services.registry import TABLES
from tests.protocol.every_service import SERVICES
from tests.worker_parts import a_job, with_picture
from tests.worker_process import World, world


def queued(here: World, service: str, marker: str = ''):
    """A job of the service; the marker of a scenario is switched on where there is no prompt to hold it."""
    words = SERVICES[service]
    job = a_job(operation=words.request.operation, prompt=f"{words.request.prompt} {marker}".strip())
    if words.request.image:
        job = with_picture(job, here.library, words.inputs[words.request.image.file])
        job = replace(job, request=replace(job.request, prompt=''))
        if marker:
            here.sandbox.switchboard.switch_on(marker.strip('[]').partition(':')[2])
    return here.job(service=service, id=job.id, request=job.request)


@pytest.mark.parametrize('service', SERVICES)
def test_from_the_queue_to_a_model(library, tmp_path, service):
    with world(library, tmp_path / 'sandbox', seconds=0.2) as here:
        job = queued(here, service)
        here.start()
        ready = here.wait_for(job, State.READY, State.FAILED, State.REJECTED, State.UNKNOWN)
        assert ready.state is State.READY, ready.error
        (name,) = ready.files
        assert (library.job(job.id).download / name).read_bytes()[:4] == b'glTF'
        assert len(here.sandbox.ledger.jobs()) == 1
        for secret in (here.sandbox.ledger.keys.api_key, 'q-signature'):
            assert secret not in here.log


@pytest.mark.parametrize('service', SERVICES)
def test_an_unclear_submit_is_made_once(library, tmp_path, service):
    with world(library, tmp_path / 'sandbox') as here:
        job = queued(here, service, '[sandbox:submit_answer_lost]')
        here.start()
        unknown = here.wait_for(job, *(set(State) - OPEN))
        assert (unknown.state, unknown.error.spent) == (State.UNKNOWN, Spent.MAYBE)
        assert len(here.sandbox.ledger.jobs()) == 1


@pytest.mark.parametrize('service', [service for service in SERVICES if TABLES[service].needs_key])
def test_a_failed_job_is_told_so(library, tmp_path, service):
    with world(library, tmp_path / 'sandbox') as here:
        job = queued(here, service, '[sandbox:fail]')
        here.start()
        failed = here.wait_for(job, *(set(State) - OPEN))
        assert (failed.state, failed.error.kind) == (State.FAILED, Kind.SERVICE)
