# SPDX-License-Identifier: GPL-3.0-or-later
"""What every step works with."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import field

from ..jobs.job import Job
from ..jobs.library import Library
from ..jobs.store import Store
from ..services.contract import ResultFile
from ..services.errors import Failure
from ..value import value
from .accounts import Accounts
from .converters import ConverterPool
from .programs import Programs
from .staging import Staging


@value
class Tools:
    """Shared by all threads, except for the store: every thread has its own."""

    store: Store
    library: Library
    programs: Programs
    accounts: Accounts
    converters: ConverterPool
    results: dict[str, tuple[ResultFile, ...]] = field(default_factory=dict)
    """What finished jobs have to download, by our job id. The URLs are secrets, so they are kept in memory only."""
    links: dict[str, tuple[str, float]] = field(default_factory=dict)
    """Links to staged models, by our job id, and until when they may be sent. Likewise."""
    staging: Staging | None = None
    """None: nothing can be staged."""
    stop: threading.Event = field(default_factory=threading.Event)
    """Set when the worker is to end: a step then leaves its job as it is, to be taken up again."""
    clock: Callable[[], float] = time.time
    random: Callable[[], float] = random.random
    """0 to 1."""

    def converter_of(self, job: Job) -> tuple[str, ...]:
        """The Blender that converts the job's model: that of the artist who started it."""
        return job.converter.command or self.programs.converter

    def postpone(self, job: Job, seconds: float, note: Failure | None, *, counts: bool = True) -> Job | None:
        """Leave an open job where it is for a while; `counts` makes it a try that led nowhere."""
        due_at = self.clock() + seconds
        return self.store.change(job.id, job.state, due_at=due_at, note=note, tries=job.tries + counts)
