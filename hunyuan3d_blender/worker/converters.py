# SPDX-License-Identifier: GPL-3.0-or-later
"""Background Blenders that wait for a model, so that a conversion does not begin with Blender's start-up."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from .background_blender import BackgroundBlender

logger = logging.getLogger(__name__)

IDLE_S = 60.0
"""A Blender that nobody has wanted for that long is ended; it holds some 200 MB."""
START_AGAIN_S = 30.0
"""Wait after one that died before it got a model: a Blender that cannot start is not started all the time."""

Command = tuple[str, ...]


@dataclass
class _Waiting:
    blender: BackgroundBlender
    wanted_at: float


class ConverterPool:
    """At most one waiting Blender for each converter command. Safe to be used from several threads."""

    def __init__(
        self,
        start: Callable[[Command], BackgroundBlender] = BackgroundBlender,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._start = start
        self._monotonic = monotonic
        self._waiting: dict[Command, _Waiting] = {}
        self._failed_at: dict[Command, float] = {}
        self._lock = threading.Lock()

    def warm(self, converter: Command) -> None:
        """See that a Blender waits; returns at once. Call it for as long as one may be needed."""
        with self._lock:
            waiting, now = self._waiting.get(converter), self._monotonic()
            if waiting is not None and waiting.blender.alive:
                waiting.wanted_at = now
                return
            if waiting is not None:
                self._bury(converter)
            if now - self._failed_at.get(converter, -START_AGAIN_S) >= START_AGAIN_S:
                self._begin(converter)

    def take(self, converter: Command) -> BackgroundBlender:
        """The waiting Blender, or a new one. It is the caller's, who calls `end` on it. Raise OSError."""
        with self._lock:
            waiting = self._waiting.pop(converter, None)
        if waiting is not None:
            if waiting.blender.alive:
                return waiting.blender
            waiting.blender.end()
        return self._start(converter)

    def tend(self) -> None:
        """End those that nobody wants any more."""
        with self._lock:
            now = self._monotonic()
            idle = [name for name, waiting in self._waiting.items() if now - waiting.wanted_at >= IDLE_S]
            for converter in idle:
                self._waiting.pop(converter).blender.end()

    def close(self) -> None:
        """End all that wait."""
        with self._lock:
            while self._waiting:
                self._waiting.popitem()[1].blender.end()

    # Inside, with the lock held

    def _begin(self, converter: Command) -> None:
        now = self._monotonic()
        try:
            self._waiting[converter] = _Waiting(self._start(converter), now)
        except OSError as error:
            logger.warning("A background Blender could not be started: %s", error)
            self._failed_at[converter] = now

    def _bury(self, converter: Command) -> None:
        code = self._waiting.pop(converter).blender.end()
        self._failed_at[converter] = self._monotonic()
        logger.warning("A waiting background Blender died (exit code %d)", code)
