"""What Telegram shows of the bot before the first message, and where its link is shared; in each language."""

from telegram.error import TelegramError

from bot.telegram.framework import Bot
from bot.ui.locale import LANGUAGES, later, texts
from ops.logs import get_logger

log = get_logger(__name__)
# https://core.telegram.org/bots/api#setmydescription and #setmyshortdescription: 512 and 120 characters.
DESCRIPTION = later(
    "I search every shop of the marketplace: write in your own words what you're looking for, typos are fine. "
    "I show prices and what is in stock, tell you when a price falls, and suggest things you'll like."
)
SHORT = later("Search every shop, follow prices, get suggestions.")
NAME = later("Yarmarka")


async def show_profile(bot: Bot) -> None:
    """Set the name and both texts. A refusal is logged: nothing depends on them."""
    for code in (None, *LANGUAGES):
        words = texts(code or "en")
        try:
            await bot.set_my_description(words.plain(DESCRIPTION), language_code=code)
            await bot.set_my_short_description(words.plain(SHORT), language_code=code)
        except TelegramError as error:
            log.info("profile_not_set", language=code, error=str(error))
        await _name(bot, words.plain(NAME), code)


async def _name(bot: Bot, name: str, code: str | None) -> None:
    """Set the name where it is another: Telegram lets a bot change it a few times a day only."""
    try:
        if (await bot.get_my_name(language_code=code)).name != name:
            await bot.set_my_name(name, language_code=code)
    except TelegramError as error:
        log.info("name_not_set", language=code, error=str(error))
