"""Whole feeds of one shop that go on at once, in every order of their slices: the one that began last stands."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.contracts.feeds import run_id_at
from pipeline.feed.offer_digest import GONE, digest_of
from pipeline.feed.rows import Row
from pipeline.feed.running_feed import FeedOrigin
from pipeline.feed.slices import ReadyRow
from tests.pipeline.feed.keeping import KeepingKafka, feeding
from tests.pipeline.feed.shops_folder import row

ORIGIN = FeedOrigin(shop="s")
FREELY = {"withdraw_share": 1, "refused_share": 1}
# Number → price; 0 is an offer that the shop disables.
FILE = st.dictionaries(st.integers(0, 12), st.integers(0, 2), min_size=1)


def ready(number: int, price: int) -> ReadyRow:
    key, value = f"s/p{number}", row(f"p{number}", price).encode()
    if not price:
        return ReadyRow(Row(number, 0, b""), key, "s", None, GONE)
    return ReadyRow(Row(number, 0, b""), key, "s", value, digest_of(value))


async def fed(files: list[dict[int, int]], order: list[int]) -> dict[int, float]:
    """What is on sale after these files, begun in turn, went on in this order: a slice, or their end."""
    kafka = KeepingKafka()
    with TemporaryDirectory() as state:
        async with feeding(Path(state), kafka, settings=FREELY) as parts:
            feeds = [parts.begin(f"{number}.xml", ORIGIN) for number in range(len(files))]
            rows = [[ready(*offer) for offer in file.items()] for file in files]
            for number, feed in enumerate(feeds):
                feed.run_id, feed.whole = run_id_at(1_000 + number), True
            ended: set[int] = set()
            # At the end, each has as many turns as it may still need.
            for number in [*order, *(number for number in range(len(files)) for _ in range(9))]:
                if rows[number]:
                    await parts.feeder.send(feeds[number], rows[number][:2])
                    rows[number] = rows[number][2:]
                elif number not in ended:
                    ended.add(number)
                    await parts.feeder.conclude(feeds[number], unchanged=lambda: True)
            assert len(ended) == len(files)
    return {int(product.product_id[1:]): product.price.amount for product in kafka.products().values()}


@settings(max_examples=60)
@given(st.lists(FILE, min_size=2, max_size=3), st.lists(st.integers(0, 2), max_size=30))
def test_the_feed_that_began_last_stands(files: list[dict[int, int]], order: list[int]) -> None:
    chosen = [number for number in order if number < len(files)]
    last = {number: price for number, price in files[-1].items() if price}
    assert asyncio.run(fed(files, chosen)) == last
