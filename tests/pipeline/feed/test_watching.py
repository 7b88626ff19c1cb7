"""The folder service whatever shops drop: it lives, and every other file is fed."""

import asyncio
import gzip
import os
import re
import time
from pathlib import Path

import pytest

from pipeline.contracts.feeds import FeedState
from tests.pipeline.feed.keeping import KeepingKafka
from tests.pipeline.feed.shops_folder import catalogue, offer, row, watched

DIGITS = "9" * 5_000
POISON: dict[str, tuple[bytes | str, str]] = {
    # Name: what is in the file, and what its report says.
    "stock of 30 digits.jsonl": (
        row("p", stock={"available": DIGITS[:30]}),
        "stock.available: … is more than 1000000000000 pieces",
    ),
    "number of 30 digits.jsonl": (row("p", stock={"available": 1}).replace("1}", DIGITS[:30] + "}"), "1 refused"),
    "count of 5000 digits.xml": (
        catalogue(offer("p", f"<count>{DIGITS}</count>")),
        "count: … is not a number of pieces",
    ),
    "reference of 5000 digits.xml": (catalogue(offer("p", "", f"<![CDATA[&#{DIGITS};]]>")), "0 refused"),
    "deep lists.jsonl": (row("p")[:-1] + ',"x":' + "[" * 900 + "]" * 900 + "}", "nested too deep"),
    # An id of its own: of one that several files bring at once, the newest file has the last word.
    "deep parts.jsonl": (row("deep", specifications={"a": 1}).replace("1}", "[" * 900 + "]" * 900 + "}"), "1 sent"),
    "deepest.jsonl": (row("p")[:-1] + ',"x":' + "[" * 90_000 + "]" * 90_000 + "}", "1 refused"),
    "hex.xml": (catalogue(offer("p"), encoding="hex"), "it is read as UTF-8"),
    "zlib.xml": (catalogue(offer("p"), encoding="zlib_codec"), "it is read as UTF-8"),
    "rot.xml": (catalogue(offer("p"), encoding="rot13"), "it is read as UTF-8"),
    "seven.xml": (catalogue(offer("p"), encoding="utf-7"), "the file says «utf-7»"),
    "idna.xml": (catalogue(offer("p"), encoding="idna"), "the file says «idna»"),
    "undefined.xml": (catalogue(offer("p"), encoding="undefined"), "undefined"),
    "escapes.xml": (catalogue(offer("p"), encoding="unicode_escape"), "the file says «unicode_escape»"),
    "pictures.xml": (
        catalogue(
            offer("p", "".join(f"<picture>https://s.example/{n}</picture>" for n in range(9_000))).replace(
                "Часы", "Ч" * 900
            )
        ),
        "the product is too large",
    ),
    "bomb.jsonl.gz": (
        gzip.compress(row("cut").encode() + b"\n" * 80_000_000),
        "unpacks to more than 200 times its size",
    ),
    "cut.jsonl.gz": (gzip.compress((row("p") + "\n").encode() * 99)[:-40], "cut off or broken"),
    "cut.json": (f"[{row('cut')},", "refused as incomplete: the array is not closed"),
    "cut.xml": (catalogue(offer("cut"))[:-10], "refused as incomplete: </yml_catalog> is missing"),
    "comment.xml": (catalogue(offer("cut"), "<!-- ", offer("lost")), "the comment is not closed"),
    "empty.json": ("", "it is empty"),
    "ж" * 115 + ".csv": ("a;b", "neither JSON nor YML"),
}


async def test_one_bad_file_costs_that_file(tmp_path: Path) -> None:
    async with watched(tmp_path) as shops:
        for name, (content, _) in POISON.items():
            shops.drop(name, content)
        shops.drop("good.jsonl", row("good"))
        await shops.until_empty()
        reports = shops.reports("done") | shops.reports("refused")
        assert len(reports) == len(POISON) + 1
        for name, (_, said) in POISON.items():
            found = [text for text in reports.values() if text.startswith(f"s/{name}: ")]
            assert len(found) == 1, name
            assert said in found[0], name
        assert {"s/good", "s/cut"} <= shops.kafka.products().keys()
        refused = "".join(shops.reports("refused").values())
        assert "refused as incomplete" in refused
        assert "good.jsonl" in "".join(shops.reports("done"))


