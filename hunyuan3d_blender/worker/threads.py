# SPDX-License-Identifier: GPL-3.0-or-later
"""The threads that run steps. Each has its own store; whatever a step raises ends here, and its job is left alone."""

from __future__ import annotations

import logging
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace

from ..jobs.job import Job, State
from ..jobs.store import Store, StoreBusy
from ..services.errors import N_, Failure, Kind, Spent
from .tools import Tools

logger = logging.getLogger(__name__)

Step = Callable[[Job, Tools], None]

HOLD_S = 10.0
"""A job whose step failed for a reason that has nothing to do with it is left alone that long."""


class StepThreads:
    """A fixed number of threads, which end with the process at the latest."""

    def __init__(
        self, count: int, tools: Tools, open_store: Callable[[], Store], steps: Mapping[State, Step]
    ) -> None:
        self.wake = threading.Event()
        """Set when a step has ended."""
        self._tools = tools
        self._open_store = open_store
        self._steps = steps
        self._tasks: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._finished: queue.SimpleQueue[tuple[str, float]] = queue.SimpleQueue()
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(count)]
        for thread in self._threads:
            thread.start()

    def begin(self, job: Job) -> None:
        """Run the step of the job's state, unless someone has changed the job meanwhile."""
        self._tasks.put(job)

    def finished(self) -> Iterator[tuple[str, float]]:
        """Ids of the jobs whose steps have ended since the last call, and for how long to leave them alone."""
        while True:
            try:
                yield self._finished.get_nowait()
            except queue.Empty:
                return

    def close(self, timeout_s: float) -> None:
        """Let the threads end. Those that take longer than that are left behind."""
        for _ in self._threads:
            self._tasks.put(None)
        ends_at = time.monotonic() + timeout_s
        for thread in self._threads:
            thread.join(max(0.0, ends_at - time.monotonic()))

    # Inside: the threads

    def _run(self) -> None:
        store: Store | None = None
        while (job := self._tasks.get()) is not None:
            hold_s = 0.0
            try:
                store = store or self._open_store()
                self._step(job, store)
            except Exception as error:  # noqa: BLE001 - the boundary: a thread never dies of a step
                hold_s = HOLD_S
                self._report(job, error)
                if isinstance(error, sqlite3.Error) and store is not None:
                    store.close()  # after an error of the disk nothing of the connection is believed
                    store = None
            self._finished.put((job.id, hold_s))
            self.wake.set()
        if store is not None:
            store.close()

    def _step(self, chosen: Job, store: Store) -> None:
        job = store.get(chosen.id)
        if job is None or job.revision != chosen.revision or self._tools.stop.is_set():
            return
        tools = replace(self._tools, store=store)
        try:
            self._steps[job.state](job, tools)
        except (StoreBusy, sqlite3.Error):
            raise
        except OSError as error:
            tools.postpone(job, HOLD_S, _disk_failure(error), counts=False)
            logger.warning("Job %s: %s", job.id, error)
        except Exception:
            _give_up(job, store)
            raise

    def _report(self, job: Job, error: Exception) -> None:
        if isinstance(error, StoreBusy | OSError):
            logger.warning("Job %s: %s", job.id, error)
        else:
            logger.error("Job %s: the step of %s failed", job.id, job.state, exc_info=error)


def _disk_failure(error: OSError) -> Failure:
    reason = error.strerror or type(error).__name__
    return Failure(
        kind=Kind.DISK, message=N_("The library folder cannot be used: {reason}"), facts={'reason': reason}
    )


_DEFECT = Failure(kind=Kind.INTERNAL, message=N_("This add-on has a defect; its log says more"))
_ENDS = {State.QUEUED: State.REJECTED, State.DOWNLOADING: State.FAILED, State.CONVERTING: State.FAILED}


def _give_up(job: Job, store: Store) -> None:
    """After a defect of ours: end what can be tried again for free, and leave alone what is asked about anyway."""
    end = _ENDS.get(job.state)
    if end is not None:
        spent = Spent.NO if end is State.REJECTED else Spent.YES
        with suppress(StoreBusy, sqlite3.Error):
            store.change(job.id, job.state, state=end, error=replace(_DEFECT, spent=spent), note=None)
