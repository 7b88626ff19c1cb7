"""/start, /help, and the way in through deep links."""

from bot.handlers.product import open_link
from bot.replies.callback import ShowHelp
from bot.replies.help import greeting, help_text
from bot.replies.marks import product_of_payload
from bot.roles import Role
from bot.services import Services
from bot.turn import Turn
from pipeline.contracts.chat_state import ListState


async def start(services: Services, turn: Turn, payload: str) -> None:
    """The greeting; with a product's payload, its card."""
    if turn.role > Role.CUSTOMER:
        # Telegram takes a menu for a private chat only once that chat exists.
        await services.menus.show(turn)
    product_id = product_of_payload(payload.strip())
    if product_id is not None:
        await open_link(services, turn, product_id)
        return
    found = await services.suggestions.of(turn.texts)
    await services.lists.keep(ListState(text=text) for text in found)
    await turn.say(greeting(turn.name, found, turn.texts))


async def show_help(services: Services, turn: Turn, _: str) -> None:
    """The commands of the person's role."""
    await turn.say(help_text(services.menus.lines(turn.role, turn.texts), turn.bot_name, turn.texts))


async def press_help(services: Services, turn: Turn, _: ShowHelp) -> None:
    """The help, from a button."""
    await show_help(services, turn, "")
