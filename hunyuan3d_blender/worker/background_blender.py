# SPDX-License-Identifier: GPL-3.0-or-later
"""One background Blender with a program of ours: started, perhaps ahead of time, given one order, then gone.

It parses hostile files, so all it says is data: events are lines of JSON, everything else goes to a log of limited
size, and it is ended with all its children when it takes too long.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from .. import launch

MARK = b'HUNYUAN3D '
"""Begins the lines that are meant for us."""
LINE_MAX_BYTES = 64 * 1024
LOG_MAX_BYTES = 256 * 1024
"""Kept of what an importer prints; a hostile model can make it print without end."""
EXIT_S = 2.0
"""How long to wait for a process whose output has ended, and for the output of one that has ended."""
CONVERT = 'scene.convert_model'


class BackgroundBlender:
    """The process. Used by one thread; two more of its own drain its output."""

    def __init__(self, converter: Sequence[str], module: str = CONVERT) -> None:
        """Start it with a module's `main`; `converter` as in `job.Converter.command`. Raise OSError."""
        self._process = subprocess.Popen(
            launch.blender_command(converter, module),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=launch.child_environment(),
            **_own_group(),
        )
        self._events: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self._log = bytearray()
        self._log_lock = threading.Lock()
        self._readers = [
            threading.Thread(target=self._read_events, args=(self._process.stdout,), daemon=True),
            threading.Thread(target=self._read_log, args=(self._process.stderr,), daemon=True),
        ]
        for reader in self._readers:
            reader.start()

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._process.poll() is None

    def order(self, message: Mapping[str, Any]) -> None:
        """Give it its job. Raise OSError when it has died."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(message).encode() + b'\n')
        self._process.stdin.flush()

    def next_event(self, timeout_s: float) -> dict[str, Any] | None:
        """The next thing it says; None when its output has ended. Raise TimeoutError."""
        try:
            event = self._events.get(timeout=max(0.0, timeout_s))
        except queue.Empty:
            raise TimeoutError from None
        if event is None:
            self._events.put(None)  # the end stays the end, however often it is asked for
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(EXIT_S)  # it is about to exit: let it, for its exit code
        return event

    def end(self) -> int:
        """End it and everything it started, and return its exit code. Takes no time when it has ended already."""
        if self.alive:
            _kill_group(self._process)
        code = self._process.wait()
        for reader in self._readers:
            reader.join(EXIT_S)
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            assert pipe is not None
            with suppress(OSError):  # an order that was never read
                pipe.close()
        return code

    def write_log(self, file: Path) -> None:
        """Keep what it printed. A failure to do so loses nothing that counts."""
        with suppress(OSError), self._log_lock:
            file.write_bytes(self._log)

    # Inside: the threads

    def _read_events(self, stream: IO[bytes]) -> None:
        while line := stream.readline(LINE_MAX_BYTES):
            event = _event_in(line)
            if event is None:
                self._keep(line)
            else:
                self._events.put(event)
        self._events.put(None)

    def _read_log(self, stream: IO[bytes]) -> None:
        while line := stream.readline(LINE_MAX_BYTES):
            self._keep(line)

    def _keep(self, line: bytes) -> None:
        with self._log_lock:
            self._log += line[: LOG_MAX_BYTES - len(self._log)]


def _event_in(line: bytes) -> dict[str, Any] | None:
    if not line.startswith(MARK):
        return None
    try:
        event = json.loads(line[len(MARK) :])
    except (ValueError, RecursionError):
        return None
    return event if isinstance(event, dict) else None


def _own_group() -> dict[str, Any]:
    return dict(launch.hidden_window()) if sys.platform == 'win32' else {'start_new_session': True}


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    if sys.platform == 'win32':
        process.kill()
        return
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