async def test_a_huge_file_of_one_shop_does_not_delay_another(tmp_path: Path) -> None:
    async with watched(tmp_path, KeepingKafka(latency_s=0.01)) as shops:
        for number in range(6):
            shops.drop(f"big-{number}.jsonl", "\n".join(row(f"b{number}-{n}") for n in range(8_000)))
        await shops.until(lambda: len(shops.kafka.records) > 1_000)
        shops.drop("small.jsonl", row("small", store_id="another"), "another")
        took = await shops.until(lambda: "small.jsonl" in shops.reports("done"))
        assert took < 5, "two looks at the folder, and a turn"
        assert "big-5.jsonl" in shops.left()


async def test_the_loop_answers_while_files_are_parsed(tmp_path: Path) -> None:
    async with watched(tmp_path) as shops:
        for number in range(4):
            shops.drop(f"slow{'abcd'[number]}.xml", catalogue("<offer><!--" * 40_000))
        longest, last = 0.0, time.monotonic()
        while shops.left():
            await asyncio.sleep(0.01)
            longest, last = max(longest, time.monotonic() - last), time.monotonic()
        assert longest < 2.0, f"the loop stood still for {longest:.1f} s"


async def test_a_parser_that_is_killed_costs_its_file(tmp_path: Path) -> None:
    async with watched(tmp_path, KeepingKafka(latency_s=0.05)) as shops:
        shops.drop("killed.jsonl", "\n".join(row(f"k{n}") for n in range(60_000)))
        await shops.until(lambda: len(shops.kafka.records) > 500)
        for pid in parsers():
            os.kill(pid, 9)
        shops.drop("good.jsonl", row("good"))
        await shops.until_empty()
        assert "refused as incomplete: its parser has ended" in shops.reports("refused")["killed.jsonl"]
        assert "s/good" in shops.kafka.products()


def parsers() -> list[int]:
    """Pids of the processes that parse: grandchildren of this process."""
    below: dict[int, int] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            below[int(path.parent.name)] = int(path.read_text().rsplit(")", 1)[1].split()[1])
        except OSError:
            continue
    return [pid for pid, parent in below.items() if below.get(parent) == os.getpid()]


async def test_a_file_that_changes_while_it_is_read_is_read_again(tmp_path: Path) -> None:
    async with watched(tmp_path, KeepingKafka(latency_s=0.05)) as shops:
        path = shops.drop("grows.jsonl", "\n".join(row(f"g{n}") for n in range(5_000)) + "\n")
        await shops.until(lambda: len(shops.kafka.records) > 500)
        with path.open("a") as file:
            file.write(row("the rest") + "\n")
        await shops.until_empty()
        (report,) = shops.reports("done").values()
        sent, unchanged = map(int, re.findall(r"(\d+) (?:sent|unchanged)", report))
        assert sent + unchanged == 5_001
        assert "s/the rest" in shops.kafka.products()


async def test_the_newest_file_has_the_last_word(tmp_path: Path) -> None:
    # So slow that the catalogue is still being sent when the newer file is noticed.
    async with watched(tmp_path, KeepingKafka(latency_s=0.5)) as shops:
        shops.drop("catalogue.jsonl", "\n".join(row(f"c{n}", 1) for n in range(6_000)))
        await shops.until(lambda: len(shops.kafka.records) > 200)
        shops.drop("prices.jsonl", row("c5999", 2))
        await shops.until(lambda: any(key == "s/c5999" for key, _ in shops.kafka.written()))
        assert "prices.jsonl" in shops.left(), "after a crash it would be fed again, after the catalogue"
        await shops.until_empty()
        assert shops.kafka.products()["s/c5999"].price.amount == 2
        assert "1 rows were passed over" in shops.reports("done")["catalogue.jsonl"]


