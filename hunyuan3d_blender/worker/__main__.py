# SPDX-License-Identifier: GPL-3.0-or-later
"""The worker: one for each library, started by whoever has work for it, ended by itself when there is none left."""

from __future__ import annotations

import argparse
import json
import logging
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from ..jobs.library import Library
from ..jobs.store import Store, StoreBusy, StoreTooNew
from . import lock
from .accounts import Accounts
from .converters import ConverterPool
from .no_core_dumps import leave_no_core_dump
from .programs import Programs
from .sandbox_process import SandboxProcess
from .scheduler import Scheduler
from .staged_notes import StagedNotes
from .staging import Staging
from .tools import Tools
from .worker_log import log_to_stderr

logger = logging.getLogger(__name__)

TICK_S = 0.25
"""How often the loop looks around; the end of a step wakes it sooner."""
INTEREST_S = 60.0
"""Without open jobs the worker lives on for that long after a Blender has shown interest."""
END_S = 1.5
"""How long running steps may take to end. A submit that is cut off becomes UNKNOWN, everything else goes on."""


def main(arguments: list[str]) -> int:
    """Work until nothing is left; return the exit code. Ends at once, with 0, when a worker lives already."""
    leave_no_core_dump()
    options = _options(arguments)
    library = Library(options.library)
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    library.create()
    with lock.held(library) as mine:
        if not mine:
            return 0
        log_to_stderr(library.worker_log)
        try:
            _work(library, Programs(options.python, tuple(options.converter)), stop)
        except StoreTooNew as error:
            logger.error("The job list is of a newer version: %s", error)
            return 3
        except Exception:  # the process boundary
            logger.exception("The worker ends")
            return 1
    return 0


def _work(library: Library, programs: Programs, stop: threading.Event) -> None:
    converters = ConverterPool()
    accounts = Accounts(library, SandboxProcess(library.path / 'sandbox', programs))
    staging = Staging(StagedNotes(library.staged), lambda bucket: accounts.storage_of(bucket, stop.is_set))
    with Store(library) as store:
        tools = Tools(
            store=store,
            library=library,
            programs=programs,
            accounts=accounts,
            converters=converters,
            staging=staging,
            stop=stop,
        )
        scheduler = Scheduler(tools, lambda: Store(library))
        logger.info("The worker begins")
        try:
            _loop(scheduler, tools, staging, Interest(library))
        finally:
            scheduler.close(END_S)
            converters.close()
            accounts.close()
            logger.info("The worker ends")


def _loop(scheduler: Scheduler, tools: Tools, staging: Staging, interest: Interest) -> None:
    while not tools.stop.is_set():
        scheduler.wake.wait(TICK_S)
        scheduler.wake.clear()
        tools.accounts.refresh()
        try:
            busy = scheduler.run_once()
        except StoreBusy as error:
            logger.warning("The store is busy: %s", error)
            continue
        tools.accounts.tend(scheduler.open_jobs)
        tools.converters.tend()
        busy = staging.tend(scheduler.fetched_for) or busy
        if not busy and not interest.is_fresh():
            return


class Interest:
    """Whether some Blender is interested: it touches a file now and then. Its clock is not believed."""

    def __init__(self, library: Library, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._file = library.attention
        self._monotonic = monotonic
        self._touched = self._look()
        self._since = monotonic()

    def is_fresh(self) -> bool:
        """Whether the file was touched within `INTEREST_S`; the start of the worker counts as such."""
        touched = self._look()
        if touched != self._touched:
            self._touched, self._since = touched, self._monotonic()
        return self._monotonic() - self._since < INTEREST_S

    def _look(self) -> int:
        try:
            return self._file.stat().st_mtime_ns
        except OSError:
            return 0


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog='hunyuan3d_blender.worker', description=__doc__)
    parser.add_argument('--library', type=Path, required=True)
    parser.add_argument(
        '--python', default='', help="a Python for the sandbox; without it, Blender serves as one"
    )
    parser.add_argument('--converter-json', dest='converter', type=json.loads, default=[],
                        help="the command that starts Blender, as a JSON list")  # fmt: skip
    return parser.parse_args(arguments)


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
