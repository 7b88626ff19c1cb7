"""The same catalogue gives the same products, whatever its shop's program makes of it."""

from pathlib import Path

import pytest

from pipeline.contracts.messages import Product
from pipeline.feed.reader import Accepted, read
from tests.pipeline.feed import variants
from tests.pipeline.feed.conftest import Write

OFFERS = variants.samples(2_000)
FORMS = {
    "feed.json": variants.as_json(OFFERS),
    "feed.jsonl": variants.as_lines(OFFERS),
    "1251.xml": variants.as_yml(OFFERS),
    "model.xml": variants.as_yml(OFFERS, "utf-8", by_model=True),
    "google.xml": variants.as_google(OFFERS),
    "feed.csv": variants.as_csv(OFFERS),
    "comma.csv": variants.as_csv(OFFERS, ",", "utf-8-sig"),
    "tab.csv": variants.as_csv(OFFERS, "\t", "utf-16"),
    "wrapped.json": b'{"date": "2026-11-20", "data": {"items": ' + variants.as_json(OFFERS) + b'}, "total": 2000}',
}


def products(path: Path) -> list[Product]:
    outcomes = list(read(path))
    refused = [outcome for outcome in outcomes if not isinstance(outcome, Accepted)]
    assert not refused, refused[:2]
    return [outcome.product for outcome in outcomes if isinstance(outcome, Accepted)]


def expected(sample: variants.Sample) -> Product:
    """What the offer is, not read by the feed."""
    return Product.model_validate(
        {
            "product_id": sample.identifier,
            "name": sample.name,
            "description": sample.description,
            "price": {"amount": sample.kopecks / 100, "currency": "RUB"},
            "category": variants.PATHS[sample.category],
            "brand": sample.brand,
            "stock": {"available": sample.pieces, "reserved": 0},
            "sku": sample.article,
            "images": [{"url": url, "alt": sample.name} for url in sample.pictures],
            "specifications": sample.properties,
            "store_id": variants.SHOP,
            "group_id": sample.group or None,
            "url": sample.page,
            "old_price": sample.old_kopecks / 100,
            "delivery": {"courier": True, "cost": sample.shipping, "pickup": sample.fetched},
        }
    )


@pytest.mark.parametrize("name", sorted(FORMS))
def test_each_form_gives_the_products_that_were_meant(write: Write, name: str) -> None:
    found = products(write(name, FORMS[name]))
    meant = [expected(sample) for sample in OFFERS]
    assert len(found) == len(meant)
    for product, wanted in zip(found, meant, strict=True):
        assert product.model_dump(exclude_none=True) == wanted.model_dump(exclude_none=True)
