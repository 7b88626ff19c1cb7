"""A feed from an address with the real service on a real Kafka, and what the bot tells the shop's people of it."""

import asyncio
import contextlib
import subprocess
from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path

import pytest

from bot.core.shops import ShopRegistry
from bot.features.shops.addresses import Addresses
from bot.features.shops.fetch_notices import FETCH_TOLD, FetchNotices
from bot.features.shops.ports import ShopPorts, resolve
from ops.kafka import Kafka
from ops.sandbox.server import Sandbox
from ops.settings import FeedSettings
from ops.stack.running import RunningStack
from pipeline.contracts.feeds import FeedFetch, FetchOutcome
from pipeline.shops.directory import ShopDirectory, shop_view
from pipeline.shops.fetch_view import fetch_view
from tests.bot.world.telegram import application
from tests.bot.world.world import World
from tests.pipeline.feed.feed_site import FeedSite, feed_site
from tests.pipeline.feed.test_life_system import Market, catalogue, ended, priced
from tests.waiting import until

pytestmark = [pytest.mark.system, pytest.mark.timeout(400)]


@pytest.fixture
def market(stack: RunningStack, tmp_path: Path, unique: str) -> Market:
    state = tmp_path / "state"
    state.mkdir()
    market = Market(stack, state, unique)
    market.environment |= {"YARMARKA_FEED__FETCH_PRIVATE": "true", "YARMARKA_FEED__FETCH_RETRY_S": "1"}
    return market


@contextlib.contextmanager
def service(market: Market, folder: Path) -> Iterator[None]:
    process: subprocess.Popen[str] = market.start("feed", "--watch", folder)
    try:
        yield
    finally:
        process.terminate()
        ended(process)


class Told:
    """What the bot, over the real topics, has to tell of one shop."""

    def __init__(self, world: World, fetches: Addresses, shop: str) -> None:
        self.world, self.addresses, self.shop = world, fetches, shop

    def fetch(self) -> FeedFetch | None:
        return self.addresses.fetches.get(self.shop)

    def messages(self, text: str) -> int:
        """How many different messages say so; each goes to two admins."""
        return len({one.key for one in self.world.pending.kept.values() if text in one.text})

    async def until(self, outcome: FetchOutcome, within_s: float = 60) -> FeedFetch:
        """Wait until a fetch has ended so, and its file is fed."""

        def holds() -> bool:
            fetch = self.fetch()
            return fetch is not None and fetch.outcome is outcome and fetch.pending is None

        await until(holds, f"a fetch is {outcome}", within_s=within_s, saw=self.fetch)
        fetch = self.fetch()
        assert fetch is not None
        return fetch


@contextlib.asynccontextmanager
async def bot(stack: RunningStack, shop: str) -> AsyncIterator[Told]:
    """The bot's notices over the real topics; nothing is sent, what waits to be sent is looked at."""
    world, kafka = World(Sandbox.__new__(Sandbox), session=None), Kafka(stack.settings, "bot")  # type: ignore[arg-type]
    async with application(world), shop_view(kafka) as shops, fetch_view(kafka) as fetches:
        assert world.running is not None
        base, directory = world.running.base, ShopDirectory(shops)
        registry = ShopRegistry(lambda: directory.names, world.shops)
        addresses = Addresses(ShopPorts(fetches, resolve), FeedSettings(), world.clock)
        notices = FetchNotices(addresses, world.store(FETCH_TOLD), base.delivery, base.persons, registry)
        running = asyncio.create_task(notices.run())
        try:
            yield Told(world, addresses, shop)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


def write(site: FeedSite, tmp_path: Path, offers: int) -> None:
    site.content = catalogue(tmp_path / f"{offers}.xml", priced(range(offers), 1)).read_bytes()


async def test_fetched_on_schedule_unchanged_then_failing_and_well_again(
    market: Market, stack: RunningStack, tmp_path: Path
) -> None:
    folder = tmp_path / "shops"
    folder.mkdir()

    async def command(*words: str) -> str:
        return await asyncio.to_thread(lambda: ended(market.start(*words)))

    async with feed_site() as site, bot(stack, market.shop) as told:
        write(site, tmp_path, 50)
        said = await command("shops", "register", market.shop, "--address", site.with_password(), "--every", "1m")
        assert "•••@127.0.0.1" in said
        assert "s3cret" not in said
        with service(market, folder):
            fetch = await told.until(FetchOutcome.FETCHED)
            assert (fetch.sent, fetch.came) == (50, "done")
            assert await market.on_sale() == priced(range(50), 1)
        with service(market, folder):
            # By the clock alone: also after a restart the site is asked only whether it is another file.
            same = await told.until(FetchOutcome.SAME, within_s=120)
            assert 55 <= (same.at - fetch.at).total_seconds() <= 90
            assert "If-None-Match" in site.asked[1].headers
            runs = sorted(await market.runs(), key=lambda run: run.run_id)
            assert [(run.channel, run.sent, run.same_file) for run in runs] == [
                ("address", 50, False),
                ("address", 0, True),
            ]
            assert "s3cret" not in "".join(run.model_dump_json() for run in runs)
            site.status = 500
            await command("shops", "fetch", market.shop)
            await until(lambda: (now := told.fetch()) is not None and now.failures >= 3, "it fails", within_s=60)
            assert told.messages("не получается") + told.messages("cannot fetch") == 1
            assert "failed (status 500)" in await command("shops", "list", market.shop)
            site.status = 200
            write(site, tmp_path, 48)
            await told.until(FetchOutcome.FETCHED, within_s=60)
            assert await market.on_sale() == priced(range(48), 1)
            told_well = partial(told.messages, "снова загружается")
            await until(lambda: told_well() + told.messages("fetched again") == 1, "it is told", within_s=10)
            assert "withdrawn" in await command("shops", "list", market.shop)
            await command("shops", "register", market.shop, "--address", "none")
            await until(lambda: told.fetch() is None, "the address is forgotten", within_s=30)
    assert list(folder.glob(f"{market.shop}/.*")) == []
