"""Saying something straight to a chat: without Kafka, without the outbox, and without buttons."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, TimedOut

from bot.features.alerts.destination import Destination
from bot.telegram.framework import Bot
from bot.telegram.keyboard import NO_PREVIEW
from bot.telegram.message_sender import plain
from bot.ui.reply import Reply
from ops.logs import get_logger

log = get_logger(__name__)
SAY_S = 20.0

# Returns when Telegram has taken it, or never will. Raises TelegramError: then it is to be said again.
Say: TypeAlias = Callable[[Destination, Reply], Awaitable[None]]


def straight(bot: Bot) -> Say:
    """Says the reply's text through this bot; a message whose outcome is not known is said again by the caller."""

    async def say(place: Destination, reply: Reply) -> None:
        try:
            async with asyncio.timeout(SAY_S):
                try:
                    await _send(bot, place, reply.text, ParseMode.HTML)
                except BadRequest as error:
                    log.error("markup_refused", error=str(error), instead="plain text")
                    await _send(bot, place, plain(reply).text, None)
        except TimeoutError:
            raise TimedOut(f"not sent within {SAY_S:g} s") from None
        except (BadRequest, Forbidden) as error:
            log.error("chat_not_told", chat_id=place.chat_id, setting="YARMARKA_BOT__ALERT_CHATS", error=str(error))

    return say


async def _send(bot: Bot, place: Destination, text: str, parse_mode: str | None) -> None:
    await bot.send_message(
        place.chat_id,
        text,
        parse_mode=parse_mode,
        message_thread_id=place.thread_id,
        link_preview_options=NO_PREVIEW,
    )
