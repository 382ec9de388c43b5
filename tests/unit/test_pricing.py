# SPDX-License-Identifier: GPL-3.0-or-later
"""Estimates are the sums of the price list, for what is really sent."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from hunyuan3d_blender.services.contract import GenerateType, Operation, Picture, Prices, Request, View
from hunyuan3d_blender.services.model_options import PartsOptions
from hunyuan3d_blender.services.pricing import LABELS, estimate
from hunyuan3d_blender.services.registry import TABLES

PICTURE = Picture(file='a.png', format='png')
SKETCH, LOW_POLY, GEOMETRY = GenerateType.SKETCH, GenerateType.LOW_POLY, GenerateType.GEOMETRY
PRO, RAPID = Operation.GENERATE, Operation.RAPID


@pytest.mark.parametrize(
    ('service', 'operation', 'values', 'total', 'certain'),
    [
        ('tencent_cn', PRO, {}, 20, True),
        # The example of Tencent's own price list
        ('tencent_cn', PRO, {'face_count': 50_000, 'enable_pbr': True}, 40, True),
        ('tencent_cn', PRO, {'generate_type': LOW_POLY, 'face_count': 50_000}, 25, True),
        ('tencent_cn', PRO, {'generate_type': GEOMETRY, 'enable_pbr': True}, 15, True),
        ('tencent_cn', PRO, {'generate_type': SKETCH}, 25, True),
        ('tencent_cn', PRO, {'views': {View.BACK: PICTURE, View.LEFT: PICTURE}}, 30, True),
        ('tencent_cn', PRO, {'result_format': 'FBX'}, 25, True),
        ('tencent_cn', RAPID, {}, 15, False),
        ('tencent_cn', RAPID, {'enable_pbr': True, 'result_format': 'FBX'}, 25, False),
        ('tencent_cn', RAPID, {'enable_pbr': True, 'enable_geometry': True}, 15, False),
        ('tencent_intl', PRO, {'enable_pbr': True, 'face_count': 9_000, 'result_format': 'FBX'}, 45, False),
        ('tencent_intl', PRO, {'generate_type': SKETCH}, None, None),
        ('tencent_intl', RAPID, {}, None, None),
        ('sandbox', PRO, {}, None, None),
        ('sandbox', RAPID, {}, None, None),
        ('tencent_cn', Operation.TOPOLOGY, {}, 50, True),
        ('tencent_cn', Operation.PARTS, {'options': PartsOptions()}, 30, True),
        ('tencent_cn', Operation.PARTS, {'options': PartsOptions(post_process=True)}, 50, True),
        ('tencent_cn', Operation.TEXTURE, {'enable_pbr': True}, 30, True),
        ('tencent_cn', Operation.CONVERT, {'result_format': 'USDZ'}, 5, True),
        ('tencent_intl', Operation.RIG, {}, 10, False),
        ('tencent_intl', Operation.UV, {}, None, None),
        ('sandbox', Operation.UV, {}, None, None),
    ],
)
def test_credits(
    service: str, operation: Operation, values: dict[str, Any], total: int | None, certain: bool | None
) -> None:
    price = estimate(Request(operation=operation, prompt="x", **values), TABLES[service].offers[operation])
    if total is None:
        assert price is None
        return
    assert price is not None
    assert (price.total, price.certain) == (total, certain)
    assert sum(part for _, part in price.parts) == total
    assert price.as_of.startswith('2026-')


PRICED = [
    pytest.param(offer.prices, id=f'{service}-{operation}')
    for service, table in TABLES.items()
    for operation, offer in table.offers.items()
    if offer.prices
]


@pytest.mark.parametrize('prices', PRICED)
def test_every_price_list_says_of_which_day_it_is(prices: Prices) -> None:
    assert date.fromisoformat(prices.as_of).isoformat() == prices.as_of
    assert prices.by_generate_type


def test_every_operation_has_a_name_as_a_step():
    assert set(LABELS) == set(Operation)
