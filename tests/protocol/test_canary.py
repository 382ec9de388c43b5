# SPDX-License-Identifier: GPL-3.0-or-later
"""Distinctive keys of every service, from every source, in real runs: they are found where they are kept, and nowhere else."""

from __future__ import annotations

import hashlib
import os
import re
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from hunyuan3d_blender import credentials, launch
from hunyuan3d_blender.credentials import Purpose, Source
from hunyuan3d_blender.jobs.job import OPEN, Account, Job, State, new_id
from hunyuan3d_blender.jobs.library import Library
from hunyuan3d_blender.services.contract import KEY_PAIR, Key, Operation, Request, Service
from hunyuan3d_blender.services.errors import ServiceError
from hunyuan3d_blender.services.http import Network
from hunyuan3d_blender.services.model_options import InputModel, TopologyOptions
from hunyuan3d_blender.services.object_storage.bucket import Addressing, Bucket, BucketAccount
from hunyuan3d_blender.services.object_storage.client import ObjectStorage
from hunyuan3d_blender.services.registry import TABLES, connect
from hunyuan3d_blender.worker import start
from hunyuan3d_blender.worker.programs import Programs
from tests import model_files
from tests.canaries import Canaries
from tests.canary_runs import FEW, KEEP, SCENARIOS, SERVICES, canaries_of, key_of, play, queue, watch
from tests.protocol.buckets import storage_of
from tests.protocol.every_service import PHOTO, SELF_HOSTED, says
from tests.protocol.loopback import answer, header, serving
from tests.protocol.sandbox_calls import switch_on
from tests.worker_parts import a_job, with_picture
from tests.worker_process import wait_until, world

OWN_FILE = ('.config', 'hunyuan3d', 'credentials.json')


def found_in(home: Path, tmp_path: Path, canaries: Canaries) -> list[str]:
    """Where a key lies outside the add-on's own file, that of Tencent's tools, and what the other side keeps."""
    return [
        *canaries.in_files(home, but=(home.joinpath(*OWN_FILE), home / '.tencentcloud')),
        *canaries.in_files(tmp_path, but=(tmp_path / 'sandbox',)),
    ]


@pytest.mark.parametrize('source', KEEP)
def test_a_key_is_found_nowhere_after_real_runs(
    library: Library, home: Path, tmp_path: Path, source: Source
) -> None:
    with world(library, tmp_path / 'sandbox', seconds=0.1) as here:
        scenarios = (
            SCENARIOS if source is Source.OWN_FILE else FEW
        )  # what comes after the crossing is the same
        assert not play(here, source, KEEP[source], scenarios)
        assert not found_in(home, tmp_path, canaries_of(here))
        own = home.joinpath(*OWN_FILE)
        assert own.stat().st_mode & 0o077 == 0 or os.name == 'nt'


BUCKET_SCENARIOS = ('', 'bucket_busy', 'bucket_cut', 'bucket_html', 'bucket_late', 'submit_answer_lost')


@pytest.mark.parametrize('source', [source for source in KEEP if source is not Source.SDK_FILE])
def test_the_key_of_the_bucket_is_found_nowhere_while_models_are_staged(
    library: Library, home: Path, tmp_path: Path, source: Source
) -> None:
    with world(library, tmp_path / 'sandbox', seconds=0.1) as here:
        key = key_of(here, 'tencent_cn')
        canaries = Canaries((*canaries_of(here).texts, 'X-Amz-Signature', 'q-signature'))
        KEEP[source](library, Purpose(credentials.BUCKET, here.sandbox.url), key)
        place = storage_of(here.sandbox, time.time).bucket
        bucket = BucketAccount(bucket=place, key_source=source, key_hint=key.hint)
        here.start()
        seen: list[str] = []
        for scenario in BUCKET_SCENARIOS:
            switch_on(here.sandbox, scenario)
            job = here.job(**on_a_file(library), bucket=bucket)
            seen += watch(here, canaries, lambda job=job: has_met_the_bucket(here.get(job)))
            switch_on(here.sandbox, '')
        here.terminate()
        assert not seen
        assert not found_in(home, tmp_path, canaries)
        assert "bucket" in here.log


