# SPDX-License-Identifier: GPL-3.0-or-later
"""What `requests` is given so that every connection it makes is one of a route."""

from __future__ import annotations

import socket
from functools import partial
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from .route import Route
from .sockets import PlainSocket, TlsContext


class RouteAdapter(HTTPAdapter):
    """Transport adapter for one request. Works with urllib3 1.26 (Blender 4.2) and 2."""

    def __init__(self, route: Route) -> None:
        self._route = route
        self._tls = TlsContext.of(route) if route.scheme == 'https' else None
        super().__init__()

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        """Called by `requests` for direct connections."""
        super().init_poolmanager(*arguments, **options, ssl_context=self._tls)
        self._lead(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        """Called by `requests` for connections through a proxy."""
        manager = super().proxy_manager_for(proxy, **options, ssl_context=self._tls)
        self._lead(manager)
        return manager

    def _lead(self, manager: Any) -> None:
        manager.pool_classes_by_scheme = {
            'http': partial(_pool, HTTPConnectionPool, _HttpConnection, self._route),
            'https': partial(_pool, HTTPSConnectionPool, _HttpsConnection, self._route),
        }


class _Routed:
    """A connection that goes where its route leads."""

    def __init__(self, route: Route, *arguments: Any, **options: Any) -> None:
        self.route = route
        super().__init__(*arguments, **options)

    def _new_conn(self) -> socket.socket:
        return self.route.connect(self.host, self.port, partial(PlainSocket, self.route))  # type: ignore[attr-defined]

    def connect(self) -> None:
        super().connect()  # type: ignore[misc]
        self.route.began = True


class _HttpConnection(_Routed, HTTPConnection):
    pass


class _HttpsConnection(_Routed, HTTPSConnection):
    pass


def _pool(
    kind: type[HTTPConnectionPool], connection: type[_Routed], route: Route, *place: Any, **options: Any
) -> HTTPConnectionPool:
    pool = kind(*place, **options)
    pool.ConnectionCls = partial(connection, route)  # type: ignore[assignment]
    return pool
