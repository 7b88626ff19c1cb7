"""What goes on while the stack is broken: products, changes of bans, alerts and people, the same for a seed."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import aiohttp

from ops.stack.running import RunningStack
from tests.bot.world.person import Person, Seen
from tests.faults.alert_storm import fire
from tests.faults.shop_state import change_rules
from tests.faults.storm import Storm
from tests.waiting import until

PATIENCE_S = 300.0
LOOK_S = 0.4
# Guests of the sandbox; odd numbers speak Russian.
FIRST_PERSON = 700_001
REPEAT = "возможно, повтор"
WORDS = ("часы", "чайник", "ремешок", "клетка", "наушники", "лампа", "рюкзак")
Pace = Callable[[float], Awaitable[None]]


@dataclass(frozen=True)
class Size:
    """How much of everything."""

    products: int = 20_000
    bans: int = 500
    alerts: int = 100
    people: int = 200
    questions: int = 3
    """What each of the people asks, one after the other."""

    @classmethod
    def of(cls, share: float) -> "Size":
        """Such a share of the whole load."""
        whole = cls()
        return cls(
            max(50, int(whole.products * share)),
            max(5, int(whole.bans * share)),
            max(3, int(whole.alerts * share)),
            max(5, int(whole.people * share)),
        )


@dataclass(frozen=True)
class Asked:
    """One question of one person, and the number of its message."""

    person: int
    message_id: int
    text: str


@dataclass
class Load:
    """Everything that is sent, and what was confirmed of it; `prefix` is in each name."""

    stack: RunningStack
    session: aiohttp.ClientSession
    prefix: str
    size: Size
    seed: int = 20_261_127
    storm: Storm = field(init=False)
    asked: list[Asked] = field(default_factory=list)

    @property
    def people(self) -> list[Person]:
        url = self.stack.part("sandbox").address
        numbers = range(FIRST_PERSON, FIRST_PERSON + 2 * self.size.people, 2)
        return [Person(self.session, url, number) for number in numbers]

    @property
    def groups(self) -> list[str]:
        return [f"{self.prefix}-{number:03}" for number in range(self.size.alerts)]

    async def run(self, pace: Pace) -> None:
        """Send all of it, a share of each when `pace` has come to that share; it is confirmed, or asked, when this
        returns.
        """
        size = self.size
        self.storm = Storm(
            self.stack.settings,
            self.prefix,
            self.seed,
            products=size.products,
            versions=size.products * 3 // 2,
            ban_changes=size.bans,
            pace=pace,
        )
        chance = random.Random(self.seed)  # noqa: S311 - sample data
        people = [self._talk(person, random.Random(chance.random()), pace) for person in self.people]  # noqa: S311
        await asyncio.gather(self._trade(), self._alarm(pace), *people)

    async def _trade(self) -> None:
        """The storm, and then most of its wide rules are lifted: an index that holds nothing would prove nothing."""
        await self.storm.run()
        lifted = [rule for rule, there in self.storm.rules.items() if there is not False and not _stays(rule)]
        await change_rules(self.stack.settings, lifted=tuple(lifted))
        self.storm.rules |= dict.fromkeys(lifted, False)

    async def end_alerts(self) -> None:
        """All groups are over."""
        await fire(self.session, self.stack, self.groups, over=True)

    async def _alarm(self, pace: Pace) -> None:
        for number, name in enumerate(self.groups):
            await pace(number / len(self.groups))
            await fire(self.session, self.stack, [name])

    async def _talk(self, person: Person, chance: random.Random, pace: Pace) -> None:
        for number in range(self.size.questions):
            await pace((number + chance.random()) / self.size.questions)
            text = f"{chance.choice(WORDS)} {self.prefix}q{number}"
            await person.writes(text)
            self.asked.append(Asked(person.user_id, person.last_written, text))
            if not await answered(person):
                # Who got no answer asks no more: their answers are counted at the end.
                return


def _stays(rule: str) -> bool:
    """Rules of one product, and of each other kind the one with the number 0."""
    return rule.startswith("product:") or rule.endswith(("-0", " 0")) or "тег0" in rule


async def answered(person: Person, look_s: float = LOOK_S) -> bool:
    """Wait for a message of the bot after this person's last one; False when none comes."""

    async def there() -> bool:
        return any(seen.from_bot for seen in await person.newest())

    try:
        await until(there, "an answer", within_s=PATIENCE_S, look_s=look_s)
    except AssertionError:
        return False
    return True


def answers(history: list[Seen], after: int, before: int | None = None) -> list[Seen]:
    """The bot's messages between two numbers."""
    return [
        seen
        for seen in history
        if seen.from_bot and seen.message_id > after and (before is None or seen.message_id < before)
    ]
