"""`python -m pipeline shops`: addresses are checked before Kafka is asked, and shown without what is secret."""

from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from pipeline.contracts.feeds import FeedFetch, FeedState, FetchFault, FetchOutcome, Shop, fetch_of
from pipeline.kafka.audit import Actor
from pipeline.shops.command import _line, _seconds, cli
from pipeline.shops.ledger import ShopLedger
from tests.pipeline.feed.keeping import KeepingKafka

AT = datetime(2026, 11, 27, 14, 2, tzinfo=UTC)
SECRET = "https://shop:s3cret@shop.ru/feed.yml?key=t0ken"
SHOWN = "https://•••@shop.ru/feed.yml?key=•••"
SHOP = Shop(store_id="s", name="Север", address=SECRET, every_s=21_600)


def told(outcome: FetchOutcome, **more: object) -> FeedFetch:
    fields = {"store_id": "s", "of": fetch_of(SHOP), "at": AT, "outcome": outcome}
    return FeedFetch.model_validate(fields | more)


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--address", "ftp://shop.ru/", "must begin with https://"),
        ("--address", "http://127.0.0.1/feed.yml", "public internet"),
        ("--address", "", "is empty"),
        ("--every", "often", "write 30m, 6h, 1d"),
        ("--every", "0h", "write 30m, 6h, 1d"),
    ],
)
def test_what_is_wrong_is_one_sentence(option: str, value: str, said: str) -> None:
    result = CliRunner().invoke(cli, ["register", "s", option, value], env={"COLUMNS": "200"})
    assert result.exit_code == 2
    assert said in " ".join(result.output.replace("│", " ").split())


@pytest.mark.parametrize(("text", "seconds"), [("30m", 1_800), ("6h", 21_600), ("1d", 86_400), ("default", None)])
def test_how_often(text: str, seconds: int | None) -> None:
    assert _seconds(text) == seconds


@pytest.mark.parametrize(
    ("fetch", "said"),
    [
        (None, "not fetched yet"),
        (FeedFetch(store_id="s", of="another", at=AT, outcome=FetchOutcome.SAME), "not fetched yet"),
        (told(FetchOutcome.SAME), "2026-11-27 14:02 UTC: the same file as before"),
        (told(FetchOutcome.FETCHED), "being fed, 0 sent"),
        (told(FetchOutcome.FETCHED, came=FeedState.DONE, sent=3, withdrawn=2), "done, 3 sent, 2 withdrawn, 0 refused"),
        (told(FetchOutcome.FAILED, fault=FetchFault.STATUS, detail="500", failures=4), "failed (status 500), 4 times"),
    ],
)
def test_how_it_went_last(fetch: FeedFetch | None, said: str) -> None:
    line = _line(SHOP, fetch)
    assert f"from {SHOWN}, every 6h" in line
    assert said in line
    assert "s3cret" not in line


async def test_the_audit_is_not_told_what_is_secret() -> None:
    kafka = KeepingKafka()
    await ShopLedger(kafka).register(SHOP, Actor("terminal:root", "root"), action="feed_address")
    (audit, _, entry), (shops, _, kept) = kafka.records
    assert (audit, shops) == ("audit", "shops")
    assert entry is not None and kept is not None
    assert SHOWN in entry.decode()
    assert b"s3cret" not in entry and b"t0ken" not in entry
    assert b"s3cret" in kept