def on_a_file(library: Library) -> dict[str, Any]:
    """A job that works on a file of the artist's."""
    data, id_ = model_files.glb(), new_id()
    folder = library.job(id_).input
    folder.mkdir(parents=True)
    (folder / 'model.glb').write_bytes(data)
    sha256 = hashlib.sha256(data).hexdigest()
    model = InputModel(file='model.glb', format='GLB', size_bytes=len(data), sha256=sha256)
    request = Request(operation=Operation.TOPOLOGY, model_input=model, options=TopologyOptions())
    return {'id': id_, 'request': request}


def has_met_the_bucket(job: Job) -> bool:
    """It is over, or waits because of what the bucket said."""
    return job.state not in OPEN or job.note is not None


@contextmanager
def core_dumps() -> Iterator[None]:
    """What is started meanwhile may write its memory to disk."""
    resource = pytest.importorskip('resource', reason="Windows has no such limit")
    before = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (before[1], before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_CORE, before)


def test_a_worker_that_crashes_leaves_no_key(library: Library, home: Path, tmp_path: Path) -> None:
    """With every thread's traceback, keys in its memory, and an artist who lets programs write core dumps."""
    with world(library, tmp_path / 'sandbox', seconds=3600.0) as here:
        jobs = [queue(here, service, 'fine', Source.SESSION, KEEP[Source.SESSION]) for service in SERVICES]
        command = start.command(library.path, Programs(sys.executable, ()))
        with library.worker_log.open('ab') as log, core_dumps():
            here.worker = subprocess.Popen(
                [command[0], '-X', 'faulthandler', *command[1:]], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                cwd=library.path, env=launch.child_environment(),
            )  # fmt: skip
        assert not watch(here, canaries_of(here), lambda: all(here.get(job).remote_id for job in jobs))
        here.worker.send_signal(signal.SIGABRT)
        assert here.worker.wait() != 0
        assert 'Fatal Python error: Aborted' in here.log
        assert here.log.count('most recent call first') > 1
        assert not found_in(home, tmp_path, canaries_of(here))


@pytest.mark.skipif(sys.platform != 'linux', reason="looks into /proc")
@pytest.mark.parametrize('module', ['worker.connection_test', 'worker.bucket_test', 'worker.keychain'])
def test_nor_does_a_process_that_is_told_one(module: str) -> None:
    """It has switched that off before it reads the question."""
    command = launch.python_command(sys.executable, module)
    with core_dumps():
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    with process:
        limits = Path(f'/proc/{process.pid}/limits')
        wait_until(lambda: bool(re.search(r'^Max core file size +0 ', limits.read_text(), re.MULTILINE)))
        assert process.poll() is None, "it still waits"


# Whose key goes where


def key_for(service: str) -> Key:
    """A key of its own; for the international site a temporary one."""
    is_pair = TABLES[service].key_fields == KEY_PAIR
    token = f'token-of-{service}-0123456789' if service == 'tencent_intl' else ''
    return Key(f'secret-of-{service}-0123456789', id=f'AKIDof{service}' if is_pair else '', token=token)


def region_of(service: str) -> str:
    """One that is not the usual one, where there is a choice."""
    return TABLES[service].regions[-1] if TABLES[service].regions else ''


