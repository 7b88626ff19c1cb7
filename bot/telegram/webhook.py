"""A token that had a webhook: while there is one, Telegram refuses to be polled."""

from urllib.parse import urlsplit

from telegram.error import Conflict

from bot.telegram.framework import Bot
from ops.logs import get_logger

log = get_logger(__name__)


def is_webhook_in_the_way(error: Conflict) -> bool:
    """Whether it is a webhook that getUpdates conflicts with, and not another bot that polls."""
    return "webhook is active" in str(error).lower()


async def remove_webhook(bot: Bot) -> None:
    """Remove the webhook and say whose it was; what waited for it comes by polling. Raises TelegramError."""
    info = await bot.get_webhook_info()
    await bot.delete_webhook(drop_pending_updates=False)
    log.warning(
        "webhook_removed",
        # The rest of the address may hold a secret.
        host=urlsplit(info.url).hostname or "",
        reason="this bot polls, and Telegram allows one of the two",
        next_step="if another program needs the webhook, give it a token of its own from @BotFather",
    )
