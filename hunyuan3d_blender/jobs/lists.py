# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists for a batch: prompts out of a text, pictures out of a folder. What they hold may be anything."""

from __future__ import annotations

import codecs
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ..services.contract import Picture
from .pictures import as_png, inspect_head

LIST_MAX_BYTES = 10_000_000
"""Of a text file: more is no list of prompts."""
ENTRIES_MAX = 5_000
"""Files of a folder that are looked at."""

_HEAD_BYTES = 4096
"""Enough to know a PNG or WebP, and what is neither of them nor JPEG."""
_JPEG_HEAD_BYTES = 1 << 20
"""The size of a JPEG stands behind its profiles and previews."""


class NoList(Exception):
    """The file is no list of prompts."""


class TooLarge(NoList):
    """It is larger than any list."""


class NotText(NoList):
    """It is not text in UTF-8 (or UTF-16, which says so at its beginning)."""


def prompts_in(text: str) -> list[str]:
    """The prompts of a text, one per line. Empty lines are left out, and those that begin with '#'."""
    lines = (line.strip() for line in re.split(r'\r\n|\r|\n', text))
    return [line for line in lines if line and not line.startswith('#')]


def read_text(file: Path) -> str:
    """The text of a file. Raise NoList or OSError."""
    if file.stat().st_size > LIST_MAX_BYTES:
        raise TooLarge(file.name)
    data = file.read_bytes()
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = data.decode('utf-16' if wide else 'utf-8-sig')
    except UnicodeDecodeError as error:
        raise NotText(file.name) from error
    if '\0' in text:
        raise NotText(file.name)
    return text


def files_in(folder: Path) -> list[Path]:
    """The files of a folder as people sort them, 2 before 10. Hidden files and sub-folders are left out. Raise OSError."""
    with os.scandir(folder) as entries:
        names = [entry.name for entry in entries if not entry.name.startswith('.') and not entry.is_dir()]
    return [folder / name for name in sorted(names, key=_natural)]


def glance(file: Path) -> Picture:
    """What the beginning of a file says of the picture in it; without a format when there is none, without a digest.

    Reads some kilobytes, so that hundreds can be looked at in a moment.
    """
    try:
        with file.open('rb') as opened:
            size = os.fstat(opened.fileno()).st_size
            head = opened.read(_HEAD_BYTES)
            facts = inspect_head(head)
            if not facts.format and head.startswith(b'\xff\xd8'):
                facts = inspect_head(head + opened.read(_JPEG_HEAD_BYTES))
        if not facts.format and (made := as_png(file)).format:
            return replace(made, file=file.name)
    except OSError:
        return Picture(file=file.name)  # shown as no picture, which is what it is
    return replace(facts, file=file.name, size_bytes=size)


def _natural(name: str) -> tuple[tuple[tuple[int, int, str], ...], str]:
    """Numbers count as numbers; they come before letters."""
    return tuple(_parts(name)), name


def _parts(name: str) -> Iterator[tuple[int, int, str]]:
    for digits, letters in re.findall(r'([0-9]{1,18})|([^0-9]+)', name.casefold()):
        yield (0, int(digits), '') if digits else (1, 0, letters)
