# SPDX-License-Identifier: GPL-3.0-or-later
"""A real worker beside a real sandbox, for tests: neither outlives its test."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hunyuan3d_blender import credentials, launch
from hunyuan3d_blender.jobs.job import Account, Converter, Job, State
from hunyuan3d_blender.jobs.library import Library
from hunyuan3d_blender.jobs.store import Store
from hunyuan3d_blender.sandbox.server import Sandbox, running
from hunyuan3d_blender.services.contract import KEY_PAIR, Key
from hunyuan3d_blender.services.registry import TABLES
from hunyuan3d_blender.worker import start
from hunyuan3d_blender.worker.programs import Programs
from tests.worker_parts import a_job

STAND_IN = str(Path(__file__).with_name('stand_in_blender.py'))


@dataclass
class World:
    """A library, its store, and the service that its jobs go to."""

    library: Library
    store: Store
    sandbox: Sandbox
    worker: subprocess.Popen[bytes] | None = None

    def job(self, behaviour: str = 'fine', service: str = 'tencent_cn', **values: Any) -> Job:
        """Queue a job for the sandbox; the Blender that converts it is a stand-in that behaves so."""
        return self.store.add(self.draft(behaviour, service, **values))

    def draft(self, behaviour: str = 'fine', service: str = 'tencent_cn', **values: Any) -> Job:
        """The same, not queued."""
        table, keys = TABLES[service], self.sandbox.ledger.keys
        hint = keys.secret_id[-4:] if table.key_fields == KEY_PAIR else keys.api_key[-4:]
        account = Account(
            service=service, endpoint=self.sandbox.url, region=next(iter(table.regions), ''),
            key_source='own_file' if table.key_fields else '', key_hint=hint if table.key_fields else '',
        )  # fmt: skip
        converter = Converter(command=(sys.executable, STAND_IN, behaviour), version=(5, 0))
        return a_job(**{'account': account, 'converter': converter, 'created_at': time.time()} | values)

    def start(self) -> None:
        """Start a worker in the foreground, so that it can be waited for."""
        programs = Programs(sys.executable, ())
        with self.library.worker_log.open('ab') as log:
            self.worker = subprocess.Popen(
                start.command(self.library.path, programs), stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, env=launch.child_environment(),
            )  # fmt: skip

    def kill(self) -> None:
        """As the system does it when memory runs out: no farewell."""
        if self.worker is not None:
            self.worker.kill()
            self.worker.wait()
            self.worker = None

    def terminate(self) -> int:
        """Ask the worker to end, and return its exit code."""
        assert self.worker is not None
        self.worker.terminate()
        code, self.worker = self.worker.wait(), None
        return code

    def get(self, job: Job) -> Job:
        now = self.store.get(job.id)
        assert now is not None
        return now

    def wait_for(self, job: Job, *states: State) -> Job:
        """The job as soon as it is in one of the states."""
        wait_until(lambda: self.get(job).state in states, lambda: f"{self.get(job)}\n{self.log}")
        return self.get(job)

    @property
    def log(self) -> str:
        return self.library.worker_log.read_text()


def wait_until(
    condition: Callable[[], bool], explain: Callable[[], str] = str, limit_s: float = 120.0
) -> None:
    """Look again and again; fails with an explanation when it does not happen."""
    end = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < end, explain()
        time.sleep(0.01)


@contextmanager
def world(library: Library, folder: Path, **options: Any) -> Iterator[World]:
    """A sandbox that makes boxes, and a key for it; `options` are those of `Sandbox`."""
    with running(folder, **options) as sandbox, Store(library) as store:
        keys = sandbox.ledger.keys
        for table in TABLES.values():
            if table.key_fields == KEY_PAIR:
                credentials.save_own(
                    credentials.Purpose(table.id, sandbox.url), Key(keys.secret_key, id=keys.secret_id)
                )
            elif table.key_fields:
                credentials.save_own(credentials.Purpose(table.id, sandbox.url), Key(keys.api_key))
        here = World(library, store, sandbox)
        try:
            yield here
        finally:
            here.kill()
