# SPDX-License-Identifier: GPL-3.0-or-later
"""The only connection to the outside. `requests` speaks HTTP; this decides where it may go, and for how long.

* Every call is one connection of its own: no pool, no retries, no cookies, no `.netrc`, no environment.
* The address is checked after the name is resolved, and that very address is connected to.
* The deadline is for the whole call, also against a server that sends one byte a second.
* What failed before the request itself began to leave is `NotSent`; everything later is `Unclear`.

`NotSent` with `Kind.UNSUPPORTED` means that the URL may never be asked for: waiting does not help. A name is resolved
by the system, which cannot be interrupted: deadlines do not hold for that part.
"""

from __future__ import annotations

import http.client
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast
from urllib.parse import urljoin

import requests
import urllib3
from requests.auth import AuthBase

from ..errors import N_, Failure, Kind, NotSent, Unclear
from .adapter import RouteAdapter
from .route import Network, Route, failure

__all__ = ['HttpAnswer', 'Network', 'Stream', 'StreamedBody', 'call', 'open_answer', 'open_stream']

SILENCE_S = 60.0
"""How long a stream may send nothing at all."""
ANSWER_MAX_BYTES = 4 * 1024 * 1024
KEPT_BYTES = 64 * 1024
"""Of an answer that could not be understood."""
REDIRECTS_MAX = 3

_CHUNK_BYTES = 256 * 1024

# Below this level urllib3 writes whole URLs, and ours grant paid files to whoever reads them. Errors are raised.
logging.getLogger('urllib3').setLevel(logging.ERROR)


@dataclass(frozen=True)
class HttpAnswer:
    """A whole answer, of any status."""

    status: int
    headers: Mapping[str, str]
    """Names in any case."""
    body: bytes
    """Not decoded."""


class StreamedBody(Protocol):
    """A body that is too large for memory. Its pieces are asked for as they leave; what that raises goes through."""

    def __len__(self) -> int:
        """Bytes of all pieces together, more than none."""

    def __iter__(self) -> Iterator[bytes]:
        """The pieces, from the beginning each time."""


class Stream:
    """An answer whose body is still to be read."""

    def __init__(self, response: requests.Response, route: Route) -> None:
        self.status: int = response.status_code
        self.headers: Mapping[str, str] = response.headers
        self._response, self._route = response, route

    def chunks(self) -> Iterator[bytes]:
        """The body as it arrives. Raise Unclear when it breaks, ends early, or falls silent."""
        yield from _body(self._response, self._route, silence_s=SILENCE_S)


def call(
    network: Network,
    method: str,
    url: str,
    *,
    body: bytes | StreamedBody = b'',
    headers: Mapping[str, str],
    auth: AuthBase | None = None,
    deadline_s: float = 60.0,
    allow_loopback: bool = False,
    allow_home: bool = False,
    max_bytes: int = ANSWER_MAX_BYTES,
    stop: Callable[[], bool] = lambda: False,
) -> HttpAnswer:
    """Send one request and return its answer, whatever its status; redirects are not followed.

    `allow_home` also lets plain HTTP and the addresses of a private network through, without a proxy.
    Raise NotSent or Unclear, the latter with the first bytes of what came back. When `stop` returns True, a wait that
    is under way ends within a second, with one of these.
    """
    route = Route(
        network,
        url,
        allow_loopback=allow_loopback,
        allow_home=allow_home,
        deadline_s=deadline_s,
        stop=stop,
    )
    received = bytearray()
    try:
        with _answer(route, method, headers, body, auth) as response:
            for chunk in _body(response, route):
                received += chunk
                if len(received) > max_bytes:
                    raise Unclear(
                        failure(Kind.SERVICE, N_("The answer of {host} is far too long"), route.host)
                    )
            return HttpAnswer(response.status_code, response.headers, bytes(received))
    except Unclear as error:
        error.answer = bytes(received[:KEPT_BYTES])
        raise


@contextmanager
def open_stream(
    network: Network,
    url: str,
    *,
    headers: Mapping[str, str],
    allow_loopback: bool = False,
    stop: Callable[[], bool] = lambda: False,
) -> Iterator[Stream]:
    """Ask for a file and yield its answer, whatever its status. No credentials are sent, to nobody.

    Up to three redirects are followed, each checked like the first URL. Raise NotSent or Unclear. When `stop`
    returns True, a wait that is under way ends within a second, with Unclear.
    """
    for _ in range(REDIRECTS_MAX + 1):
        route = Route(network, url, allow_loopback=allow_loopback, deadline_s=SILENCE_S, stop=stop)
        with _answer(route, 'GET', headers) as response:
            if not response.is_redirect:
                yield Stream(response, route)
                return
            url = urljoin(url, response.headers['Location'])
    raise NotSent(failure(Kind.UNSUPPORTED, N_("{host} redirects too often"), route.host))


