# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests of the worker's steps share: a job, a service that answers as it is told, and a clock to move."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from hunyuan3d_blender.jobs.job import Account, Converter, Job, State, new_id
from hunyuan3d_blender.jobs.library import Library
from hunyuan3d_blender.jobs.store import Store
from hunyuan3d_blender.services.contract import (
    Answer,
    Operation,
    Picture,
    Request,
    ResultFile,
    Status,
    Submission,
)
from hunyuan3d_blender.services.errors import Failure, Kind
from hunyuan3d_blender.services.http import Network
from hunyuan3d_blender.services.registry import TABLES
from hunyuan3d_blender.worker.accounts import NotReady
from hunyuan3d_blender.worker.converters import ConverterPool
from hunyuan3d_blender.worker.programs import Programs
from hunyuan3d_blender.worker.tools import Tools

NOON = 1_800_000_000.0
REMOTE_ID = '1357237233311637504'
SECRET_URL = 'https://bucket.example/model.glb?q-signature=secret'


class Clock:
    """Wall clock and monotonic clock at once; `jump` moves only the first, as sleep does."""

    def __init__(self, now: float = NOON) -> None:
        self.now, self.monotonic_now = now, 1000.0

    def __call__(self) -> float:
        return self.now

    def monotonic(self) -> float:
        return self.monotonic_now

    def tick(self, seconds: float) -> None:
        self.now += seconds
        self.monotonic_now += seconds

    def jump(self, seconds: float) -> None:
        self.now += seconds


class Scripted:
    """The other side: a service that answers with the next outcome, over and over with the last one."""

    def __init__(self, *outcomes: Any) -> None:
        self.outcomes = list(outcomes)
        self.submits: list[str] = []
        self.queries: list[str] = []

    def submit(self, request: Request, inputs: dict[str, bytes], attempt_id: str) -> Submission:
        self.submits.append(attempt_id)
        return self._next()

    def query(self, request: Request, remote_id: str) -> Answer:
        self.queries.append(remote_id)
        return self._next()

    def _next(self) -> Any:
        outcome = self.outcomes.pop(0) if len(self.outcomes) > 1 else self.outcomes[0]
        if callable(outcome):
            outcome = outcome()
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome


class OneAccount:
    """All jobs belong to one service: `Accounts` as the steps see it."""

    def __init__(self, service: Any, not_ready: Failure | None = None) -> None:
        self.service = service
        self.not_ready = not_ready
        self.network = Network()
        self.offers = TABLES['tencent_cn'].offers

    def service_of(self, job: Job) -> Any:
        if self.not_ready:
            raise NotReady(self.not_ready)
        return self.service

    def offer_of(self, job: Job) -> Any:
        return self.offers[job.request.operation]

    def job_lifetime_s(self, job: Job) -> float:
        return 24 * 3600.0

    def is_local(self, job: Job) -> bool:
        return True


def a_job(**values: Any) -> Job:
    """A job for Tencent's own service. `prompt` and `image` go into its request."""
    request = Request(
        operation=values.pop('operation', Operation.GENERATE),
        prompt=values.pop('prompt', "chair"),
        image=values.pop('image', None),
    )
    job = Job(
        id=new_id(),
        state=State.QUEUED,
        name="Chair",
        request=request,
        account=Account(service='tencent_cn', key_source='own_file', key_hint='WXYZ'),
        converter=Converter(command=('blender-of-the-test',), version=(5, 0)),
        created_at=NOON,
    )
    return replace(job, **values)


def accepted(state: State = State.RUNNING, **values: Any) -> Job:
    """A job that the service has taken at noon."""
    return a_job(**{'state': state, 'remote_id': REMOTE_ID, 'submitted_at': NOON} | values)


def with_picture(job: Job, library: Library, data: bytes = b'picture') -> Job:
    """The job with a picture in its input folder."""
    folder = library.job(job.id).input
    folder.mkdir(parents=True)
    (folder / 'image.png').write_bytes(data)
    picture = Picture(file='image.png', format='png', sha256=hashlib.sha256(data).hexdigest())
    return replace(job, request=replace(job.request, image=picture))


def an_answer(status: Status, **values: Any) -> Answer:
    """What a query says; DONE comes with a file unless told otherwise."""
    files = (ResultFile(url=SECRET_URL, type='GLB'),) if status is Status.DONE else ()
    return Answer(**{'status': status, 'word': status.name, 'files': files} | values)


def a_failure(kind: Kind = Kind.NETWORK, **values: Any) -> Failure:
    return Failure(kind=kind, message="It went wrong", **values)


@contextmanager
def tools_for(library: Library, service: Any = None, **values: Any) -> Iterator[Tools]:
    """Tools with a store of their own, a clock that stands at noon, and no randomness."""
    clock = values.pop('clock', None) or Clock()
    accounts = values.pop('accounts', None) or OneAccount(service)
    pool = ConverterPool()
    with Store(library, clock=clock) as store:
        yield Tools(**{
            'store': store, 'library': library, 'programs': Programs('', ()), 'accounts': accounts,
            'converters': pool, 'clock': clock, 'random': lambda: 0.5,
        } | values)  # fmt: skip
    pool.close()


def stub_pool() -> Any:
    """A pool that starts nothing and remembers what was wanted."""
    wanted: list[tuple[str, ...]] = []
    return SimpleNamespace(warm=wanted.append, wanted=wanted, tend=lambda: None, close=lambda: None)
