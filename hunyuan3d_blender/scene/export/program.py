# SPDX-License-Identifier: GPL-3.0-or-later
"""The program of the background Blender that makes a file of what the artist has selected.

It reads one line of JSON from its standard input (`Order`) and answers as in `scene/background.py`:

    {"event": "exported", "faces": 1, "islands": 1, "size": [1, 1, 1], "centre": [0, 0, 0], "textures": 1, "bytes": 1}
    {"event": "failed", "message": "...", "facts": {}, "detail": "..."}

`size` and `centre` are in units of the artist's scene. The exit code is 0 when the file was written.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import bpy

from ...services.errors import N_
from ...value import value
from .. import background
from . import textures, writers
from .bake import Baked, NotExported, bake, materials_of


@value
class Order:
    """What is to be done."""

    blend: Path
    """What `selection.write` has written."""
    output: Path
    format: str
    """'GLB', 'FBX' or 'OBJ'."""
    frame: float
    """Of the artist's scene."""
    origin: tuple[float, float, float]
    """The place in that scene which is the origin of the file. Near the objects, so that no digit is lost."""
    painted: Mapping[str, Mapping[str, Any]]
    """As `selection.Selection.painted`."""
    faces_max: int = 0
    """The most triangles that the service takes, 0 for any number."""
    bytes_max: int = 0
    """The largest file that it takes, 0 for any size."""
    memory_limit_bytes: int = 0

    @classmethod
    def from_json(cls, text: str) -> Order:
        """Raise ValueError, KeyError or TypeError for what is no order."""
        values = json.loads(text)
        return cls(**values | {name: Path(values[name]).absolute() for name in ('blend', 'output')})


def main(_arguments: list[str]) -> int:
    """Wait for the order, do it. Return the exit code."""
    answers = background.claim_stdout()
    line = sys.stdin.readline()
    if not line.strip():
        return 0
    order = Order.from_json(line)
    background.limit_memory(order.memory_limit_bytes)
    try:
        baked, pictures = export(order)
    except NotExported as error:
        return background.give_up(answers, str(error), error.detail, **error.facts)
    except MemoryError:
        return background.give_up(answers, N_("The selected objects need more memory than an export may use"))
    except OSError as error:
        message = N_("The model file could not be written: {reason}")
        return background.give_up(answers, message, reason=str(error))
    background.say(
        answers,
        'exported',
        **asdict(baked.facts),
        islands=baked.islands,
        textures=pictures,
        bytes=order.output.stat().st_size,
    )
    return 0


def export(order: Order) -> tuple[Baked, int]:
    """Make the file, and say what is in it and how many textures. Raise NotExported, OSError or MemoryError.

    The open file is replaced. The output gets its name when it is complete.
    """
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    baked = bake(_load(order.blend), order.frame, order.origin, order.faces_max)
    with tempfile.TemporaryDirectory() as folder:
        files = Path(folder, 'textures')
        files.mkdir()
        pictures = textures.write_files(materials_of(baked.objects), files, order.painted)
        part = Path(folder, 'model').with_suffix(order.output.suffix)
        writers.write(order.format, part, files)
        size = part.stat().st_size
        if order.bytes_max and size > order.bytes_max:
            message = N_("The file is {size:.0f} MB large, the service takes {limit:.0f} MB")
            raise NotExported(message, size=size / 1e6, limit=order.bytes_max / 1e6)
        _move(part, order.output)
    return baked, pictures


def _load(blend: Path) -> Any:
    """The one collection of the file, appended. Raise NotExported."""
    libraries: Any = bpy.data.libraries
    try:
        with libraries.load(str(blend), link=False) as (there, here):
            here.collections = there.collections
    except OSError as error:
        raise NotExported(N_("What was selected could not be read again"), str(error)) from error
    return here.collections[0]


def _move(file: Path, target: Path) -> None:
    """Perhaps to another disk, where moving is not done in one step."""
    part = target.with_name(f"{target.name}.part")
    part.write_bytes(file.read_bytes())
    os.replace(part, target)  # noqa: PTH105 - as everywhere
