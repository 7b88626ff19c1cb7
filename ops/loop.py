"""uvloop, with TLS connections that close soon."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

import uvloop

P = TypeVar("P", bound=asyncio.BaseProtocol)
CLOSE_WITHIN_S = 0.25


class Loop(uvloop.Loop):
    """An event loop that waits a quarter of a second, not uvloop's half a minute, for a peer's farewell.

    A Kafka broker often sends none: a consumer that was opened to read a topic once could then take 30 s to close.
    """

    async def create_connection(  # type: ignore[override]  # the many keywords go through as they are
        self, protocol_factory: Callable[[], P], *args: object, **options: object
    ) -> tuple[asyncio.Transport, P]:
        """As the base class does."""
        if options.get("ssl"):
            options.setdefault("ssl_shutdown_timeout", CLOSE_WITHIN_S)
        made: tuple[asyncio.Transport, P] = await super().create_connection(
            protocol_factory,
            *args,
            **options,  # type: ignore[call-overload]
        )
        return made
