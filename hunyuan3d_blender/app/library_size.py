# SPDX-License-Identifier: GPL-3.0-or-later
"""How much the library folder holds, added up a little at each tick: a large one takes longer than Blender may wait."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

SLICE_S = 0.005
"""Spent on it in one tick: some hundred folders."""
FRESH_S = 60.0
"""How long a sum counts as new."""


class LibrarySize:
    """The sum over one folder, made when somebody asks for it."""

    def __init__(self) -> None:
        self._bytes: int | None = None
        self._known_at = -math.inf
        self._is_wanted = False
        self._so_far = 0
        self._sizes: Iterator[int] | None = None
        """Of the folders that are still to be added."""

    @property
    def is_adding_up(self) -> bool:
        """A sum has been begun and not finished."""
        return self._sizes is not None

    def ask(self) -> int | None:
        """Bytes as last added up, None before that. The next tick begins a new sum where this one is old."""
        self._is_wanted = True
        return self._bytes

    def add_up(self, folder: Path) -> bool:
        """Go on for a moment, where the size was asked for; return whether it is another one now."""
        now = time.monotonic()
        if self._sizes is None:
            if not self._is_wanted or now - self._known_at < FRESH_S:
                return False
            self._sizes, self._so_far, self._is_wanted = _sizes_below(folder), 0, False
        for size in self._sizes:
            self._so_far += size
            if time.monotonic() - now > SLICE_S:
                return False
        changed = self._bytes != self._so_far
        self._bytes, self._known_at, self._sizes = self._so_far, now, None
        return changed


def _sizes_below(folder: Path) -> Iterator[int]:
    """The size of the files in each folder; what disappears meanwhile or cannot be read counts nothing."""
    folders = [folder]
    while folders:
        size = 0
        with suppress(OSError), os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(Path(entry.path))
                else:
                    size += entry.stat(follow_symlinks=False).st_size
        yield size