@contextmanager
def open_answer(
    network: Network,
    method: str,
    url: str,
    *,
    body: bytes = b'',
    headers: Mapping[str, str],
    deadline_s: float,
    allow_loopback: bool = False,
    allow_home: bool = False,
    stop: Callable[[], bool] = lambda: False,
) -> Iterator[Stream]:
    """As `call`, but yield the answer while its body is still to be read. `deadline_s` is for its beginning."""
    route = Route(
        network,
        url,
        allow_loopback=allow_loopback,
        allow_home=allow_home,
        deadline_s=deadline_s,
        stop=stop,
    )
    with _answer(route, method, headers, body) as response:
        yield Stream(response, route)


# Inside


@contextmanager
def _answer(
    route: Route,
    method: str,
    headers: Mapping[str, str],
    body: bytes | StreamedBody = b'',
    auth: AuthBase | None = None,
) -> Iterator[requests.Response]:
    """Send the request and yield the answer once its headers are there. Raise NotSent or Unclear.

    There is no `requests.Session`: that is the part with redirects, cookies, `.netrc` and proxies of the environment.
    """
    network = route.network
    own = {'User-Agent': network.user_agent, 'Accept-Encoding': 'identity', 'Connection': 'close'}
    proxies = {'https': route.proxy} if route.proxy else {}
    with closing(route), closing(RouteAdapter(route)) as adapter:
        with _named_errors(route):
            request = requests.Request(method, route.url, {**own, **headers}, data=body, auth=auth).prepare()
            response = adapter.send(request, stream=True, verify=network.ca_bundle or True, proxies=proxies)
        with response:
            yield response


def _body(response: requests.Response, route: Route, *, silence_s: float = 0.0) -> Iterator[bytes]:
    """The body in pieces as they arrive; `silence_s` lets the deadline begin anew with each."""
    # Below urllib3, whose older versions cannot return what is there without waiting for a full piece.
    source = cast(http.client.HTTPResponse, response.raw._original_response)
    while True:
        with _named_errors(route):
            if silence_s:
                route.renew(silence_s)
            chunk = source.read1(_CHUNK_BYTES)
            if not chunk and source.length:
                raise http.client.IncompleteRead(b'', source.length)
        if not chunk:
            return
        yield chunk


@contextmanager
def _named_errors(route: Route) -> Iterator[None]:
    """Turn what `requests`, urllib3, `http.client` and sockets raise into NotSent or Unclear."""
    try:
        yield
    except (
        requests.RequestException,
        urllib3.exceptions.HTTPError,
        http.client.HTTPException,
        OSError,
    ) as error:
        explained = _explained(route, error)
        # Without its cause, whose text holds the URL.
        raise (Unclear(explained) if route.began else NotSent(explained)) from None


def _explained(route: Route, error: Exception) -> Failure:
    bundle = route.network.ca_bundle
    if bundle and not Path(bundle).exists():
        message = N_("The file of certificates {file} does not exist")
        return failure(Kind.NETWORK, message, route.host, file=bundle)
    if route.distrust:
        reason, subject, issuer = route.distrust
        message = N_("The certificate of {host} is not trusted ({reason}); nothing was sent")
        if subject and issuer:
            message = N_(
                "The certificate that {host} shows, of {subject}, issued by {issuer}, is not trusted ({reason}); nothing was sent"
            )
        return failure(Kind.NETWORK, message, route.host, reason=reason, subject=subject, issuer=issuer)
    if route.is_over:
        message = N_("{host} did not answer in time")
    elif route.began:
        message = N_("The connection to {host} broke before the answer was complete")
    elif isinstance(error, requests.exceptions.ProxyError):
        message = N_("The proxy does not let a connection to {host} through")
    elif isinstance(error, requests.exceptions.SSLError):
        message = N_("No secure connection to {host} came about")
    else:
        message = N_("{host} cannot be reached")
    return failure(Kind.NETWORK, message, route.host)
