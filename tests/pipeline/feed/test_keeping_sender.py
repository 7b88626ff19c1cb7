"""What is sent and put aside, in which order, and over which failures; over a Kafka that keeps."""

import asyncio
import time
from base64 import b64decode

import orjson
import pytest

from ops.errors import StartupError
from pipeline.feed import sender as sending
from pipeline.feed.refused_rows import verdict
from pipeline.feed.rows import Refusal, Row
from pipeline.feed.sender import Sender
from pipeline.feed.slices import ReadyRow
from pipeline.feed.summary import Summary
from tests.pipeline.feed.keeping import KeepingKafka
from tests.pipeline.feed.shops_folder import row


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "RETRY_S", 0.001)


def good(number: int, amount: int = 1) -> ReadyRow:
    return ReadyRow(Row(number, 0, b""), f"p{number}", "s", row(f"p{number}", amount).encode())


def bad(line: int) -> Refusal:
    return Refusal(line, 0, f"price: «{line}р» is not a number", b"{}")


async def test_refused_rows_are_put_aside_together() -> None:
    kafka, summary = KeepingKafka(latency_s=0.05), Summary()
    began = time.monotonic()
    async with Sender(kafka) as sender:
        await sender.send("a.json", [bad(line) for line in range(500)], summary)
    assert time.monotonic() - began < 2, "one by one this takes 25 s"
    assert len(kafka.letters()) == summary.refused == summary.put_aside == 500


async def test_beyond_the_cap_one_letter_stands_for_all() -> None:
    kafka, summary = KeepingKafka(), Summary()
    async with Sender(kafka, most_letters=30) as sender:
        for start in range(0, 100, 20):
            await sender.send("a.json", [*(bad(line) for line in range(start, start + 20)), good(start)], summary)
        await sender.finish("a.json", summary)
    letters = kafka.letters()
    assert (len(letters), summary.put_aside, summary.refused, summary.sent) == (31, 30, 100, 5)
    told = orjson.loads(b64decode(letters["feed:a.json:all"].value))
    assert (told["refused"], told["reasons"], len(told["sample"])) == (100, {"price: … is not a number": 100}, 5)
    assert letters["feed:a.json:all"].reason == "refused_file"
    assert verdict(summary, 30).startswith("refused: more than 30 rows are wrong")
    assert verdict(summary, 100) == ""


@pytest.mark.parametrize("failures", [1, 2, 7, 40])
async def test_rows_and_letters_survive_failures_in_their_order(failures: int) -> None:
    kafka, summary = KeepingKafka(failures=failures), Summary()
    async with Sender(kafka) as sender:
        await sender.send("a.json", [bad(1), *(good(number % 7, number) for number in range(30)), bad(2)], summary)
    assert (summary.sent, summary.refused) == (30, 2)
    assert sorted(kafka.letters()) == ["feed:a.json:1:0", "feed:a.json:2:0"]
    assert {key: product.price.amount for key, product in kafka.products().items()} == {
        f"p{number % 7}": number for number in range(23, 30)
    }


async def test_patience_ends() -> None:
    async with Sender(KeepingKafka(failures=10**6), patience_s=0.05) as sender:
        with pytest.raises(StartupError, match="has not taken a row"):
            await sender.send("a.json", [good(1)], Summary())


async def test_files_take_turns() -> None:
    kafka = KeepingKafka(latency_s=0.001)

    async def feed(name: str, slices: int) -> None:
        for number in range(slices):
            await sender.send(name, [ReadyRow(Row(1, 0, b""), f"{name}{number}", "s", b"{}")], Summary())

    async with Sender(kafka) as sender:
        await asyncio.gather(feed("big", 60), feed("small", 5))
    keys = [key for _, key, _ in kafka.records]
    assert keys.index("small4") < 12, "five turns of the small file, and as many of the big one"
