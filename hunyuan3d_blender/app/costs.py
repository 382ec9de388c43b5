# SPDX-License-Identifier: GPL-3.0-or-later
"""What was spent, what may be spent in a month, and what would go over that."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import field

from ..jobs import spending
from ..jobs.ledger import Cost, Costs
from ..jobs.spending import Spending
from ..jobs.store import Store
from ..services.errors import Failure
from ..services.registry import IN_CREDITS, TABLES
from ..value import value
from .session import NotPossible, session

IN_DOLLARS = frozenset(table.id for table in TABLES.values() if table.in_dollars)


@value
class Bill:
    """What a time has cost, in each unit."""

    credits: Cost = field(default_factory=Cost)
    dollars: Cost = field(default_factory=Cost)

    @property
    def is_empty(self) -> bool:
        """No job was paid for."""
        return not (self.credits.jobs or self.dollars.jobs)


@value
class Statement:
    """What was spent, ready to be drawn. Services that cost nothing are left out."""

    today: Bill = field(default_factory=Bill)
    month: Bill = field(default_factory=Bill)
    last_month: Bill = field(default_factory=Bill)
    services: tuple[tuple[str, Cost], ...] = ()
    """This month by service, in the order in which they are shown."""


def statement() -> Statement:
    """What was spent, as of the last tick."""
    return session().statement or Statement()


def limit() -> float | None:
    """Credits that may be spent in a month, None for no limit; as of the last tick."""
    here = session()
    if not here.limit_known:
        _look_at_limit()
    return here.limit


def set_limit(allowed: float | None) -> None:
    """Let other credits be spent in a month, None for no limit. Raise NotPossible."""
    here = session()
    try:
        spending.write_limit(here.library, allowed)
    except OSError as error:
        raise NotPossible(here.disk_failure(error)) from error
    _look_at_limit()


def over_limit(service: str, prices: Sequence[float | None]) -> Failure | None:
    """Why jobs of these prices may not be started now, None when they may; as of the last tick."""
    return _over_limit(session().spending.spending, service, prices)


def is_beyond_limit(service: str) -> bool:
    """There is a limit, and it does not count what a service charges: that is in dollars."""
    return limit() is not None and service in IN_DOLLARS


def refuse_over_limit(store: Store, service: str, prices: Sequence[float | None]) -> None:
    """Raise NotPossible when jobs of these prices may not be started, as of this moment."""
    _look_at_limit()
    failure = _over_limit(spending.spending_of(store, time.time()), service, prices)
    if failure is not None:
        raise NotPossible(failure)


def look_at_costs(store: Store) -> bool:
    """The tick's part; return whether something is to be drawn anew."""
    here = session()
    before = here.limit
    _look_at_limit()
    changed = here.spending.refresh(store, time.time())
    if changed:
        here.statement = _statement_of(here.spending.spending)
    return changed or here.limit != before


def _over_limit(now: Spending, service: str, prices: Sequence[float | None]) -> Failure | None:
    if service not in IN_CREDITS:
        return None
    known = [price for price in prices if price is not None]
    price = sum(known) if len(known) == len(prices) else None
    return spending.over_limit(now.committed(IN_CREDITS), price, limit())


def _look_at_limit() -> None:
    here = session()
    here.limit, here.limit_known = spending.read_limit(here.library), True


def _statement_of(now: Spending) -> Statement:
    paid = [service for service, table in TABLES.items() if not table.is_free and service in now.month]
    return Statement(
        today=_bill_of(now.today),
        month=_bill_of(now.month),
        last_month=_bill_of(now.last_month),
        services=tuple((service, now.month[service]) for service in paid),
    )


def _bill_of(costs: Costs) -> Bill:
    def added(services: Collection[str]) -> Cost:
        return sum((cost for service, cost in costs.items() if service in services), Cost())

    return Bill(credits=added(IN_CREDITS), dollars=added(IN_DOLLARS))
