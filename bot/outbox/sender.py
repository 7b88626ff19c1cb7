"""What those who owe messages need of the courier."""

from collections.abc import Awaitable, Callable
from typing import Protocol

from bot.outbox.courier import Address
from bot.replies.reply import Reply


class Sender(Protocol):
    """Sends one debt; see `bot.outbox.courier.Courier.send`."""

    async def send(
        self,
        name: str,
        address: Address,
        reply: Reply,
        *,
        after: int | None,
        about_to_send: Callable[[int], Awaitable[object]],
    ) -> int: ...
