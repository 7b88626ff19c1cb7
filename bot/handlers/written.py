"""What a person writes without a command: a price or a rule that was asked for, or else a search."""

from bot.handlers.ban import write_value
from bot.handlers.search import search
from bot.handlers.watch import write_price
from bot.services import Services
from bot.turn import Turn


async def written(services: Services, turn: Turn, text: str) -> None:
    """Answer a text."""
    if await write_price(services, turn, text) or await write_value(services, turn, text):
        return
    await search(services, turn, text)
