"""What a person writes without a command: a price that was asked for, or else a search."""

from bot.handlers.search import search
from bot.handlers.watch import write_price
from bot.services import Services
from bot.turn import Turn


async def written(services: Services, turn: Turn, text: str) -> None:
    """Answer a text."""
    if not await write_price(services, turn, text):
        await search(services, turn, text)
