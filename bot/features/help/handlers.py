"""/start, /help, and the way in through deep links."""

from bot.core.update_context import UpdateContext
from bot.features.help.replies import greeting, help_text
from bot.products.offer import open_link
from bot.roles import Role
from bot.services import Services
from bot.ui.callback_data import ShowHelp
from bot.ui.callback_ids import product_of_payload
from pipeline.contracts.chat_state import ListState


async def start(services: Services, context: UpdateContext, payload: str) -> None:
    """The greeting; with a product's payload, its card."""
    if context.role > Role.CUSTOMER:
        # Telegram takes a menu for a private chat only once that chat exists.
        await services.menus.show(context)
    product_id = product_of_payload(payload.strip())
    if product_id is not None:
        await open_link(services, context, product_id)
        return
    found = await services.suggestions.of(context.texts)
    await services.lists.keep(ListState(text=text) for text in found)
    await context.say(greeting(context.name, found, context.texts))


async def show_help(services: Services, context: UpdateContext, _: str) -> None:
    """The commands of the person's role."""
    await context.say(help_text(services.menus.lines(context.role, context.texts), context.bot_name, context.texts))


async def press_help(services: Services, context: UpdateContext, _: ShowHelp) -> None:
    """The help, from a button."""
    await show_help(services, context, "")
