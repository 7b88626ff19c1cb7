"""The job on real servers: lists in the topic, none of them twice, and what a later run does to them."""

import asyncio
import uuid
from datetime import timedelta

import pytest

from ops.kafka import Kafka
from ops.stack.running import RunningStack
from pipeline.contracts.messages import (
    HEADERS,
    ClientRequest,
    Price,
    Product,
    Recommendations,
    RequestKind,
    Stock,
    encode,
    now,
)
from pipeline.contracts.topics import CLIENT_REQUESTS, FILTERED_PRODUCTS, RECOMMENDATIONS
from pipeline.kafka.live_view import LiveView
from tests.faults.lake import LakeUser

pytestmark = [pytest.mark.system, pytest.mark.timeout(470)]
PEOPLE, GOODS = 30, 24


async def a_crowd_looks_around(stack: RunningStack, shop: str) -> None:
    """Everybody views four products; nobody but one knows the last product, and that one taps it 300 times."""
    goods = [
        Product(
            product_id=str(number), name=f"Cup {number}", store_id=f"{shop}{number % 6}", category="Home / Cups",
            price=Price(amount=100, currency="RUB"), stock=Stock(available=3),
        )
        for number in range(GOODS)
    ]  # fmt: skip
    kafka = Kafka(stack.settings, "filter"), Kafka(stack.settings, "cli")
    async with kafka[0].producer(linger_ms=20) as filtered, kafka[1].producer(linger_ms=20) as asked:
        for one in goods:
            await filtered.send(FILTERED_PRODUCTS.name, encode(one), key=one.offer_id.encode(), headers=HEADERS)
        views = [(f"{person:064}", goods[(person + step) % 20]) for person in range(PEOPLE) for step in range(4)]
        views += [(f"{PEOPLE:064}", goods[-1])] * 300
        for number, (person, one) in enumerate(views):
            seen = ClientRequest(
                request_id=uuid.uuid4().hex, user=person, kind=RequestKind.VIEW, offer_id=one.offer_id,
                at=now() - timedelta(minutes=len(views) - number), hits=(one.offer_id,),
            )  # fmt: skip
            await asked.send(CLIENT_REQUESTS.name, encode(seen), key=person.encode(), headers=HEADERS)


async def lists(stack: RunningStack) -> dict[str, Recommendations]:
    async with LiveView(Kafka(stack.settings, "spark"), RECOMMENDATIONS, Recommendations) as view:
        return dict(view.items())


async def test_lists_are_made_and_stay_while_nothing_happens(lake_stack: RunningStack, unique: str) -> None:
    await a_crowd_looks_around(lake_stack, unique)
    user = LakeUser(lake_stack)
    await asyncio.to_thread(user.analytics, "run", "ingest")
    await asyncio.to_thread(user.analytics, "run", "recommend")
    made = await lists(lake_stack)
    assert {f"{person:064}" for person in range(PEOPLE)} <= made.keys()
    popular = [one.offer_id for one in made["popular"].items]
    assert f"{unique}{(GOODS - 1) % 6}/{GOODS - 1}" not in popular[:5]
    assert made["popular:Home / Cups"].items
    await asyncio.to_thread(user.analytics, "run", "recommend")
    assert {key: one.run_id for key, one in (await lists(lake_stack)).items()} == {
        key: one.run_id for key, one in made.items()
    }
