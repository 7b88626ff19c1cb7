"""What Telegram shows of the bot before the first message, and where its link is shared; in each language."""

from telegram.error import TelegramError

from bot.telegram.framework import Bot
from bot.ui.locale import LANGUAGES, later, texts
from ops.logs import get_logger

log = get_logger(__name__)
# https://core.telegram.org/bots/api#setmydescription and #setmyshortdescription: 512 and 120 characters.
DESCRIPTION = later(
    "I find goods in all shops of the marketplace: write in your own words what you need, misprints are no trouble. "
    "I show prices and what is in stock, tell you when a price falls, and recommend what suits you."
)
SHORT = later("Search the goods of all shops, watch prices, get recommendations.")


async def show_profile(bot: Bot) -> None:
    """Set both texts. A refusal is logged: nothing depends on them."""
    for code in (None, *LANGUAGES):
        words = texts(code or "en")
        try:
            await bot.set_my_description(words.plain(DESCRIPTION), language_code=code)
            await bot.set_my_short_description(words.plain(SHORT), language_code=code)
        except TelegramError as error:
            log.info("profile_not_set", language=code, error=str(error))
