"""The demo's files through the real reader: the good rows are all taken, the broken ones are all told apart."""

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.products.product_item import shop_of
from ops.demo import broken, feeds
from ops.demo.bans import BANNED_SHOP
from ops.demo.offers import DemoOffer, offers
from ops.demo.shops import shops
from pipeline.bans import Rules, decide
from pipeline.bans.start_file import parse_start_file
from pipeline.contracts.messages import Product
from pipeline.contracts.ways_on import DeliveryTerms
from pipeline.feed.product_row import Defaults
from pipeline.feed.reader import Accepted, read
from pipeline.feed.rows import Refusal

NOW = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("demo")
    feeds.write(target, seed=20)
    return target


def _read(path: Path) -> tuple[list[Product], list[Refusal]]:
    taken: list[Product] = []
    refused: list[Refusal] = []
    for outcome in read(path, Defaults(feeds.YML_SHOP)):
        if isinstance(outcome, Accepted):
            taken.append(outcome.product)
        else:
            refused.append(outcome)
    return taken, refused


@pytest.fixture(scope="module")
def products(directory: Path) -> dict[str, Product]:
    found: dict[str, Product] = {}
    for path in sorted(directory.glob("products-*")):
        taken, refused = _read(path)
        assert refused == [], path.name
        assert not found.keys() & {product.product_id for product in taken}
        found |= {product.product_id: product for product in taken}
    return found


def test_every_offer_arrives_as_it_was_meant(products: dict[str, Product]) -> None:
    everything = offers()
    assert products.keys() == {offer.product_id for offer in everything}
    for offer in everything:
        product = products[offer.product_id]
        assert product.description == offer.description
        assert product.price.amount == offer.price
        assert product.price.currency == "RUB"
        assert product.category == f"{offer.department} / {offer.category}"
        assert product.brand == offer.brand
        assert product.stock.available == offer.available
        assert product.sku == offer.sku
        assert product.tags == offer.tags
        assert [image.url for image in product.images] == [f"demo:{offer.picture}"]
        assert product.store_id == offer.store_id
        assert shop_of(product) == shops()[offer.store_id].title
        assert (product.url or "").partition("?")[0] == offer.page
        assert product.before == offer.old_price
        assert product.updated_at == offer.updated_at
        assert _name(offer, product.name)
        missing = dict(offer.specifications).items() - product.specifications.items()
        assert {name for name, _ in missing} <= {"Бренд"}


def test_every_shop_but_the_one_that_needs_watching_says_how_one_gets_things(products: dict[str, Product]) -> None:
    silent = {
        one.store_id for one in products.values() if one.delivery is None or one.delivery == DeliveryTerms(pickup=False)
    }
    assert silent == {BANNED_SHOP}
    assert {one.contact for one in products.values()} >= {None, "@teplye_ruki_demo", "+7 812 000-48-10"}
    assert 80 < sum(one.before is not None for one in products.values()) < 200


def _name(offer: DemoOffer, name: str) -> bool:
    """In YML some names are put together from their parts by the reader."""
    return name == offer.name or name.startswith(f"{offer.noun} {offer.brand} {offer.model}")


def test_each_format_is_there(directory: Path) -> None:
    xml = (directory / "products-vershina.xml").read_bytes()
    assert xml.startswith(b'<?xml version="1.0" encoding="windows-1251"?>\n<!DOCTYPE')
    assert "Смарт-часы".encode("cp1251") in xml
    assert xml.count(b"<offer ") >= 60
    assert 10 <= xml.count(b'type="vendor.model"') < xml.count(b"<offer ")
    assert xml.count(b"<![CDATA[") >= 60
    assert b"parentId=" in xml
    assert len(gzip.decompress((directory / "products-harbour.jsonl.gz").read_bytes()).splitlines()) >= 60
    assert len(list(directory.glob("products-*.json"))) >= 6


def test_every_broken_row_is_refused_and_nothing_else(directory: Path) -> None:
    taken, refused = _read(directory / "broken-rows.jsonl")
    expected = [line for line, fault in enumerate(broken.faults(), start=1) if fault.refused]
    assert [refusal.line for refusal in refused] == expected
    assert [product.product_id for product in taken] == ["broken-10", "broken-19", "broken-19"]


def test_a_file_that_breaks_off_gives_what_was_whole(directory: Path) -> None:
    taken, refused = _read(directory / "broken-truncated.json")
    assert [product.product_id for product in taken] == ["cut-1", "cut-2"]
    assert refused


def test_the_first_bans_stop_the_shop_that_needs_it_and_no_other(directory: Path, products: dict[str, Product]) -> None:
    found = parse_start_file((directory / "banned_products.json").read_bytes(), NOW)
    assert found.faults == ()
    assert len(found.bans) == 4
    rules = Rules((ban.rule, ban.until) for ban in found.bans)
    stopped = {pid for pid, product in products.items() if not decide(product, rules, NOW).allowed}
    assert stopped == {pid for pid, product in products.items() if product.store_id == BANNED_SHOP}


def test_two_runs_write_the_same_bytes() -> None:
    assert feeds.files(seed=20) == feeds.files(seed=20)
