"""Sending and editing so that a lost answer neither loses nor doubles a message.

Telegram has no key by which it would know a repeated sendMessage. After a call whose fate is open, the sender looks
before it sends again: message numbers of a chat rise, so a delivered copy can only be among the numbers after the last
one that was known before the call. Editing a number to what should be there says what it is: not found, somebody
else's, or ours, which then is the message. Messages that we know to be others of ours are left out. What remains is a
copy that Telegram delivers only after we have looked, and the bot's own answers of an earlier life in that chat, which
can be taken for the copy.
"""

import html
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from telegram import ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError, TimedOut

from bot.telegram.edit import edit_text
from bot.telegram.faults import NOTHING_DONE, NotSentError, ServerFaultError
from bot.telegram.framework import Bot
from bot.telegram.keyboard import NO_PREVIEW, keyboard
from bot.telegram.locks import LocksByKey
from bot.telegram.sent import Sent
from bot.ui.locale import Html
from bot.ui.reply import Reply
from bot.ui.text import TAG
from ops.logs import get_logger

log = get_logger(__name__)
READ_S = 5.0
# So many numbers in a row that are not there are the end of the chat.
END_OF_CHAT = 3
MARKUP_FAULTS = (
    "can't parse entities",
    "button_url_invalid",
    "button_data_invalid",
    "wrong http url",
    "unsupported url",
)
GONE = ("message to edit not found", "message can't be edited", "message_id_invalid", "no text in the message")


class MessageGone(Exception):
    """The message to be edited is not there any more, or can no longer be edited."""


@dataclass(frozen=True, slots=True)
class Address:
    """A chat, a topic in it, and a message to which the new one is an answer."""

    chat_id: int
    thread_id: int | None = None
    reply_to: int | None = None


class MessageSender:
    """Delivers replies; one new message at a time in each chat, because a search for a lost one must be alone."""

    def __init__(self, bot: Bot, sent: Sent, read_s: float = READ_S) -> None:
        self._bot = bot
        self._sent = sent
        self._read_s = read_s
        self._locks = LocksByKey()
        self._surely_not_sent: set[str] = set()

    async def send(
        self,
        name: str,
        address: Address,
        reply: Reply,
        *,
        after: int | None,
        about_to_send: Callable[[int], Awaitable[object]],
    ) -> int:
        """Send a message named `name`; its number. `after` is what the first try gave to `about_to_send`.

        `about_to_send` makes durable that tries are under way. Raises what Telegram and `about_to_send` raise.
        """
        chat_id = address.chat_id
        if after is None:
            # A lower number than needed costs a look at a few messages more; waiting for Kafka under the lock, time.
            await about_to_send(self._sent.last(chat_id))
        async with self._locks.of(chat_id):
            if after is not None and name not in self._surely_not_sent:
                found = await self._find(chat_id, after, reply)
                if found is not None:
                    log.info("lost_message_found", name=name, message_id=found)
                    self._sent.note(chat_id, found)
                    return found
            self._surely_not_sent.discard(name)
            try:
                return await self._send(address, reply)
            except TelegramError as error:
                if _surely_nothing(error):
                    self._surely_not_sent.add(name)
                raise

    async def edit(self, chat_id: int, message_id: int, reply: Reply) -> None:
        """Put the reply in place of the message. Raises MessageGone, and what Telegram raises."""
        try:
            await self._edit(chat_id, message_id, reply)
        except BadRequest as error:
            if any(text in str(error).lower() for text in GONE):
                raise MessageGone(str(error)) from None
            if not _is_markup_fault(error):
                raise
            log.error("markup_refused", error=str(error), instead="plain text")
            await self.edit_plain(chat_id, message_id, reply)

    async def edit_plain(self, chat_id: int, message_id: int, reply: Reply) -> None:
        """The same as plain text, without markup and links."""
        await self._edit(chat_id, message_id, plain(reply), parse_mode=None)

    async def is_there(self, chat_id: int, message_id: int, reply: Reply) -> bool:
        """Whether the message that shows `reply` is still in the chat; it is left as it is. Raises TelegramError."""
        try:
            await self._bot.edit_message_reply_markup(
                chat_id, message_id, reply_markup=keyboard(reply.buttons), read_timeout=self._read_s
            )
        except BadRequest as error:
            return not any(text in str(error).lower() for text in GONE)
        return True

    async def delete(self, chat_id: int, message_id: int) -> None:
        """Delete a message that was replaced; one that cannot be deleted stays."""
        try:
            await self._bot.delete_message(chat_id, message_id, read_timeout=self._read_s)
        except TelegramError as error:
            log.info("old_message_stays", error=str(error))

    async def _find(self, chat_id: int, after: int, reply: Reply) -> int | None:
        missing, number = 0, after
        while missing < END_OF_CHAT:
            number += 1
            if self._sent.knows(chat_id, number):
                missing = 0
                continue
            try:
                await self._edit(chat_id, number, reply)
            except BadRequest as error:
                text = str(error).lower()
                if _is_markup_fault(error):
                    return await self._find(chat_id, after, plain(reply)) if reply.buttons else None
                missing = missing + 1 if number > self._sent.last(chat_id) and "not found" in text else 0
            else:
                return number
        return None

    async def _send(self, address: Address, reply: Reply) -> int:
        try:
            return await self._send_once(address, reply, ParseMode.HTML)
        except BadRequest as error:
            if not _is_markup_fault(error):
                raise
            log.error("markup_refused", error=str(error), instead="plain text")
            return await self._send_once(address, plain(reply), None)

    async def _send_once(self, address: Address, reply: Reply, parse_mode: str | None) -> int:
        answer = (
            ReplyParameters(address.reply_to, allow_sending_without_reply=True)
            if address.reply_to is not None
            else None
        )
        message = await self._bot.send_message(
            address.chat_id,
            reply.text,
            parse_mode=parse_mode,
            reply_markup=keyboard(reply.buttons),
            link_preview_options=NO_PREVIEW,
            message_thread_id=address.thread_id,
            reply_parameters=answer,
            read_timeout=self._read_s,
        )
        return message.message_id

    async def _edit(self, chat_id: int, message_id: int, reply: Reply, parse_mode: str | None = ParseMode.HTML) -> None:
        await edit_text(self._bot, chat_id, message_id, reply, parse_mode=parse_mode, read_timeout_s=self._read_s)


def plain(reply: Reply) -> Reply:
    """The reply without markup and without links, for when Telegram refuses them."""
    rows = tuple(tuple(button for button in row if button.url is None) for row in reply.buttons)
    text = html.unescape(TAG.sub("", reply.text))
    return replace(reply, text=Html(text), buttons=tuple(row for row in rows if row))


def _is_markup_fault(error: BadRequest) -> bool:
    return any(text in str(error).lower() for text in MARKUP_FAULTS)


def _surely_nothing(error: TelegramError) -> bool:
    """Whether the call certainly put no message into the chat."""
    if isinstance(error, ServerFaultError):
        return error.status in NOTHING_DONE
    if isinstance(error, TimedOut):
        return False
    return isinstance(error, RetryAfter | NotSentError | BadRequest | Forbidden)
