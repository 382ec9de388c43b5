# SPDX-License-Identifier: GPL-3.0-or-later
"""What TokenHub allows. Its prices could not be read.

Sources: https://cloud.tencent.com/document/product/1823/130082 (overview), /137181 (Pro), /137175 (Express).
"""

from __future__ import annotations

from dataclasses import replace

from ..contract import ONE_KEY, Operation, ServiceTable
from ..tencent_cloud.tables import DAY_S, PRO, RAPID

TOKENHUB = ServiceTable(
    id='tokenhub',
    label="Tencent TokenHub",
    offers={
        Operation.GENERATE: replace(PRO, requests_per_s=2.0, prices=None, reports_credits=False),
        Operation.RAPID: replace(RAPID, prompt_max_characters=1024, requests_per_s=2.0, prices=None),
    },
    endpoint='https://tokenhub.tencentmaas.com',
    regions=(),
    key_fields=ONE_KEY,
    key_hosts=(  # China site and international site, each in Guangzhou and in Singapore
        'tokenhub-intl.tencentmaas.com',
        'tokenhub.tencentcloudmaas.com',
        'tokenhub-intl.tencentcloudmaas.com',
    ),
    job_lifetime_s=DAY_S,
    keys_url='https://cloud.tencent.com/document/product/1823/130078',
)
