"""Sending and editing so that a lost answer loses no message, and no other message is ever touched.

Telegram has no key by which it would know a repeated sendMessage, and no way to ask whether one arrived. After a call
whose fate is open the message is sent again and says that it may be a repeat: to read something twice does less harm
than a wrong edit. Only numbers that Telegram gave us for that very message are edited.
"""

import html
from collections.abc import Awaitable, Callable
from dataclasses import replace

from telegram import ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TelegramError, TimedOut

from bot.telegram.edit import edit_text
from bot.telegram.faults import NOTHING_DONE, NotSentError, ServerFaultError
from bot.telegram.framework import Bot
from bot.telegram.keyboard import NO_PREVIEW, keyboard
from bot.telegram.pictures import Pictures
from bot.telegram.sender import Address, GroupMoves, SentMessage
from bot.telegram.topics import Topics, is_topic_fault
from bot.ui.locale import Html, Texts
from bot.ui.notices import possible_repeat
from bot.ui.reply import Reply
from bot.ui.text import CAPTION_LIMIT, TAG, visible_units
from ops.logs import get_logger

log = get_logger(__name__)
READ_S = 5.0
# More names than there can be messages in the outbox that Telegram has surely not taken.
REMEMBERED = 50_000
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


class MessageSender:
    """Delivers replies, to the chat that a group has become, and without a topic that is gone."""

    def __init__(
        self, bot: Bot, moves: GroupMoves, read_s: float = READ_S, *, pictures: Pictures | None = None
    ) -> None:
        self._bot = bot
        self._moves = moves
        self._read_s = read_s
        self._pictures = pictures or Pictures()
        self._topics = Topics()
        self._surely_not_sent: set[str] = set()

    async def send(
        self,
        name: str,
        address: Address,
        reply: Reply,
        *,
        under_way: bool,
        words: Texts,
        about_to_send: Callable[[], Awaitable[object]],
    ) -> SentMessage:
        """Send a message named `name`. `under_way`: a try began before, and it is not known what became of it.

        `about_to_send` makes durable that tries are under way; it is called before the first. Raises what Telegram and
        `about_to_send` raise.
        """
        if not under_way:
            await about_to_send()
        repeated = under_way and name not in self._surely_not_sent
        self._surely_not_sent.discard(name)
        try:
            return await self._send_where_it_is(address, possible_repeat(reply, words) if repeated else reply)
        except TelegramError as error:
            if not repeated and _surely_nothing(error) and len(self._surely_not_sent) < REMEMBERED:
                self._surely_not_sent.add(name)
            raise

    def place(self, chat_id: int) -> int:
        """The chat in which what is sent to `chat_id` appears."""
        return self._moves.place(chat_id)

    async def edit(self, chat_id: int, message_id: int, reply: Reply) -> None:
        """Put the reply in place of the message. Raises MessageGone, and what Telegram raises."""
        try:
            await self._edit(chat_id, message_id, reply)
        except ChatMigrated as error:
            await self._moves.note(chat_id, error.new_chat_id)
            raise MessageGone(str(error)) from None
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
        except ChatMigrated as error:
            await self._moves.note(chat_id, error.new_chat_id)
            return False
        except BadRequest as error:
            return not any(text in str(error).lower() for text in GONE)
        return True

    async def delete(self, chat_id: int, message_id: int) -> None:
        """Delete a message that was replaced; one that cannot be deleted stays."""
        try:
            await self._bot.delete_message(chat_id, message_id, read_timeout=self._read_s)
        except TelegramError as error:
            log.info("old_message_stays", error=str(error))

    async def _send_where_it_is(self, address: Address, reply: Reply) -> SentMessage:
        chat_id = self._moves.place(address.chat_id)
        if chat_id != address.chat_id:
            # What it answers stayed behind.
            address = replace(address, chat_id=chat_id, reply_to=None)
        try:
            return await self._send(address, reply)
        except ChatMigrated as error:
            await self._moves.note(chat_id, error.new_chat_id)
            return await self._send(replace(address, chat_id=error.new_chat_id, reply_to=None), reply)

    async def _send(self, address: Address, reply: Reply) -> SentMessage:
        thread_id = self._topics.known(address.chat_id, address.thread_id)
        try:
            return await self._send_marked_up(replace(address, thread_id=thread_id), reply)
        except BadRequest as error:
            if not self._topics.is_gone(error, address.chat_id, thread_id):
                raise
            log.warning(
                "topic_is_gone",
                chat_id=address.chat_id,
                topic=thread_id,
                instead="sent to the chat as a whole",
                setting="YARMARKA_BOT__ALERT_CHATS",
            )
            return await self._send_marked_up(replace(address, thread_id=None), reply)

    async def _send_marked_up(self, address: Address, reply: Reply) -> SentMessage:
        try:
            return await self._send_once(address, reply, ParseMode.HTML)
        except BadRequest as error:
            if not _is_markup_fault(error):
                raise
            log.error("markup_refused", error=str(error), instead="plain text")
            return await self._send_once(address, plain(reply), None)

    async def _send_once(self, address: Address, reply: Reply, parse_mode: str | None) -> SentMessage:
        answer = (
            ReplyParameters(address.reply_to, allow_sending_without_reply=True)
            if address.reply_to is not None
            else None
        )
        if reply.photo is not None and visible_units(reply.text) <= CAPTION_LIMIT:
            shown = await self._send_picture(address, reply, reply.photo, parse_mode, answer)
            if shown is not None:
                return shown
        message = await self._bot.send_message(
            address.chat_id,
            reply.text,
            parse_mode=parse_mode,
            reply_markup=keyboard(reply.buttons),
            link_preview_options=NO_PREVIEW,
            message_thread_id=address.thread_id,
            reply_parameters=answer,
            disable_notification=address.silent or None,
            read_timeout=self._read_s,
        )
        return SentMessage(address.chat_id, message.message_id)

    async def _send_picture(
        self, address: Address, reply: Reply, picture: str, parse_mode: str | None, answer: ReplyParameters | None
    ) -> SentMessage | None:
        """The reply under its picture; None when the picture cannot be had, and the text has to do without it."""
        photo = await self._pictures.load(picture)
        if photo is None:
            return None
        try:
            message = await self._bot.send_photo(
                address.chat_id,
                photo,
                caption=reply.text,
                parse_mode=parse_mode,
                reply_markup=keyboard(reply.buttons),
                message_thread_id=address.thread_id,
                reply_parameters=answer,
                disable_notification=address.silent or None,
                read_timeout=self._read_s,
            )
        except BadRequest as error:
            if is_topic_fault(error) or _is_markup_fault(error):
                raise
            log.info("photo_refused", error=str(error), photo=picture[:200])
            self._pictures.refused(picture)
            return None
        self._pictures.sent(picture, message.photo)
        return SentMessage(address.chat_id, message.message_id)

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
