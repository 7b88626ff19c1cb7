"""A market on real servers, for bans that are watched from the press of a button to the last product."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp
from elastic_transport import TransportError
from elasticsearch import ApiError, AsyncElasticsearch

from ops.elasticsearch import client as connect
from ops.kafka import Kafka
from ops.sandbox.server import running
from ops.stack.running import RunningStack
from pipeline.bans import Rule, parse_rule
from pipeline.catalog.catalog import Catalog
from pipeline.contracts.messages import HEADERS, encode
from pipeline.contracts.topics import PRODUCTS
from tests.bot.test_system import Running
from tests.bot.world.memory import product
from tests.bot.world.person import Person, Seen
from tests.waiting import until

WITHIN_S = 120.0
LOOK_S = 0.05
# A word of our own, so that nobody else's products come into the way.
WORD = "кракозябра"


@dataclass
class AdminMarket:
    """Products of one category, on sale."""

    running: Running
    category: str
    count: int
    index: AsyncElasticsearch

    @property
    def rule(self) -> Rule:
        """The rule that stops all of them."""
        return parse_rule(f"category:{self.category}")

    def person(self, user_id: int) -> Person:
        return self.running.person(user_id)

    async def indexed(self) -> int:
        """How many of them are in the index; -1 while it is not there yet, or does not answer."""
        try:
            return await Catalog(self.index, self.running.stack.settings.search.alias).count(self.rule)
        except (ApiError, TransportError):
            return -1

    async def until_indexed(self, count: int) -> float:
        """Wait until so many are in the index; the seconds that it took."""

        async def there() -> bool:
            return await self.indexed() == count

        return await until(there, f"{count} of {self.category} in the index", within_s=WITHIN_S, look_s=LOOK_S)

    async def ask(self, admin: Person) -> Seen:
        """Ask for the ban."""
        await admin.writes(f"/ban category:{self.category} — проверка навсегда")
        return await admin.sees("Запретить", self.category, button="✕ Отмена")

    async def until_shown(self, customer: Person, *, shown: bool) -> float:
        """Wait until the bot's answers have products of the category, or none; the seconds that it took."""

        async def as_wanted() -> bool:
            await customer.writes(f"{WORD} {self.category}")
            return (self.category in (await customer.sees()).text.partition("\n")[2]) is shown

        return await until(as_wanted, f"{self.category} shown: {shown}", within_s=WITHIN_S, look_s=LOOK_S)

    async def until_offered(self, customer: Person, *, offered: bool) -> float:
        """The same by inline queries, which are not held back to Telegram's one message a second in a chat."""

        async def as_wanted() -> bool:
            answer = await customer.asks_inline(f"{WORD} {self.category}")
            return (self.category in str(answer["results"])) is offered

        return await until(as_wanted, f"{self.category} offered: {offered}", within_s=WITHIN_S, look_s=LOOK_S)


@contextlib.asynccontextmanager
async def market(stack: RunningStack, unique: str, count: int) -> AsyncIterator[AdminMarket]:
    """Feed `count` products through filter and indexer; entered when all can be found."""
    category = f"{WORD} {unique.replace('-', ' ')}"
    offers = [
        product(f"{unique}-{number}", f"Товар {category} номер {number}", 100.0 + number, category=category)
        for number in range(count)
    ]
    async with running() as sandbox, aiohttp.ClientSession() as session:
        services = Running(stack, sandbox, session)
        index = connect(stack.settings, "cli")
        try:
            async with services.service("pipeline", "filter"), services.service("pipeline", "index"):
                async with Kafka(stack.settings, "feed").producer() as producer:
                    for offer in offers:
                        key = offer.offer_id.encode()
                        await producer.send(PRODUCTS.name, encode(offer), key=key, headers=HEADERS)
                    await producer.flush()
                made = AdminMarket(services, category, count, index)
                await made.until_indexed(count)
                yield made
        finally:
            await index.close()
