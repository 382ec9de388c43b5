# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a model comes from, as custom properties that stay with it in every .blend file.

The properties are for people and for scripts of theirs. Nothing here is ever trusted: a file may come from anybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite

from bpy.types import ID, Object
from mathutils import Matrix

PREFIX = 'hunyuan3d_'
"""Begins the name of every custom property of ours."""

JOB = PREFIX + 'job'
"""The job's id. A placeholder carries this and nothing else; an arrived model may carry it among its history."""

FRAME, SHAPE = PREFIX + 'frame', PREFIX + 'shape'
"""The transform from the file that came to the object's own space, and what its meshes were then."""


def write(data_block: ID, history: Mapping[str, str | float]) -> None:
    """Store each fact as 'hunyuan3d_<name>', leaving other properties alone."""
    for name, value in history.items():
        data_block[PREFIX + name] = value


def job_of(item: Object | None) -> str:
    """Id of the job that made this object or the model it is a part of, '' for none."""
    while item is not None:
        job_id = item.get(JOB)
        if job_id and isinstance(job_id, str):
            return job_id
        item = item.parent
    return ''


def read(data_block: ID) -> dict[str, str | float]:
    """The facts stored by `write`, empty where there are none. Values of other types are left out."""
    facts = {
        name.removeprefix(PREFIX): value
        for name, value in data_block.items()
        if name.startswith(PREFIX) and name not in (FRAME, SHAPE)
    }
    return {name: value for name, value in facts.items() if isinstance(value, str | int | float)}


def write_frame(root: Object, frame: Matrix, fingerprint: str) -> None:
    """Remember how the model of `root` relates to the file it came in, so that the file can stand for it later."""
    root[FRAME] = [frame[row][column] for row in range(4) for column in range(4)]
    root[SHAPE] = fingerprint


def frame_of(root: Object) -> tuple[float, ...]:
    """The transform of `write_frame` row by row, empty where there is none."""
    stored = root.get(FRAME)
    numbers = tuple(stored) if hasattr(stored, '__len__') and not isinstance(stored, str) else ()
    is_matrix = len(numbers) == 16 and all(
        isinstance(number, float) and isfinite(number) for number in numbers
    )
    return numbers if is_matrix else ()


def root_of(item: Object | None) -> Object | None:
    """The object, or its nearest parent, that carries the history of a model."""
    while item is not None and not item.get(SHAPE):
        item = item.parent
    return item
