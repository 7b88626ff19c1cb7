"""What those who deliver outbox items need of the `MessageSender`."""

from collections.abc import Awaitable, Callable
from typing import Protocol

from bot.telegram.message_sender import Address
from bot.ui.reply import Reply


class Delivering(Protocol):
    """Sends one message; see `bot.telegram.message_sender.MessageSender.send`."""

    async def send(
        self,
        name: str,
        address: Address,
        reply: Reply,
        *,
        after: int | None,
        about_to_send: Callable[[int], Awaitable[object]],
    ) -> int: ...
