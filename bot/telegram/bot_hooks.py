"""Where Telegram posts updates, asked and set."""

from telegram import WebhookInfo

from bot.telegram.framework import Bot
from bot.telegram.updates import UPDATES
from bot.telegram.webhook_receiver import CONNECTIONS, Webhook


class BotHooks:
    """See `Hooks`: over a bot."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def set(self, webhook: Webhook) -> object:
        """Have Telegram post there; what waits stays. Raises TelegramError."""
        return await self._bot.set_webhook(
            webhook.url,
            certificate=webhook.certificate,
            max_connections=CONNECTIONS,
            allowed_updates=list(UPDATES),
            secret_token=webhook.secret,
            drop_pending_updates=False,
        )

    async def look(self) -> WebhookInfo:
        """Where Telegram posts, and what it had to complain of. Raises TelegramError."""
        return await self._bot.get_webhook_info()
