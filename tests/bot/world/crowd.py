"""Many people at once, and how long each of them waits for an answer."""

import asyncio
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass, field
from time import perf_counter

import orjson

from bot.telegram.outbox_item import Urgency
from ops.sandbox.conversations import Conversation, Event
from tests.bot.world.world import World

ASKED = "Huawei"


async def answered(world: World, user_id: int, text: str = ASKED) -> float:
    """Seconds from the person's message until the bot's next one in their chat."""
    met = world.sandbox.world.people.meet(user_id)
    assert met is not None
    conversation = world.sandbox.world.conversation_of(met.user)
    queue: asyncio.Queue[Event] = asyncio.Queue()
    conversation.watchers.add(queue)
    try:
        begun = perf_counter()
        await world.person(user_id).writes(text)
        while not _from_bot(await queue.get()):
            pass
        return perf_counter() - begun
    finally:
        conversation.watchers.discard(queue)


async def waits(world: World, people: Iterable[int], per_second: float, at_most_s: float) -> list[float]:
    """How long each of these people waits, who write one after the other; `at_most_s` for who is not answered."""
    begun, tasks = perf_counter(), []
    for number, user_id in enumerate(people):
        await asyncio.sleep(max(0.0, begun + number / per_second - perf_counter()))
        tasks.append(asyncio.create_task(_at_most(answered(world, user_id), at_most_s)))
    return list(await asyncio.gather(*tasks))


def worst(seconds: list[float], share: float = 0.99) -> float:
    """What all but the slowest hundredth wait at most."""
    return sorted(seconds)[min(len(seconds) - 1, int(len(seconds) * share))]


def chat(world: World, user_id: int) -> Conversation:
    """The chat of somebody who has written to the bot before."""
    met = world.sandbox.world.people.meet(user_id)
    assert met is not None
    conversation = world.sandbox.world.conversation_of(met.user)
    conversation.started = True
    return conversation


async def _at_most(work: Coroutine[object, object, float], at_most_s: float) -> float:
    try:
        return await asyncio.wait_for(work, at_most_s)
    except TimeoutError:
        return at_most_s


def _from_bot(event: Event) -> bool:
    return event.kind == "message" and bool(orjson.loads(event.data).get("from", {}).get("is_bot"))


@dataclass(frozen=True)
class Notice:
    """Something that nobody waits for; `told` gets who has it."""

    world: World
    chat_id: int
    told: list[int] = field(default_factory=list)
    key: str = "notice"
    urgency: Urgency = Urgency.ROUTINE

    async def deliver(self) -> None:
        assert self.world.running is not None
        await self.world.running.base.delivery.bot.send_message(self.chat_id, "a price has fallen")
        self.told.append(self.chat_id)


async def notices(world: World, count: int) -> list[int]:
    """So many notices are due, each to another person; who has been told."""
    assert world.running is not None
    told: list[int] = []
    for number in range(count):
        user_id = 1_000_001 + number
        chat(world, user_id)
        world.running.base.delivery.outbox.enqueue(Notice(world, user_id, told))
        if number % 200 == 0:
            await asyncio.sleep(0)
    return told
