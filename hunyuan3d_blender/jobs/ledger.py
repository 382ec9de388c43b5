# SPDX-License-Identifier: GPL-3.0-or-later
"""What jobs have cost: one entry for each submit that may have been charged, kept when the job is removed.

The store itself makes the entries, by a trigger on its table of jobs: whoever writes a job, this version or an older
one that still runs, has it counted in the same transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from ..value import value


class Certainty(StrEnum):
    """How sure it is that a submit has cost its entry's amount."""

    TOLD = 'told'
    """The service has said so."""
    ESTIMATED = 'estimated'
    """Accepted; the amount is ours."""
    MAYBE = 'maybe'
    """Nobody knows whether it was charged: its outcome is unknown, or the artist has stopped following it."""
    NO = 'no'
    """Turned away, or failed at a service that does not charge for that."""


_ENTRIES = """
SELECT
    json_extract(data, '$.attempt_id'),
    json_extract(data, '$.account.service'),
    json_extract(data, '$.submitted_at'),
    CASE
        WHEN json_extract(data, '$.submitted_at') = 0 OR state IN ('queued', 'rejected') THEN 'no'
        WHEN json_extract(data, '$.credits') IS NOT NULL THEN 'told'
        WHEN state IN ('submitting', 'unknown', 'cancelled') THEN 'maybe'
        WHEN json_extract(data, '$.error.spent') IN ('maybe', 'untold') THEN 'maybe'
        WHEN json_extract(data, '$.error.spent') = 'no' THEN 'no'
        ELSE 'estimated'
    END,
    coalesce(json_extract(data, '$.credits'), json_extract(data, '$.credits_estimated')),
    revision
FROM job WHERE json_extract(data, '$.attempt_id') != ''
"""
_ENTER = f"""
INSERT INTO charge {_ENTRIES} {{condition}} ON CONFLICT (attempt) DO UPDATE
SET certainty = excluded.certainty, amount = excluded.amount, at = excluded.at, revision = excluded.revision
WHERE certainty IS NOT excluded.certainty OR amount IS NOT excluded.amount OR at IS NOT excluded.at
"""
"""An entry keeps its revision while nothing about it changes: most changes of a job are progress."""

CREATE = (
    """
    CREATE TABLE charge (
        attempt TEXT PRIMARY KEY, service TEXT NOT NULL, at REAL NOT NULL, certainty TEXT NOT NULL, amount REAL,
        revision INTEGER NOT NULL
    ) WITHOUT ROWID
    """,
    "CREATE INDEX charge_by_service ON charge (certainty, service, at, amount)",
    "CREATE INDEX charge_by_revision ON charge (revision)",
    f"CREATE TRIGGER job_is_charged AFTER INSERT ON job BEGIN {_ENTER.format(condition='AND id = NEW.id')}; END",
    _ENTER.format(condition=''),
)
"""Makes the table, lets every change of a job go into it, and enters the jobs that are there already."""

SUMS = """
SELECT service, certainty, count(*), coalesce(sum(amount), 0.0), count(*) - count(amount)
FROM charge WHERE certainty IN ('told', 'estimated', 'maybe') AND at >= :since AND at < :until
GROUP BY certainty, service
"""
"""In the order of the index, which holds all that is asked for."""
NEWEST = "SELECT coalesce(max(revision), 0) FROM charge"
PLANNED = """
SELECT json_extract(data, '$.account.service'), coalesce(sum(json_extract(data, '$.credits_estimated')), 0.0)
FROM job WHERE state = 'queued' GROUP BY 1
"""


@value
class Cost:
    """A sum in the unit of one service: credits, or dollars where `ServiceTable.in_dollars`."""

    jobs: int = 0
    total: float = 0.0
    """Everything that may have been charged, as far as its amount is known."""
    estimated: float = 0.0
    """The part of it that no service has confirmed."""
    maybe: float = 0.0
    """The part of it that perhaps was not charged at all."""
    unpriced: int = 0
    """Jobs whose amount nobody knows; they are not in `total`."""

    def __add__(self, other: Cost) -> Cost:
        return Cost(
            jobs=self.jobs + other.jobs,
            total=self.total + other.total,
            estimated=self.estimated + other.estimated,
            maybe=self.maybe + other.maybe,
            unpriced=self.unpriced + other.unpriced,
        )


def cost(certainty: Certainty, jobs: int, amount: float, unpriced: int) -> Cost:
    """The sum of entries of one certainty."""
    return Cost(
        jobs=jobs,
        total=amount,
        estimated=0.0 if certainty is Certainty.TOLD else amount,
        maybe=amount if certainty is Certainty.MAYBE else 0.0,
        unpriced=unpriced,
    )


Costs = Mapping[str, Cost]
"""By service."""
