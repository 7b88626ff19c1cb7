"""An offer's life over a Kafka that keeps: sent once, changed, withdrawn, brought back; and the care before that."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from pipeline.contracts.feeds import FeedDecision, FeedRun, FeedScope, FeedState, Shop
from pipeline.feed.feed_service import FeedParts
from pipeline.feed.offer_digest import GONE, digest_of
from pipeline.feed.offer_store import OfferChange, OfferStore
from pipeline.feed.rows import Refusal, Row
from pipeline.feed.running_feed import FeedOrigin, RunningFeed
from pipeline.feed.slices import ReadyOutcome, ReadyRow
from tests.pipeline.feed.keeping import KeepingKafka, feeding
from tests.pipeline.feed.shops_folder import row

SHOP = FeedOrigin(shop="s")


def offers(numbers: Iterable[int], amount: int = 1, shop: str = "s", **more: object) -> list[ReadyOutcome]:
    found: list[ReadyOutcome] = []
    for number in numbers:
        value = row(f"p{number}", amount, **{"store_id": shop, **more}).encode()
        found.append(ReadyRow(Row(number, 0, b""), f"{shop}/p{number}", shop, value, digest_of(value)))
    return found


def disabled(number: int) -> ReadyRow:
    return ReadyRow(Row(number, 0, b""), f"s/p{number}", "s", None, GONE)


def refused(number: int) -> Refusal:
    return Refusal(number, 0, "price: is not a number", b"<offer>", product=f"p{number}")


async def whole(
    parts: FeedParts, rows: Sequence[ReadyOutcome], origin: FeedOrigin = SHOP, *, fault: str = "", intact: bool = True
) -> FeedRun:
    """Feed a catalogue; the run of its only shop as it ended."""
    feed = parts.begin("a.xml", origin)
    await through(parts, feed, rows)
    feed.summary.incomplete = fault
    (run,) = await parts.feeder.conclude(feed, unchanged=lambda: intact)
    return run


async def through(parts: FeedParts, feed: RunningFeed, rows: Sequence[ReadyOutcome], whole: bool = True) -> None:
    feed.whole = whole
    await parts.feeder.send(feed, rows)


async def test_what_is_unchanged_is_not_sent_again_and_what_is_gone_is_withdrawn(tmp_path: Path) -> None:
    kafka = KeepingKafka()
    async with feeding(tmp_path, kafka) as parts:
        first = await whole(parts, offers(range(100)))
        before = len(kafka.written())
        again = await whole(parts, [*offers(range(10), 2), *offers(range(10, 85), updated_at="2026-11-27T00:00:00Z")])
    assert (first.sent, first.changed, first.unchanged, first.withdrawn, first.state) == (100, 0, 0, 0, "done")
    assert (again.sent, again.changed, again.unchanged, again.withdrawn, again.offers) == (10, 10, 75, 15, 100)
    assert len(kafka.written()) - before == 25
    assert kafka.products().keys() == {f"s/p{number}" for number in range(85)}
    assert kafka.runs()[again.key] == again


async def test_a_store_of_an_earlier_process_is_gone_on_with_and_a_withdrawn_offer_comes_back(tmp_path: Path) -> None:
    kafka = KeepingKafka()
    for numbers in (range(30), range(25), range(30)):
        async with feeding(tmp_path, kafka) as parts:
            run = await whole(parts, offers(numbers))
        assert kafka.products().keys() == {f"s/p{number}" for number in numbers}
    assert (run.sent, run.changed, run.unchanged) == (5, 0, 25)


async def test_only_whole_feeds_withdraw(tmp_path: Path) -> None:
    kafka = KeepingKafka()
    shops = {"s": Shop(store_id="s", scope=FeedScope.PARTIAL), "t": Shop(store_id="t", scope=FeedScope.WHOLE)}
    async with feeding(tmp_path, kafka, shops=shops) as parts:
        for shop in "stu":
            await whole(parts, offers(range(30), shop=shop), FeedOrigin(shop=shop))
        by_setting = await whole(parts, offers(range(25)))
        assert (by_setting.scope, by_setting.withdrawn) == (FeedScope.PARTIAL, 0)
        said = await whole(parts, offers(range(25)), FeedOrigin(shop="s", scope=FeedScope.WHOLE))
        assert (said.scope, said.withdrawn) == (FeedScope.WHOLE, 5)
        feed = parts.begin("a.jsonl", FeedOrigin())
        await through(parts, feed, [*offers(range(28), shop="t"), *offers(range(28), shop="u")], whole=False)
        runs = await parts.feeder.conclude(feed, unchanged=lambda: True)
        assert {run.store_id: run.withdrawn for run in runs} == {"t": 2, "u": 0}


@pytest.mark.parametrize(("fault", "intact"), [("the file is cut off", True), ("", False)])
async def test_what_was_not_read_to_its_end_withdraws_nothing(tmp_path: Path, fault: str, *, intact: bool) -> None:
    kafka = KeepingKafka()
    async with feeding(tmp_path, kafka) as parts:
        await whole(parts, offers(range(100)))
        run = await whole(parts, offers(range(99)), fault=fault, intact=intact)
    assert (run.state, run.withdrawn) == (FeedState.INCOMPLETE, 0)
    assert len(kafka.products()) == 100


async def test_what_the_shop_disables_is_withdrawn_at_once_also_by_a_partial_feed(tmp_path: Path) -> None:
    kafka = KeepingKafka()
    async with feeding(tmp_path, kafka) as parts:
        await whole(parts, offers(range(3)))
        feed = parts.begin("a.jsonl", SHOP)
        await through(parts, feed, [disabled(1), disabled(77), disabled(1)], whole=False)
        (run,) = await parts.feeder.conclude(feed, unchanged=lambda: True)
    assert run.withdrawn == 1
    assert kafka.products().keys() == {"s/p0", "s/p2"}
    assert kafka.written()[-1] == ("s/p1", None)


async def test_an_offer_whose_row_is_refused_stays_as_it_was(tmp_path: Path) -> None:
    kafka = KeepingKafka()
    async with feeding(tmp_path, kafka) as parts:
        await whole(parts, offers(range(100)))
        run = await whole(parts, [refused(0), *offers(range(1, 98)), refused(98)], FeedOrigin())
    assert (run.refused, run.missing, run.withdrawn) == (2, 1, 1)
    assert kafka.products().keys() == {f"s/p{number}" for number in range(99)}


@pytest.mark.parametrize(
    ("before", "now", "wrong", "waits"),
    [
        (200, 180, 0, False),
        (200, 50, 0, True),
        (60, 40, 0, False),
        (60, 39, 0, True),
        (1_000, 700, 0, False),
        (1_000, 699, 0, True),
        (20, 1, 0, False),
        (100, 99, 30, True),
        (100, 100, 30, False),
        (3, 0, 0, True),
    ],
)
async def test_care(tmp_path: Path, before: int, now: int, wrong: int, *, waits: bool) -> None:
    kafka = KeepingKafka()
    bad = [Refusal(line, 0, "price: is not a number", b"{}") for line in range(wrong)]
    async with feeding(tmp_path, kafka) as parts:
        await whole(parts, offers(range(before)))
        run = await whole(parts, [*offers(range(now)), *bad])
    assert run.state is (FeedState.WAITING if waits else FeedState.DONE), run
    assert len(kafka.products()) == (before if waits else now)
    assert (run.offers, run.missing) == (before, before - now)


@pytest.mark.parametrize(("apply", "left"), [(True, 60), (False, 210)])
async def test_a_decision_is_carried_out_once_and_after_a_restart(tmp_path: Path, left: int, *, apply: bool) -> None:
    kafka = KeepingKafka()
    async with feeding(tmp_path, kafka) as parts:
        await whole(parts, offers(range(200)))
        run = await whole(parts, offers(range(50)))
        assert "would take 150 of 200 offers off sale" in run.reason
        # What the shop has said since the feed that waits is not touched.
        feed = parts.begin("new.jsonl", SHOP)
        await through(parts, feed, offers(range(200, 210)), whole=False)
        await parts.feeder.conclude(feed, unchanged=lambda: True)
    async with feeding(tmp_path, kafka) as parts:
        decision = FeedDecision(run=run, apply=apply, by="terminal:x", by_name="x")
        ended = await parts.decider.carry_out(decision)
        assert await parts.decider.carry_out(decision) is None
    assert ended is not None
    assert (ended.state, ended.decided_by) == (FeedState.DONE if apply else FeedState.KEPT, "x")
    assert ended.withdrawn == (150 if apply else 0)
    assert len(kafka.products()) == left
    assert kafka.runs()[run.key] == ended


async def test_a_later_whole_feed_takes_the_place_of_what_waits(tmp_path: Path) -> None:
    kafka = KeepingKafka()
    async with feeding(tmp_path, kafka) as parts:
        await whole(parts, offers(range(200)))
        waiting = await whole(parts, offers(range(50)))
        await whole(parts, offers(range(199)))
        assert await parts.decider.carry_out(FeedDecision(run=waiting, apply=True)) is None
    assert kafka.runs()[waiting.key].state is FeedState.SUPERSEDED
    assert len(kafka.products()) == 199


async def test_of_two_feeds_at_once_the_later_one_stands(tmp_path: Path) -> None:
    kafka = KeepingKafka()
    async with feeding(tmp_path, kafka) as parts:
        await whole(parts, offers(range(100)))
        older, newer = parts.begin("older.xml", SHOP), parts.begin("newer.xml", SHOP)
        await through(parts, older, offers(range(50), 2))
        await through(parts, newer, offers(range(25, 75), 3))
        await through(parts, older, offers(range(50, 100), 2))
        await through(parts, newer, offers(range(75, 95), 3))
        await through(parts, newer, offers(range(15), 3))
        (end_of_newer,) = await parts.feeder.conclude(newer, unchanged=lambda: True)
        await through(parts, older, offers(range(100, 150), 2))
        (end_of_older,) = await parts.feeder.conclude(older, unchanged=lambda: True)
    assert end_of_newer.state is FeedState.DONE
    assert end_of_older.state is FeedState.SUPERSEDED
    assert {key: product.price.amount for key, product in kafka.products().items()} == {
        f"s/p{number}": 3 for number in (*range(15), *range(25, 95))
    }


async def test_an_older_partial_feed_does_not_undo_a_newer_one(tmp_path: Path) -> None:
    kafka = KeepingKafka()
    async with feeding(tmp_path, kafka) as parts:
        older, newer = parts.begin("older.jsonl", SHOP), parts.begin("newer.jsonl", SHOP)
        await through(parts, newer, [*offers([1], 3), disabled(2)], whole=False)
        await through(parts, older, offers([1, 2, 3], 2), whole=False)
    assert {key: product.price.amount for key, product in kafka.products().items()} == {"s/p1": 3, "s/p3": 2}


def test_what_was_withdrawn_long_ago_is_forgotten_and_what_is_on_sale_is_not(tmp_path: Path) -> None:
    store, day = OfferStore(tmp_path / "offers.sqlite"), 86_400_000_000
    with store.transaction():
        store.change(
            [OfferChange("s", "old", GONE, 1), OfferChange("s", "new", GONE, day), OfferChange("s", "a", b"1", 1)]
        )
        store.put_in_force("s", day + 2)
    assert store.known("s", ["old", "new", "a"]).keys() == {"new", "a"}
    assert store.counted("s", 2) == (1, 1)
    store.close()


async def test_the_run_names_the_first_lines_of_each_reason_and_the_first_examples(tmp_path: Path) -> None:
    async with feeding(tmp_path, KeepingKafka()) as parts:
        run = await whole(parts, [*offers(range(200)), *(refused(number) for number in range(300, 320))])
    ((reason, lines),) = run.lines.items()
    assert run.reasons == {reason: 20}
    assert lines == tuple(range(300, 300 + len(lines)))
    assert [(row.line, row.reason) for row in run.examples] == [
        (number, "price: is not a number") for number in range(300, 300 + len(run.examples))
    ]
    assert run.examples[0].row.startswith("<offer")
