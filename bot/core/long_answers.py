"""Answers that take long to make: asked for in a person's turn and given beside it.

What the person writes next is answered meanwhile.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.core.errors import report
from bot.core.update_context import UpdateContext
from bot.telegram.keyboard import NO_PREVIEW, keyboard
from bot.telegram.rate_limiter import AT_ONCE
from bot.ui.notices import being_made
from bot.ui.reply import Reply
from bot.ui.text import escaped
from ops.logs import get_logger

log = get_logger(__name__)
# Several wait for one another, and each has its own patience.
LONGEST_S = 180.0

Asked = tuple[int, int | None, str]


class LongAnswers:
    """Makes each answer once at a time for a person and chat.

    In memory alone: what a restart interrupts is asked for again, by the button under the message that says it is
    being made.
    """

    def __init__(self) -> None:
        self._made: dict[Asked, asyncio.Task[None]] = {}

    async def give(
        self, context: UpdateContext, what: str, make: Callable[[], Awaitable[None]], waiting: Reply | None = None
    ) -> None:
        """Begin to `make` and give the answer, and say so by `waiting`, which goes when it is given.

        `what` names the answer; the person is told when it is being made already. A fault is told as a handler's is.
        Raises what Telegram raises, when nothing was begun.
        """
        asked = (context.user_id, context.chat_id, what)
        if asked in self._made:
            await _tell_already(context)
            return
        message_id = await _said(context, waiting) if waiting is not None else None
        context.answered = True
        task = asyncio.create_task(_make(context, make, message_id), name=f"makes {what}")
        self._made[asked] = task
        task.add_done_callback(lambda _: self._made.pop(asked, None))


async def _make(context: UpdateContext, make: Callable[[], Awaitable[None]], message_id: int | None) -> None:
    try:
        async with asyncio.timeout(LONGEST_S):
            await make()
    except Exception as error:  # noqa: BLE001 - as in a handler: the person is told
        # The press is over by now, so it is a message that tells.
        await report(error, replace(context, query=None, answered=False), context.update_id)
    finally:
        if message_id is not None and context.chat_id is not None:
            await _remove(context, context.chat_id, message_id)


async def _said(context: UpdateContext, waiting: Reply) -> int | None:
    """The number of the message that says what is being made; None when Telegram did not take it."""
    if context.chat_id is None:
        return None
    try:
        message = await context.bot.send_message(
            context.chat_id,
            waiting.text,
            parse_mode=ParseMode.HTML,
            reply_markup=keyboard(waiting.buttons),
            link_preview_options=NO_PREVIEW,
            message_thread_id=context.thread_id,
            rate_limit_args=AT_ONCE,
        )
    except TelegramError as error:
        log.info("waiting_not_said", error=str(error))
        return None
    return message.message_id


async def _remove(context: UpdateContext, chat_id: int, message_id: int) -> None:
    try:
        await context.bot.delete_message(chat_id, message_id, rate_limit_args=AT_ONCE)
    except TelegramError as error:
        log.info("waiting_stays", error=str(error))


async def _tell_already(context: UpdateContext) -> None:
    if context.query is not None:
        await context.toast(being_made(context.texts))
    else:
        await context.say(Reply(escaped(being_made(context.texts))))
