# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a model comes from, as custom properties that stay with it in every .blend file.

The properties are for people and for scripts of theirs. Nothing here is ever trusted: a file may come from anybody.
"""

from __future__ import annotations

from collections.abc import Mapping

from bpy.types import ID, Object

PREFIX = 'hunyuan3d_'
"""Begins the name of every custom property of ours."""

JOB = PREFIX + 'job'
"""The job's id. A placeholder carries this and nothing else; an arrived model may carry it among its history."""


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
        name.removeprefix(PREFIX): value for name, value in data_block.items() if name.startswith(PREFIX)
    }
    return {name: value for name, value in facts.items() if isinstance(value, str | int | float)}
