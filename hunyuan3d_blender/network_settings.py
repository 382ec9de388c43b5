# SPDX-License-Identifier: GPL-3.0-or-later
"""The network as Blender's preferences and the environment describe it, and how the worker comes to know.

The worker outlives the Blender that started it, so the settings lie in the library, and whichever Blender spoke last
is believed. A worker that finds no file believes that online access is off.
"""

from __future__ import annotations

import ipaddress
import json
import os
import urllib.request
from dataclasses import asdict, field
from urllib.parse import urlsplit

from .jobs.library import Library
from .value import value


@value
class NetworkSettings:
    """How the outside is reached. Holds no key, but a proxy's URL may hold a password: it is never logged."""

    online: bool = False
    """Blender's "Allow Online Access"; without it only this computer is spoken to."""
    proxies: dict[str, str] = field(default_factory=dict, repr=False)
    """Proxy URL by scheme, 'no' holding the hosts to be reached directly."""
    ca_bundle: str = ''
    """A file of certificates to trust instead of the usual ones, '' for the usual ones."""


def current(*, online: bool, proxy: str = '', ca_bundle: str = '') -> NetworkSettings:
    """The settings of this process's environment, with Blender's word on online access.

    `proxy` (a URL) and `ca_bundle` (a file) of the preferences take the place of the environment's; '' for none there.
    """
    proxies = urllib.request.getproxies()
    if proxy:
        proxies |= {'http': proxy, 'https': proxy}
    bundle = ca_bundle or os.environ.get('REQUESTS_CA_BUNDLE') or os.environ.get('SSL_CERT_FILE') or ''
    return NetworkSettings(online=online, proxies=proxies, ca_bundle=bundle)


def write(library: Library, settings: NetworkSettings) -> None:
    """Tell the worker; writes only what is new. Raise OSError."""
    text = json.dumps(asdict(settings))
    file = library.network
    if file.exists() and file.read_text(encoding='utf-8') == text:
        return
    part = file.with_suffix(f'.{os.getpid()}.part')
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, 'w', encoding='utf-8') as stream:
        stream.write(text)
    part.replace(file)


def read(library: Library) -> NetworkSettings:
    """What a Blender last said; with online access off when there is nothing readable."""
    try:
        return NetworkSettings(**json.loads(library.network.read_text(encoding='utf-8')))
    except (OSError, ValueError, TypeError):
        return NetworkSettings()


def is_loopback(url: str) -> bool:
    """Whether the URL's host is this computer by its spelling; '' (the sandbox) counts as such."""
    if not url:
        return True
    try:
        host = urlsplit(url).hostname or ''
        return host == 'localhost' or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def origin(url: str) -> str:
    """Scheme, host and port: what a key is bound to. '' for ''."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower() if parts.netloc else url.lower()
