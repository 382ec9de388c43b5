# SPDX-License-Identifier: GPL-3.0-or-later
"""Picture files to send: what is known of them, which can be sent as they are, and copies kept in the library."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from ..jobs import pictures
from ..jobs.job import name_from
from ..scene.capture.image import file_bytes
from ..scene.pictures import NoPicture, text_of
from ..services.contract import Picture
from ..services.errors import N_
from ..services.registry import TABLES
from .session import session

_READ_MAX_BYTES = max(
    offer.pictures.size_max_bytes
    for table in TABLES.values()
    for offer in table.offers.values()
    if offer.pictures
)
"""No service takes more. The beginning of a larger file says what it is; reading all of it could take seconds."""


def picture_facts(path: str) -> Picture:
    """What is known of a picture file, without a format when it is none. Reads it once; see `look_at_picture`."""
    if path not in session().pictures:
        look_at_picture(path)
    return session().pictures[path]


def look_at_picture(path: str) -> None:
    """Read a picture file (again): it was chosen, or is about to be sent."""
    name = Path(path).name
    try:
        data, size_bytes = _beginning(Path(path))
        facts = replace(pictures.inspect(data, name), size_bytes=size_bytes)
        if not facts.format:
            facts = replace(pictures.as_png(Path(path)), file=name)
    except (OSError, NoPicture):
        facts = Picture(file=name)  # shown as no picture, which is what it is
    session().pictures[path] = facts


def sendable(path: Path) -> Path:
    """The file itself where a service can take it as it is, else a copy in the library. Raise NoPicture or OSError.

    Copied as it is what has a name that is no text.
    """
    data, size_bytes = _beginning(path)
    is_text = str(path) == text_of(path)
    sent = as_sent(path)
    is_same = size_bytes > len(data) or sent == data
    return path if is_text and is_same else keep_picture(sent, Path(text_of(path)).stem)


def as_sent(path: Path) -> bytes:
    """A picture as services get it: its file, or a PNG on white. Raise NoPicture or OSError.

    On white is laid what has transparent parts, or a format that only Blender knows. Too large a picture is left to the
    artist, who is asked about a smaller copy anyway.
    """
    data, size_bytes = _beginning(path)
    is_known = bool(pictures.inspect_head(data).format)
    if size_bytes > len(data) and is_known:
        return path.read_bytes()
    return data if is_known and not pictures.may_be_transparent(data) else file_bytes(path)


def keep_picture(data: bytes, name: str) -> Path:
    """Write a picture of ours into the library and return its path. The same bytes give the same file. Raise OSError."""
    facts = pictures.inspect(data)
    # In a folder of its own, so that the file, and the model after it, is called what the picture shows.
    folder = session().library.path / 'pictures' / facts.sha256[:12]
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name_from(name, 'Picture')}.{facts.format}"
    file.write_bytes(data)
    return file


def _beginning(path: Path) -> tuple[bytes, int]:
    """As much of a file as is read, and the size of all. Raise NoPicture or OSError."""
    if not path.is_file():  # to open a named pipe is to wait for its other end
        raise NoPicture(N_("There is no picture at {path}"), path=text_of(path))
    with path.open('rb') as file:
        return file.read(_READ_MAX_BYTES), os.fstat(file.fileno()).st_size
