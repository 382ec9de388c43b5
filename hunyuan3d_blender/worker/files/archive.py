# SPDX-License-Identifier: GPL-3.0-or-later
"""Unpack a result that came as a ZIP, and refuse every archive that an honest service would not send.

What is unpacked: models, pictures, `.mtl`, `.txt` and `.json`. An archive with a program, a script or a .blend in it
is refused as a whole: no service has a reason to send one. Everything else, archives inside the archive included, is
left out without a word.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
import unicodedata
from collections.abc import Collection, Iterable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from ...services.errors import N_
from .refusal import Damaged, Hostile
from .zip_records import Entry, read_data, read_entries

UNPACKED = frozenset({
    '.glb', '.fbx', '.obj', '.mtl', '.stl', '.usdz',
    '.png', '.jpg', '.jpeg', '.webp', '.bmp', '.tga',
    '.txt', '.json',
})  # fmt: skip
"""Suffixes of what is unpacked."""

REFUSED = frozenset({
    '.exe', '.dll', '.com', '.scr', '.bat', '.cmd', '.ps1', '.vbs', '.vbe', '.js', '.jse', '.wsf', '.msi', '.lnk', '.url',
    '.hta', '.cpl', '.reg', '.jar', '.sh', '.bash', '.command', '.app', '.desktop', '.so', '.dylib', '.elf', '.apk',
    '.py', '.pyc', '.pyd', '.pyw', '.pth', '.blend', '.blend1', '.whl',
})  # fmt: skip
"""Suffixes that refuse the whole archive: programs, scripts, and files that Blender would run code from."""

NAME_MAX_CHARACTERS = 200
"""Of a whole name with its folders: leaves room for the library's own path in Windows' 260."""

PART_MAX_BYTES = 255
"""Of one part of a name in UTF-8: the limit of every file system in use."""

DEPTH_MAX = 32
"""Folders inside folders."""

_RESERVED = re.compile(r'(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])\s*(\.|$)', re.IGNORECASE)
"""Names that are devices on Windows, with any suffix (learn.microsoft.com/windows/win32/fileio/naming-a-file)."""

_FORBIDDEN = frozenset('<>:"|?*\\')
"""Characters no Windows name can have; ':' also starts drives and hidden streams."""

_CONTROLS = frozenset({'Cc', 'Cs', 'Zl', 'Zp'})


def unpack(zip_path: Path, folder: Path) -> list[Path]:
    """Unpack into `folder`, which is replaced as a whole when everything has succeeded; return the files.

    Raise `Hostile`, with nothing left behind, for an archive that breaks a rule or is damaged. Names, sizes and
    places are checked before anything is written; a wrong checksum shows while the files are written to a folder
    beside, which then goes. Raise OSError when the disk fails or is full.
    """
    under_way = folder.with_name(f"{folder.name}.part")
    _remove(under_way)
    try:
        entries = inspect(zip_path)
        under_way.mkdir(parents=True)
        with zip_path.open('rb') as file:
            names = [_write(file, entry, under_way) for entry in entries]
        _remove(folder)
        under_way.replace(folder)
    except Damaged as error:
        raise Hostile(error.failure.message, **error.failure.facts) from error
    finally:
        _remove(under_way)
    return [folder / name for name in names]


def inspect(zip_path: Path, wanted: Collection[str] = UNPACKED) -> list[Entry]:
    """Check everything that can be checked without unpacking, and return the entries with a `wanted` suffix.

    Raise `Damaged` or `Hostile`, and OSError when the file cannot be read.
    """
    entries = read_entries(zip_path)
    for entry in entries:
        _check_type(entry)
        _check_name(entry.name)
    _check_twins(entries)
    files = [entry for entry in entries if not entry.name.endswith('/')]
    for entry in files:
        if _suffix(entry.name) in REFUSED:
            raise Hostile(N_("The archive holds {name}, which is no part of a model"), name=entry.name)
    return [entry for entry in files if _suffix(entry.name) in wanted and not _is_litter(entry.name)]


# The rules


def _check_type(entry: Entry) -> None:
    """Only plain files and folders. Type bits are nonsense in archives from some systems, so 0 is plain."""
    kind = stat.S_IFMT(entry.unix_mode)
    special = entry.dos_attributes & (stat.FILE_ATTRIBUTE_REPARSE_POINT | stat.FILE_ATTRIBUTE_DEVICE)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR) or special:
        raise Hostile(N_("The archive holds a link or a device: {name}"), name=entry.name)
    is_folder = entry.name.endswith('/')
    if (kind == stat.S_IFDIR and not is_folder) or (is_folder and entry.size_bytes):
        raise Hostile(N_("The archive holds a file and a folder of the same name: {name}"), name=entry.name)


def _check_name(name: str) -> None:
    parts = name.removesuffix('/').split('/')
    if len(name) > NAME_MAX_CHARACTERS or len(parts) > DEPTH_MAX or not all(map(is_plain_name, parts)):
        raise Hostile(N_("The archive holds a name that is not accepted: {name}"), name=name)


def is_plain_name(part: str) -> bool:
    """Whether a part of a name means the same plain file on every system."""
    return not (
        not part
        or part in ('.', '..')
        or part[-1] in '. '
        or part[0] == ' '
        or len(part.encode()) > PART_MAX_BYTES
        or _RESERVED.match(part)
        or not _FORBIDDEN.isdisjoint(part)
        or any(unicodedata.category(character) in _CONTROLS for character in part)
    )


def _check_twins(entries: Iterable[Entry]) -> None:
    """No two names that some file system takes for one, and no file that is also a folder."""
    spelling: dict[str, str] = {}
    files: set[str] = set()
    folders: set[str] = set()
    for entry in entries:
        name = entry.name.removesuffix('/')
        parts = name.split('/')
        above = ["/".join(parts[:depth]) for depth in range(1, len(parts))]
        for path in (*above, name):
            if spelling.setdefault(_folded(path), path) != path:
                raise Hostile(N_("The archive holds the same name twice: {name}"), name=entry.name)
        if not entry.name.endswith('/') and name in files:
            raise Hostile(N_("The archive holds the same name twice: {name}"), name=entry.name)
        folders.update(above)
        (folders if entry.name.endswith('/') else files).add(name)
    for name in files & folders:
        raise Hostile(N_("The archive holds a file and a folder of the same name: {name}"), name=name)


def _folded(name: str) -> str:
    """What Windows and macOS compare, roughly: no case, one form of each accented letter."""
    return unicodedata.normalize('NFC', unicodedata.normalize('NFC', name).casefold())


def _suffix(name: str) -> str:
    return os.path.splitext(name)[1].lower()  # noqa: PTH122 - a name in an archive is no path of this system


def _is_litter(name: str) -> bool:
    """Whether macOS has put it there: `__MACOSX/._model.obj` is no model."""
    parts = name.split('/')
    return parts[0] == '__MACOSX' or parts[-1].startswith('._')


# Writing


def _write(file: BinaryIO, entry: Entry, folder: Path) -> str:
    """Write one file, exclusively: whatever is there already is not ours."""
    target = folder / entry.name
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open('xb') as out:
            for piece in read_data(file, entry):
                out.write(piece)
    except FileExistsError:  # this file system takes more names for the same than `_folded` does
        raise Hostile(N_("The archive holds the same name twice: {name}"), name=entry.name) from None
    return entry.name


def _remove(folder: Path) -> None:
    with suppress(FileNotFoundError):
        shutil.rmtree(folder)
