# SPDX-License-Identifier: GPL-3.0-or-later
"""What the gateway takes. It names no prices, rates or numbers of jobs.

Source: doc.vtrix.ai, pages of tencent_hunyuan_3d_pro, tencent_hunyuan_3d_rapid and tencent_hunyuan_3d.
"""

from __future__ import annotations

from dataclasses import replace

from ..contract import ONE_KEY, GenerateType, ModelTable, Operation, ServiceTable, View
from ..tencent_cloud.tables import DAY_S, PRO, RAPID

CREATE_PATH = '/model/v1/generation'

VTRIX = ServiceTable(
    id='vtrix',
    label="Vtrix",
    offers={
        Operation.GENERATE: replace(
            PRO,
            # Version 3.1, whatever is asked. LowPoly and Sketch are listed, although Tencent says that 3.1 has neither.
            models=(ModelTable(name='', generate_types=tuple(GenerateType), views=tuple(View)),),
            result_formats=('',),
            requests_per_s=1.0,
            prices=None,
            sketch_needs_prompt=True,
        ),
        Operation.RAPID: replace(RAPID, requests_per_s=1.0, prices=None, reports_credits=True),
        Operation.STANDARD: replace(
            PRO,
            models=(ModelTable(views=(View.LEFT, View.RIGHT, View.BACK)),),
            face_count=None,
            # GLB as with Rapid. MP4 is listed, too, which is no model.
            result_formats=('GLB', 'OBJ', 'FBX', 'STL', 'USDZ'),
            requests_per_s=1.0,
            prices=None,
        ),
    },
    endpoint='https://cloud.vtrix.ai',
    regions=(),
    key_fields=ONE_KEY,
    job_lifetime_s=DAY_S,  # not stated; so long do the files live at Tencent
    in_dollars=True,
    console_url='https://vtrix.ai',
    keys_url='https://vtrix.ai',
)
