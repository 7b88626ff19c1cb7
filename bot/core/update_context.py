"""One update of a person: who they are, and the ways to answer."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Literal, TypeVar

from telegram import CallbackQuery, Message, User
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, RetryAfter, TelegramError

from bot.core.deferred_answers import DeferredAnswers
from bot.core.earlier_answers import EarlierAnswers
from bot.telegram.edit import edit_buttons, edit_caption, edit_text
from bot.telegram.framework import Bot
from bot.telegram.keyboard import NO_PREVIEW, is_link_fault, keyboard, with_button
from bot.telegram.pictures import Pictures
from bot.telegram.rate_limiter import ANSWER, AT_ONCE
from bot.telegram.topics import is_topic_fault
from bot.ui.locale import Texts
from bot.ui.notices import unchanged
from bot.ui.reply import Button, Reply, without_links
from bot.ui.roles import Role
from bot.ui.text import CAPTION_LIMIT, TOAST_LIMIT, cut, visible_units
from ops.logs import get_logger

log = get_logger(__name__)
T = TypeVar("T")
# Sooner, and quick answers would flicker; later, and the person wonders.
TYPING_AFTER_S = 0.5
TYPING_LASTS_S = 4.0


@dataclass(slots=True)
class UpdateContext:
    """Made by the router for each update, after the role was checked."""

    bot: Bot
    user_id: int
    name: str
    pseudonym: str
    role: Role
    texts: Texts
    channel: Literal["chat", "inline"]
    # The same for a repeat of the same update, another one for every other.
    key: str
    update_id: int
    pictures: Pictures
    # Gives answers at once, or when Telegram takes them: no handler waits for a limit.
    deferred: DeferredAnswers
    chat_id: int | None = None
    # The topic of a forum in which the person is.
    thread_id: int | None = None
    query: CallbackQuery | None = None
    telegram_language: str | None = None
    # Whose message was answered, when the person wrote an answer to one.
    answers: User | None = None
    # The message that the person wrote, and the answers to earlier ones.
    asked_id: int | None = None
    earlier: EarlierAnswers = field(default_factory=EarlierAnswers)
    # A message of the bot that the first answer takes the place of.
    replaces: int | None = None
    # Keeps what was asked, and gives the name by which a button asks it again.
    ask_again: Callable[[], str] | None = None
    # Whether the person got anything for this update, and whether the pressed button was ended.
    answered: bool = field(default=False)
    ended: bool = field(default=False)

    async def say(self, reply: Reply) -> None:
        """A new message in the chat: with its photo when Telegram can load it, else as text."""
        await self.say_later(lambda: reply)

    async def say_later(self, made: Callable[[], Reply]) -> None:
        """The same with a reply that is made at the moment when it is sent, which may be later."""
        if self.chat_id is None:
            return
        self.answered = True
        replaced, self.replaces = self.replaces, None
        if replaced is None:
            await self.deferred.give(self.chat_id, self.update_id, lambda: self._say_now(made()))
            return
        key = f"edit {replaced}"
        await self.deferred.give(self.chat_id, self.update_id, lambda: self._replace_now(replaced, made()), key)

    async def show(self, picture: bytes, reply: Reply) -> None:
        """A new message with this picture; the reply's text is its caption, of at most 1,024 characters."""
        chat_id = self.chat_id
        if chat_id is None:
            return
        self.answered = True

        async def send(thread_id: int | None) -> None:
            await self.bot.send_photo(
                chat_id,
                picture,
                caption=reply.text,
                parse_mode=ParseMode.HTML,
                reply_markup=keyboard(reply.buttons),
                message_thread_id=thread_id,
                rate_limit_args=ANSWER,
            )

        await self.deferred.give(chat_id, self.update_id, lambda: self._in_topic(send))

    async def change(self, reply: Reply) -> None:
        """Put the reply in place of the message whose button was pressed; anew when it cannot be changed."""
        message = self._pressed()
        if message is None:
            await self.say(reply)
            return
        self.answered = True
        key = f"edit {message.message_id}"
        await self.deferred.give(message.chat_id, self.update_id, lambda: self._change_now(message, reply), key)

    async def relabel(self, button: Button) -> None:
        """Put the button in place of the pressed one; the message and its other buttons stay as they are."""
        message, query = self._pressed(), self.query
        if message is None or query is None or message.reply_markup is None:
            return
        shown = with_button(message.reply_markup, query.data or "", button)

        async def edit() -> None:
            await edit_buttons(self.bot, message.chat_id, message.message_id, shown, rate_limit_args=ANSWER)

        await self.deferred.give(message.chat_id, self.update_id, edit, f"edit {message.message_id}")

    async def remove(self) -> bool:
        """Delete the message whose button was pressed; False when Telegram does not delete it, as one of two days ago.

        One that is gone already counts as deleted.
        """
        message = self._pressed()
        return message is not None and await self._delete(message.chat_id, message.message_id)

    async def remove_written(self) -> bool:
        """Delete the message that the person wrote, as one with a password in it; False when Telegram does not."""
        if self.chat_id is None or self.asked_id is None:
            return False
        return await self._delete(self.chat_id, self.asked_id)

    async def toast(self, text: str, *, alert: bool = False) -> None:
        """Answer the press of a button with a notice above the chat, or a window that must be closed."""
        query = self.query
        if query is None or self.ended:
            return
        self.ended = True
        self.answered = self.answered or bool(text)
        shown = cut(text, TOAST_LIMIT) or None

        async def answer() -> None:
            await self.bot.answer_callback_query(query.id, shown, show_alert=alert, rate_limit_args=AT_ONCE)

        try:
            await answer()
        except RetryAfter:
            self.deferred.defer(self.chat_id or self.user_id, self.update_id, answer)

    async def finish(self) -> None:
        """End the press of a button that no toast has ended, so that the button stops spinning."""
        with contextlib.suppress(TelegramError):
            await self.toast("")

    async def typing(self, work: Awaitable[T]) -> T:
        """Await `work`; when it is slow, the person sees that the bot is writing."""
        task = asyncio.ensure_future(work)
        try:
            done, _ = await asyncio.wait((task,), timeout=TYPING_AFTER_S)
            while not done:
                await self._show_typing()
                done, _ = await asyncio.wait((task,), timeout=TYPING_LASTS_S)
        except BaseException:
            task.cancel()
            raise
        return task.result()

    @property
    def bot_name(self) -> str:
        """The bot's name in links and in inline mode, without @."""
        return self.bot.username

    @property
    def shows_photo(self) -> bool:
        """Whether the message whose button was pressed is a picture with a caption."""
        message = self._pressed()
        return message is not None and bool(message.photo)

    @property
    def pressed_id(self) -> int | None:
        """The number of the message whose button was pressed."""
        message = self._pressed()
        return message.message_id if message is not None else None

    @property
    def first_line(self) -> str:
        """The first line of the message whose button was pressed; of a card, the product's name."""
        message = self._pressed()
        text = (message.text or message.caption or "") if message is not None else ""
        return text.strip().partition("\n")[0]

    def _pressed(self) -> Message | None:
        message = self.query.message if self.query is not None else None
        return message if isinstance(message, Message) else None

    async def _delete(self, chat_id: int, message_id: int) -> bool:
        try:
            await self.bot.delete_message(chat_id, message_id, rate_limit_args=AT_ONCE)
        except BadRequest as error:
            return "not found" in str(error)
        except RetryAfter:
            self.deferred.defer(chat_id, self.update_id, partial(self._delete, chat_id, message_id))
        return True

    async def _say_now(self, reply: Reply) -> None:
        try:
            await self._say_whole(reply)
        except BadRequest as error:
            if not is_link_fault(error):
                raise
            # A shop's address that Telegram does not like must not cost the whole card.
            log.info("button_address_refused", error=str(error))
            await self._say_whole(without_links(reply))

    async def _say_whole(self, reply: Reply) -> None:
        chat_id = self.chat_id
        if chat_id is None or (reply.photo is not None and await self._say_with_photo(chat_id, reply.photo, reply)):
            return

        async def send(thread_id: int | None) -> None:
            await self.bot.send_message(
                chat_id,
                reply.text,
                parse_mode=ParseMode.HTML,
                reply_markup=keyboard(reply.buttons),
                link_preview_options=NO_PREVIEW,
                message_thread_id=thread_id,
                rate_limit_args=replace(ANSWER, told=self._noted),
            )

        await self._in_topic(send)

    def _noted(self, message_id: int) -> None:
        if self.chat_id is not None and self.asked_id is not None:
            self.earlier.note(self.chat_id, self.asked_id, message_id)

    async def _replace_now(self, message_id: int, reply: Reply) -> None:
        """Put the reply in the place of a message of ours; anew when it is gone, or one of them is a picture."""
        if self.chat_id is None or reply.photo is not None:
            await self._say_now(reply)
            return
        try:
            await edit_text(self.bot, self.chat_id, message_id, reply, rate_limit_args=ANSWER)
        except BadRequest as error:
            log.info("message_not_replaced", error=str(error), instead="a new message")
            await self._say_now(reply)

    async def _say_with_photo(self, chat_id: int, address: str, reply: Reply) -> bool:
        photo = await self.pictures.load(address)
        if photo is None:
            return False

        async def send(thread_id: int | None) -> None:
            sent = await self.bot.send_photo(
                chat_id,
                photo,
                caption=reply.text,
                parse_mode=ParseMode.HTML,
                reply_markup=keyboard(reply.buttons),
                message_thread_id=thread_id,
                rate_limit_args=AT_ONCE,
            )
            self.pictures.sent(address, sent.photo)

        try:
            await self._in_topic(send)
        except BadRequest as error:
            if is_link_fault(error):
                raise
            # The shop's picture is gone, too large or no picture: the card is worth having without it.
            log.info("photo_refused", error=str(error), photo=address[:200])
            self.pictures.refused(address)
            return False
        return True

    async def _in_topic(self, send: Callable[[int | None], Awaitable[None]]) -> None:
        """Answer in the topic of a forum where the person is; in the chat as a whole when the topic is gone."""
        try:
            await send(self.thread_id)
        except BadRequest as error:
            if self.thread_id is None or not is_topic_fault(error):
                raise
            await send(None)

    async def _change_now(self, message: Message, reply: Reply) -> None:
        try:
            changed = await self._edit(message, reply)
        except BadRequest as error:
            log.info("message_not_changed", error=str(error), instead="a new message")
            await self._say_now(reply)
            return
        if not changed:
            # A press that does nothing to be seen would look like one that was lost.
            await self.toast(unchanged(self.texts))

    async def _edit(self, message: Message, reply: Reply) -> bool:
        if not message.photo and reply.photo is None:
            return await edit_text(self.bot, message.chat_id, message.message_id, reply, rate_limit_args=ANSWER)
        if visible_units(reply.text) <= CAPTION_LIMIT:
            return await edit_caption(self.bot, message.chat_id, message.message_id, reply, rate_limit_args=ANSWER)
        await self._say_now(reply)
        return True

    async def _show_typing(self) -> None:
        if self.chat_id is not None:
            with contextlib.suppress(TelegramError):
                await self.bot.send_chat_action(
                    self.chat_id, ChatAction.TYPING, message_thread_id=self.thread_id, rate_limit_args=AT_ONCE
                )
