# SPDX-License-Identifier: GPL-3.0-or-later
"""What the servers take. Both families answer to the same form; where they differ, the server decides.

Sources: `api_server.py` of Hunyuan3D-2 (commit 9bcf302) and `api_models.py` of Hunyuan3D-2.1.
"""

from __future__ import annotations

from dataclasses import replace

from ..contract import (
    GenerateType,
    ModelTable,
    Offer,
    Operation,
    PictureLimits,
    ServiceTable,
)
from ..model_options import ModelLimits
from ..sampling import SamplingLimits

FACES_MAX = 100_000
"""As many as the newer servers allow anybody to ask for."""

# The servers set no limits; these keep a request within reason.
_PICTURES = PictureLimits(
    side_min_px=64,
    side_max_px=8192,
    size_max_bytes=20_000_000,
    total_max_bytes=20_000_000,
    formats=('png', 'jpg', 'webp'),
)

_GENERATE = Offer(
    prompt_max_characters=0,
    pictures=_PICTURES,
    models=(ModelTable(name='', generate_types=(GenerateType.NORMAL,), views=()),),
    face_count=(1_000, FACES_MAX),
    pbr=False,
    geometry_switch=True,
    result_formats=('',),
    concurrent_jobs=1,  # nothing there keeps two of them from filling the same graphics memory
    requests_per_s=2.0,
    prices=None,
    sampling=SamplingLimits(
        seed=(0, 4_294_967_295), steps=(1, 100), guidance=(0.1, 20.0), octree_resolution=(64, 512)
    ),
)

SELF_HOSTED = ServiceTable(
    id='self_hosted',
    label="Self-Hosted Server",
    offers={
        Operation.GENERATE: _GENERATE,
        # Of Hunyuan3D-2; the client finds out whether the server can. It thins out what has more faces.
        Operation.TEXTURE: replace(
            _GENERATE,
            face_count=None,
            geometry_switch=False,
            sampling=None,
            model_input=ModelLimits(
                formats=('GLB',), size_max_bytes=100_000_000, faces_max=FACES_MAX, is_inline=True
            ),
        ),
    },
    endpoint='http://127.0.0.1:8081',
    regions=(),
    key_fields=(),
    job_lifetime_s=3600.0,  # jobs that fail are never called so: without an end they would be asked about for ever
    is_free=True,
    shares_slots=True,
)
