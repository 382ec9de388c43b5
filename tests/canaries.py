# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets that must not be found: in files, in processes, in what is sent and what is said."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Canaries:
    """Each secret, in every spelling that a file, a header or a memory dump would leave readable."""

    texts: tuple[str, ...]

    def in_bytes(self, data: bytes) -> list[str]:
        """Those that are in there."""
        return [text for text in self.texts if any(form in data for form in _spellings(text))]

    def in_files(self, folder: Path, *, but: tuple[Path, ...] = ()) -> list[str]:
        """The files with a canary in them."""
        return [
            f"{file}: {found}"
            for file in sorted(folder.rglob('*'))
            if file.is_file() and not any(file.is_relative_to(place) for place in but)
            for found in self.in_bytes(file.read_bytes())
        ]

    def in_processes(self, parent: int) -> list[str]:
        """The processes below `parent` with a canary on their command line or in their environment."""
        found = []
        for process in _below(parent):
            for part in ('cmdline', 'environ'):
                with suppress(OSError):
                    data = (process / part).read_bytes()
                    found += [f"{process.name} {part}: {text}" for text in self.in_bytes(data)]
        return found


def _spellings(text: str) -> tuple[bytes, ...]:
    raw = text.encode()
    return raw, raw[::-1], raw.hex().encode(), base64.b64encode(raw)[:-4], text.encode('utf-16-le')


def _below(parent: int) -> Iterator[Path]:
    """The process and all that it has started, as Linux shows them; nothing on other systems."""
    process = Path('/proc') / str(parent)
    if process.exists():
        yield process
        with suppress(OSError):
            for children in process.glob('task/*/children'):
                for child in children.read_text().split():
                    yield from _below(int(child))
