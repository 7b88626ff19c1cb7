"""Shops and runs of feeds: what is accepted, and ids that sort as time does."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.errors import UnprocessableMessage
from pipeline.contracts.feeds import FeedDecision, FeedRun, FeedScope, Shop, moment_of, new_run_id, run_id_at
from pipeline.contracts.messages import decode, encode

LATEST = 36**10 - 1


@given(st.integers(0, LATEST), st.integers(0, LATEST))
def test_ids_of_runs_sort_as_their_moments(one: int, other: int) -> None:
    assert moment_of(run_id_at(one)) == one
    assert (run_id_at(one) < run_id_at(other)) == (one < other)


def test_a_run_keeps_its_key_through_a_decision() -> None:
    run = FeedRun(run_id=new_run_id(), store_id="s", file="a.xml", scope=FeedScope.WHOLE, reasons={"price": 3})
    decided = decode(FeedDecision, encode(FeedDecision(run=run, apply=True, by="terminal:x")))
    assert decided.run == run
    assert decided.run.key == f"s/{run.run_id}"


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"store_id": "a/b"}, "store_id"),
        ({"language": "fr"}, "language"),
        ({"scope": "most"}, "scope"),
        ({"every_s": 1}, "every_s"),
        ({"aliases": [f"n{number}" for number in range(51)]}, "aliases"),
    ],
)
def test_a_bad_field_of_a_shop_is_named(fields: dict[str, object], place: str) -> None:
    with pytest.raises(UnprocessableMessage, match=f"^{place}"):
        decode(Shop, orjson.dumps({"store_id": "s", **fields}))


def test_names_are_cleaned_and_a_shop_without_one_shows_its_id() -> None:
    shop = Shop(store_id="sever", aliases=(" Север  Юг ", "", "Север Юг"))
    assert shop.aliases == ("Север Юг",)
    assert shop.shown == "sever"
