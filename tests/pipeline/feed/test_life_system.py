"""An offer's life on a real Kafka: killed at any moment, two at once, and a store that is lost or of another topic."""

import asyncio
import random
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path

import pytest

from ops.settings import Settings
from ops.stack.running import RunningStack
from pipeline.contracts.feeds import FeedRun
from pipeline.contracts.messages import Product, decode
from tests.conftest import CHECKOUT
from tests.pipeline.topic_reader import read_topic
from tests.waiting import until

pytestmark = [pytest.mark.system, pytest.mark.timeout(900)]
MOMENTS = 10
OFFERS = 6_000
HEAD = '<?xml version="1.0" encoding="utf-8"?><yml_catalog date="{date}"><shop><name>s</name>'
HEAD += '<categories><category id="1">A</category></categories><offers>\n'
REST = "<currencyId>RUB</currencyId><categoryId>1</categoryId>"
TAIL = "</offers></shop></yml_catalog>"


def catalogue(path: Path, prices: Mapping[int, int], date: str = "2026-11-20 12:30") -> Path:
    """A whole feed of a shop: number → price."""
    rows = (
        f'<offer id="p{number}"><name>Часы {number}</name><price>{price}</price>{REST}</offer>\n'
        for number, price in prices.items()
    )
    path.write_text("".join((HEAD.format(date=date), *rows, TAIL)))
    return path


