# SPDX-License-Identifier: GPL-3.0-or-later
"""The services there are, and how to get hold of one. Importing this loads no network code."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from .contract import Key, Service, ServiceTable
from .tencent_cloud.tables import CHINA, INTERNATIONAL, SANDBOX

if TYPE_CHECKING:
    from .http import Network

TABLES: Mapping[str, ServiceTable] = MappingProxyType(
    {table.id: table for table in (SANDBOX, CHINA, INTERNATIONAL)}
)
"""Every service by its id, in the order in which they are shown."""


def connect(
    service_id: str,
    *,
    endpoint: str = '',
    region: str = '',
    key: Callable[[], Key] | None,
    network: Network,
    clock: Callable[[], float] = time.time,
) -> Service:
    """Return a service that can be called. Nothing is sent yet, and `key` is asked only when a request is signed.

    `endpoint` and `region` are '' for the service's own. Raise KeyError for an unknown id, and ValueError when the
    service needs an endpoint or a key and none is given.
    """
    # Here, so that panels and checks can read the tables without loading `requests` into Blender.
    from .tencent_cloud.client import TencentCloud

    table = TABLES[service_id]
    endpoint = endpoint or table.endpoint
    if not endpoint or key is None:
        raise ValueError(f"{service_id} needs an endpoint and a key")
    return TencentCloud(
        table, endpoint=endpoint, region=region or table.regions[0], key=key, network=network, clock=clock
    )
