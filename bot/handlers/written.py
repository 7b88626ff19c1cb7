"""What a person writes without a command: a price or a rule that was asked for, or else a search."""

from bot.core.update_context import UpdateContext
from bot.features.bans.handlers import write_value
from bot.features.search.handlers import search
from bot.features.watches.handlers import write_price
from bot.services import Services


async def written(services: Services, context: UpdateContext, text: str) -> None:
    """Answer a text."""
    if await write_price(services, context, text) or await write_value(services, context, text):
        return
    await search(services, context, text)
