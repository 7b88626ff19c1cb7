"""What is sent and put aside, in which order, and over which failures; over a Kafka that keeps."""

import asyncio
import time
from base64 import b64decode
from pathlib import Path

import orjson
import pytest

from ops.errors import StartupError
from pipeline.feed import sender as sending
from pipeline.feed.offer_digest import digest_of
from pipeline.feed.refused_rows import file_letter, verdict
from pipeline.feed.rows import Refusal, Row
from pipeline.feed.running_feed import FeedOrigin
from pipeline.feed.slices import ReadyRow
from tests.pipeline.feed.keeping import KeepingKafka, feeding
from tests.pipeline.feed.shops_folder import row

ORIGIN = FeedOrigin(shop="s")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "RETRY_S", 0.001)


def good(number: int, amount: int = 1, name: str = "p") -> ReadyRow:
    value = row(f"{name}{number}", amount).encode()
    return ReadyRow(Row(number, 0, b""), f"s/{name}{number}", "s", value, digest_of(value))


def bad(line: int) -> Refusal:
    return Refusal(line, 0, f"price: «{line}р» is not a number", b"{}")


async def test_refused_rows_are_put_aside_together(tmp_path: Path) -> None:
    kafka = KeepingKafka(latency_s=0.05)
    began = time.monotonic()
    async with feeding(tmp_path, kafka) as parts:
        feed = parts.begin("a.json", ORIGIN)
        await parts.feeder.send(feed, [bad(line) for line in range(500)])
    assert time.monotonic() - began < 2, "one by one this takes 25 s"
    assert len(kafka.letters()) == feed.summary.refused == feed.summary.put_aside == 500


async def test_beyond_the_cap_one_letter_stands_for_all(tmp_path: Path) -> None:
    kafka = KeepingKafka()
    async with feeding(tmp_path, kafka, settings={"refused_letters": 30}) as parts:
        feed = parts.begin("a.json", ORIGIN)
        for start in range(0, 100, 20):
            await parts.feeder.send(feed, [*(bad(line) for line in range(start, start + 20)), good(start)])
    summary = feed.summary
    assert (len(kafka.letters()), summary.put_aside, summary.refused, summary.sent) == (30, 30, 100, 5)
    letter = file_letter("a.json", summary)
    told = orjson.loads(b64decode(letter.value))
    assert (told["refused"], told["reasons"], len(told["sample"])) == (100, {"price: … is not a number": 100}, 5)
    assert (letter.source, letter.reason) == ("feed:a.json:all", "refused_file")
    assert verdict(summary, 30).startswith("refused: more than 30 rows are wrong")
    assert verdict(summary, 100) == ""


@pytest.mark.parametrize("failures", [1, 2, 7, 40])
async def test_rows_and_letters_survive_failures_in_their_order(tmp_path: Path, failures: int) -> None:
    kafka = KeepingKafka(failures=failures)
    async with feeding(tmp_path, kafka) as parts:
        feed = parts.begin("a.json", ORIGIN)
        await parts.feeder.send(feed, [bad(1), *(good(number % 7, number) for number in range(30)), bad(2)])
    assert (feed.summary.sent, feed.summary.refused) == (30, 2)
    assert sorted(kafka.letters()) == ["feed:a.json:1:0", "feed:a.json:2:0"]
    assert {key: product.price.amount for key, product in kafka.products().items()} == {
        f"s/p{number % 7}": number for number in range(23, 30)
    }


async def test_patience_ends(tmp_path: Path) -> None:
    async with feeding(tmp_path, KeepingKafka(failures=10**6), patience_s=0.05) as parts:
        with pytest.raises(StartupError, match="has not taken a row"):
            await parts.feeder.send(parts.begin("a.json", ORIGIN), [good(1)])


async def test_files_take_turns(tmp_path: Path) -> None:
    kafka = KeepingKafka(latency_s=0.001)
    async with feeding(tmp_path, kafka) as parts:

        async def feed(name: str, slices: int) -> None:
            running = parts.begin(name, ORIGIN)
            for number in range(slices):
                await parts.feeder.send(running, [good(number, name=name)])

        await asyncio.gather(feed("big", 60), feed("small", 5))
    keys = [key for key, _ in kafka.written()]
    assert keys.index("s/small4") < 14, "five turns of the small file, and as many of the big one"
