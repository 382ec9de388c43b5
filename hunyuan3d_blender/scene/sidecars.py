# SPDX-License-Identifier: GPL-3.0-or-later
"""Textures that lie beside an OBJ or FBX file and that its importer has not found or not understood.

The material library of an OBJ names them in ways that Blender's importer does not know; else their file names tell.
Files are only ever looked up by their plain name within the model's folder.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePath

from bpy.types import Material

from . import images, materials, texture_names
from .texture_names import Role

MTL_MAX_BYTES = 1024 * 1024
"""Of a material library that is read here; real ones have a few hundred bytes."""

_ROLES: Mapping[str, Role] = {
    'map_kd': Role.BASE_COLOR,
    'map_pm': Role.METALLIC,
    'map_pr': Role.ROUGHNESS,
    'norm': Role.NORMAL,
    'map_norm': Role.NORMAL,
    'map_kn': Role.NORMAL,
    'map_bump': Role.NORMAL,
    'bump': Role.NORMAL,
    'map_orm': Role.METALLIC_ROUGHNESS,
}
_OPTIONS = re.compile(r"(?:-\w+(?:\s+(?:[-+]?[\d.]+(?:e[-+]?\d+)?|on|off|[rgbmlz]))*\s+)*", re.IGNORECASE)
"""What may stand between a keyword and its file name: '-bm 1.0 -imfchan r '."""


def complete(model: Path, of_model: Iterable[Material]) -> None:
    """Mend the materials of an OBJ or FBX `model` with the pictures that lie in its folder."""
    of_model = list(of_model)
    files = {file.name.lower(): file for file in _pictures_in(model.parent)}
    named = _named_in_libraries(model.parent)
    everyone = [material.name for material in of_model]
    for material in of_model:
        materials.forget_phong(material)
        materials.mend(material, {})
        chosen = texture_names.choose(files, material.name, everyone) | {
            role: file for role, file in named.get(material.name, {}).items() if file in files
        }
        wanted = materials.missing(material)
        if wanted & {Role.METALLIC, Role.ROUGHNESS}:
            wanted.add(Role.METALLIC_ROUGHNESS)
        materials.mend(material, {
            role: images.load(files[file], is_data=role is not Role.BASE_COLOR)
            for role, file in chosen.items()
            if role in wanted
        })  # fmt: skip


def maps_in(library: str) -> dict[str, dict[Role, str]]:
    """The texture files that the text of a .mtl file names, by material and role: plain names in small letters."""
    found: dict[str, dict[Role, str]] = {}
    maps: dict[Role, str] = {}
    for line in library.splitlines():
        keyword, _, rest = line.strip().partition(" ")
        if keyword == 'newmtl':
            maps = found.setdefault(rest.strip(), {})
        elif keyword.lower() in _ROLES:
            file = _OPTIONS.sub("", rest.strip(), count=1)
            maps[_ROLES[keyword.lower()]] = PurePath(file.replace('\\', '/')).name.lower()
    return found


def _named_in_libraries(folder: Path) -> dict[str, dict[Role, str]]:
    found: dict[str, dict[Role, str]] = {}
    for library in sorted(folder.rglob('*.mtl')):
        if library.is_file() and library.stat().st_size <= MTL_MAX_BYTES:
            found |= maps_in(library.read_text(encoding='utf-8', errors='replace'))
    return found


def _pictures_in(folder: Path) -> Iterator[Path]:
    """Picture files that really lie in `folder` or below."""
    inside = folder.resolve()
    for file in sorted(folder.rglob('*')):
        is_picture = file.suffix.lower() in texture_names.PICTURES and file.is_file()
        if is_picture and file.resolve().is_relative_to(inside):
            yield file
