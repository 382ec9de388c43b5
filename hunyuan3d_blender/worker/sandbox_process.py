# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandbox as a child of the worker: started when a job wants it, started again when it dies, ended when idle.

Its folder lies in the library, so its jobs survive it, as they would at a real service.
"""

from __future__ import annotations

import json
import queue
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from .. import launch
from ..services.contract import Key
from .programs import Programs

START_S = 60.0
"""A Blender that serves as Python needs some seconds on a busy machine."""
END_S = 2.0
IDLE_S = 60.0


class SandboxFailed(Exception):
    """The sandbox did not start."""


@dataclass(frozen=True)
class Address:
    """Where the sandbox is, and the key of its only account."""

    url: str
    key: Key


class SandboxProcess:
    """At most one sandbox. Safe to be used from several threads."""

    def __init__(
        self, folder: Path, programs: Programs, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._folder = folder
        self._programs = programs
        self._monotonic = monotonic
        self._wanted_at = monotonic()
        self._process: subprocess.Popen[bytes] | None = None
        self._address: Address | None = None
        self._lock = threading.Lock()

    def address(self) -> Address:
        """Where it is; starts it and waits for it where needed. Raise SandboxFailed."""
        with self._lock:
            self._wanted_at = self._monotonic()
            if self._process is not None and self._process.poll() is None and self._address is not None:
                return self._address
            self._end()
            try:
                self._address = self._begin()
            except OSError as error:
                raise SandboxFailed(str(error)) from error
            return self._address

    def tend(self, *, wanted: bool) -> None:
        """End it when nobody has `wanted` it for a while."""
        if not self._lock.acquire(blocking=False):
            return  # it is being started this moment
        try:
            if wanted:
                self._wanted_at = self._monotonic()
            elif self._monotonic() - self._wanted_at >= IDLE_S:
                self._end()
        finally:
            self._lock.release()

    def close(self) -> None:
        """End it, also while another thread still waits for it to start."""
        process = self._process
        if process is not None and self._address is None:
            process.kill()
        with self._lock:
            self._end()

    # Inside, with the lock held

    def _begin(self) -> Address:
        self._folder.mkdir(parents=True, exist_ok=True)
        blender = json.dumps(self._programs.converter)
        arguments = ['--exit-with-stdin', '--folder', str(self._folder), '--blender-json', blender]
        with (self._folder / 'sandbox.log').open('wb') as log:
            self._process = subprocess.Popen(
                self._programs.command('sandbox.__main__', arguments),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=launch.child_environment(),
                **launch.hidden_window(),  # type: ignore[call-overload]
            )
        announced: queue.SimpleQueue[Address | None] = queue.SimpleQueue()
        threading.Thread(target=_read, args=(self._process.stdout, announced), daemon=True).start()
        with suppress(queue.Empty):
            address = announced.get(timeout=START_S)
            if address is not None:
                return address
        self._end()
        raise SandboxFailed("it did not announce itself")

    def _end(self) -> None:
        """Let it end by closing its standard input, and make sure."""
        process, self._process, self._address = self._process, None, None
        if process is None:
            return
        assert process.stdin is not None
        process.stdin.close()
        try:
            process.wait(END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _read(stream: IO[bytes], announced: queue.SimpleQueue[Address | None]) -> None:
    """Pass on the announcement, and keep the pipe empty; a Blender has more to say than that one line."""
    with stream:
        for line in stream:
            with suppress(ValueError, KeyError, TypeError):
                said = json.loads(line)
                announced.put(Address(said['url'], Key(said['secret_key'], id=said['secret_id'])))
    announced.put(None)
