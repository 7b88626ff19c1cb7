"""The market of a model on a running stack: what parts of the measurement do to it, and look at."""

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable, Iterable
from contextlib import AsyncExitStack
from pathlib import Path

import psutil
from aiokafka import AIOKafkaProducer
from elastic_transport import TransportError
from elasticsearch import ApiError

from ops.elasticsearch import client as connect
from ops.kafka import Kafka
from ops.stack.running import RunningStack
from ops.stack.stack_status import PartState
from pipeline.bans import parse_rule
from pipeline.catalog.catalog import Catalog
from pipeline.catalog.request import SearchRequest
from pipeline.contracts.messages import HEADERS, Ban, encode
from pipeline.contracts.topics import BANS, PRODUCTS
from pipeline.kafka.partitioning import partition_of
from tests.scale.market_model import MarketModel

LOOK_S = 0.05
SERVICES = ("filter", "indexer")


class TrialMarket:
    """Sends as shops and admins do, and waits for what comes of it in the index."""

    def __init__(self, stack: RunningStack, model: MarketModel) -> None:
        self.stack = stack
        self.model = model
        self.patience_s = 120.0 + model.offers / 200
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> "TrialMarket":
        settings = self.stack.settings
        self._feed: AIOKafkaProducer = await self._stack.enter_async_context(Kafka(settings, "feed").producer())
        self._cli: AIOKafkaProducer = await self._stack.enter_async_context(Kafka(settings, "cli").producer())
        self._alias = settings.search.alias
        self._client = await self._stack.enter_async_context(connect(settings, "admin"))
        self._catalog = Catalog(self._client, self._alias)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def send(self, offers: Iterable[tuple[bytes, bytes]]) -> int:
        """Write offers to `products`; all are confirmed when it returns how many there were."""
        count = 0
        for key, value in offers:
            place = partition_of(PRODUCTS.name, key)
            await self._feed.send(PRODUCTS.name, value, key=key, partition=place, headers=HEADERS)
            count += 1
        await self._feed.flush()
        return count

    async def ban(self, rule: str) -> None:
        await self._cli.send_and_wait(BANS.name, encode(Ban(rule=rule)), key=rule.encode(), headers=HEADERS)

    async def lift(self, rule: str) -> None:
        await self._cli.send_and_wait(BANS.name, None, key=rule.encode())

    async def hit(self, rule: str) -> int:
        """How many offers of the index a rule names; -1 while nobody answers."""
        try:
            return await self._catalog.count(parse_rule(rule))
        except (ApiError, TransportError):
            return -1

    async def until(self, rule: str, holds: Callable[[int], bool]) -> float:
        """Seconds until it holds of the number that the rule names. Raises TimeoutError that says what was seen."""
        return await self._until(lambda: self.hit(rule), holds, f"offers of {rule}")

    async def until_indexed(self, count: int) -> float:
        """Seconds until so many offers are in the index. Raises TimeoutError that says what was seen."""
        return await self._until(self._indexed, lambda seen: seen == count, "offers")

    async def _indexed(self) -> int:
        try:
            return int((await self._client.count(index=self._alias))["count"])
        except (ApiError, TransportError):
            return -1

    async def _until(self, look: Callable[[], Awaitable[int]], holds: Callable[[int], bool], what: str) -> float:
        begun = time.monotonic()
        while not holds(seen := await look()):
            if time.monotonic() - begun > self.patience_s:
                raise TimeoutError(f"{seen} {what} in the index after {self.patience_s:.0f} s")
            await asyncio.sleep(LOOK_S)
        return time.monotonic() - begun

    async def search(self, text: str) -> None:
        """Ask as a person does."""
        await self._catalog.search(SearchRequest(text=text))

    def kill(self, part: str) -> None:
        """Kill a part's process; its supervisor starts another."""
        pid = self.stack.part(part).pid
        if pid is not None:
            os.kill(pid, signal.SIGKILL)

    async def until_ready(self, part: str) -> None:
        """Wait until a part works again."""
        await self.stack.until(part, lambda now: now.health is PartState.READY)

    def rss_mb(self, part: str) -> float:
        """Megabytes that a part's process and its children hold."""
        pid = self.stack.part(part).pid
        if pid is None:
            return 0.0
        process = psutil.Process(pid)
        return sum(one.memory_info().rss for one in (process, *process.children(recursive=True))) / 1e6

    def disk_mb(self) -> dict[str, float]:
        """Megabytes on disk below each directory of the stack."""
        return {path.name: _size(path) / 1e6 for path in self.stack.directory.root.iterdir() if path.is_dir()}


def _size(path: Path) -> int:
    return sum(one.stat().st_size for one in path.rglob("*") if one.is_file())
