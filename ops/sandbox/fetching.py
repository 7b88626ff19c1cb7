"""Pictures that a bot sends by address: Telegram fetches them, so does the sandbox, from public hosts only."""

import ipaddress
import socket

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from ops.sandbox.errors import bad_request

MAX_BYTES = 5 << 20
TIMEOUT_SECONDS = 5.0


class _PublicResolver(AbstractResolver):
    """Resolves names, but never to an address of this machine or its network: a feed may name any host."""

    def __init__(self) -> None:
        self._inner = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        public = [result for result in found if _is_public(result["host"])]
        if not public:
            raise OSError(f"{host} is not a public host")
        return public

    async def close(self) -> None:
        await self._inner.close()


def _is_public(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_global
    except ValueError:
        return False


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


async def fetch(url: str) -> bytes:
    """The body at `url`; raises BotApiError in Telegram's words when it cannot be had."""
    failed = bad_request("failed to get HTTP URL content")
    host = URL(url).host or ""
    if _is_address(host) and not _is_public(host):
        raise failed
    connector = aiohttp.TCPConnector(resolver=_PublicResolver())
    timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(connector=connector, timeout=timeout) as session,
            session.get(url, allow_redirects=False) as response,
        ):
            if response.status != 200:
                raise failed
            body = await response.content.read(MAX_BYTES + 1)
            while len(body) <= MAX_BYTES and (more := await response.content.read(MAX_BYTES + 1)):
                body += more
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError):
        raise failed from None
    if len(body) > MAX_BYTES:
        raise failed
    return body
