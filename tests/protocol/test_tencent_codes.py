# SPDX-License-Identifier: GPL-3.0-or-later
"""Error codes of Tencent's platform beside those that `test_matrix.py` goes through: of the SDKs, and unknown ones."""

from __future__ import annotations

from tencentcloud.ai3d.v20250513 import errorcodes as china
from tencentcloud.hunyuan.v20230901 import errorcodes as international

from hunyuan3d_blender.services.meanings import Outcome
from hunyuan3d_blender.services.tencent_cloud import codes
from tests.protocol.cases import PLATFORM_CODES

CODES = {code for _, codes_ in PLATFORM_CODES for code in codes_.split()}
IN_SDKS = {
    value for module in (china, international) for name, value in vars(module).items() if name.isupper()
}


def test_every_code_of_the_sdks_is_known() -> None:
    assert len(IN_SDKS) >= 14
    assert CODES >= IN_SDKS


def test_the_unknown_is_unclear_and_a_longer_code_is_what_its_beginning_is() -> None:
    assert codes.meaning_of('SomethingNew.Else').outcome is Outcome.UNCLEAR
    assert codes.meaning_of('AuthFailure.New') == codes.meaning_of('AuthFailure')
    assert codes.meaning_of('InvalidParameterValue.New').outcome is Outcome.REFUSED
