"""Who looks on: somebody who asks all the time, and an operator who reads the group."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from time import monotonic

import aiohttp

from ops.stack.running import RunningStack
from tests.bot.world.operations import GROUP
from tests.bot.world.person import Person
from tests.faults.suite.load import answered

ASKER, OPERATOR = 900_001, 3001
PAUSE_S, LOOK_S, ASKER_LOOKS_S = 0.7, 0.5, 0.05
BAD_SIGNS = ("🔴", "🟠", "🆘", "⚡", "⚠️")
# In the text of the load's own cards.
OUR_ALERTS = "is rough"


@dataclass
class Watch:
    """When somebody asked and how long they waited; when the operators read something bad. Times of `monotonic`."""

    stack: RunningStack
    session: aiohttp.ClientSession
    waits: list[tuple[float, float]] = field(default_factory=list)
    told: list[tuple[float, str]] = field(default_factory=list)
    waiting_since: float | None = None

    def answered_s(self, begun: float, ended: float) -> float | None:
        """The longest that somebody waited who asked between these moments."""
        waited = [took for at, took in self.waits if begun <= at <= ended]
        if self.waiting_since is not None and begun <= self.waiting_since <= ended:
            waited.append(monotonic() - self.waiting_since)
        return max(waited) if waited else None

    def known_s(self, begun: float, ended: float, about: str = "") -> float | None:
        """After how long the operators were told something between these moments, in which this name stands."""
        return next((at - begun for at, said in self.told if begun <= at <= ended and about in said.lower()), None)

    async def first_answer(self, since: float, within_s: float) -> bool:
        """Wait until somebody has an answer who asked after that moment; False when nobody has."""
        deadline = monotonic() + within_s
        while not any(at >= since for at, _ in self.waits):
            if monotonic() > deadline:
                return False
            await asyncio.sleep(0.1)
        return True

    async def ask(self) -> None:
        """Ask for ever, each time when the answer is there."""
        person, number = Person(self.session, self.stack.part("sandbox").address, ASKER), 0
        while True:
            number += 1
            self.waiting_since = monotonic()
            await person.writes(f"чайник {number}")
            if await answered(person, ASKER_LOOKS_S):
                self.waits.append((self.waiting_since, monotonic() - self.waiting_since))
            await asyncio.sleep(PAUSE_S)

    async def read(self) -> None:
        """Read the operators' group for ever; a message, or what it is changed to, counts once."""
        operator = Person(self.session, self.stack.part("sandbox").address, OPERATOR, GROUP)
        known = {(seen.message_id, seen.text[:200]) for seen in await operator.history()}
        while True:
            for seen in await operator.history():
                name = (seen.message_id, seen.text[:200])
                if name not in known and seen.from_bot and OUR_ALERTS not in seen.text:
                    known.add(name)
                    if seen.text.startswith(BAD_SIGNS):
                        self.told.append((monotonic(), seen.text))
            await asyncio.sleep(LOOK_S)


@contextlib.asynccontextmanager
async def watching(stack: RunningStack, session: aiohttp.ClientSession) -> AsyncIterator[Watch]:
    """Both look on until the end of the block. Raises what went wrong with them."""
    watch = Watch(stack, session)
    tasks = [asyncio.create_task(watch.ask()), asyncio.create_task(watch.read())]
    try:
        yield watch
    finally:
        for task in tasks:
            task.cancel()
        for ended in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(ended, Exception):
                raise ended
