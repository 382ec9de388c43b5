# SPDX-License-Identifier: GPL-3.0-or-later
"""What a request will cost, as far as the tables know. An estimate: services change prices without notice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from .contract import Offer, Operation, Request
from .errors import N_
from .limits import effective

LABELS: Mapping[Operation, str] = {
    Operation.GENERATE: N_("Generate"),
    Operation.RAPID: N_("Generate"),
    Operation.STANDARD: N_("Generate"),
    Operation.PARTS: N_("Split into Parts"),
    Operation.TEXTURE: N_("Texture"),
    Operation.TOPOLOGY: N_("Topology"),
    Operation.UV: N_("Unwrap UV"),
    Operation.RIG: N_("Rig"),
    Operation.MOTION: N_("Motion"),
    Operation.CONVERT: N_("Convert"),
}
"""What artists call them, as parts of a price and steps of a chain."""


class Estimate(NamedTuple):
    """Credits for one job."""

    total: int
    parts: tuple[tuple[str, int], ...]
    """Marked English label and credits of each part, the basic price first."""
    as_of: str
    """ISO date on which the price list was read."""
    certain: bool
    """False: from secondary sources only."""


def together(prices: Sequence[Estimate | None]) -> Estimate | None:
    """The price of several jobs, None where that of one is not known."""
    known = [price for price in prices if price]
    if not known or len(known) < len(prices):
        return None
    parts = tuple(part for price in known for part in price.parts)
    return Estimate(
        sum(price.total for price in known), parts, known[0].as_of, all(price.certain for price in known)
    )


def estimate(request: Request, offer: Offer) -> Estimate | None:
    """The price of a request in credits, None where the service's prices are not known or nothing is charged."""
    prices = offer.prices
    request = effective(request, offer)
    if prices is None or request.generate_type not in prices.by_generate_type:
        return None
    priced = (
        (N_("Model"), prices.by_generate_type[request.generate_type], True),
        (N_("Views"), prices.views, bool(request.views)),
        (N_("PBR Materials"), prices.pbr, request.enable_pbr),
        (N_("Number of Faces"), prices.face_count, request.face_count is not None),
        (N_("File Format"), prices.result_format, bool(request.result_format)),
        (N_("Clean Up"), prices.post_process, getattr(request.options, 'post_process', False)),
    )
    parts = tuple((label, price) for label, price, wanted in priced if wanted and price)
    return Estimate(sum(price for _, price in parts), parts, prices.as_of, prices.certain)
