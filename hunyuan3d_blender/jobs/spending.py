# SPDX-License-Identifier: GPL-3.0-or-later
"""What was spent by days and months, and what the artist allows to be spent in a month.

The limit belongs to the library, as what was spent does, and not to the preferences of one Blender: so it also holds
for other versions, for the command line, and for the worker that sends what is queued.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Collection, Mapping
from dataclasses import field, replace

from ..services.errors import N_, Failure, Kind
from ..value import value
from .ledger import Cost, Costs
from .library import Library
from .store import Store


@value
class Spending:
    """What was spent, by service, in days and months of this computer's local time."""

    today: Costs = field(default_factory=dict)
    month: Costs = field(default_factory=dict)
    """This one, today included."""
    last_month: Costs = field(default_factory=dict)
    planned: Mapping[str, float] = field(default_factory=dict)
    """Estimates of jobs that are queued and not sent."""

    def committed(self, services: Collection[str]) -> float:
        """What this month has cost at some services, together with what is queued for them."""
        return total(self.month, services) + sum(self.planned.get(service, 0.0) for service in services)


class SpendingWatch:
    """The sums of a library, kept up to date at the cost of one cheap query while nothing happens."""

    def __init__(self) -> None:
        self.spending = Spending()
        self._revision = -1
        self._costs_as_of: tuple[int, float] = (-1, 0.0)

    def refresh(self, store: Store, now: float) -> bool:
        """Take in what changed; return whether sums are different now. May raise what `Store` raises."""
        tomorrow, revision = days_of(now)[-1], store.revision()
        if (revision, tomorrow) == (self._revision, self._costs_as_of[1]):
            return False
        before, costs_as_of = self.spending, (store.costs_revision(), tomorrow)
        if costs_as_of == self._costs_as_of:  # the usual case: some job has moved on
            self.spending = replace(before, planned=store.planned())
        else:
            self.spending = spending_of(store, now)
        self._revision, self._costs_as_of = revision, costs_as_of
        return self.spending != before


def spending_of(store: Store, now: float) -> Spending:
    """The sums at the time `now`."""
    last_month, month, today, tomorrow = days_of(now)
    costs_today, earlier = store.costs_between(today, tomorrow), store.costs_between(month, today)
    both = costs_today.keys() | earlier.keys()
    return Spending(
        today=costs_today,
        month={service: costs_today.get(service, Cost()) + earlier.get(service, Cost()) for service in both},
        last_month=store.costs_between(last_month, month),
        planned=store.planned(),
    )


def spent_this_month(store: Store, services: Collection[str], now: float) -> float:
    """What some services may have charged in this month so far."""
    _, month, _, tomorrow = days_of(now)
    return total(store.costs_between(month, tomorrow), services)


def total(costs: Costs, services: Collection[str]) -> float:
    """The sum over some services, which count in the same unit."""
    return sum(cost.total for service, cost in costs.items() if service in services)


def read_limit(library: Library) -> float | None:
    """Credits a month, None without a limit. A file that cannot be read allows nothing, until a limit is set anew."""
    try:
        allowed = json.loads(library.limit.read_text(encoding='utf-8'))['credits_a_month']
        return max(0.0, float(allowed))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        return 0.0


def write_limit(library: Library, allowed: float | None) -> None:
    """Set another limit in credits, None for none. Raise OSError."""
    if allowed is None:
        library.limit.unlink(missing_ok=True)
        return
    library.create()
    part = library.limit.with_suffix(f'.{os.getpid()}.part')
    with part.open('w', encoding='utf-8') as stream:
        json.dump({'credits_a_month': allowed}, stream)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(library.limit)


def days_of(now: float) -> tuple[float, float, float, float]:
    """Where last month, this month, today and tomorrow begin, in local time; seconds since the epoch."""
    year, month, day, *_ = time.localtime(now)

    def midnight(month: int, day: int) -> float:
        """Also of the month 0 and the day 32; -1 leaves it to the system whether the clocks are set forward."""
        return time.mktime((year, month, day, 0, 0, 0, 0, 0, -1))

    return midnight(month - 1, 1), midnight(month, 1), midnight(month, day), midnight(month, day + 1)


def over_limit(spent: float, price: float | None, limit: float | None) -> Failure | None:
    """Why a job may not be sent: it would go over the monthly limit. None when it may, or when there is no limit.

    A job of unknown price may not be sent while there is a limit: services tell afterwards or never what it was.
    """
    if limit is None or (price is not None and spent < limit and spent + price <= limit):
        return None
    message = N_(
        "Of {limit:g} credits a month {spent:g} are spent or queued, and this costs about {price:g}; nothing was sent"
    )
    if price is None:
        message = N_(
            "Nobody tells beforehand how many credits this costs, so it is not sent while there is a monthly limit"
        )
    return Failure(
        kind=Kind.LIMIT, message=message, facts={'limit': limit, 'spent': spent, 'price': price or 0.0}
    )
