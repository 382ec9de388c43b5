# SPDX-License-Identifier: GPL-3.0-or-later
"""Which jobs have ended since the last look. An ending is found once; those of before the first look are not news."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from .job import OPEN, State
from .listing import Row


def under_way(rows: Iterable[Row], due: Collection[str]) -> dict[str, State]:
    """State by `whole_id` of all jobs that have not ended; `due` are those whose models are about to arrive in this file."""
    return {row.whole_id: row.state for row in rows if row.state in OPEN or row.id in due}


def endings(before: Mapping[str, State], rows: Iterable[Row], due: Collection[str]) -> tuple[Row, ...]:
    """The jobs that were under way before and have ended since, for the artist at this Blender to know.

    Two endings are no news: the artist's own cancelling, and an arrival in another Blender, which tells it.
    """
    now = under_way(rows, due)
    ended = (row for row in rows if row.whole_id in before and row.whole_id not in now)
    return tuple(row for row in ended if not _is_no_news(before[row.whole_id], row.state))


def _is_no_news(before: State, after: State) -> bool:
    return after is State.CANCELLED or (after is State.ARRIVED and before is not State.READY)
