"""Which hosts are of the public internet: what strangers name is fetched from these alone, checked after resolving."""

import ipaddress
import socket

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
# In these networks of IPv6 stands an address of IPv4, to which a gateway or the kernel passes on.
NAT64 = ipaddress.ip_network("64:ff9b::/96")
LAST_32_BITS = 0xFFFF_FFFF


class NotPublic(OSError):
    """The host has no address in the public internet."""


class PublicResolver(AbstractResolver):
    """Resolves names, but never to an address of this machine or its network.

    Who connects by it connects to the very address that was checked: a name that answers otherwise the next time leads
    nowhere else. Raises NotPublic. A literal address is not resolved by aiohttp: see `is_private_literal`.
    """

    def __init__(self) -> None:
        self._inner = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        public = [result for result in found if is_public(result["host"])]
        if not public:
            raise NotPublic(f"{host} is not a public host")
        return public

    async def close(self) -> None:
        await self._inner.close()


def is_public(address: str) -> bool:
    """Whether this literal address is of the public internet; False for what is no address. Pure."""
    found = _literal(address)
    return found is not None and _is_public(found)


def is_private_literal(host: str) -> bool:
    """Whether the host is an address, and none of the public internet; False for a name. Pure."""
    found = _literal(host)
    return found is not None and not _is_public(found)


def _literal(host: str) -> IpAddress | None:
    try:
        return ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return None


def _is_public(address: IpAddress) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id is not None or address.is_site_local:
            return False
        inner = _inside(address)
        if inner is not None:
            return _is_public(inner)
    # Some addresses of multicast, and reserved ones, count as global.
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _inside(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & LAST_32_BITS)
    return None
