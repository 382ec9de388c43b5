# SPDX-License-Identifier: GPL-3.0-or-later
"""What a texture file is for, by its name. Pure text.

Services put loose picture files beside a model and leave it to the names to say which is which:
'material_0_normal.png', 'texture_pbr_v128_metallic.png', 'Foo_diff_2k.002.jpg', 'chairBaseColor.png'.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from pathlib import PurePath


class Role(StrEnum):
    """Which input of a material a texture drives."""

    BASE_COLOR = 'base_color'
    METALLIC = 'metallic'
    ROUGHNESS = 'roughness'
    METALLIC_ROUGHNESS = 'metallic_roughness'
    """Roughness in the green channel, metallic in the blue one (glTF; "ORM" adds occlusion in red)."""
    NORMAL = 'normal'
    OTHER = 'other'
    """Recognised, and nothing that we wire: occlusion, height, emission, previews."""


PICTURES = frozenset({'.png', '.jpg', '.jpeg', '.webp', '.tga', '.bmp', '.tif', '.tiff'})
"""Suffixes of texture files."""

_WORDS: Mapping[Role, str] = {
    Role.BASE_COLOR: r"albedo|base_?colou?r|diffuse(?:_?colou?r)?|diff?|colou?r|col|bc|kd",
    Role.METALLIC: r"metal(?:lic|ness|l)?|met|pm",
    Role.ROUGHNESS: r"rough(?:ness)?|rgh|pr",
    Role.METALLIC_ROUGHNESS: r"metal(?:lic|ness)?_?rough(?:ness)?|(?:occlusion_?)?rough(?:ness)?_?metal(?:lic|ness)?"
    r"|orm|arm|mr",
    Role.NORMAL: r"normals?(?:_?(?:map|gl|dx|opengl|directx))?|nor(?:_?(?:gl|dx))?|norm|nrm|nmap",
    Role.OTHER: r"(?:ambient_?)?occlusion|ao|height|bump|disp(?:lacement)?|emi(?:t|ssive|ssion)|opacity|alpha|mask"
    r"|spec(?:ular)?|gloss(?:iness)?|preview|thumb(?:nail)?|render(?:ed)?|cover|screenshot",
}
_PATTERNS = {role: re.compile(rf"(?<=_)(?:{words})\d*(?=_)") for role, words in _WORDS.items()}


def role_of(file: str) -> Role | None:
    """The role that a file's name states, None where it states none. The last and then the longest word counts."""
    return _role_and_rest(file)[0]


def choose(files: Iterable[str], material: str, materials: Sequence[str]) -> dict[Role, str]:
    """Pick the file for each role of `material`, one of the `materials` of a model.

    A file that is named like a material belongs to that one; files named like none belong to all, if no file is named
    like any. The only picture without a word for its role is the base colour where no other one is.
    """
    mine = _files_of(material, files, materials)
    chosen: dict[Role, str] = {}
    nameless: list[str] = []
    for file in sorted(mine, key=lambda name: (len(name), name)):
        role = role_of(file)
        if role is None:
            nameless.append(file)
        elif role is not Role.OTHER:
            chosen.setdefault(role, file)
    if len(nameless) == 1:
        chosen.setdefault(Role.BASE_COLOR, nameless[0])
    return chosen


def _files_of(material: str, files: Iterable[str], materials: Sequence[str]) -> list[str]:
    files = list(files)
    if len(materials) <= 1:
        return files
    owners = {file: _owner(file, materials) for file in files}
    if any(owners.values()):
        return [file for file, owner in owners.items() if owner == material]
    return files


def _owner(file: str, materials: Sequence[str]) -> str:
    """The material with the longest name that stands in the file's name, '' for none."""
    rest = _role_and_rest(file)[1]
    return max((name for name in materials if _words(name) in rest), key=len, default='')


def _role_and_rest(file: str) -> tuple[Role | None, str]:
    """The role, and the words before the one that states it."""
    words = _words(PurePath(file.replace('\\', '/')).stem)
    found = [
        (match.end(), -match.start(), role) for role, p in _PATTERNS.items() for match in p.finditer(words)
    ]
    if not found:
        return None, words
    _end, start, role = max(found)
    return role, words[:-start]


def _words(text: str) -> str:
    """The words of a name in small letters, each between underscores: 'chairBaseColor' is '_chair_base_color_'."""
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text)
    return "_" + "_".join(re.findall(r"[^\W_]+", text.lower())) + "_"
