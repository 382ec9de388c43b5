# SPDX-License-Identifier: GPL-3.0-or-later
"""What each edition does with a model that exists, what it takes for that, and what it costs.

Sources: parameter lists of the Submit actions in `actions.py`, among them https://cloud.tencent.com/document/product/1804/126292
to /126298, /131256 and /131618, https://www.tencentcloud.com/document/product/1284/75977, /77048, /77448, /77492, /78768 and
/79641; prices https://cloud.tencent.com/document/product/1804/123461. Where the domestic pages state no limit, that of the
international ones is taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..contract import GenerateType, ModelTable, Offer, Operation, PictureLimits, Prices, View
from ..model_options import ModelLimits

_ANY = ModelTable(name='', generate_types=(GenerateType.NORMAL,), views=())

_TEXTURE_PICTURES = PictureLimits(
    side_min_px=129,
    side_max_px=4095,
    # Less than 10 MB in base64, and so may be the whole of a signed request.
    size_max_bytes=7_000_000,
    total_max_bytes=7_000_000,
    formats=('png', 'jpg'),
    view_formats=('png', 'jpg'),
)


def _credits(number: int, post_process: int = 0) -> Prices:
    return Prices(
        as_of='2026-07-24', by_generate_type={GenerateType.NORMAL: number}, post_process=post_process
    )


_PLAIN = Offer(
    prompt_max_characters=0,
    pictures=None,
    models=(_ANY,),
    face_count=None,
    pbr=False,
    geometry_switch=False,
    result_formats=('',),
    concurrent_jobs=1,
    requests_per_s=20.0,
    prices=None,
)
"""What all of them have in common."""

_PARTS = replace(
    _PLAIN,
    model_input=ModelLimits(formats=('FBX',), size_max_bytes=200_000_000, faces_max=1_500_000),
    options={'staged': None, 'segmentation': None, 'post_process': None},
    prices=_credits(30, post_process=20),
)

_TEXTURE = replace(
    _PLAIN,
    prompt_max_characters=200,
    pictures=_TEXTURE_PICTURES,
    models=(
        replace(_ANY, name='3.0'),
        replace(_ANY, name='3.1', views=tuple(View)),
    ),
    pbr=True,
    model_input=ModelLimits(formats=('GLB', 'OBJ'), size_max_bytes=200_000_000),
    options={'keep_uv': None, 'texture_size_px': (720, 4096)},
    prices=_credits(30),
)

_TOPOLOGY = replace(
    _PLAIN,
    model_input=ModelLimits(formats=('GLB', 'OBJ', 'FBX'), size_max_bytes=200_000_000),
    options={'face_level': None, 'quads': None},
    prices=_credits(50),
)

_UV = replace(
    _PLAIN,
    model_input=ModelLimits(
        formats=('GLB', 'FBX', 'OBJ'), size_max_bytes=200_000_000, faces_max=29_999, islands_max=100
    ),
    prices=_credits(10),
)

_RIG = replace(
    _PLAIN,
    model_input=ModelLimits(formats=('GLB', 'FBX'), size_max_bytes=60_000_000, stances=('T-pose', 'A-pose')),
    options={'motion': (1, 48)},
    prices=_credits(10),
)

_MOTION = replace(
    _PLAIN,
    prompt_max_characters=128,
    model_input=ModelLimits(formats=('FBX',), is_optional=True),
    options={'duration_s': (1, 12), 'estimate_duration': None, 'rewrite': None},
    prices=_credits(10),
)

_CONVERT = replace(
    _PLAIN,
    model_input=ModelLimits(formats=('GLB', 'FBX', 'OBJ'), size_max_bytes=60_000_000),
    result_formats=('FBX', 'STL', 'USDZ', 'MP4', 'GIF'),
    prices=_credits(5),
)

CHINA: Mapping[Operation, Offer] = {
    Operation.PARTS: _PARTS,
    Operation.TEXTURE: _TEXTURE,
    Operation.TOPOLOGY: _TOPOLOGY,
    Operation.UV: _UV,
    Operation.RIG: _RIG,
    Operation.MOTION: _MOTION,
    Operation.CONVERT: _CONVERT,
}

INTERNATIONAL: Mapping[Operation, Offer] = {
    Operation.PARTS: replace(_PARTS, prices=None),
    Operation.TEXTURE: replace(
        _TEXTURE,
        prompt_max_characters=1024,
        models=(_ANY,),
        pbr_needs_prompt=True,
        model_input=ModelLimits(formats=('FBX',), size_max_bytes=199_999_999),
        options={},
        prices=None,
    ),
    Operation.TOPOLOGY: replace(
        _TOPOLOGY,
        model_input=ModelLimits(formats=('GLB', 'OBJ'), size_max_bytes=200_000_000),
        prices=None,
    ),
    Operation.UV: replace(_UV, prices=None),
    Operation.RIG: replace(
        _RIG,
        model_input=ModelLimits(formats=('FBX', 'OBJ'), size_max_bytes=60_000_000, stances=('T-pose',)),
        prices=replace(_credits(10), as_of='2026-10-28', certain=False),
    ),
    Operation.CONVERT: replace(
        _CONVERT,
        model_input=ModelLimits(formats=('GLB', 'FBX', 'OBJ'), size_max_bytes=199_999_999),
        prices=None,
    ),
}
