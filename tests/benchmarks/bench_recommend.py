"""How long the bot takes to know what to recommend: live views, the last views, the products that it follows."""

import asyncio
import contextlib
import random
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path
from statistics import quantiles

from bot.core.background_tasks import Work, run_in_background
from bot.features.recommendations.models import PREFERENCES, Preferences
from bot.features.recommendations.published import KafkaPublished
from bot.features.recommendations.recommender import POPULAR, Recommender
from bot.features.recommendations.store import PreferenceStore
from bot.features.watches.follower import Follower
from bot.features.watches.models import PRICES, SEARCHES
from bot.features.watches.store import WatchStore
from bot.features.watches.watcher import Watcher
from bot.products.known_products import KnownProducts
from bot.products.visibility import VisibilityPolicy
from bot.state.chat_state import open_stores
from bot.state.disk.files import StateFiles, open_files
from ops import elasticsearch
from ops.kafka import Kafka
from ops.settings import Settings
from pipeline.catalog.catalog import Catalog
from pipeline.catalog.request import SearchRequest
from pipeline.contracts.messages import HEADERS, Ban, Reason, Recommendations, Recommended, encode, now
from pipeline.contracts.topics import BANS, CHAT_STATE, RECOMMENDATIONS
from pipeline.kafka.live_view import LiveView
from tests.benchmarks.rows import Row

PEOPLE, PRODUCTS, LOOKUPS, WARM_UP = 5_000, 400, 3_000, 300
PERSONAL, SIMILAR, RECENT, SHOWN = 20, 10, 5, 5
PAGE = 100
READY_WITHIN_S = 60


async def run(settings: Settings) -> list[Row]:
    """p99 over people of whom a half have looked at something since the job ran; needs an index with products."""
    chance = random.Random(7)  # noqa: S311 - sample data
    client = elasticsearch.client(settings, "bot")
    try:
        catalog = Catalog(client, settings.search.alias)
        ids: list[str] = []
        for offset in range(0, PRODUCTS, PAGE):
            page = await catalog.search(SearchRequest(text="", in_stock=True, size=PAGE, offset=offset))
            ids += [product.offer_id for product in page.products]
        await _publish(settings, ids, chance)
        kafka = Kafka(settings, "bot")
        async with (
            _files(kafka) as files,
            kafka.producer() as producer,
            LiveView(kafka, BANS, Ban) as bans,
            open_stores(files, producer, (PREFERENCES, PRICES, SEARCHES)) as stores,
            KafkaPublished(files, producer).followed(None) as published,
        ):
            visibility, known = VisibilityPolicy(bans, now), KnownProducts(catalog)
            watches = WatchStore(stores.of(PRICES), stores.of(SEARCHES), now)
            follower = Follower(kafka, files, Watcher(watches, catalog, visibility, now), known)
            preferences = PreferenceStore(stores.buffered(PREFERENCES), now)
            people = [f"person-{chance.randrange(PEOPLE)}" for _ in range(WARM_UP + LOOKUPS)]
            async with run_in_background(Work("watch-products", follower.run)):
                await asyncio.wait_for(follower.ready.wait(), READY_WITHIN_S)
                ours = await _p99_ms(Recommender(published, preferences, catalog, visibility, known=known), people)
                plain = await _p99_ms(Recommender(published, preferences, catalog, visibility), people)
    finally:
        await client.close()
    return [
        Row(
            name="recommend_lookup_p99_ms",
            value=ours,
            unit="ms",
            baseline="products read from the index each time",
            baseline_value=plain,
            repeats=LOOKUPS,
        )
    ]


@contextlib.asynccontextmanager
async def _files(kafka: Kafka) -> AsyncIterator[StateFiles]:
    with tempfile.TemporaryDirectory() as directory, open_files(kafka, Path(directory)) as files:
        yield files


async def _p99_ms(recommender: Recommender, people: list[str]) -> float:
    took = [await _timed(recommender, person) for person in people]
    return 1_000 * quantiles(took[WARM_UP:], n=100)[98]


async def _timed(recommender: Recommender, person: str) -> float:
    began = time.perf_counter()
    items = await recommender.items(person, SHOWN)
    took = time.perf_counter() - began
    if len(items) != SHOWN:
        raise RuntimeError(f"{len(items)} recommendations instead of {SHOWN}")
    return took


async def _publish(settings: Settings, ids: list[str], chance: random.Random) -> None:
    """What the job would: lists of every person, of every product, and of what is popular; and the last views."""

    def some(kind: str, count: int) -> bytes:
        items = tuple(
            Recommended(
                offer_id=one,
                score=chance.random(),
                reason=Reason.model_validate({"kind": kind, "offer_id": chance.choice(ids)}),
            )
            for one in chance.sample(ids, count)
        )
        return encode(Recommendations(items=items, run_id="bench"))

    people = [f"person-{number}" for number in range(PEOPLE)]
    lists = {
        **{person: some("viewed", PERSONAL) for person in people},
        **{f"item:{one}": some("together", SIMILAR) for one in ids},
        POPULAR: some("together", SIMILAR),
    }
    async with Kafka(settings, "bot").producer(linger_ms=20) as producer:
        for key, value in lists.items():
            await producer.send(RECOMMENDATIONS.name, value, key=key.encode(), headers=HEADERS)
        for person in people[::2]:
            preferences = Preferences(recent=tuple(chance.sample(ids, RECENT)))
            await producer.send(
                CHAT_STATE.name, encode(preferences), key=f"{PREFERENCES.prefix}{person}".encode(), headers=HEADERS
            )
