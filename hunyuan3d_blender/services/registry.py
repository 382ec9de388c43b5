# SPDX-License-Identifier: GPL-3.0-or-later
"""The services there are, and how to get hold of one. Importing this loads no network code."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from .access import Access
from .contract import Key, Service, ServiceTable
from .errors import N_, Failure, Kind, Refused
from .openai_compatible.tables import OPENAI_COMPATIBLE
from .self_hosted.tables import SELF_HOSTED
from .tencent_cloud.tables import CHINA, INTERNATIONAL, SANDBOX
from .tokenhub.tables import TOKENHUB
from .vtrix.tables import VTRIX

if TYPE_CHECKING:
    from .http import Network


_SERVICES: tuple[tuple[ServiceTable, str], ...] = (
    (SANDBOX, 'tencent_cloud.client.TencentCloud'),
    (CHINA, 'tencent_cloud.client.TencentCloud'),
    (INTERNATIONAL, 'tencent_cloud.client.TencentCloud'),
    (TOKENHUB, 'tokenhub.client.TokenHub'),
    (OPENAI_COMPATIBLE, 'openai_compatible.client.OpenAiCompatible'),
    (VTRIX, 'vtrix.client.Vtrix'),
    (SELF_HOSTED, 'self_hosted.client.SelfHosted'),
)
"""Every service and its client, in the order in which they are shown.

Clients are named only: they are imported when they are made, so that panels and checks can read the tables without
loading `requests` into Blender.
"""

TABLES: Mapping[str, ServiceTable] = MappingProxyType({table.id: table for table, _ in _SERVICES})
"""Every service by its id."""

IN_CREDITS = frozenset(table.id for table in TABLES.values() if not (table.is_free or table.in_dollars))
"""Ids of the services that a monthly limit in credits is about."""

_CLIENTS = {table.id: client for table, client in _SERVICES}


def connect(
    service_id: str,
    *,
    endpoint: str = '',
    region: str = '',
    key: Callable[[], Key] | None,
    network: Network,
    clock: Callable[[], float] = time.time,
) -> Service:
    """Return a service that can be called. Nothing is sent yet, and `key` is asked only when a request is made.

    `endpoint` and `region` are '' for the service's own; without `key`, services that need one raise Refused. Raise
    KeyError for an unknown id, and ValueError when the service needs an endpoint and none is given.
    """
    table = TABLES[service_id]
    endpoint = endpoint or table.endpoint
    if not endpoint:
        raise ValueError(f"{service_id} needs an endpoint")
    access = Access(
        table=table,
        endpoint=endpoint,
        region=region or next(iter(table.regions), ''),
        key=key or _no_key,
        network=network,
        clock=clock,
    )
    module, _, client = _CLIENTS[service_id].rpartition('.')
    return cast(Service, getattr(import_module(f'.{module}', __package__), client)(access))


def _no_key() -> Key:
    raise Refused(Failure(kind=Kind.CREDENTIALS, message=N_("No key is set up for this service")))
