"""An offer's way on real servers: fed, on sale, waiting for the indexer that is stopped, banned, allowed again."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson
import pytest
from aiokafka import TopicPartition

from ops.kafka import Kafka
from ops.stack.running import RunningStack
from pipeline.contracts.topics import PRODUCTS
from pipeline.kafka.newest_of_key import newest_of_key
from pipeline.kafka.partitioning import partition_of
from tests.conftest import CHECKOUT
from tests.waiting import until

pytestmark = [pytest.mark.system, pytest.mark.timeout(1_200)]
# The indexer begins with all that the tests before have sent.
WITHIN_S = 400.0
OTHERS = 5_000


class Terminal:
    """Our commands on the stack."""

    def __init__(self, stack: RunningStack, shop: str) -> None:
        self.shop = shop
        self._environment = stack.environment | {"YARMARKA_HTTP__PORT": "0"}

    def says(self, *arguments: str | Path, status: int | None = 0) -> str:
        command = [sys.executable, "-m", "pipeline", *map(str, arguments)]
        done = subprocess.run(command, cwd=CHECKOUT, env=self._environment, capture_output=True, text=True, check=False)
        assert status is None or done.returncode == status, done.stdout + done.stderr
        return done.stdout

    @contextmanager
    def service(self, name: str) -> Iterator[None]:
        process = subprocess.Popen(
            [sys.executable, "-m", "pipeline", name],
            cwd=CHECKOUT,
            env=self._environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield
        finally:
            process.terminate()
            process.wait(60)

    async def traced(self, *texts: str) -> str:
        """What the trace of the first offer says, as soon as it has all these texts."""
        said = ""

        async def holds() -> bool:
            nonlocal said
            said = await asyncio.to_thread(self.says, "trace", f"{self.shop}/1", status=None)
            return all(text in said for text in texts)

        await until(holds, f"a trace with {texts}", within_s=WITHIN_S, saw=lambda: said, look_s=0.3)
        return said


def offers(shop: str, path: Path, first_price: int) -> Path:
    """A file of the shop's, whose first row is the offer that is traced."""
    rows = [
        {
            "product_id": str(number),
            "store_id": shop,
            "name": f"Чайник {number}",
            "price": {"amount": first_price if number == 1 else 5, "currency": "RUB"},
            "stock": {"available": 3, "reserved": 0},
        }
        for number in range(1, OTHERS)
    ]
    path.write_bytes(orjson.dumps(rows))
    return path


async def test_an_offers_way_from_its_feed_to_the_search_and_out_of_it(
    stack: RunningStack, tmp_path: Path, unique: str
) -> None:
    terminal, offer = Terminal(stack, unique), f"{unique}/1"
    assert "not sent" in terminal.says("trace", offer)
    with terminal.service("filter"):
        with terminal.service("index"):
            terminal.says("feed", offers(unique, tmp_path / "first.json", 100), "--store", unique)
            card = await terminal.traced("\non sale\n", "has this version")
            assert "first.json" in card
            assert ", line 1 (run " in card
        terminal.says("feed", offers(unique, tmp_path / "second.json", 90), "--store", unique)
        card = await terminal.traced("waits for the indexer, ", " s behind", "has an older version")
        assert "second.json" in card
        with terminal.service("index"):
            await terminal.traced("\non sale\n")
            terminal.says("ban", f"product:{offer}", "--reason", "fake")
            card = await terminal.traced("does not have it", f"\nrefused by product:{offer}\n")
            assert f"refused by product:{offer}: fake, 20" in card
            terminal.says("unban", f"product:{offer}")
            await terminal.traced("\non sale\n")


async def test_the_newest_record_of_a_key_is_found_and_what_was_not_read_is_said(
    stack: RunningStack, tmp_path: Path, unique: str
) -> None:
    terminal, key = Terminal(stack, unique), f"{unique}/1".encode()
    terminal.says("feed", offers(unique, tmp_path / "first.json", 100), "--store", unique)
    place = TopicPartition(PRODUCTS.name, partition_of(PRODUCTS.name, key) or 0)
    async with Kafka(stack.settings, "replay").consumer() as consumer:
        first = await newest_of_key(consumer, place, key, within_s=WITHIN_S)
        assert first.record is not None
        terminal.says("feed", offers(unique, tmp_path / "second.json", 90), "--store", unique)
        known = first.record.offset
        second = await newest_of_key(consumer, place, key, known=known, within_s=WITHIN_S)
        assert second.record is not None
        assert second.record.offset > known
        assert orjson.loads(second.record.value)["price"]["amount"] == 90
        nothing = await newest_of_key(consumer, place, b"nobody/1", within_s=WITHIN_S)
        assert (nothing.record, nothing.share) == (None, 1.0)
        # Without any time the known record is given, and nothing is claimed about those after it.
        hurried = await newest_of_key(consumer, place, key, known=known, within_s=-1)
        assert hurried.record is not None
        assert (hurried.record.offset, hurried.share) == (known, 0.0)
        # A topic that was made anew ends before what was known of the one before it.
        anew = await newest_of_key(consumer, place, key, known=second.record.offset + 1_000_000, within_s=WITHIN_S)
        assert anew.record is not None
        assert anew.record.offset == second.record.offset
