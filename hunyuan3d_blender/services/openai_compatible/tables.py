# SPDX-License-Identifier: GPL-3.0-or-later
"""What the route with one key allows: the same product, limits and credits as the China site's Pro action.

Sources: https://cloud.tencent.com/document/product/1804/126189 (fields) and /126325 (keys).
"""

from __future__ import annotations

from dataclasses import replace

from ..contract import ONE_KEY, Operation, ServiceTable
from ..tencent_cloud.tables import DAY_S, PICTURES, PRO

OPENAI_COMPATIBLE = ServiceTable(
    id='openai_compatible',
    label="Tencent (OpenAI-Compatible)",
    offers={
        Operation.GENERATE: replace(
            PRO,
            # 8 MB of JSON is what clients were seen to get through.
            pictures=replace(PICTURES, size_max_bytes=5_900_000, total_max_bytes=5_900_000),
            requests_per_s=2.0,  # not stated
        )
    },
    endpoint='https://api.ai3d.cloud.tencent.com',
    regions=(),
    key_fields=ONE_KEY,
    job_lifetime_s=DAY_S,
    console_url='https://console.cloud.tencent.com/ai3d',
    keys_url='https://console.cloud.tencent.com/ai3d',
)
