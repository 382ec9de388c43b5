# SPDX-License-Identifier: GPL-3.0-or-later
"""Which jobs of the store are meant, as the store's own SQL understands it."""

from __future__ import annotations

from ..value import value
from .job import Job, State

SESSION = "json_extract(data, '$.destination.session')"
"""`Destination.session` in SQL."""

FILE = f"coalesce(nullif(json_extract(data, '$.destination.blend_file'), ''), {SESSION})"
"""`Destination.file` in SQL."""

BATCH = "json_extract(data, '$.batch.id')"
"""`Batch.id` in SQL."""

CHAIN = "json_extract(data, '$.chain.id')"
"""`Chain.id` in SQL."""

HAS_ROW = "json_extract(data, '$.has_row') IS NOT 0"
"""`Job.has_row` in SQL; jobs of older versions do not say."""


@value
class Selection:
    """Which jobs that have a row: all, unless something is asked for."""

    states: frozenset[State] = frozenset(State)
    file: str = ''
    """A `Destination.file`, '' for any."""
    batch: str = ''
    """A `Batch.id`, '' for any."""

    def has(self, job: Job) -> bool:
        """Whether the job is one of them."""
        batch = job.batch.id if job.batch else None
        return (
            job.has_row
            and job.state in self.states
            and self.file in ('', job.destination.file)
            and self.batch in ('', batch)
        )

    def conditions(self) -> list[str]:
        """The same in SQL, state by state: each can be answered in the order of an index. See `values`."""
        more = (f" AND {FILE} = :file" if self.file else "") + (
            f" AND {BATCH} = :batch" if self.batch else ""
        )
        return [f"state = '{state}' AND {HAS_ROW}{more}" for state in sorted(self.states)]

    def values(self) -> dict[str, str]:
        """What the names in `conditions` stand for."""
        return {'file': self.file, 'batch': self.batch}


EVERYTHING = Selection()
