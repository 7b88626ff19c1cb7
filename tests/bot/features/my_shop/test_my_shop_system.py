"""A shop's products and its week, read from the real servers as the bot reads them."""

from datetime import timedelta

import pytest

from bot.features.my_shop.activity_log import ActivityLog
from bot.features.my_shop.figures import Found
from bot.features.my_shop.sent_offers import KafkaSentOffers
from bot.features.my_shop.stock import StockTaking
from bot.ui.locale import MOSCOW
from bot.ui.span import span_of
from ops.elasticsearch import client
from ops.kafka import Kafka
from ops.stack.running import RunningStack
from pipeline.bans import Rules, parse_rule
from pipeline.contracts.messages import HEADERS, encode, now
from pipeline.contracts.topics import PRODUCTS
from pipeline.requests.indices import LogIndices
from pipeline.requests.months import index_of
from tests.bot.world.memory import product

pytestmark = [pytest.mark.system, pytest.mark.timeout(480)]


async def test_what_the_shop_sent_is_counted_and_nothing_of_a_shop_with_a_longer_id(
    stack: RunningStack, unique: str
) -> None:
    sent = [product(str(number), f"Чайник {number}", store_id=unique) for number in range(4)]
    other = product("1", "Чужой", store_id=f"{unique}2")
    async with Kafka(stack.settings, "feed").producer() as producer:
        for one in (*sent, other):
            await producer.send_and_wait(PRODUCTS.name, encode(one), one.offer_id.encode(), headers=HEADERS)
        await producer.send_and_wait(PRODUCTS.name, None, sent[3].offer_id.encode(), headers=HEADERS)
    taking = StockTaking(Rules([(parse_rule(f"product:{unique}/2"), None)]), now())
    assert await KafkaSentOffers(Kafka(stack.settings, "replay")).count(unique, taking)
    stock = taking.stock()
    assert (stock.on_sale, stock.refused_count) == (2, 1)
    assert stock.by_rule == ((f"product:{unique}/2", 1),)


async def test_the_week_is_the_shops_own_and_tells_nobodys_own_query(stack: RunningStack, unique: str) -> None:
    at, mine, other = now() - timedelta(minutes=1), f"{unique}/1", f"{unique}2/1"

    def search(person: str, text: str, *hits: str, **more: object) -> dict[str, object]:
        made: dict[str, object] = {"user": f"{unique}-{person}", "kind": "search", "text": text, "hits": list(hits)}
        return {**made, "channel": "chat", "page_offset": 0, **more}

    documents: list[dict[str, object]] = [
        *(search(person, "чайник", other, mine) for person in "abc"),
        search("a", "ЧАЙНИК", mine, page_offset=5),
        search("a", "моё личное", mine),
        search("b", "чайник", other),
        search("c", "чайник", mine, channel="inline"),
        {"user": f"{unique}-a", "kind": "view", "offer_id": mine},
        {"user": f"{unique}-b", "kind": "view", "offer_id": mine, "source": "link"},
        {"user": f"{unique}-b", "kind": "view", "offer_id": other},
        {"user": f"{unique}-b", "kind": "view", "offer_id": mine, "outcome": "refused"},
    ]
    async with client(stack.settings, "requests") as index, client(stack.settings, "bot") as reader:
        await LogIndices(index, 12).prepare()
        for document in documents:
            await index.index(index=index_of("requests", at), document={**document, "@timestamp": at.isoformat()})
        await index.indices.refresh(index="requests-*")
        week = await ActivityLog(reader, 2).week(unique, span_of("week", now(), MOSCOW))
    assert (week.shown, week.opened) == (5, 2)
    assert week.searches == (Found("чайник", 4),)
    assert [sum(day.shown for day in week.days), sum(day.opened for day in week.days)] == [5, 2]
    assert len(week.days) == 7
