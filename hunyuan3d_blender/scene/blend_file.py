# SPDX-License-Identifier: GPL-3.0-or-later
"""The first bytes of a .blend: which Blender has written it, and what else it lets out.

header   'BLENDER-v405', and since 5.0 'BLENDER17-01v0500'
block    head of 24 bytes, since 5.0 of 32, that begins with 'GLOB'; then the struct FileGlobal of DNA_fileGlobal_types.h
"""

from __future__ import annotations

import re
from pathlib import Path

_HEADER = re.compile(rb'BLENDER(?:[_-][vV](\d)(\d\d)|\d\d-\d\dv(\d\d)(\d\d))')
_BLOCK_HEAD_BYTES = {12: 24, 17: 32}
"""By the length of the header."""

_PATH_AT, _PATH_BYTES = 80, 1024
_COLOUR_SPACE_BYTES = 64
"""The name of one follows the path since 5.0; before, the block ends there."""


class NoBlend(Exception):
    """The file is missing or no .blend."""


def version_of(file: Path) -> tuple[int, int]:
    """The Blender that has written `file`, e.g. (4, 2). Raise NoBlend."""
    try:
        with file.open('rb') as stream:
            header = _HEADER.match(stream.read(17))
    except OSError as error:
        raise NoBlend(str(error)) from error
    if not header:
        raise NoBlend("no header of a .blend")
    major, minor = (int(number) for number in header.groups() if number)
    return major, minor


def blank_rest_of_texts(file: Path) -> None:
    """Overwrite what Blender has left behind the ends of the texts in the first block. Raise OSError.

    They are filled in memory that is not cleared before, so whatever lay there goes into the file, paths of this
    machine among it (seen on 5.0). The path itself is only used when a session is recovered.
    """
    with file.open('r+b') as stream:
        header = _HEADER.match(stream.read(17))
        if not header:
            return
        start = header.end() + _BLOCK_HEAD_BYTES[header.end()]
        stream.seek(start + _PATH_AT)
        stream.write(bytes(_PATH_BYTES))
        if header.end() == 17:
            name = stream.read(_COLOUR_SPACE_BYTES).partition(b'\0')[0]
            stream.seek(start + _PATH_AT + _PATH_BYTES)
            stream.write(name.ljust(_COLOUR_SPACE_BYTES, b'\0'))
