"""A bot that cannot start because Kafka is away: it is started again and again, and tells people once."""

import asyncio

from telegram.error import TelegramError

from bot.features.alerts.arrival.last_resort import LastResort
from bot.features.alerts.arrival.straight import straight
from bot.features.alerts.arrival.told_file import ToldFile
from bot.features.alerts.destination import people_of
from bot.telegram.framework import Bot
from bot.ui.locale import texts
from ops.logs import get_logger
from ops.settings import Settings
from pipeline.contracts.messages import now

log = get_logger(__name__)
WITHIN_S = 15.0


async def tell_before_start(settings: Settings, bot: Bot) -> None:
    """Note that Kafka is away, and tell the alert chats when that was noted long enough ago. Raises nothing of it.

    What chats chose is in Kafka, so it is said in the language of the settings.
    """
    words = texts(settings.bot.alert_language)
    told = ToldFile.of(settings)
    resort = LastResort(told, straight(bot), people_of(settings.bot), lambda _: words, now)
    try:
        async with asyncio.timeout(WITHIN_S), bot:
            await resort.look(told.now.since or now())
    except (TelegramError, TimeoutError) as error:
        log.warning("last_resort_waits_for_telegram", error=f"{type(error).__name__}: {error}"[:200])
