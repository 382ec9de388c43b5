# SPDX-License-Identifier: GPL-3.0-or-later
"""A job of every service from its queue to a model, by a real worker process over real HTTP."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from hunyuan3d_blender.jobs.job import OPEN, Account, State
from hunyuan3d_blender.sandbox.server import running
from hunyuan3d_blender.services.errors import Kind, Spent
from hunyuan3d_blender.services.registry import TABLES
from tests.protocol.every_service import SERVICES
from tests.worker_parts import a_job, with_picture
from tests.worker_process import World, world


def queued(here: World, service: str, marker: str = '', **values: Any):
    """A job of the service; the marker of a scenario is switched on where there is no prompt to hold it."""
    words = SERVICES[service]
    job = a_job(operation=words.request.operation, prompt=f"{words.request.prompt} {marker}".strip())
    if words.request.image:
        job = with_picture(job, here.library, words.inputs[words.request.image.file])
        job = replace(job, request=replace(job.request, prompt=''))
        if marker:
            here.sandbox.switchboard.switch_on(marker.strip('[]').partition(':')[2])
    return here.job(service=service, id=job.id, request=job.request, **values)


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


def test_each_job_goes_to_the_server_that_it_was_started_for(library, tmp_path):
    """Also when it is asked about after another server was chosen and has taken a job."""
    with (
        world(library, tmp_path / 'one', seconds=2.0) as here,
        running(tmp_path / 'two', seconds=0.2) as other,
    ):
        servers = {'': here.sandbox, 'workstation': other}
        jobs = []
        here.start()
        for name, server in servers.items():
            account = Account(service='self_hosted', id=name, endpoint=server.url)
            jobs.append(queued(here, 'self_hosted', account=account))
            here.wait_for(jobs[-1], *(set(State) - {State.QUEUED, State.SUBMITTING}))
        for job, server in zip(jobs, servers.values(), strict=True):
            assert here.wait_for(job, *(set(State) - OPEN), State.READY).state is State.READY
            (made,) = server.ledger.jobs()
            assert here.get(job).remote_id == made.id
            assert here.get(job).account.endpoint == server.url
