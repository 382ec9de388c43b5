# SPDX-License-Identifier: GPL-3.0-or-later
"""Which addresses may be spoken to: those of this computer and home network where it is wanted, else public ones only.

Result URLs come from a server. Without this a server could make us ask a router, a cloud's metadata service or
another program on this computer (OWASP, Server-Side Request Forgery Prevention Cheat Sheet).
"""

from __future__ import annotations

import ipaddress

_NAT64 = ipaddress.IPv6Network('64:ff9b::/96')
"""IPv4 addresses as they look in networks that have IPv6 only (RFC 6052)."""

_TUNNELLED = ipaddress.IPv4Network('198.18.0.0/15')
"""Private by its registration (RFC 2544), but what the resolver of common VPN programs answers for every name."""


def is_loopback(host: str) -> bool:
    """Whether a host is this computer by its plain spelling, without asking a resolver."""
    try:
        return host == 'localhost' or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_public(address: str, *, resolved: bool) -> bool:
    """Whether an address, as a resolver writes it, lies in the public internet.

    `resolved` says that it was found for a name. Raise ValueError for what is no address.
    """
    ip = _inner(ipaddress.ip_address(address.partition('%')[0]))
    if resolved and ip in _TUNNELLED:
        return True
    site_local = isinstance(ip, ipaddress.IPv6Address) and ip.is_site_local
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or site_local)


def is_home(address: str) -> bool:
    """Whether an address lies on this computer or in a private network: RFC 1918, RFC 4193, RFC 6598 (used by VPNs).

    Raise ValueError for what is no address.
    """
    ip = _inner(ipaddress.ip_address(address.partition('%')[0]))
    return ip.is_loopback or any(ip in network for network in _HOME if network.version == ip.version)


_HOME = tuple(
    map(ipaddress.ip_network, ('10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'))
)


def _inner(
    ip: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """The IPv4 address that an IPv6 address stands for, or itself."""
    if isinstance(ip, ipaddress.IPv4Address):
        return ip
    if ip in _NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
    return ip.ipv4_mapped or ip.sixtofour or ip
