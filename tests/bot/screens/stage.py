"""A bot whose every answer is waited for, a market with something of everything, and the people who come."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Iterator
from dataclasses import dataclass, field, replace

import aiohttp
import orjson
from telegram import Update

from bot.application.framework import build, route
from bot.features.alerts.drills.drill import Drill
from bot.features.alerts.services import AlertServices
from bot.features.my_shop.drawing import WeekDrawing
from bot.features.my_shop.feature import MyShopSources
from bot.features.my_shop.figures import Week
from bot.features.reports.drawing import Drawing
from bot.features.reports.feature import ReportPorts
from bot.features.reports.figures import Report
from bot.telegram.framework import BotApplication, Context
from bot.telegram.pace import Pace
from bot.ui.locale import Language
from ops.sandbox.conversations import Conversation, Event
from ops.sandbox.objects import InlineKeyboardButton, JsonObject, User
from ops.sandbox.person_actions import PersonActions
from ops.sandbox.server import DEMO_TOKEN, running
from ops.settings import BotSettings
from pipeline.contracts.messages import Product
from tests.bot.features.alerts.test_operators import MemoryStack
from tests.bot.screens.screen import Screen, screen_of
from tests.bot.world.memory import MemoryCatalog
from tests.bot.world.world import World, bot_settings
from tests.browser.shop import Shelf
from tests.waiting import until

ANSWERS_WITHIN_S = 5.0
QUIET_S = 0.01
SHOPS = {"harbour-time": "Harbour Time", "detskii-mir-tekhniki": "Детский мир техники", "dom-i-chai": "Дом и чай"}
"""The shops' names by id: where a name is known, nobody reads the id."""
# The smallest picture there is: charts are drawn and looked at by the tests of reports.
DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8ffff3f0005fe02fedccc59e7"
    "0000000049454e44ae426082"
)


class NoDrawing(Drawing):
    """Answers at once."""

    async def pictures(self, report: Report, language: Language) -> tuple[bytes, ...]:
        return (DOT, DOT, DOT)


class NoWeekDrawing(WeekDrawing):
    """The same for a shop's week."""

    async def picture(self, week: Week, shop: str, language: Language) -> bytes:
        return DOT


class StageWorld(World):
    """A world whose reports are not drawn."""

    def _ports(self) -> list[object]:
        return [_undrawn(port) for port in super()._ports()]


def _undrawn(port: object) -> object:
    if isinstance(port, ReportPorts):
        return replace(port, drawing=NoDrawing())
    if isinstance(port, MyShopSources):
        return replace(port, ports=replace(port.ports, drawing=NoWeekDrawing()))
    return port


@dataclass(frozen=True, slots=True)
class Answer:
    """What one thing that a person did has changed in a chat: screens, the newest last, and the notice above it.

    `removed` says that a message went.
    """

    screens: tuple[Screen, ...]
    notice: str = ""
    removed: bool = False


@dataclass
class Stage:
    """People act one after another; `write` and `press` return when the bot has nothing more to do."""

    world: World
    application: BotApplication
    failures: list[Exception] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._actions = PersonActions(self.world.sandbox.world, ANSWERS_WITHIN_S)

    def chat(self, user_id: int, chat_id: int | None = None) -> Conversation:
        return self._actions.conversation(self._user(user_id), chat_id or user_id)

    async def write(self, user_id: int, text: str, chat_id: int | None = None) -> Answer:
        """What comes of somebody's message."""
        chat = self.chat(user_id, chat_id)
        with _watching(chat) as watched:
            self._actions.send(self._user(user_id), {"chat_id": chat.id, "text": text})
            return await self._answered(chat, watched)

    async def press(
        self, user_id: int, screen: Screen, button: InlineKeyboardButton, chat_id: int | None = None
    ) -> Answer:
        """What comes of somebody's press of a button that is still there."""
        chat = self.chat(user_id, chat_id)
        with _watching(chat) as watched:
            asked: JsonObject = {
                "chat_id": chat.id,
                "message_id": screen.message_id,
                "button": button["callback_data"],
            }
            said = asyncio.create_task(self._actions.press(self._user(user_id), asked))
            await asyncio.sleep(0)
            answer = await self._answered(chat, watched)
            return replace(answer, notice=str((await said).get("text") or "").replace("\u00a0", " "))

    async def happens(self, user_id: int, event: Awaitable[object], chat_id: int | None = None) -> Answer:
        """What comes into somebody's chat of something that nobody there did."""
        chat = self.chat(user_id, chat_id)
        with _watching(chat) as watched:
            await event
            await until(lambda: watched.qsize() > 0, "it is told", within_s=ANSWERS_WITHIN_S, look_s=QUIET_S)
            return await self._answered(chat, watched)

    async def _answered(self, chat: Conversation, watched: asyncio.Queue[Event]) -> Answer:
        updates = self.world.sandbox.world.updates.pending
        while updates:
            await self.application.process_update(Update.de_json(dict(updates.popleft()), self.application.bot))
        seen = -1
        deadline = asyncio.get_running_loop().time() + ANSWERS_WITHIN_S
        while seen != watched.qsize() or self.world.pending.kept:
            seen = watched.qsize()
            assert asyncio.get_running_loop().time() < deadline, f"the bot does not come to rest in chat {chat.id}"
            await asyncio.sleep(QUIET_S)
        events = [watched.get_nowait() for _ in range(watched.qsize())]
        changed = {int(orjson.loads(event.data)["message_id"]) for event in events if event.kind == "message"}
        bot = self.world.sandbox.world.bot["id"]
        screens = tuple(
            screen_of(post)
            for number in sorted(changed)
            if (post := chat.posts.get(number)) is not None and post.message["from"]["id"] == bot
        )
        return Answer(screens, removed=any(event.kind == "deleted" for event in events))

    def _user(self, user_id: int) -> User:
        return self._actions.person(str(user_id))


def catalogue() -> Shelf:
    """The goods of the browser's shelf, whose shops are called by their names and have pages of their own."""
    shelf = Shelf()
    for key, offer in shelf.shelf.items():
        named = offer.model_dump() | {
            "store_name": SHOPS[offer.store_id],
            "url": f"https://shop.example/{offer.product_id}",
        }
        shelf.shelf[key] = Product.model_validate(named)
    return shelf


@contextlib.asynccontextmanager
async def staged(settings: BotSettings | None = None, goods: MemoryCatalog | None = None) -> AsyncIterator[Stage]:
    """A stage with a bot at work, and the browser tests' goods when no others are given."""
    async with running() as sandbox, aiohttp.ClientSession() as session:
        world = StageWorld(sandbox, session, catalog=goods or catalogue(), bot_settings=settings or bot_settings())
        world.rehearse = lambda cards: Drill(MemoryStack(), cards)
        pace = Pace(world.limits)
        application, _ = build(DEMO_TOKEN, sandbox.url, timeout_s=5, pace=pace)
        made = world.made(application.bot, pace)
        route(application, made.router)
        stage = Stage(world, application)

        async def failed(_: object, context: Context) -> None:
            if context.error is not None:
                stage.failures.append(context.error)

        application.add_error_handler(failed)
        async with application:
            await application.start()
            world.services(AlertServices).components.recover()
            tasks = [asyncio.create_task(work.run()) for work in made.work(("alerts",))]
            try:
                yield stage
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                await application.stop()


@contextlib.contextmanager
def _watching(chat: Conversation) -> Iterator[asyncio.Queue[Event]]:
    queue: asyncio.Queue[Event] = asyncio.Queue()
    chat.watchers.add(queue)
    try:
        yield queue
    finally:
        chat.watchers.discard(queue)
