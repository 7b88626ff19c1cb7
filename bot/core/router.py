"""From an update to its handler: one look-up, one check of the role, one context."""

from collections.abc import Callable
from functools import partial
from typing import cast

from telegram import Update
from telegram.ext import BaseHandler

from bot.core.deferred_answers import DeferredAnswers
from bot.core.earlier_answers import EarlierAnswers
from bot.core.errors import report
from bot.core.moved_chats import MovedChats
from bot.core.persons import Persons
from bot.core.refusals import Refusals
from bot.core.route_finder import Route, RouteFinder
from bot.core.routes import Routes
from bot.core.update_context import UpdateContext
from bot.telegram.framework import Bot, BotApplication, Context
from bot.telegram.pictures import Pictures
from bot.ui.notices import refusal, refused, too_fast

# What is answered by a message. A button that could not be answered is there to be pressed again.
ASKED_AGAIN = frozenset({"text", "command"})


class Router(BaseHandler[Update, Context, None]):
    """The application's only handler. An update that asks for nothing (talk in a group) has no route."""

    def __init__(
        self,
        routes: Routes,
        persons: Persons,
        refusals: Refusals,
        *,
        pictures: Pictures,
        deferred: DeferredAnswers,
        moves: MovedChats,
    ) -> None:
        super().__init__(_never)
        self._finder = RouteFinder(routes, moves)
        self._persons = persons
        self._refusals = refusals
        self._pictures = pictures
        self.deferred = deferred
        self._contexts: dict[int, UpdateContext] = {}
        self._faults: dict[int, str] = {}
        self._answers = EarlierAnswers()

    def check_update(self, update: object) -> Route | None:
        """The update's route, or None for one that asks for nothing."""
        return self._finder.find(update) if isinstance(update, Update) else None

    async def handle_update(
        self, update: Update, application: BotApplication, check_result: object, context: Context
    ) -> None:
        """Check the role and run the route. Raises what the handler raises, after the button was ended."""
        route = cast(Route, check_result)
        pseudonym = self._persons.pseudonyms.of(route.user.id)
        self._persons.people.hear(pseudonym, route.user.language_code)
        asker = self._context(route, update.update_id, application.bot)
        self._contexts[update.update_id] = asker
        self._persons.arrivals.tell(asker.pseudonym, asker.user_id)
        self._persons.usernames.note(route.user)
        if asker.role < route.least:
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
            texts=self._persons.texts(route.user.id, route.user.language_code),
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
            asked_id=route.message_id,
            earlier=self._answers,
            replaces=self._replaced(route),
            ask_again=partial(self._finder.keep, route) if route.kind in ASKED_AGAIN else None,
        )

    def _replaced(self, route: Route) -> int | None:
        """The message in whose place the first answer comes: what was corrected, or what could not be answered."""
        if route.corrected:
            return self._answers.to(route.chat_id, route.message_id)
        shown = route.query.message if route.again and route.query is not None else None
        return shown.message_id if shown is not None else None

    async def _refuse(self, asker: UpdateContext, route: Route) -> None:
        self._refusals.note(asker, route.name)
        if route.query is not None:
            await asker.toast(refusal(route.least, asker.texts), alert=True)
        else:
            await asker.say(refused(route.least, asker.texts))


async def _never(update: Update, context: Context) -> None:
    raise AssertionError("the router runs routes, not a callback")
