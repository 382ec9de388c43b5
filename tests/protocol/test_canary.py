# SPDX-License-Identifier: GPL-3.0-or-later
"""Distinctive keys of every service, from every source, in real runs: they are found where they are kept, and nowhere else."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from hunyuan3d_blender import credentials
from hunyuan3d_blender.credentials import Purpose, Source
from hunyuan3d_blender.jobs.job import OPEN, Account, Job, State
from hunyuan3d_blender.jobs.library import Library
from hunyuan3d_blender.services.contract import KEY_PAIR, Key, Operation, Request, Service
from hunyuan3d_blender.services.errors import ServiceError
from hunyuan3d_blender.services.http import Network
from hunyuan3d_blender.services.object_storage.bucket import Addressing, Bucket
from hunyuan3d_blender.services.object_storage.client import ObjectStorage
from hunyuan3d_blender.services.registry import TABLES, connect
from tests.protocol.loopback import answer, serving
from tests.worker_process import World, world

SERVICES = [table.id for table in TABLES.values() if table.key_fields]

SCENARIOS = (
    'fine', 'fail', 'no_files', 'cut', 'zip_outside', 'moderation', 'no_credits', 'secret_wrong', 'internal_error',
    'submit_redirect', 'submit_answer_lost', 'submit_500', 'submit_html', 'submit_half_json', 'submit_wrong_types',
    'query_redirect', 'query_answer_lost', 'query_500', 'query_html', 'query_half_json', 'query_wrong_types',
)  # fmt: skip
FEW = ('fine', 'fail', 'secret_wrong', 'submit_answer_lost')
"""With keys that cross from Blender's process; what comes then is the same."""


def _hand_over(source: Source) -> Callable[[Library, Purpose, Key], object]:
    return lambda library, purpose, key: credentials.hand_over(library.path, purpose, source, key)


KEEP: dict[Source, Callable[[Library, Purpose, Key], object]] = {
    Source.OWN_FILE: lambda _library, purpose, key: credentials.save_own(purpose, key),
    Source.ENVIRONMENT: _hand_over(Source.ENVIRONMENT),
    Source.SESSION: _hand_over(Source.SESSION),
}
"""How a key comes to the worker, by where the artist keeps it."""


@dataclass(frozen=True)
class Canaries:
    """What must not be found: each secret, and the bytes of it that a signature or an encoding would leave readable."""

    texts: tuple[str, ...]

    def in_bytes(self, data: bytes) -> list[str]:
        return [text for text in self.texts if text.encode() in data or text.encode('utf-16-le') in data]

    def in_files(self, folder: Path, *, but: tuple[Path, ...] = ()) -> list[str]:
        """The files with a canary in them."""
        return [
            f"{file}: {found}"
            for file in sorted(folder.rglob('*'))
            if file.is_file() and not any(file.is_relative_to(place) for place in but)
            for found in self.in_bytes(file.read_bytes())
        ]

    def in_processes(self, parent: int) -> list[str]:
        """The processes below `parent` with a canary on their command line or in their environment."""
        found = []
        for process in below(parent):
            for part in ('cmdline', 'environ'):
                with suppress(OSError):
                    data = (process / part).read_bytes()
                    found += [f"{process.name} {part}: {text}" for text in self.in_bytes(data)]
        return found


def below(parent: int) -> Iterator[Path]:
    """The process and all that it has started, as Linux shows them; nothing on other systems."""
    process = Path('/proc') / str(parent)
    if process.exists():
        yield process
        with suppress(OSError):
            for children in process.glob('task/*/children'):
                for child in children.read_text().split():
                    yield from below(int(child))


def queue(here: World, service: str, scenario: str, source: Source) -> Job:
    """A job of an account of its own, so that no other one waits for its slots."""
    table, keys = TABLES[service], here.sandbox.ledger.keys
    key = Key(keys.secret_key, id=keys.secret_id) if table.key_fields == KEY_PAIR else Key(keys.api_key)
    purpose = Purpose(service, here.sandbox.url, f"{service}-{scenario}")
    KEEP[source](here.library, purpose, key)
    account = Account(
        service=service, id=purpose.account, endpoint=here.sandbox.url, region=next(iter(table.regions), ''),
        key_source=source, key_hint=key.hint,
    )  # fmt: skip
    return here.job(service=service, account=account, prompt=f"a chair [sandbox:{scenario}]")


@pytest.mark.parametrize('source', KEEP)
def test_a_key_is_found_nowhere_after_real_runs(
    library: Library, home: Path, tmp_path: Path, source: Source
) -> None:
    with world(library, tmp_path / 'sandbox', seconds=0.1) as here:
        keys = here.sandbox.ledger.keys
        canaries = Canaries((keys.secret_id, keys.secret_key, keys.api_key))
        scenarios = SCENARIOS if source is Source.OWN_FILE else FEW
        jobs = [queue(here, service, scenario, source) for service in SERVICES for scenario in scenarios]
        here.start()
        assert here.worker is not None
        seen: list[str] = []
        end = time.monotonic() + 300
        while any(here.get(job).state in OPEN - {State.WAITING, State.RUNNING} for job in jobs) or any(
            'query_' not in job.request.prompt and here.get(job).state in OPEN for job in jobs
        ):
            assert time.monotonic() < end, [here.get(job) for job in jobs if here.get(job).state in OPEN]
            seen += canaries.in_processes(here.worker.pid)
            time.sleep(0.2)
        states = {here.get(job).state for job in jobs}
        assert {State.READY, State.FAILED, State.REJECTED, State.UNKNOWN} <= states
        here.terminate()
        assert not seen
        own = (home / '.config' / 'hunyuan3d' / 'credentials.json',)
        assert not canaries.in_files(home, but=own)
        assert not canaries.in_files(tmp_path, but=(tmp_path / 'sandbox',))
        if own[0].exists():
            assert own[0].stat().st_mode & 0o077 == 0 or os.name == 'nt'


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
                told = repr(raised.value.failure) + str(raised.value)
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
