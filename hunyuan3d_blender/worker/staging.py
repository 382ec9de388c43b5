# SPDX-License-Identifier: GPL-3.0-or-later
"""Lay a file into the artist's own bucket for as long as a service may fetch it, and take it away again.

The services take models by URL only. The object is private and has a name that cannot be guessed; whoever has the
link can read it until the link ends. The link is a secret: it is returned, and kept nowhere.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..services.errors import Kind, Refused, ServiceError
from ..services.object_storage.bucket import BucketAccount
from ..services.object_storage.client import ObjectStorage
from .accounts import NotReady
from .staged_notes import Note, StagedNotes
from .upload import Progress, Stopped, UploadFailed, upload

__all__ = ['Staging', 'Stopped', 'UploadFailed']

logger = logging.getLogger(__name__)

LINK_S = 2 * 3600
"""A queue and a run at the service, which does not say at which moment it fetches."""
SECRET_BYTES = 20
"""Of an object's name: nobody guesses 160 bits."""
AGAIN_S = 60.0
"""How soon it is tried again to take away what could not be."""

Connect = Callable[[BucketAccount], ObjectStorage]


class Staging:
    """What lies in buckets, by its notes. Safe to be used from several threads."""

    def __init__(
        self,
        notes: StagedNotes,
        connect: Connect,
        *,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`connect` finds the key of an account. It raises NotReady."""
        self._notes, self._connect, self._clock, self._monotonic = notes, connect, clock, monotonic
        self._lock = threading.Lock()
        self._under_way: set[str] = set()
        self._next_look = 0.0
        self._cleaner: threading.Thread | None = None

    def stage(
        self,
        account: BucketAccount,
        path: Path,
        job_id: str,
        *,
        link_s: int = LINK_S,
        on_progress: Progress = lambda done, total: None,
        stop: threading.Event | None = None,
        pause_s: float = 1.0,
    ) -> str:
        """Upload a file for a job and return a link to it. Raise NotReady, UploadFailed, Stopped or OSError.

        Whatever comes of it, the object is taken away once the job no longer needs it.
        """
        storage = self._connect(account)
        name = f"{account.bucket.prefix}{secrets.token_hex(SECRET_BYTES)}{_suffix(path)}"
        note = Note(account=account, name=name, job_id=job_id, expires_at=self._clock() + link_s)

        def keep(**changes: Any) -> None:
            nonlocal note
            note = replace(note, **changes)
            self._notes.write(note)

        with self._lock:
            self._under_way.add(name)
        try:
            keep()
            upload(
                storage, path, name, on_progress=on_progress, stop=stop, pause_s=pause_s,
                on_begin=lambda upload_id: keep(upload=upload_id),
            )  # fmt: skip
            return storage.link(name, link_s)
        except BaseException:
            with suppress(OSError):
                keep(expires_at=0.0)  # whatever is there is of no use to anyone
            raise
        finally:
            with self._lock:
                self._under_way.discard(name)

    def remove_unwanted(self, wanted: Collection[str]) -> int:
        """Take away what no job of `wanted` (ids) needs. Return how many could not be taken away now."""
        left = 0
        for note in self._unwanted(wanted):
            try:
                self._remove(note)
            except (NotReady, ServiceError, OSError) as error:
                left += 1
                reason = error if isinstance(error, OSError) else f"{error.failure.kind} {error.failure.code}"
                logger.warning("Job %s: its file is still in the bucket: %s", note.job_id, reason)
        return left

    def tend(self, wanted: Collection[str]) -> bool:
        """Begin to take away what is not wanted, in a thread. Return whether that is under way. Waits for nothing."""
        if self._cleaner is not None and self._cleaner.is_alive():
            return True
        if self._monotonic() < self._next_look or not self._unwanted(wanted):
            return False
        self._next_look = self._monotonic() + AGAIN_S
        self._cleaner = threading.Thread(target=self.remove_unwanted, args=(frozenset(wanted),), daemon=True)
        self._cleaner.start()
        return True

    # Inside

    def _unwanted(self, wanted: Collection[str]) -> list[Note]:
        with self._lock:
            under_way = set(self._under_way)
        return [
            note
            for note in self._notes.all()
            if note.name not in under_way
            and (note.job_id not in wanted or note.expires_at < self._clock())  # then no link leads there
        ]

    def _remove(self, note: Note) -> None:
        storage = self._connect(note.account)
        for remove in (
            *((lambda: storage.abort(note.name, note.upload),) if note.upload else ()),
            lambda: storage.delete(note.name),
        ):
            try:
                remove()
            except Refused as refusal:
                # What is gone is gone, together with its bucket, too.
                if refusal.failure.kind is not Kind.GONE and refusal.failure.code != 'NoSuchBucket':
                    raise
        self._notes.remove(note)
        logger.info("Job %s: its file is no longer in the bucket", note.job_id)


def _suffix(path: Path) -> str:
    """The file's ending: services tell formats by it. Nothing else of its name leaves this computer."""
    ending = path.suffix.lower()
    return ending if ending.isascii() and ending[1:].isalnum() and len(ending) <= 6 else ''