class Market:
    """Feeds of one shop, by the command, with a store of its own."""

    def __init__(self, stack: RunningStack, state: Path, shop: str) -> None:
        self.shop, self.state, self._stack = shop, state, stack
        own = {
            "YARMARKA_STACK_DIR": str(state),
            "YARMARKA_KAFKA__BOOTSTRAP": stack.settings.kafka.bootstrap,
            "YARMARKA_CREDENTIALS": str(stack.settings.credentials),
        }
        self.environment = {**stack.environment, **own}

    def start(self, *arguments: str | Path) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "pipeline", *map(str, arguments)]
        return subprocess.Popen(
            command, cwd=CHECKOUT, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def feed(self, path: Path, *arguments: str) -> subprocess.Popen[str]:
        return self.start("feed", path, "--store", self.shop, *arguments)

    def fed(self, path: Path, *arguments: str) -> str:
        """What the command says in the end."""
        return ended(self.feed(path, *arguments))

    async def on_sale(self) -> dict[int, float]:
        """Number → price of the shop's offers in `products`, as compaction would leave them."""
        latest = dict(await self._written())
        products = (decode(Product, value) for value in latest.values() if value is not None)
        return {int(product.product_id[1:]): product.price.amount for product in products}

    async def messages(self) -> int:
        return len(await self._written())

    async def runs(self) -> list[FeedRun]:
        records = await read_topic(self._stack.settings, "feed_runs")
        found = {record.key: decode(FeedRun, record.value) for record in records}
        return [run for run in found.values() if run.store_id == self.shop]

    async def _written(self) -> list[tuple[bytes, bytes | None]]:
        mine = f"{self.shop}/".encode()
        records = await read_topic(self._stack.settings, "products")
        return [(record.key, record.value) for record in records if record.key and record.key.startswith(mine)]


def ended(process: subprocess.Popen[str], status: int = 0) -> str:
    said, faults = process.communicate(timeout=300)
    assert process.returncode == status, faults
    return said


@pytest.fixture
def market(stack: RunningStack, tmp_path: Path, unique: str) -> Market:
    state = tmp_path / "state"
    state.mkdir()
    return Market(stack, state, unique)


def priced(numbers: Iterable[int], price: int) -> dict[int, int]:
    return dict.fromkeys(numbers, price)


async def test_killed_at_any_moment_the_shops_offers_are_those_of_the_file_that_is_fed_again(
    market: Market, tmp_path: Path
) -> None:
    chance = random.Random(13)  # noqa: S311 - moments of a test
    before = priced(range(OFFERS), 1)
    market.fed(catalogue(tmp_path / "0.xml", before))
    for moment in range(MOMENTS):
        gone = set(chance.sample(range(OFFERS), OFFERS // 5))
        now = {number: chance.choice((price, moment + 2)) for number, price in before.items() if number not in gone}
        now |= priced(range(OFFERS * (moment + 2), OFFERS * (moment + 2) + 500), 1)
        path = catalogue(tmp_path / f"{moment + 1}.xml", now)
        process = market.feed(path)
        written = await market.messages()
        # Some are killed while they start, some among the rows, some among the tombstones.
        for _ in range(chance.randrange(40)):
            await asyncio.sleep(0.05)
            if moment % 2 and await market.messages() > written + chance.randrange(1_500):
                break
        process.kill()
        process.communicate()
        market.fed(path)
        assert await market.on_sale() == now, f"moment {moment}"
        before = now


async def test_an_unchanged_catalogue_writes_nothing_also_when_the_store_is_lost_or_of_another_topic(
    market: Market, tmp_path: Path
) -> None:
    prices = priced(range(3_000), 1)
    market.fed(catalogue(tmp_path / "a.xml", prices))
    first = await market.messages()
    again = catalogue(tmp_path / "b.xml", prices, "2026-11-21 12:30")
    assert "0 sent, 0 refused, 3000 unchanged" in market.fed(again)
    base = market.state / "sent" / "offers.sqlite"
    base.unlink()
    assert "0 sent, 0 refused, 3000 unchanged" in market.fed(again)
    with sqlite3.connect(base) as connection:
        connection.execute("update positions set topic = 'another'")
        connection.execute("update offers set digest = x'00ff' where product = 'p1'")
    connection.close()
    assert "0 sent, 0 refused, 3000 unchanged" in market.fed(again)
    base.write_bytes(b"no database" * 1_000)
    assert "0 sent, 0 refused, 3000 unchanged" in market.fed(again)
    assert await market.messages() == first == 3_000


async def test_of_two_processes_the_later_one_stands(market: Market, tmp_path: Path) -> None:
    market.fed(catalogue(tmp_path / "0.xml", priced(range(OFFERS), 1)))
    older = catalogue(tmp_path / "older.xml", priced(range(500, OFFERS + 2_000), 2))
    newer = priced(range(1_000, OFFERS + 500), 3)
    first = market.feed(older)
    while not any(run.file == "older.xml" for run in await market.runs()):
        await asyncio.sleep(0.02)
        assert first.poll() is None, first.communicate()
    second = market.feed(catalogue(tmp_path / "newer.xml", newer))
    ended(first)
    ended(second)
    assert await market.on_sale() == newer


async def test_another_host_does_not_hide_what_was_sent(market: Market, stack: RunningStack, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    other = Market(stack, elsewhere, market.shop)
    one = catalogue(tmp_path / "one.xml", priced(range(100), 1))
    market.fed(one)
    other.fed(catalogue(tmp_path / "two.xml", priced(range(90), 2)))
    assert await market.on_sale() == priced(range(90), 2)
    market.fed(one)
    assert await market.on_sale() == priced(range(100), 1)


async def test_a_waiting_feed_is_decided_in_the_terminal(market: Market, settings: Settings, tmp_path: Path) -> None:
    market.fed(catalogue(tmp_path / "all.xml", priced(range(200), 1)))
    said = market.fed(catalogue(tmp_path / "few.xml", priced(range(50), 1)))
    assert "would take 150 of 200 offers off sale" in said
    found = re.search(r"feeds apply (\w+)", said)
    assert found is not None
    assert len(await market.on_sale()) == 200
    listed = ended(market.start("feeds", "list", market.shop, "--waiting"))
    assert listed.startswith(found[1])
    assert "150 offers" in ended(market.start("feeds", "apply", found[1]))
    assert await market.on_sale() == priced(range(50), 1)
    assert "names no feed that waits" in market.start("feeds", "keep", found[1]).communicate()[1]
    (run,) = [run for run in await market.runs() if run.run_id == found[1]]
    assert (run.state, run.withdrawn, run.channel) == ("done", 150, "terminal")


async def test_the_folder_service_carries_out_what_is_decided_elsewhere(
    market: Market, stack: RunningStack, tmp_path: Path
) -> None:
    elsewhere, folder = tmp_path / "elsewhere", tmp_path / "shops"
    for path in (elsewhere, folder / market.shop):
        path.mkdir(parents=True)
    service = market.start("feed", "--watch", folder)
    try:
        for name, offers in (("all", 200), ("few", 50)):
            part = catalogue(folder / market.shop / f".{name}.part", priced(range(offers), 1))
            part.rename(folder / market.shop / f"{name}.xml")
            await until(partial(_done, folder, name), f"{name}.xml is done", within_s=60)
        assert len(await market.on_sale()) == 200
        (run,) = [run for run in await market.runs() if run.state == "waiting"]
        assert (run.channel, run.by, run.missing, run.offers) == ("folder", "", 150, 200)
        other = Market(stack, elsewhere, market.shop)
        assert "the feed service carries it out" in ended(other.start("feeds", "apply", run.run_id))

        async def withdrawn() -> bool:
            return await market.on_sale() == priced(range(50), 1)

        await until(withdrawn, "the service has withdrawn 150 offers", within_s=60, look_s=0.2)
    finally:
        service.terminate()
        ended(service)
    (run,) = [one for one in await market.runs() if one.run_id == run.run_id]
    assert (run.state, run.withdrawn) == ("done", 150)


def _done(folder: Path, name: str) -> bool:
    return any(folder.glob(f"*/done/*-{name}.xml"))
