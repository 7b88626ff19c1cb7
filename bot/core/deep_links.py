"""Deep links: what follows /start, taken by the first feature that knows it."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from bot.core.update_context import UpdateContext

# Opens what the payload stands for; False when it is not one of the feature's.
OpenLink: TypeAlias = Callable[[UpdateContext, str], Awaitable[bool]]


class DeepLinks:
    """The features' openers, in the order of the features."""

    def __init__(self) -> None:
        self._openers: list[OpenLink] = []

    def add(self, opener: OpenLink) -> None:
        """Ask this one too."""
        self._openers.append(opener)

    async def open(self, context: UpdateContext, payload: str) -> bool:
        """Open the payload; False when nobody knows it."""
        for opener in self._openers:
            if await opener(context, payload):
                return True
        return False
