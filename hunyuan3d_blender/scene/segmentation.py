# SPDX-License-Identifier: GPL-3.0-or-later
"""Which faces of a model make which part, as services write it: {"name": {"face_ids": [0, 1], "color": "#FF805C"}}.

The ids are those of the faces in the file that comes with it. Colours may be missing, names are free.
"""

from __future__ import annotations

import colorsys
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..services.errors import N_

Integers = NDArray[np.int32]

PARTS_MAX = 1000
NAME_MAX_CHARACTERS = 200
NO_PART = -1
_COLOR = re.compile('#[0-9A-Fa-f]{6}')
_GOLDEN = 0.618034


class NotUsable(Exception):
    """It does not say what it should. The text is a marked sentence."""


@dataclass(frozen=True)
class Part:
    """A part as the service calls and colours it."""

    name: str
    color: str
    """'#RRGGBB', '' for none."""


def parse(text: bytes, faces: int) -> tuple[tuple[Part, ...], Integers]:
    """The parts, and for each face of a model with so many the number of its part or `NO_PART`. Raise NotUsable."""
    try:
        values = json.loads(text.decode('utf-8'), object_pairs_hook=_without_doubles)
    except (ValueError, RecursionError):
        raise _nonsense() from None
    if not isinstance(values, dict) or not 1 <= len(values) <= PARTS_MAX:
        raise _nonsense()
    part_of_face = np.full(faces, NO_PART, np.int32)
    parts = []
    for number, (name, value) in enumerate(values.items()):
        part, ids = _part(name, value)
        if len(ids) and not (ids.min() >= 0 and ids.max() < faces):
            raise NotUsable(
                N_(
                    "The parts that the service has found name faces that the model does not have; "
                    "its model is kept in the job's folder"
                )
            )
        if len(np.unique(ids)) < len(ids) or (part_of_face[ids] != NO_PART).any():
            raise NotUsable(
                N_("The parts that the service has found overlap; its model is kept in the job's folder")
            )
        part_of_face[ids] = number
        parts.append(part)
    return tuple(parts), part_of_face


def write(parts: Sequence[Part], part_of_face: Integers) -> str:
    """The text for the faces of each part. Parts without a face, and faces without a part, are left out."""
    values: dict[str, Any] = {}
    for number, part in enumerate(parts):
        ids = np.flatnonzero(part_of_face == number).tolist()
        if ids:
            values[part.name] = {'face_ids': ids} | ({'color': part.color} if part.color else {})
    return json.dumps(values, ensure_ascii=False, separators=(',', ':'))


def further(parts: Sequence[Part]) -> Part:
    """One more part, called and coloured like none of the others."""
    names, colors = {part.name for part in parts}, {part.color.upper() for part in parts}
    name = next(name for number in count(len(parts)) if (name := f"part_{number}") not in names)
    shades = (colorsys.hsv_to_rgb(number * _GOLDEN % 1, 0.65, 1) for number in count(len(parts)))
    texts = ('#' + ''.join(f'{round(255 * value):02X}' for value in shade) for shade in shades)
    return Part(name, next(text for text in texts if text not in colors))


# Inside


def _part(name: str, value: Any) -> tuple[Part, Integers]:
    if not isinstance(value, dict) or len(name) > NAME_MAX_CHARACTERS or not _is_text(name):
        raise _nonsense()
    ids, color = value.get('face_ids'), value.get('color', '')
    if not isinstance(color, str) or (color and not _COLOR.fullmatch(color)):
        raise _nonsense()
    if not isinstance(ids, list) or any(type(number) is not int for number in ids):
        raise _nonsense()
    try:
        return Part(name, color), np.array(ids, np.int32)
    except OverflowError:
        raise _nonsense() from None


def _is_text(name: str) -> bool:
    try:
        return bool(name.encode('utf-8'))
    except UnicodeEncodeError:
        return False


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        raise ValueError("a name is given twice")
    return values


def _nonsense() -> NotUsable:
    return NotUsable(
        N_("What the service says of the parts cannot be understood; its model is kept in the job's folder")
    )
