"""From an update to its handler: one look-up, one check of the role, one context."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast

from telegram import CallbackQuery, InlineQuery, Message, Update, User
from telegram.ext import BaseHandler

from bot.core.actor import audit_entry
from bot.core.deferred_answers import DeferredAnswers
from bot.core.errors import report
from bot.core.moved_chats import MovedChats
from bot.core.persons import Persons
from bot.core.request_log import RequestLog
from bot.core.routes import CommandRoute, Routes, RunPress
from bot.core.update_context import UpdateContext
from bot.core.written import command_of, is_passed_on, is_private, text_of, thread_of, written_by
from bot.telegram.framework import Bot, BotApplication, Context
from bot.telegram.pictures import Pictures
from bot.ui.callback_data import CallbackData, decode
from bot.ui.locale import texts
from bot.ui.notices import anonymous, old_button, refusal, text_only, too_fast, unknown_command
from bot.ui.reply import Reply
from bot.ui.roles import Role
from bot.ui.text import escaped
from ops import metrics

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
    thread_id: int | None = None
    query: CallbackQuery | None = None
    answers: User | None = None


class Router(BaseHandler[Update, Context, None]):
    """The application's only handler. An update that asks for nothing (talk in a group) has no route."""

    def __init__(
        self,
        routes: Routes,
        persons: Persons,
        request_log: RequestLog,
        *,
        pictures: Pictures,
        deferred: DeferredAnswers,
        moves: MovedChats,
        clock: Callable[[], datetime],
    ) -> None:
        super().__init__(_never)
        self._routes = routes
        self._persons = persons
        self._request_log = request_log
        self._pictures = pictures
        self.deferred = deferred
        self._moves = moves
        self._clock = clock
        self._contexts: dict[int, UpdateContext] = {}
        self._faults: dict[int, str] = {}

    def check_update(self, update: object) -> Route | None:
        """The update's route, or None for one that asks for nothing."""
        if not isinstance(update, Update):
            return None
        if update.message is not None:
            return self._of_message(update.message)
        if update.edited_message is not None:
            return self._of_edit(update.edited_message)
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
        asker = self._context(route, update.update_id, application.bot)
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

    async def too_fast(self, update: Update, unread: Callable[[], int], bot: Bot) -> None:
        """Tell whose update this is that `unread` of what they sent were not read; asked when it is told.

        Raises TelegramError.
        """
        route = self.check_update(update)
        if route is not None:
            asker = self._context(route, update.update_id, bot)
            await asker.say_later(lambda: too_fast(unread(), asker.texts))

    def settled(self, update_id: int) -> str:
        """What came of an update, asked once, after it was handled: ok, ignored, or a kind of fault."""
        asker = self._contexts.pop(update_id, None)
        return self._faults.pop(update_id, "ignored" if asker is None else "ok")

    def _context(self, route: Route, update_id: int, bot: Bot) -> UpdateContext:
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
            update_id=update_id,
            pictures=self._pictures,
            deferred=self.deferred,
            chat_id=route.chat_id,
            thread_id=route.thread_id,
            query=route.query,
            telegram_language=route.user.language_code,
            answers=route.answers,
        )

    def _of_message(self, message: Message) -> Route | None:
        if message.migrate_to_chat_id is not None:
            return self._of_move(message, message.migrate_to_chat_id)
        at = message.date.timestamp() if message.date else 0
        return self._of_text(message, f"m{message.chat_id}:{message.message_id}:{at:.0f}")

    def _of_edit(self, message: Message) -> Route | None:
        """In private, what somebody has corrected is answered anew; in a group it would be read out of place."""
        if not is_private(message) or message.edit_date is None:
            return None
        return self._of_text(message, f"e{message.chat_id}:{message.message_id}:{message.edit_date.timestamp():.0f}")

    def _of_text(self, message: Message, key: str) -> Route | None:
        if is_passed_on(message):
            return None
        try:
            command = command_of(message)
        except ValueError:
            return None
        if command is not None:
            return self._of_command(message, key, *command)
        if not is_private(message):
            return None
        text = text_of(message)
        return _written(message, "text", key, self._text(text) if text is not None else _only_text)

    def _of_command(self, message: Message, key: str, name: str, argument: str) -> Route | None:
        command = self._routes.commands.get(name)
        if command is None:
            return _written(message, "unknown", key, _unknown_command) if is_private(message) else None
        if message.sender_chat is not None:
            # An anonymous admin, or somebody who writes as a channel: nobody knows who, so nothing is done.
            return _written(message, "anonymous", key, _anonymous)
        route = _written(message, f"/{name}", key, self._command(command, argument), least=command.least)
        return route and replace(route, answers=written_by(message.reply_to_message))

    def _of_move(self, message: Message, new_id: int) -> Route | None:
        async def run(_: UpdateContext) -> None:
            await self._moves.note(message.chat_id, new_id)

        user = message.from_user
        return Route("service", "moved", Role.CUSTOMER, user, f"g{message.chat_id}", run) if user is not None else None

    def _of_press(self, query: CallbackQuery) -> Route:
        callback = decode(query.data or "")
        chat_id = query.message.chat.id if query.message is not None else None
        thread_id = thread_of(query.message) if isinstance(query.message, Message) else None
        run: Run
        if callback is None:
            run, name, least = _old_button, "unknown", Role.CUSTOMER
        else:
            name, least = type(callback).__name__, callback.LEAST
            run = self._press(self._routes.presses[type(callback)], callback)
        return Route("button", name, least, query.from_user, f"c{query.id}", run, chat_id, thread_id, query)

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


def _written(message: Message, name: str, key: str, run: Run, least: Role = Role.CUSTOMER) -> Route | None:
    """The route of what a person wrote; None for another bot's words, unless it speaks for a group."""
    user = message.from_user
    if user is None or (user.is_bot and message.sender_chat is None):
        return None
    kind = "text" if name == "text" else "command"
    return Route(kind, name, least, user, key, run, message.chat_id, thread_of(message))


async def _anonymous(asker: UpdateContext) -> None:
    await asker.say(anonymous(asker.texts))


async def _only_text(asker: UpdateContext) -> None:
    await asker.say(text_only(asker.texts))


async def _unknown_command(asker: UpdateContext) -> None:
    await asker.say(unknown_command(asker.texts))


async def _old_button(asker: UpdateContext) -> None:
    await asker.toast(old_button(asker.texts), alert=True)


async def _never(update: Update, context: Context) -> None:
    raise AssertionError("the router runs routes, not a callback")
