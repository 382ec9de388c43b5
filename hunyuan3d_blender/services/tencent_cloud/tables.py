# SPDX-License-Identifier: GPL-3.0-or-later
"""What each edition allows, and what it costs.

Sources: parameter lists of SubmitHunyuanTo3DProJob and SubmitHunyuanTo3DRapidJob
(https://cloud.tencent.com/document/product/1804/123447 and /123463,
https://www.tencentcloud.com/document/product/1284/75540 and /75976), prices https://cloud.tencent.com/document/product/1804/123461. The sandbox speaks the domestic protocol.
"""

from __future__ import annotations

from dataclasses import replace

from ..contract import (
    KEY_PAIR,
    GenerateType,
    ModelTable,
    Offer,
    Operation,
    PictureLimits,
    Prices,
    ServiceTable,
    View,
)
from . import model_tables

DAY_S = 24 * 3600.0

PICTURES = PictureLimits(
    side_min_px=128,
    side_max_px=5000,
    size_max_bytes=6_000_000,
    # A signed request may have 10 MB in all; base64 turns 3 bytes into 4, and the prompt needs some room.
    total_max_bytes=7_400_000,
    formats=('png', 'jpg', 'webp'),
    view_formats=('png', 'jpg'),
    view_sides_px=(
        129,
        4999,
    ),  # "greater than 128 and less than 5000", where the main picture's limits are included
)

_OLD_VIEWS = (View.LEFT, View.RIGHT, View.BACK)

_MODELS = (
    ModelTable(name='3.0', generate_types=tuple(GenerateType), views=_OLD_VIEWS),
    # Sources disagree about sketches on 3.1; nobody says that it works.
    ModelTable(name='3.1', generate_types=(GenerateType.NORMAL, GenerateType.GEOMETRY), views=tuple(View)),
)

PRO = Offer(
    prompt_max_characters=1024,
    pictures=PICTURES,
    models=_MODELS,
    face_count=(3_000, 1_500_000),
    pbr=True,
    geometry_switch=False,
    result_formats=('', 'FBX', 'STL', 'USDZ'),
    concurrent_jobs=3,
    requests_per_s=20.0,
    prices=Prices(
        as_of='2026-07-24',
        by_generate_type={
            GenerateType.NORMAL: 20, GenerateType.LOW_POLY: 25, GenerateType.GEOMETRY: 15, GenerateType.SKETCH: 25,
        },
        views=10,
        pbr=10,
        face_count=10,
        result_format=5,
    ),
    reports_credits=True,
)  # fmt: skip

RAPID = Offer(
    prompt_max_characters=200,
    pictures=replace(PICTURES, view_formats=()),
    models=(ModelTable(name='', generate_types=(GenerateType.NORMAL,), views=()),),
    face_count=None,
    pbr=True,
    geometry_switch=True,
    # The service's own default is OBJ in a zip; one GLB with its materials inside converts better.
    result_formats=('GLB', 'OBJ', 'FBX', 'STL', 'USDZ'),
    concurrent_jobs=1,
    requests_per_s=20.0,
    prices=Prices(as_of='2026-07-24', by_generate_type={GenerateType.NORMAL: 15}, pbr=10, certain=False),
)

CHINA = ServiceTable(
    id='tencent_cn',
    label="Tencent Cloud (China)",
    offers={Operation.GENERATE: PRO, Operation.RAPID: RAPID, **model_tables.CHINA},
    endpoint='https://ai3d.tencentcloudapi.com',
    regions=('ap-guangzhou',),
    key_fields=KEY_PAIR,
    key_hosts=('.tencentcloudapi.com',),
    job_lifetime_s=DAY_S,
    console_url='https://console.cloud.tencent.com/ai3d',
    keys_url='https://console.cloud.tencent.com/cam/capi',
)

_PRO_INTERNATIONAL = replace(
    PRO,
    result_formats=('',),
    prices=Prices(
        as_of='2026-10-28',
        by_generate_type={GenerateType.NORMAL: 25, GenerateType.LOW_POLY: 30, GenerateType.GEOMETRY: 15},
        views=10,
        pbr=10,
        face_count=10,
        certain=False,
    ),
    reports_credits=False,
)

INTERNATIONAL = ServiceTable(
    id='tencent_intl',
    label="Tencent Cloud (International)",
    offers={
        Operation.GENERATE: _PRO_INTERNATIONAL,
        Operation.RAPID: replace(RAPID, prices=None),
        **model_tables.INTERNATIONAL,
    },
    endpoint='https://hunyuan.intl.tencentcloudapi.com',
    regions=('ap-singapore', 'na-siliconvalley'),
    key_fields=KEY_PAIR,
    key_hosts=('.tencentcloudapi.com',),
    job_lifetime_s=DAY_S,
    console_url='https://console.tencentcloud.com/',
    keys_url='https://console.tencentcloud.com/cam/capi',
)

SANDBOX = ServiceTable(
    id='sandbox',
    label="Sandbox",
    offers={operation: replace(offer, prices=None) for operation, offer in CHINA.offers.items()},
    endpoint='',
    regions=CHINA.regions,
    key_fields=KEY_PAIR,
    is_sample=True,
    is_free=True,
    job_lifetime_s=DAY_S,
)
