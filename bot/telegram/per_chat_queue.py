"""Many chats at once, each in order: one queue a chat."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

Item = TypeVar("Item")


class PerChatQueue(Generic[Item]):
    """Runs `handle` for items of different keys side by side and for items of one key one after the other.

    `handle` must not raise. An item that finds `depth` others waiting in its chat is not queued; `put` says so.
    One that is `pending` is queued all the same.
    """

    def __init__(self, handle: Callable[[Item], Awaitable[None]], depth: int) -> None:
        self._handle = handle
        self._depth = depth
        self._waiting: dict[Hashable, deque[Item]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def put(self, key: Hashable, item: Item, *, pending: bool = False) -> bool:
        """Queue the item at the end of its chat's queue. False when that is full and the item was not taken."""
        queue = self._waiting.get(key)
        if queue is not None:
            if len(queue) >= self._depth and not pending:
                return False
            queue.append(item)
            return True
        self._waiting[key] = deque()
        task = asyncio.create_task(self._run(key, item))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return True

    @property
    def busy(self) -> int:
        """Lanes that have something to do."""
        return len(self._tasks)

    async def drained(self, timeout_s: float) -> bool:
        """Wait until all queues are empty; False, and their work cancelled, when that takes longer."""
        if not self._tasks:
            return True
        _, late = await asyncio.wait(self._tasks, timeout=timeout_s)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late)
        return not late

    async def _run(self, key: Hashable, item: Item) -> None:
        queue = self._waiting[key]
        try:
            await self._handle(item)
            while queue:
                await self._handle(queue.popleft())
        finally:
            del self._waiting[key]
