"""A refused row is in the file all the same: a whole feed withdraws nothing that it has, whatever its format."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.contracts.feeds import FeedRun, FeedScope, FeedState
from pipeline.feed.product_row import Defaults
from pipeline.feed.reader import Accepted, read
from pipeline.feed.rows import Refusal
from pipeline.feed.running_feed import FeedOrigin
from pipeline.feed.slices import packed, ready, unpacked
from tests.pipeline.feed.conftest import Write
from tests.pipeline.feed.keeping import KeepingKafka, feeding

OWN = FeedOrigin("folder", scope=FeedScope.WHOLE, shop="s")
Rows = Callable[[str, str], str]


def yml(identifier: str, price: str) -> str:
    return (
        f'<offer available="true" id="{identifier}"><name>Чай</name><price>{price}</price>'
        "<currencyId>RUB</currencyId><categoryId>1</categoryId></offer>"
    )


def rss(identifier: str, price: str) -> str:
    return f"<item><g:id>{identifier}</g:id><title>Чай</title><g:price>{price} RUB</g:price></item>"


def csv(identifier: str, price: str) -> str:
    return f"Чай;{price};{identifier};RUB;Зелёный"


def jsonl(identifier: str, price: str) -> str:
    return f'{{"productId": "{identifier}", "name": "Чай", "price": {{"amount": "{price}", "currency": "RUB"}}}}'


def file_of(form: Rows, rows: list[str]) -> tuple[str, str]:
    """Name and text of a file with these rows."""
    body = "\n".join(rows)
    if form is yml:
        head = '<yml_catalog date="2026-11-20 12:30"><shop><name>s</name><categories><category id="1">A</category>'
        return "a.xml", f"{head}</categories><offers>{body}</offers></shop></yml_catalog>"
    if form is rss:
        head = '<rss xmlns:g="http://base.google.com/ns/1.0" version="2.0"><channel><title>s</title>'
        return "a.xml", f"{head}{body}</channel></rss>"
    return ("a.csv", f"название;цена;код товара;валюта;описание\n{body}") if form is csv else ("a.jsonl", body)


def outcomes(write: Write, form: Rows, rows: list[str]) -> list[Accepted | Refusal]:
    name, text = file_of(form, rows)
    return list(read(write(name, text), Defaults(store="s", owned=True)))


async def fed(
    tmp_path: Path, kafka: KeepingKafka, *files: list[Accepted | Refusal], origin: FeedOrigin = OWN
) -> list[FeedRun]:
    runs = []
    async with feeding(tmp_path, kafka, settings={"refused_share": 1}) as parts:
        for rows in files:
            feed = parts.begin("a", origin)
            # As the process that parses hands them over.
            await parts.feeder.send(feed, unpacked(packed([ready(row) for row in rows])).rows)
            runs += await parts.feeder.conclude(feed, unchanged=lambda: True)
    return runs


FAULTS: list[tuple[str, Callable[[Rows], str]]] = [
    ("no price", lambda form: form("p7", "дорого")),
    ("an id with signs", lambda form: form("p7", "1,299")),
    ("an unescaped sign", lambda form: form("p7", "1").replace("Чай", "Чай & <мята \\x \x00") + '"'),
]


@pytest.mark.parametrize("form", [yml, rss, csv, jsonl])
@pytest.mark.parametrize(("fault", "row"), FAULTS, ids=[name for name, _ in FAULTS])
async def test_the_offer_of_a_refused_row_stays_as_it_is(
    tmp_path: Path, write: Write, form: Rows, fault: str, row: Callable[[Rows], str]
) -> None:
    kafka = KeepingKafka()
    before = outcomes(write, form, [form(f"p{number}", "10") for number in range(10)])
    bad = row(form) if form is not csv or "unescaped" not in fault else 'Чай;10;p7;RUB;"зелёный" и "чёрный"'
    now = outcomes(write, form, [*(form(f"p{number}", "10") for number in range(5)), bad])
    assert [type(each) for each in now if not isinstance(each, Accepted)] == [Refusal], now
    first, second = await fed(tmp_path, kafka, before, now)
    assert (first.sent, second.refused, second.missing, second.withdrawn) == (10, 1, 4, 4)
    assert set(kafka.products()) == {f"s/p{number}" for number in (0, 1, 2, 3, 4, 7)}


async def test_a_row_of_csv_with_too_many_cells_or_too_large_is_known_by_its_id(tmp_path: Path, write: Write) -> None:
    kafka = KeepingKafka()
    before = outcomes(write, csv, [csv(f"p{number}", "10") for number in range(6)])
    bad = ["Чай;10;p1;RUB;Зелёный;лишнее", "Чай;10;p2;RUB;" + "x" * 600_000, 'Чай;10;p3;RUB;"не закрыто']
    (_, run) = await fed(tmp_path, kafka, before, outcomes(write, csv, [csv("p0", "10"), *bad]))
    assert (run.refused, run.withdrawn) == (3, 2)
    assert set(kafka.products()) == {f"s/p{number}" for number in range(4)}


async def test_an_offer_that_has_become_too_large_for_the_topic_is_not_withdrawn(tmp_path: Path, write: Write) -> None:
    kafka = KeepingKafka()
    before = outcomes(write, jsonl, [jsonl(f"p{number}", "10") for number in range(3)])
    kafka.largest = 1_000
    grown = outcomes(write, jsonl, [jsonl("p0", "10"), jsonl("p1", "10").replace("Чай", "Чай" * 300)])
    (_, run) = await fed(tmp_path, kafka, before, grown)
    assert (run.refused, run.withdrawn) == (1, 1)
    assert set(kafka.products()) == {"s/p0", "s/p1"}


async def test_in_a_file_of_two_shops_each_refused_row_is_of_the_shop_that_it_names(
    tmp_path: Path, write: Write
) -> None:
    kafka = KeepingKafka()
    origin = FeedOrigin("terminal", scope=FeedScope.WHOLE)

    def rows(*told: tuple[str, str, str]) -> list[Accepted | Refusal]:
        text = "\n".join(jsonl(name, price).replace("{", f'{{"store_id": "{shop}", ', 1) for shop, name, price in told)
        return list(read(write("two.jsonl", text), Defaults()))

    before = rows(*((shop, name, "10") for shop in "ab" for name in ("p1", "p2")))
    await fed(tmp_path, kafka, before, rows(("a", "p1", "10"), ("a", "p2", "?"), ("b", "p1", "10")), origin=origin)
    assert set(kafka.products()) == {"a/p1", "a/p2", "b/p1"}


async def test_what_a_shops_own_file_says_of_another_shop_counts_for_nothing(tmp_path: Path, write: Write) -> None:
    kafka = KeepingKafka()
    before = outcomes(write, jsonl, [jsonl("p1", "10"), jsonl("p2", "10")])
    foreign = jsonl("p2", "10").replace("{", '{"store_id": "other", ', 1)
    (_, run) = await fed(tmp_path, kafka, before, outcomes(write, jsonl, [jsonl("p1", "10"), foreign]))
    assert (run.state, run.withdrawn, set(kafka.products())) == (FeedState.DONE, 1, {"s/p1"})
