# SPDX-License-Identifier: GPL-3.0-or-later
"""Check an OBJ and the material files around it: Blender's importer follows `mtllib ../x` and absolute `map_Kd`.

Words are searched wherever they stand, not only where lines begin: Blender joins lines that end with a backslash, but
not where one of its buffers ends, so a line may begin in two places. Like Blender, every control character counts as
a space. Wrong vertex numbers are no danger: the importer itself drops such faces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ...services.errors import N_
from .references import refuse_escape
from .refusal import ModelRefused

LINE_MAX_BYTES = 1 << 16
"""Of one line. Blender silently stops reading at a longer one."""

VERTICES_MAX = 50_000_000
MATERIALS_MAX_BYTES = 16 << 20
"""Of one material file."""

_BLOCK_BYTES = 1 << 20
_LIBRARY = re.compile(rb'mtllib[\0- ]([^\n]*)')
_MAP = re.compile(rb'(?:map_\w+|bump|disp|decal|refl|norm)[\0- ]([^\n]*)', re.IGNORECASE)
_FACE = re.compile(rb'^[\0- ]*f[\0- ]', re.MULTILINE)
_SPACES = re.compile(rb'[\0- ]+')
_CONTINUED = re.compile(rb'\\\r?\n')


def check_obj(path: Path) -> None:
    """Check the OBJ and every `.mtl` around it. Raise `ModelRefused`, or OSError when a file cannot be read."""
    vertices, has_faces = 0, False
    for block in _blocks(path):
        vertices += block.count(b'\nv ')
        has_faces = has_faces or bool(_FACE.search(block))
        _check_names(_LIBRARY, block)
    if vertices > VERTICES_MAX:
        raise ModelRefused(N_("The model has more vertices than can be handled"))
    if not has_faces:
        raise ModelRefused(N_("The model has no faces"))
    for library in sorted(path.parent.rglob('*')):
        if library.suffix.lower() == '.mtl' and library.is_file():
            _check_materials(library)


def _check_materials(library: Path) -> None:
    if library.stat().st_size > MATERIALS_MAX_BYTES:
        raise ModelRefused(N_("A material file is too large: {name}"), name=library.name)
    _check_names(_MAP, _CONTINUED.sub(b'  ', library.read_bytes()))


def _check_names(keyword: re.Pattern[bytes], data: bytes) -> None:
    """Check all words behind each keyword: options, one name with spaces, or several names."""
    for match in keyword.finditer(data):
        refuse_escape(word.decode('latin-1') for word in _SPACES.split(match[1]))


def _blocks(path: Path) -> Iterator[bytes]:
    """The file in blocks of whole lines, continued lines made one. Raise `ModelRefused` for an endless line."""
    rest = b''
    with path.open('rb') as file:
        while data := file.read(_BLOCK_BYTES):
            data = _CONTINUED.sub(b'  ', rest + data)
            end = 0
            while len(data) - end > LINE_MAX_BYTES:
                newline = data.rfind(b'\n', end, end + LINE_MAX_BYTES)
                if newline < 0:
                    raise ModelRefused(N_("The model has a line that is too long"))
                end = newline + 1
            rest = data[end:]
            yield data[:end]
    yield rest
