"""One chat in order, many chats at once."""

import asyncio

from bot.telegram.per_chat_queue import PerChatQueue


async def test_one_key_in_order_and_many_keys_at_once() -> None:
    done: list[tuple[str, int]] = []
    visibility = asyncio.Event()

    async def handle(item: tuple[str, int]) -> None:
        if item[0] == "slow":
            await visibility.wait()
        done.append(item)
        if item == ("quick", 2):
            visibility.set()

    lanes: PerChatQueue[tuple[str, int]] = PerChatQueue(handle, depth=5)
    for number in range(3):
        lanes.put(1, ("slow", number))
        lanes.put(2, ("quick", number))
    assert await lanes.drained(5)
    assert done[:3] == [("quick", 0), ("quick", 1), ("quick", 2)]
    assert done[3:] == [("slow", 0), ("slow", 1), ("slow", 2)]
    assert lanes.busy == 0


async def test_a_flood_of_one_chat_is_not_taken_beyond_its_depth() -> None:
    visibility = asyncio.Event()
    done: list[int] = []

    async def handle(item: int) -> None:
        await visibility.wait()
        done.append(item)

    lanes: PerChatQueue[int] = PerChatQueue(handle, depth=2)
    assert [lanes.put(1, number) for number in range(5)] == [True, True, True, False, False]
    assert lanes.put(1, 99, pending=True)
    visibility.set()
    assert await lanes.drained(5)
    assert done == [0, 1, 2, 99]


async def test_work_that_does_not_end_is_cancelled_at_the_stop() -> None:
    async def handle(item: int) -> None:
        await asyncio.Event().wait()

    lanes: PerChatQueue[int] = PerChatQueue(handle, depth=2)
    lanes.put(1, 1)
    assert not await lanes.drained(0.01)
    assert lanes.busy == 0
