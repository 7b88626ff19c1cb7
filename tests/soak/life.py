"""What happens in a soak: the simulator's customers in the chat, a ban every minute, an alert every five."""

import asyncio
import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic

import aiohttp

from ops.demo.events import Searched
from ops.demo.offers import offers
from ops.demo.simulator import Simulation
from ops.kafka import Kafka
from ops.stack.running import RunningStack
from tests.bot.world.person import Person
from tests.faults.alert_storm import fire
from tests.faults.suite.load import answers
from tests.pipeline.filter import market
from tests.waiting import until

BAN_EVERY_S, ALERT_EVERY_S = 60.0, 300.0
FIRST_PERSON, PEOPLE = 600_001, 40
PATIENCE_S, LOOK_S = 60.0, 0.03
CARD_OF = 3
"""One answer of so many is followed by a look at a product's card."""


@dataclass
class Life:
    """The load of a demo that lives; `waits` are the seconds until each answer since somebody took them."""

    stack: RunningStack
    session: aiohttp.ClientSession
    per_second: float
    waits: list[float] = field(default_factory=list)
    answered: int = 0
    unanswered: int = 0
    bans: int = 0
    alerts: int = 0

    async def run(self) -> None:
        """For ever."""
        async with asyncio.TaskGroup() as together:
            together.create_task(self._customers())
            together.create_task(self._bans())
            together.create_task(self._alerts())

    def counted(self) -> dict[str, int]:
        """How much of everything has happened."""
        return {
            "answered": self.answered,
            "unanswered": self.unanswered,
            "bans": self.bans,
            "alerts": self.alerts,
        }

    def taken(self) -> list[float]:
        """The waits until now; new ones are counted anew."""
        taken, self.waits = self.waits, []
        return taken

    async def _customers(self) -> None:
        url, free = self.stack.part("sandbox").address, asyncio.Queue[Person]()
        for number in range(PEOPLE):
            free.put_nowait(Person(self.session, url, FIRST_PERSON + 2 * number, deadline_s=PATIENCE_S))
        chance = random.Random(20)  # noqa: S311 - sample data
        async with asyncio.TaskGroup() as together:
            for text in searches():
                # Who still waits for an answer asks nothing else.
                person = await free.get()
                together.create_task(self._ask(person, text, free, card=chance.randrange(CARD_OF) == 0))
                await asyncio.sleep(chance.expovariate(self.per_second))

    async def _ask(self, person: Person, text: str, free: asyncio.Queue[Person], *, card: bool) -> None:
        try:
            begun = monotonic()
            await person.writes(text)

            async def answered() -> bool:
                return bool(answers(await person.newest(), person.last_written))

            await until(answered, "an answer", within_s=PATIENCE_S, look_s=LOOK_S)
            self.waits.append(monotonic() - begun)
            self.answered += 1
            found = answers(await person.newest(), person.last_written)[-1]
            if card and "1" in found.labels:
                await person.presses(found, "1")
        except (AssertionError, aiohttp.ClientError):
            self.unanswered += 1
        finally:
            free.put_nowait(person)

    async def _bans(self) -> None:
        """A product is banned for a minute, then another."""
        products = itertools.cycle(f"product:{offer.store_id}/{offer.product_id}" for offer in offers())
        async with Kafka(self.stack.settings, "cli").producer() as producer:
            for rule in products:
                await market.ban(producer, rule)
                self.bans += 1
                await asyncio.sleep(BAN_EVERY_S)
                await market.unban(producer, rule)

    async def _alerts(self) -> None:
        """A group fires for half of the time."""
        for number in itertools.count():
            name = f"soak-{number:04}"
            await fire(self.session, self.stack, [name])
            self.alerts += 1
            await asyncio.sleep(ALERT_EVERY_S / 2)
            await fire(self.session, self.stack, [name], over=True)
            await asyncio.sleep(ALERT_EVERY_S / 2)


def searches() -> Iterator[str]:
    """What the simulator's customers write, over and over."""
    events = Simulation(tuple(offers()), datetime.now(UTC), days=30).events()
    return itertools.cycle([event.text for event in events if isinstance(event, Searched)])
