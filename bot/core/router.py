"""From an update to its handler: one look-up, one check of the role, one context."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from telegram import CallbackQuery, InlineQuery, Message, Update, User
from telegram.constants import ChatType
from telegram.ext import BaseHandler

from bot.core.actor import audit_entry
from bot.core.errors import report
from bot.core.persons import Persons
from bot.core.request_log import RequestLog
from bot.core.routes import CommandRoute, Routes, RunPress
from bot.core.update_context import UpdateContext
from bot.telegram.framework import Bot, BotApplication, Context
from bot.telegram.pictures import Pictures
from bot.ui.callback_data import CallbackData, decode
from bot.ui.locale import texts
from bot.ui.notices import old_button, refusal, text_only, too_fast, unknown_command
from bot.ui.reply import Reply
from bot.ui.roles import Role
from bot.ui.text import escaped
from ops import metrics

COMMAND = re.compile(r"^/([A-Za-z0-9_]{1,32})(?:@([A-Za-z0-9_]{3,32}))?(?:\s+(.*))?$", re.DOTALL)

Run = Callable[[UpdateContext], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Route:
    """What an update asks for: who asks, the least role for it, its name for audit, and what to run."""

    kind: str
    name: str
    least: Role
    user: User
    key: str
    run: Run
    chat_id: int | None = None
    query: CallbackQuery | None = None
    answers: User | None = None


class Router(BaseHandler[Update, Context, None]):
    """The application's only handler. An update that asks for nothing (an edit, a channel's post) has no route."""

    def __init__(
        self,
        routes: Routes,
        persons: Persons,
        request_log: RequestLog,
        *,
        pictures: Pictures,
        clock: Callable[[], datetime],
    ) -> None:
        super().__init__(_never)
        self._routes = routes
        self._persons = persons
        self._request_log = request_log
        self._pictures = pictures
        self._clock = clock
        self._contexts: dict[int, UpdateContext] = {}
        self._faults: dict[int, str] = {}

    def check_update(self, update: object) -> Route | None:
        """The update's route, or None for one that asks for nothing."""
        if not isinstance(update, Update):
            return None
        if update.message is not None:
            return self._of_message(update.message)
        if update.callback_query is not None:
            return self._of_press(update.callback_query)
        if update.inline_query is not None:
            return self._of_inline(update.inline_query)
        return None

    async def handle_update(
        self, update: Update, application: BotApplication, check_result: object, context: Context
    ) -> None:
        """Check the role and run the route. Raises what the handler raises, after the button was ended."""
        route = cast(Route, check_result)
        asker = self._context(route, application.bot)
        self._contexts[update.update_id] = asker
        if not self._persons.access.may(route.user.id, route.least):
            await self._refuse(asker, route)
            return
        await route.run(asker)
        await asker.finish()

    async def on_error(self, update: object, context: Context) -> None:
        """The application's error handler."""
        if isinstance(update, Update) and isinstance(context.error, Exception):
            asker = self._contexts.get(update.update_id)
            self._faults[update.update_id] = await report(context.error, asker, update.update_id)

    async def too_fast(self, update: Update, unread: int, bot: Bot) -> None:
        """Tell whose update this is that `unread` of what they sent were not read. Raises TelegramError."""
        route = self.check_update(update)
        if route is not None:
            asker = self._context(route, bot)
            await asker.say(too_fast(unread, asker.texts))

    def settled(self, update_id: int) -> str:
        """What came of an update, asked once, after it was handled: ok, ignored, or a kind of fault."""
        asker = self._contexts.pop(update_id, None)
        return self._faults.pop(update_id, "ignored" if asker is None else "ok")

    def _context(self, route: Route, bot: Bot) -> UpdateContext:
        pseudonym = self._persons.pseudonyms.of(route.user.id)
        return UpdateContext(
            bot=bot,
            user_id=route.user.id,
            name=route.user.first_name,
            pseudonym=pseudonym,
            role=self._persons.access.role_of(route.user.id),
            texts=texts(self._persons.people.language(pseudonym, route.user.language_code)),
            channel="inline" if route.kind == "inline" else "chat",
            key=route.key,
            pictures=self._pictures,
            chat_id=route.chat_id,
            query=route.query,
            telegram_language=route.user.language_code,
            answers=route.answers,
        )

    def _of_message(self, message: Message) -> Route | None:
        user, private = message.from_user, message.chat.type == ChatType.PRIVATE
        # What was sent through a bot, ours included, is an inline result and not a question.
        if user is None or user.is_bot or message.via_bot is not None:
            return None
        text = message.text or ""
        key = f"m{message.chat_id}:{message.message_id}:{message.date.timestamp() if message.date else 0:.0f}"
        matched = COMMAND.match(text)
        if matched is None:
            if not private:
                return None
            run: Run = self._text(text) if message.text is not None else _only_text
            return Route("text", "text", Role.CUSTOMER, user, key, run, message.chat_id)
        name, addressed, argument = matched[1].lower(), matched[2], matched[3] or ""
        if addressed is not None and addressed.lower() != message.get_bot().username.lower():
            return None
        command = self._routes.commands.get(name)
        if command is None:
            run = _unknown_command
            return Route("command", "unknown", Role.CUSTOMER, user, key, run, message.chat_id) if private else None
        replied = message.reply_to_message.from_user if message.reply_to_message is not None else None
        run = self._command(command, argument)
        return Route("command", f"/{name}", command.least, user, key, run, message.chat_id, answers=replied)

    def _of_press(self, query: CallbackQuery) -> Route:
        callback = decode(query.data or "")
        chat_id = query.message.chat.id if query.message is not None else None
        run: Run
        if callback is None:
            run, name, least = _old_button, "unknown", Role.CUSTOMER
        else:
            name, least = type(callback).__name__, callback.LEAST
            run = self._press(self._routes.presses[type(callback)], callback)
        return Route("button", name, least, query.from_user, f"c{query.id}", run, chat_id, query)

    def _of_inline(self, query: InlineQuery) -> Route:
        async def run(asker: UpdateContext) -> None:
            if self._routes.inline is not None:
                await self._routes.inline(asker, query.id, query.query, query.offset)

        return Route("inline", "inline", Role.CUSTOMER, query.from_user, f"i{query.id}", run)

    def _text(self, text: str) -> Run:
        async def run(writer: UpdateContext) -> None:
            for take in self._routes.texts:
                if await take(writer, text):
                    return
            if self._routes.any_text is not None:
                await self._routes.any_text(writer, text)

        return run

    @staticmethod
    def _command(command: CommandRoute, argument: str) -> Run:
        return lambda asker: command.run(asker, argument)

    @staticmethod
    def _press(run: RunPress, callback: CallbackData) -> Run:
        return lambda presser: run(presser, callback)

    async def _refuse(self, asker: UpdateContext, route: Route) -> None:
        metrics.REFUSALS.labels(route.name).inc()
        self._request_log.refused(audit_entry(asker, route.name, self._clock(), result="refused"))
        text = refusal(route.least, asker.texts)
        if route.query is not None:
            await asker.toast(text, alert=True)
        else:
            await asker.say(Reply(escaped(text)))


async def _only_text(asker: UpdateContext) -> None:
    await asker.say(text_only(asker.texts))


async def _unknown_command(asker: UpdateContext) -> None:
    await asker.say(unknown_command(asker.texts))


async def _old_button(asker: UpdateContext) -> None:
    await asker.toast(old_button(asker.texts), alert=True)


async def _never(update: Update, context: Context) -> None:
    raise AssertionError("the router runs routes, not a callback")
