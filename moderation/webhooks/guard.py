"""Where webhooks may go: public addresses by TLS, and private ones only where a setting names their network.

Whoever may register an endpoint could else have this server talk to what only it can reach: a database, a
cloud's metadata service, an administrator's page (server-side request forgery, OWASP ASVS 5.0, 1.3.6). The address
that was looked at is the one that is connected to, so that a name cannot be pointed elsewhere in between.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Sequence

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# IPv6 addresses that carry an IPv4 one: what is behind them is judged by that.
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# Special-purpose ranges (IANA registries, read 2026-11-25) that some versions of Python take for public.
_SPECIAL = [
    ipaddress.ip_network(network) for network in ("192.0.0.0/24", "64:ff9b:1::/48", "2001::/23", "fec0::/10")
]


class Forbidden(Exception):
    """The address is none that webhooks may go to; the message says why, for the list of dead letters."""


def addresses_of(host: str, port: int, *, tls: bool, private: Sequence[Network]) -> list[str]:
    """The addresses of a host that may be connected to, in the order of the resolver.

    private : networks that are allowed though they are not public. Raises Forbidden, and OSError where the name
    is unknown.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    resolved = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    allowed = [address for address in resolved if is_allowed(address, tls=tls, private=private)]
    if allowed:
        return list(dict.fromkeys(map(str, allowed)))
    if not tls and all(is_public(address) for address in resolved):
        raise Forbidden("plain http goes to private networks only; give an address with https")
    raise Forbidden("the address is not public; name its network in MODERATION_WEBHOOK_NETWORKS to allow it")


def is_allowed(address: Address, *, tls: bool, private: Sequence[Network]) -> bool:
    """Whether a webhook may go there."""
    return _is_in(_plain(address), private) or (tls and is_public(address))


def is_public(address: Address) -> bool:
    """Whether the whole internet has that address."""
    address = _plain(address)
    if _is_in(address, _SPECIAL):
        return False
    return address.is_global and not (
        address.is_multicast or address.is_reserved or address.is_private or address.is_link_local
    )


def _is_in(address: Address, networks: Sequence[Network]) -> bool:
    return any(address.version == network.version and address in network for network in networks)


def _plain(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for, where it does."""
    if isinstance(address, ipaddress.IPv6Address):
        if address in _NAT64:
            return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
        return address.ipv4_mapped or address.sixtofour or address
    return address
