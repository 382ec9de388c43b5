# SPDX-License-Identifier: GPL-3.0-or-later
"""What the store is told of a file that arrives, and what the transfer is told of the job."""

from __future__ import annotations

import shutil
import threading
import time
from typing import Any

from ..jobs.job import Job
from ..services.errors import N_, Failure, Kind
from . import download
from .tools import Tools

PROGRESS_S = 0.5
"""The store is written to disk each time."""
SPACE_FACTOR = 4
"""For the file itself, the same unpacked, and model.blend, which is the largest of them."""

_NO_SPACE = Failure(
    kind=Kind.DISK, message=N_("There is not enough space for the model in the library folder")
)


class Watch(threading.Event):
    """Told how far the file is, it tells the store, now and then; set when the worker ends or the artist cancels.

    Transfers look at it all the time, also while no byte arrives.
    """

    def __init__(self, job: Job, tools: Tools) -> None:
        super().__init__()
        self.grew = False
        self._job = job
        self._tools = tools
        self._first: int | None = None
        self._news: dict[str, Any] = {}
        self._looked_at = time.monotonic()  # what is over sooner needs no telling

    def arrived(self, done: int, total: int | None) -> None:
        """Take note of `done` bytes of `total`. Raise FetchFailed."""
        if self._first is None:
            self._first = done
            self._check_space(total)
        self.grew = self.grew or done > self._first
        share = min(1.0, done / total) if total else None
        self._news = {'bytes_done': done, 'bytes_total': total, 'progress': share, 'note': None}

    def is_set(self) -> bool:
        """Look at the store now and then."""
        now = time.monotonic()
        if not super().is_set() and now - self._looked_at >= PROGRESS_S:
            self._looked_at = now
            if not self._is_wanted():
                self.set()
        return super().is_set() or self._tools.stop.is_set()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for the worker's end at most; a pause between two tries is short."""
        return self._tools.stop.wait(timeout) or self.is_set()

    def _is_wanted(self) -> bool:
        news, self._news = self._news, {}
        if news:
            return self._tools.store.change(self._job.id, self._job.state, **news) is not None
        job = self._tools.store.get(self._job.id)
        return job is not None and job.state is self._job.state

    def _check_space(self, total: int | None) -> None:
        if total is not None and shutil.disk_usage(self._tools.library.path).free < SPACE_FACTOR * total:
            raise download.FetchFailed(_NO_SPACE)