def test_each_service_is_shown_its_own_key_only(library: Library, tmp_path: Path) -> None:
    """Servers of all services at once, each with a key of its own: what reaches them holds no other's."""
    keys = {service: key_for(service) for service in SERVICES}
    with world(library, tmp_path / 'unused') as here, ExitStack() as stack:
        servers = {service: stack.enter_context(serving(answer(b'{}', '503 U'))) for service in SERVICES}
        servers['self_hosted'] = stack.enter_context(serving(says(SELF_HOSTED.accepted)))
        for service, key in keys.items():
            url = servers[service].url
            credentials.save_own(Purpose(service, url), key)
            region = region_of(service)
            account = Account(
                service=service, endpoint=url, region=region, key_source='own_file', key_hint=key.hint
            )
            here.job(account=account)
            here.job(account=account, state=State.RUNNING, remote_id='1', submitted_at=time.time())
        pictured = with_picture(a_job(prompt=''), library, SELF_HOSTED.inputs[PHOTO.file])
        account = Account(service='self_hosted', endpoint=servers['self_hosted'].url)
        here.job(id=pictured.id, request=pictured.request, account=account)
        here.start()
        wait_until(lambda: all(len(server.requests) >= 2 for server in servers.values()), lambda: here.log)
        here.terminate()
    for service, server in servers.items():
        own = keys.get(service, Key(''))
        others = Canaries(
            tuple(
                text
                for key in keys.values()
                if key is not own
                for text in (key.id, key.secret, key.token)
                if text
            )
        )
        for request in server.requests:
            assert not others.in_bytes(request), service
            assert (own.id or own.secret).encode() in request
            assert not own.id or own.secret.encode() not in request, "it only signs"
            assert (header(request, 'X-TC-Token') or '') == own.token
            assert (header(request, 'X-TC-Region') or '') == region_of(service)


def test_the_search_finds_what_is_there(tmp_path: Path) -> None:
    canaries = Canaries(('sk-canary',))
    (tmp_path / 'a').write_text("x sk-canary x")
    (tmp_path / 'b').write_bytes("sk-canary".encode('utf-16-le'))
    assert len(canaries.in_files(tmp_path)) == 2
    assert len(canaries.in_files(tmp_path, but=(tmp_path / 'a',))) == 1


# Redirects

KEY = Key('secret-canary-0123456789', id='AKIDcanary0123456789wxyz', token='token-canary')


def _calls(service: Service) -> list[Callable[[], object]]:
    request = Request(operation=Operation.GENERATE, prompt="a chair")
    return [
        lambda: service.submit(request, {}, '8c5a1f0e-0000-4000-8000-000000000001'),
        lambda: service.query(request, '1'),
        service.test_connection,
    ]


@pytest.mark.parametrize('status', ['301 M', '302 F', '303 S', '307 T', '308 P'])
@pytest.mark.parametrize('service', SERVICES)
def test_no_redirect_takes_a_key_elsewhere(service: str, status: str) -> None:
    with serving(answer()) as elsewhere:
        redirect = answer(b'', status, f'Location: {elsewhere.url}/v1\r\n')
        with serving(redirect) as server:
            for call in _calls(connect(service, endpoint=server.url, key=lambda: KEY, network=Network())):
                with pytest.raises(ServiceError) as raised:
                    call()
                told = repr(raised.value.failure) + ''.join(traceback.format_exception(raised.value))
                assert not Canaries((KEY.id, KEY.secret, KEY.token)).in_bytes(told.encode())
            assert len(server.requests) == 3
        assert elsewhere.connections == 0


@pytest.mark.parametrize('status', ['301 M', '307 T'])
def test_no_redirect_takes_the_key_of_the_bucket_elsewhere(status: str) -> None:
    with serving(answer()) as elsewhere:
        redirect = answer(b'', status, f'Location: {elsewhere.url}/v1\r\n')
        with serving(redirect) as server:
            bucket = Bucket(
                endpoint=server.url, region='us-east-1', name='canary-bucket', addressing=Addressing.PATH
            )
            with pytest.raises(ServiceError):
                ObjectStorage(bucket, lambda: KEY, Network(), clock=time.time).put('x', b'model')
            assert server.requests
            assert not any(KEY.secret.encode() in request for request in server.requests)
        assert elsewhere.connections == 0