async def test_half_of_the_rows_are_bad(tmp_path: Path) -> None:
    async with watched(tmp_path, KeepingKafka(latency_s=0.05)) as shops:
        shops.drop("bad.jsonl", "\n".join(row(f"b{n}", "дорого" if n % 2 else 1) for n in range(40_000)))
        await shops.until(lambda: len(shops.kafka.records) > 500)
        shops.drop("good.jsonl", row("good", store_id="another"), "another")
        await shops.until(lambda: "good.jsonl" in shops.reports("done"))
        assert "bad.jsonl" not in shops.reports("refused"), "the other shop's file does not wait for this one"
        await shops.until_empty()
        report = shops.reports("refused")["bad.jsonl"]
        assert report.startswith("s/bad.jsonl: 20000 sent, 20000 refused\n  refused: more than 1000 rows are wrong")
        assert "20000 × price.amount: … is not a number" in report
        assert len(shops.kafka.letters()) == 1_001
        assert len(shops.kafka.products()) == 20_001


async def test_a_shop_writes_its_own_offers_alone(tmp_path: Path) -> None:
    async with watched(tmp_path) as shops:
        shops.drop("a.jsonl", row("1", 10, store_id="north"), "north")
        await shops.until_empty()
        rows = [row("1", 99, store_id="north"), row("2", 20, store_id="south"), row("3", 30, store_id=None)]
        shops.drop("b.xml", catalogue(offer("1")).replace(b"<name>s<", b"<name>north<"), "south")
        await shops.until_empty()
        shops.drop("a.jsonl", "\n".join(rows), "south")
        shops.drop("c.jsonl", row("4", 40), shop="")
        await shops.until(lambda: not shops.left() and not list(tmp_path.glob("*.jsonl")))
        prices = {key: product.price.amount for key, product in shops.kafka.products().items()}
        assert prices == {"north/1": 10, "south/1": 1, "south/2": 20, "south/3": 30}
        said = shops.reports("done")["a.jsonl"]
        assert "1 × store_id: this is the feed of the shop south, the row is of … (line 1)" in said


async def test_a_file_that_is_given_up_is_told_to_have_failed_and_its_attempts_to_be_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.feed.dealing.AGAIN_AFTER_S", 0.1)
    kafka = KeepingKafka(breaks_at=b'"bad"')
    async with watched(tmp_path, kafka) as shops:
        shops.drop("chat-abcdefghi_--a.jsonl", f"{row('good')}\n{row('bad')}")
        await shops.until(lambda: any(run.state is FeedState.FAILED for run in kafka.runs().values()))
        await shops.until(lambda: all(run.state is not FeedState.RUNNING for run in kafka.runs().values()))
    runs = sorted(kafka.runs().values(), key=lambda run: run.run_id)
    assert [run.state for run in runs] == [FeedState.SUPERSEDED, FeedState.SUPERSEDED, FeedState.FAILED]
    assert "tell the operators" in runs[-1].reason
    assert runs[-1].ended is not None
    (report,) = shops.reports("refused").values()
    assert "it cannot be fed" in report


async def test_a_file_that_is_fed_at_the_second_attempt_leaves_no_run_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.feed.dealing.AGAIN_AFTER_S", 0.5)
    kafka = KeepingKafka(breaks_at=b'"bad"')
    async with watched(tmp_path, kafka) as shops:
        shops.drop("a.jsonl", row("bad"))
        await shops.until(lambda: bool(kafka.runs()))
        kafka.breaks_at = b""
        await shops.until_empty()
        await shops.until(lambda: all(run.state is not FeedState.RUNNING for run in kafka.runs().values()))
    states = [run.state for _, run in sorted(kafka.runs().items())]
    assert states == [FeedState.SUPERSEDED, FeedState.DONE]
