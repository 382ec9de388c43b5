# SPDX-License-Identifier: GPL-3.0-or-later
"""Sockets that keep the deadline of their route, with and without TLS.

A timeout of `requests` is for one read, and a server that sends one byte a second never meets it.
"""

from __future__ import annotations

import socket
import ssl
from contextlib import suppress
from typing import Any

from ..foreign_text import clean
from .route import Route

SLICE_S = 0.5
"""How often a wait looks whether it is still wanted."""


class _Deadlined:
    """Sets the time that is left before every wait, so that many short waits make no long one."""

    @property
    def _on(self) -> Route:
        raise NotImplementedError

    def recv_into(self, *arguments: Any) -> int:
        while True:
            self.settimeout(min(self._on.left_s(), SLICE_S))  # type: ignore[attr-defined]
            with suppress(TimeoutError):
                return super().recv_into(*arguments)  # type: ignore[misc, no-any-return]

    def send(self, *arguments: Any) -> int:
        while True:
            self.settimeout(min(self._on.left_s(), SLICE_S))  # type: ignore[attr-defined]
            with suppress(TimeoutError):
                return super().send(*arguments)  # type: ignore[misc, no-any-return]

    def sendall(self, data: Any, *flags: Any) -> None:
        with memoryview(data) as view, view.cast('B') as rest:
            sent = 0
            while sent < len(rest):
                sent += self.send(rest[sent:], *flags)


class PlainSocket(_Deadlined, socket.socket):
    """A TCP socket of a route."""

    def __init__(self, route: Route, family: int) -> None:
        super().__init__(family, socket.SOCK_STREAM)
        self._route = route

    @property
    def _on(self) -> Route:
        return self._route


class _TlsSocket(_Deadlined, ssl.SSLSocket):
    context: TlsContext

    @property
    def _on(self) -> Route:
        return self.context.route

    def do_handshake(self, block: bool = False) -> None:
        self.settimeout(self._on.left_s())
        try:
            super().do_handshake(block)
        except ssl.SSLCertVerificationError as error:
            self._on.distrust = (error.verify_message, *_names(self))
            raise


class TlsContext(ssl.SSLContext):
    """Checks certificates, always, and makes sockets that keep the deadline."""

    sslsocket_class = _TlsSocket
    route: Route

    @classmethod
    def of(cls, route: Route) -> TlsContext:
        """A context that trusts the system's authorities; `requests` adds its own list, or the one of the settings."""
        context = cls(ssl.PROTOCOL_TLS_CLIENT)
        context.route = route
        if route.network.ca_bundle is None:
            # One broken certificate in the system's store makes this fail on Windows with Python 3.11.
            with suppress(ssl.SSLError):
                context.load_default_certs()
        return context

    def wrap_socket(self, *arguments: Any, **options: Any) -> ssl.SSLSocket:
        """The certificate must be that of the route's host. urllib3 1.26 forgets to say so for numeric hosts."""
        return super().wrap_socket(*arguments, **{**options, 'server_hostname': self.route.host})


def _names(connection: ssl.SSLSocket) -> tuple[str, str]:
    """Whose the certificate is that was not accepted, and who has issued it; '' where Python cannot tell."""
    with suppress(AttributeError, IndexError, KeyError, TypeError, ValueError, ssl.SSLError):
        certificate = connection._sslobj.get_unverified_chain()[0].get_info()  # type: ignore[attr-defined]
        return _name(certificate['subject']), _name(certificate['issuer'])
    return '', ''


def _name(parts: Any) -> str:
    names = dict(pair for part in parts for pair in part)
    both = (names.get('commonName'), names.get('organizationName'))
    return clean(", ".join(dict.fromkeys(filter(None, both))), 80)
