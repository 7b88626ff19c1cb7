"""From an update to its handler: one look-up, one check of the role, one turn."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import cast
from uuid import uuid4

from telegram import CallbackQuery, InlineQuery, Message, Update, User
from telegram.constants import ChatType
from telegram.ext import BaseHandler

from bot.core.errors import report
from bot.core.update_context import UpdateContext
from bot.features.registration import ButtonHandler, Command, CommandHandler
from bot.features.search.inline import answer_inline
from bot.roles import Role
from bot.services import Services
from bot.telegram.framework import Bot, BotApplication, Context
from bot.ui.callback_data import Callback, decode
from bot.ui.locale import texts
from bot.ui.notices import old_button, refusal, text_only, too_fast, unknown_command
from bot.ui.reply import Reply
from bot.ui.text import clean, escaped
from ops import metrics
from pipeline.contracts.messages import AuditEntry

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
        services: Services,
        commands: Mapping[str, Command],
        buttons: Mapping[type[Callback], ButtonHandler],
        on_text: CommandHandler,
    ) -> None:
        super().__init__(_never)
        self._services = services
        self._commands = commands
        self._buttons = buttons
        self._on_text = on_text
        self._turns: dict[int, UpdateContext] = {}
        self._faults: dict[int, str] = {}

    def check_update(self, update: object) -> Route | None:
        """The update's route."""
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
        turn = self._turn(route, application.bot)
        self._turns[update.update_id] = turn
        if not self._services.access.may(route.user.id, route.least):
            await self._refuse(turn, route)
            return
        await route.run(turn)
        await turn.finish()

    async def on_error(self, update: object, context: Context) -> None:
        """The application's error handler."""
        if isinstance(update, Update) and isinstance(context.error, Exception):
            turn = self._turns.get(update.update_id)
            self._faults[update.update_id] = await report(context.error, turn, update.update_id)

    async def too_fast(self, update: Update, unread: int, bot: Bot) -> None:
        """Tell whose update this is that `unread` of what they sent were not read. Raises TelegramError."""
        route = self.check_update(update)
        if route is not None:
            turn = self._turn(route, bot)
            await turn.say(too_fast(unread, turn.texts))

    def settled(self, update_id: int) -> str:
        """What came of an update, asked once, after it was handled: ok, ignored, or a kind of fault."""
        turn = self._turns.pop(update_id, None)
        return self._faults.pop(update_id, "ignored" if turn is None else "ok")

    def _turn(self, route: Route, bot: Bot) -> UpdateContext:
        pseudonym = self._services.pseudonyms.of(route.user.id)
        return UpdateContext(
            bot=bot,
            user_id=route.user.id,
            name=route.user.first_name,
            pseudonym=pseudonym,
            role=self._services.access.role_of(route.user.id),
            texts=texts(self._services.people.language(pseudonym, route.user.language_code)),
            channel="inline" if route.kind == "inline" else "chat",
            key=route.key,
            pictures=self._services.pictures,
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
        command = self._commands.get(name)
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
            run = self._press(self._buttons[type(callback)], callback)
        return Route("button", name, least, query.from_user, f"c{query.id}", run, chat_id, query)

    def _of_inline(self, query: InlineQuery) -> Route:
        async def run(turn: UpdateContext) -> None:
            await answer_inline(self._services, turn, query.id, query.query, query.offset)

        return Route("inline", "inline", Role.CUSTOMER, query.from_user, f"i{query.id}", run)

    def _text(self, text: str) -> Run:
        return lambda turn: self._on_text(self._services, turn, text)

    def _command(self, command: Command, argument: str) -> Run:
        return lambda turn: command.handle(self._services, turn, argument)

    def _press(self, handle: ButtonHandler, callback: Callback) -> Run:
        return lambda turn: handle(self._services, turn, callback)

    async def _refuse(self, turn: UpdateContext, route: Route) -> None:
        metrics.REFUSALS.labels(route.name).inc()
        self._services.records.audit(
            AuditEntry(
                entry_id=uuid4().hex,
                actor=turn.pseudonym,
                actor_name=clean(turn.name, 64),
                role=turn.role.name.lower(),
                action=route.name,
                result="refused",
                at=self._services.clock(),
            )
        )
        text = refusal(route.least, turn.texts)
        if route.query is not None:
            await turn.toast(text, alert=True)
        else:
            await turn.say(Reply(escaped(text)))


async def _only_text(turn: UpdateContext) -> None:
    await turn.say(text_only(turn.texts))


async def _unknown_command(turn: UpdateContext) -> None:
    await turn.say(unknown_command(turn.texts))


async def _old_button(turn: UpdateContext) -> None:
    await turn.toast(old_button(turn.texts), alert=True)


async def _never(update: Update, context: Context) -> None:
    raise AssertionError("the router runs routes, not a callback")
