"""Following the products on real Kafka: what was known is on disk, and only what is new is read."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path

import pytest

from bot.features.watches import follower as follower_module
from bot.features.watches.follower import Follower
from bot.features.watches.snapshots import Change
from bot.state.disk.files import StateFiles
from ops.kafka import Kafka
from ops.settings import Settings
from pipeline.contracts.messages import HEADERS, Product, encode
from pipeline.contracts.topics import FILTERED_PRODUCTS
from tests.bot.world.memory import product
from tests.waiting import until

pytestmark = [pytest.mark.system, pytest.mark.timeout(120)]
WITHIN_S = 30.0


class Watching:
    """A watcher to whom everything matters, and the products in memory: what they were given, by offer."""

    def __init__(self) -> None:
        self.told: list[tuple[str, float | None, float | None]] = []
        self.learnt: list[str] = []
        self.indexed = True

    def anybody(self) -> bool:
        return True

    def concerns(self, change: Change) -> bool:
        return True

    async def look(self, changes: list[Change]) -> frozenset[str]:
        if not self.indexed:
            return frozenset()
        for change in changes:
            before, after = change.before, change.after
            self.told.append((change.offer_id, before and before.price, after and after.price))
        return frozenset(change.offer_id for change in changes)

    def learn(self, offer_id: str, product: Product | None) -> None:
        self.learnt.append(offer_id)

    def trust(self, newest: Callable[[str], int | None]) -> None:
        pass

    def forget(self) -> None:
        pass


@contextlib.asynccontextmanager
async def watching(settings: Settings, directory: Path, *, indexed: bool = True) -> AsyncIterator[Watching]:
    """A follower in a process of its own, ready; the end of the block is a kill."""
    watcher, kafka = Watching(), Kafka(settings, "bot")
    watcher.indexed = indexed
    follower = Follower(kafka, StateFiles(kafka, directory), watcher, watcher)
    task = asyncio.create_task(follower.run())
    try:
        await asyncio.wait_for(follower.ready.wait(), WITHIN_S)
        yield watcher
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def offer(settings: Settings, offers: Iterable[tuple[str, float | None]]) -> None:
    async with Kafka(settings, "filter").producer() as producer:
        for name, price in offers:
            value = None if price is None else encode(product(name, "Чайник", price))
            key = product(name, "Чайник", 1.0).offer_id.encode()
            await producer.send_and_wait(FILTERED_PRODUCTS.name, value, key=key, headers=HEADERS)


def of(watcher: Watching, unique: str) -> list[tuple[float | None, float | None]]:
    return [(before, after) for offer_id, before, after in watcher.told if unique in offer_id]


async def test_after_a_restart_only_what_is_new_is_read_and_a_change_is_told_with_what_was_known(
    settings: Settings, tmp_path: Path, unique: str
) -> None:
    await offer(settings, [(unique, 1000.0)])
    async with watching(settings, tmp_path) as first:
        await offer(settings, [(unique, 900.0)])
        await until(lambda: (1000.0, 900.0) in of(first, unique), "the change is told", within_s=WITHIN_S)
        # Written and committed with the next look.
        await asyncio.sleep(3 * follower_module.LOOK_S)
    await offer(settings, [(unique, 800.0), (f"{unique}-new", 500.0)])
    async with watching(settings, tmp_path) as second:
        await until(lambda: len(of(second, unique)) == 2, "both are told", within_s=WITHIN_S, saw=lambda: second.told)
        assert sorted(of(second, unique), key=str) == [(900.0, 800.0), (None, 500.0)]
        assert len(second.learnt) == 2, "nothing that was known is read again"


async def test_what_the_index_did_not_show_yet_is_told_after_a_restart(
    settings: Settings, tmp_path: Path, unique: str
) -> None:
    await offer(settings, [(unique, 1000.0)])
    async with watching(settings, tmp_path) as first:
        await until(lambda: (None, 1000.0) in of(first, unique), "it is known", within_s=WITHIN_S)
        await asyncio.sleep(3 * follower_module.LOOK_S)
    await offer(settings, [(unique, 900.0), (f"{unique}-other", 1.0)])
    async with watching(settings, tmp_path, indexed=False):
        await asyncio.sleep(3 * follower_module.LOOK_S)
    async with watching(settings, tmp_path) as again:
        await until(lambda: (1000.0, 900.0) in of(again, unique), "the change is told", within_s=WITHIN_S)


async def test_without_the_file_everything_is_read_again_and_nothing_old_is_told(
    settings: Settings, tmp_path: Path, unique: str
) -> None:
    await offer(settings, [(unique, 1000.0)])
    async with watching(settings, tmp_path / "first") as first:
        await offer(settings, [(unique, 900.0)])
        await until(lambda: (1000.0, 900.0) in of(first, unique), "the change is told", within_s=WITHIN_S)
        await asyncio.sleep(3 * follower_module.LOOK_S)
    await offer(settings, [(unique, 800.0)])
    async with watching(settings, tmp_path / "lost") as second:
        await until(lambda: of(second, unique) != [], "the change is told", within_s=WITHIN_S)
        assert of(second, unique) == [(900.0, 800.0)]
