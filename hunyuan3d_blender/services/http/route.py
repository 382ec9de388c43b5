# SPDX-License-Identifier: GPL-3.0-or-later
"""One try to reach one host: where it may lead, until when, and how far it came."""

from __future__ import annotations

import socket
import time
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import field
from typing import Any

import urllib3

from ...value import value
from ..errors import N_, Failure, Kind, NotSent
from .addresses import is_home, is_loopback, is_public

CONNECT_S = 15.0
"""For all addresses of a host together."""


@value
class Network:
    """How the outside is reached. Nothing of this is taken from the environment by itself."""

    proxies: Mapping[str, str] = field(default_factory=dict, repr=False)
    """URL by scheme, as `urllib.request.getproxies` gives them. Only proxies spoken to by plain HTTP."""
    ca_bundle: str | None = None
    """A file of trusted certificates, None for those of the system and of `requests`."""
    online: bool = True
    """False: only this computer is spoken to."""
    user_agent: str = 'hunyuan3d_blender'


class Route:
    """Checks the URL before anything happens, and every address before it is connected to."""

    def __init__(
        self,
        network: Network,
        url: str,
        *,
        allow_loopback: bool,
        allow_home: bool = False,
        deadline_s: float,
        stop: Callable[[], bool] = lambda: False,
    ) -> None:
        """Raise NotSent for a URL that may not be asked for, now or ever."""
        self.network, self.url = network, url
        self.began = False
        """The connection stands, and the request itself is leaving."""
        self.distrust: tuple[str, str, str] | None = None
        """Why the certificate was not accepted, whose it is, and who has issued it."""
        self._stop = stop
        self._connection: socket.socket | None = None
        self._allow_home = allow_home
        self.renew(deadline_s)
        self.scheme, self.host = _checked(url, allow_loopback=allow_loopback, allow_http=allow_home)
        self.local = is_loopback(self.host)
        if not network.online and not self.local:
            raise NotSent(failure(Kind.OFFLINE, N_("Online access is switched off in Blender"), self.host))
        self.proxy = '' if self.local or allow_home else _proxy(network, self.scheme, self.host)

    # The deadline

    def renew(self, deadline_s: float) -> None:
        """Let the deadline begin anew."""
        self._ends_at = time.monotonic() + deadline_s

    @property
    def is_over(self) -> bool:
        """Whether the time is up, or nobody wants the answer any more."""
        return time.monotonic() >= self._ends_at or self._stop()

    def left_s(self) -> float:
        """Time left, more than nothing. Raise TimeoutError when it is over."""
        if self.is_over:
            raise TimeoutError
        return max(self._ends_at - time.monotonic(), 0.001)

    # The address

    def connect(self, host: str, port: int, make: Callable[[int], socket.socket]) -> socket.socket:
        """Connect a socket that `make` makes to a checked address of a host: ours, or the proxy's. Raise NotSent."""
        addresses = self._addresses(host, port)
        ends_at = time.monotonic() + min(CONNECT_S, self.left_s())
        for index, (family, address) in enumerate(addresses):
            share_s = (ends_at - time.monotonic()) / (len(addresses) - index)
            self._connection = connection = make(family)
            try:
                connection.settimeout(max(share_s, 0.001))
                connection.connect(address)
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                connection.settimeout(self.left_s())  # for the TLS handshake
            except OSError:
                connection.close()
            else:
                return connection
        message = N_("The proxy cannot be reached") if self.proxy else N_("{host} cannot be reached")
        raise NotSent(failure(Kind.NETWORK, message, self.host))

    def close(self) -> None:
        """Close the connection, if there is one: urllib3 1.26 forgets it when a proxy refuses."""
        if self._connection is not None:
            self._connection.close()

    def _addresses(self, host: str, port: int) -> list[tuple[int, Any]]:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            message = N_("{host} is not known: is this computer connected to the internet?")
            raise NotSent(failure(Kind.NETWORK, message, host)) from None
        resolved = not _is_numeric(host)
        if not self.proxy and not all(self._may_reach(str(entry[4][0]), resolved) for entry in found):
            raise NotSent(failure(Kind.UNSUPPORTED, _NOT_PUBLIC, host))
        return [(entry[0], entry[4]) for entry in found]

    def _may_reach(self, address: str, resolved: bool) -> bool:
        if self.local:
            return is_loopback(address)
        if self._allow_home and is_home(address):
            return True
        return self.scheme == 'https' and is_public(address, resolved=resolved)


def failure(kind: Kind, message: str, host: str, **facts: str) -> Failure:
    """The facts of a failure that has to do with a host. Never with its whole URL, which may be a secret."""
    return Failure(kind=kind, message=message, facts={'host': host[:255], **facts})


_NOT_PUBLIC = N_("{host} does not lie in the public internet, so it is not asked for anything")


def _checked(url: str, *, allow_loopback: bool, allow_http: bool) -> tuple[str, str]:
    """Scheme and host of a URL that may be asked for. Raise NotSent."""
    try:
        parts = urllib3.util.parse_url(url)  # the parser that `requests` uses: two of them may disagree
    except urllib3.exceptions.LocationParseError:
        parts = urllib3.util.Url()
    scheme, host = parts.scheme or '', (parts.host or '').strip('[]')
    strange = '\\' in url or any(character <= ' ' or character == '\x7f' for character in url)
    if not host or parts.auth is not None or strange or scheme not in ('http', 'https'):
        raise NotSent(failure(Kind.UNSUPPORTED, N_("This is no web address that can be used"), host))
    if is_loopback(host):
        if not allow_loopback:
            raise NotSent(failure(Kind.UNSUPPORTED, _NOT_PUBLIC, host))
    elif scheme != 'https' and not allow_http:
        raise NotSent(failure(Kind.UNSUPPORTED, N_("{host} is only spoken to by https"), host))
    return scheme, host


def _proxy(network: Network, scheme: str, host: str) -> str:
    """The proxy for a public host, '' for none. Raise NotSent when it cannot be used, or not for that host."""
    proxy = network.proxies.get(scheme) or network.proxies.get('all') or ''
    bypassed = urllib.request.proxy_bypass_environment(host, dict(network.proxies))  # type: ignore[attr-defined]
    if not proxy or bypassed:
        return ''
    if '://' not in proxy:
        proxy = f"http://{proxy}"
    if not proxy.lower().startswith('http://'):
        message = N_("Only proxies whose address begins with http:// can be used")
        raise NotSent(failure(Kind.NETWORK, message, host))
    # The proxy resolves names, so all that can be checked are numbers, and names for the proxy's own network.
    inside = '.' not in host.strip('.') or host.endswith(('.localhost', '.local', '.internal'))
    if _is_numeric(host):
        address = socket.getaddrinfo(host, None, flags=socket.AI_NUMERICHOST)[0][4][0]
        inside = not is_public(str(address), resolved=False)
    if inside:
        raise NotSent(failure(Kind.UNSUPPORTED, _NOT_PUBLIC, host))
    return proxy


def _is_numeric(host: str) -> bool:
    """Whether a host is an address in one of its many spellings (127.1, 0x7f000001, 2130706433, ::1)."""
    with suppress(OSError, UnicodeError):
        socket.getaddrinfo(host, None, flags=socket.AI_NUMERICHOST)
        return True
    return False
