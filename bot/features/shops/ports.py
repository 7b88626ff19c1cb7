"""What the feature asks of Kafka and of the network."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, ItemsView
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from ops.public_addresses import is_public
from pipeline.contracts.feeds import FeedFetch
from pipeline.kafka.live_view import Listener

WITHIN_S = 3.0

# Every address that a name resolves to; empty when there is no such name, None when that is not known now.
Resolve = Callable[[str], Awaitable[frozenset[str] | None]]


class Fetches(Protocol):
    """How fetching from the shops' addresses stands; a live view of `feed_fetches` has it."""

    def get(self, key: str) -> FeedFetch | None: ...

    def items(self) -> ItemsView[str, FeedFetch]: ...

    def subscribe(self, listener: Listener[FeedFetch]) -> None: ...


@dataclass(frozen=True, slots=True)
class ShopPorts:
    """`fetches` is what the feed service tells, `resolve` asks who is behind a name."""

    fetches: Fetches
    resolve: Resolve


async def resolve(host: str) -> frozenset[str] | None:
    """See `Resolve`."""
    try:
        async with asyncio.timeout(WITHIN_S):
            found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        return frozenset() if error.errno == socket.EAI_NONAME else None
    except (OSError, TimeoutError, UnicodeError):
        return None
    return frozenset(str(address[0]) for *_, address in found)


def is_private(addresses: frozenset[str]) -> bool:
    """Whether none of what a name resolves to is of the public internet. Pure."""
    return bool(addresses) and not any(is_public(address) for address in addresses)


def host_of(address: str) -> str:
    """The host of a checked address, as it is asked for. Pure."""
    return (urlsplit(address).hostname or "").encode("idna").decode()
