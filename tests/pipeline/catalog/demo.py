"""The demo's catalogue and its judged queries, as the tests and benchmarks of the search use them."""

import tempfile
from functools import cache
from pathlib import Path

from ops.demo import feeds
from pipeline.catalog.judgments import Rated, read
from pipeline.contracts.messages import Product
from pipeline.feed.product_row import Defaults
from pipeline.feed.reader import Accepted
from pipeline.feed.reader import read as read_feed

SEED = 20


@cache
def demo() -> tuple[tuple[Product, ...], tuple[Rated, ...]]:
    """All products that the demo's shops offer, and the judged queries over them."""
    with tempfile.TemporaryDirectory() as name:
        feeds.write(Path(name), SEED)
        files = sorted(Path(name).glob("products-*"))
        outcomes = [outcome for path in files for outcome in read_feed(path, Defaults(feeds.YML_SHOP))]
        rated = tuple(read(Path(name) / "judgments.csv"))
    return tuple(outcome.product for outcome in outcomes if isinstance(outcome, Accepted)), rated


def demo_products() -> tuple[Product, ...]:
    """All products that the demo's shops offer."""
    return demo()[0]


def demo_queries() -> list[str]:
    """The texts of the judged queries."""
    return [each.query for each in demo()[1]]
