# SPDX-License-Identifier: GPL-3.0-or-later
"""Which faces of a model make which part, as text: {"name": {"face_ids": [0, 1, 2], "color": "#FF805C"}}.

Section 9 of the public documents. A segmentation is whole: every face of its model is in exactly one part.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from .refusal import Refusal

PARTS_MAX = 256
"""The documents name no limit; Blender does not like thousands of objects."""
_COLOR = re.compile('#[0-9A-Fa-f]{6}')

Segmentation = Mapping[str, Sequence[int]]
"""Ids of faces by name of the part."""


def write(segmentation: Segmentation, colors: Sequence[str]) -> str:
    """The text of a segmentation; a color for each part, as "#RRGGBB"."""
    return json.dumps(
        {
            name: {'face_ids': list(ids), 'color': color}
            for (name, ids), color in zip(segmentation.items(), colors, strict=True)
        },
        ensure_ascii=False,
    )


def parse(text: str) -> dict[str, list[int]]:
    """Read a segmentation. Raise Refusal when it is malformed, or when it cannot be whole for any model."""
    try:
        values = json.loads(text, object_pairs_hook=_without_doubles)
    except (ValueError, RecursionError):
        raise _refusal("it is not JSON") from None
    if not isinstance(values, dict) or not 1 <= len(values) <= PARTS_MAX:
        raise _refusal(f"it must be an object of 1 to {PARTS_MAX} parts")
    parts = {name: _ids(name, part) for name, part in values.items()}
    every = [number for ids in parts.values() for number in ids]
    if len(set(every)) < len(every):
        raise _refusal("a face is in two parts, or twice in one")
    if max(every) >= len(every):
        raise _refusal("faces are missing")
    return parts


def check_count(segmentation: Segmentation, faces: int) -> None:
    """Raise Refusal when it is not that of a model with so many faces."""
    said = sum(map(len, segmentation.values()))
    if said != faces:
        raise _refusal(f"it names {said} faces, and the model has {faces}")


def _ids(name: str, part: Any) -> list[int]:
    if not isinstance(part, dict) or not {'face_ids'} <= set(part) <= {'face_ids', 'color'}:
        raise _refusal(f"part {name[:40]!r} must be an object of face_ids and color")
    ids, color = part['face_ids'], part.get('color', '#000000')
    if not isinstance(color, str) or not _COLOR.fullmatch(color):
        raise _refusal(f"the color of part {name[:40]!r} must be #RRGGBB")
    if not isinstance(ids, list) or not ids or any(type(number) is not int or number < 0 for number in ids):
        raise _refusal(f"the face_ids of part {name[:40]!r} must be numbers of faces")
    return ids


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        raise ValueError("a name is given twice")
    return values


def _refusal(reason: str) -> Refusal:
    return Refusal('InvalidParameterValue', f"The value of `PartSegmentationInfo` is not valid: {reason}.")
