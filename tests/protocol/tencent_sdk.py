# SPDX-License-Identifier: GPL-3.0-or-later
"""The official SDK of both editions, pointed at the sandbox."""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile

EDITIONS = {
    'china': ('tencentcloud.ai3d.v20250513', 'ai3d_client', 'Ai3dClient', 'ap-guangzhou'),
    'international': ('tencentcloud.hunyuan.v20230901', 'hunyuan_client', 'HunyuanClient', 'ap-singapore'),
}


class Sdk:
    """A client of one edition; actions are called by name with plain values."""

    def __init__(self, edition: str, url: str, secret_id: str, secret_key: str) -> None:
        package, module, client, region = EDITIONS[edition]
        self.models: ModuleType = importlib.import_module(f'{package}.models')
        host = HttpProfile(protocol='http', endpoint=url.removeprefix('http://'))
        make: Callable[..., Any] = getattr(importlib.import_module(f'{package}.{module}'), client)
        self.client = make(Credential(secret_id, secret_key), region, ClientProfile(httpProfile=host))

    def call(self, action: str, **values: Any) -> Any:
        """Objects and lists of them are given as dicts; what the SDK's model of the request lacks fails."""
        request = getattr(self.models, f'{action}Request')()
        unknown = [name for name in values if not hasattr(type(request), name)]
        assert not unknown, f"{action} has no {unknown}"
        with warnings.catch_warnings(action='error'):  # of fields in objects that it does not know
            request._deserialize(values)
        return getattr(self.client, action)(request)


def code_of(action: Callable[[], object]) -> str:
    with pytest.raises(TencentCloudSDKException) as raised:
        action()
    assert raised.value.get_request_id()
    return str(raised.value.get_code())
