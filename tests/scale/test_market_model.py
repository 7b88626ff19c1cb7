"""The market is the same each time, and its offers are such as the filter lets through."""

from pathlib import Path

import pytest
from rich.console import Console

from pipeline.filter.reading import read_product
from tests.scale.__main__ import _kept, _table
from tests.scale.market_model import HUGE_BRAND, MarketModel

MODEL = MarketModel(3_000)


def test_every_offer_is_valid_and_the_same_each_time() -> None:
    once, again = ([*MODEL.made(range(300))] for _ in range(2))
    assert once == again
    for number, (key, value) in enumerate(once):
        offer = read_product(key, value)
        assert (offer.offer_id, offer.brand) == (MODEL.key(number), MODEL.brand(number))


def test_shops_have_three_hundred_and_one_brand_two_in_five() -> None:
    shops = [MODEL.key(number).partition("/")[0] for number in range(MODEL.offers)]
    assert {shops.count(shop) for shop in set(shops)} == {300}
    share = sum(MODEL.brand(number) == HUGE_BRAND for number in range(MODEL.offers)) / MODEL.offers
    assert share == pytest.approx(0.4, abs=0.03)


def test_a_night_changes_one_in_a_hundred_and_can_be_searched_for() -> None:
    before, after = ([*MODEL.made(MODEL.changed(1), night=night)] for night in (0, 1))
    assert len(before) == len(after) == 30
    assert all(old != new and "ночь1".encode() in new for (_, old), (_, new) in zip(before, after, strict=True))


def test_figures_of_several_sizes_stay_beside_each_other(tmp_path: Path) -> None:
    path = tmp_path / "scale.json"
    _kept(path, 20_000, {"written_per_s": 1_000.0, "rss_filter_mb": 100.0})
    _kept(path, 20_000, {"ban_offer_s": 0.5})
    found = _kept(path, 300_000, {"written_per_s": 900.0, "rss_filter_mb": 150.0})
    console = Console(width=120, record=True, file=(tmp_path / "out").open("w"))
    console.print(_table(found, 300_000))
    said = console.export_text()
    assert "0.90" in said and "bytes an offer of rss_filter" in said and "0.10" in said
    assert found[20_000]["ban_offer_s"] == 0.5
