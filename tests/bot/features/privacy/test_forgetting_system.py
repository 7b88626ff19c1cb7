"""Who is forgotten is in no store of ours any more: everything there is gets searched for the person's pseudonym."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import aiohttp
import pytest

from analytics.lake.hdfs import Hdfs
from bot.core.pseudonyms import Pseudonyms
from ops.elasticsearch import client
from ops.kafka import Kafka
from ops.sandbox.server import running
from ops.stack.running import RunningStack
from pipeline.contracts.jobs import FORGET
from pipeline.contracts.lake import LAKE
from pipeline.contracts.messages import HEADERS, Reason, Recommendations, Recommended, encode
from pipeline.contracts.topics import FILTERED_PRODUCTS, RECOMMENDATIONS, TOPICS, Cleanup
from tests.bot.test_system import Running
from tests.bot.world.memory import product
from tests.faults.lake import LakeUser
from tests.pipeline.topic_reader import read_topic
from tests.waiting import until

pytestmark = [pytest.mark.system, pytest.mark.timeout(900)]
SOMEBODY = 7_000_000_000
WORD = "хрюмзик"
OFFER = product("forget-1", f"{WORD} один", 1000.0)


@pytest.fixture
async def market(lake_stack: RunningStack) -> AsyncIterator[Running]:
    """A market with a lake, whose one product is in the index."""
    async with running() as sandbox, aiohttp.ClientSession() as session:
        market = Running(lake_stack, sandbox, session)
        async with market.service("pipeline", "index"), market.service("pipeline", "requests"):
            async with Kafka(lake_stack.settings, "filter").producer() as producer:
                key = OFFER.offer_id.encode()
                await producer.send_and_wait(FILTERED_PRODUCTS.name, encode(OFFER), key=key, headers=HEADERS)
            yield market


async def test_nothing_of_a_forgotten_person_is_left(market: Running) -> None:
    # Odd: of the sandbox's guests those speak Russian.
    stack, user_id = market.stack, SOMEBODY + 2 * int(datetime.now(UTC).timestamp()) + 1
    key = stack.settings.credentials / "bot" / "user-hash.key"
    pseudonym = Pseudonyms.from_file(key).of(user_id)
    anna, lake = market.person(user_id), LakeUser(stack)
    async with Kafka(stack.settings, "spark").producer() as producer:
        item = Recommended(offer_id=OFFER.offer_id, score=1, reason=Reason(kind="popular"))
        mine = Recommendations(items=(item,), run_id="test")
        await producer.send_and_wait(RECOMMENDATIONS.name, encode(mine), key=pseudonym.encode(), headers=HEADERS)
    async with market.service("bot"):

        async def offered() -> bool:
            return WORD in (await (await anna.writes(WORD)).sees()).text.partition("\n")[2]

        await until(offered, "the product is found", within_s=120, look_s=0.2)
        found = await anna.sees(button="🔔 Следить за запросом")
        await anna.presses(found, "🔔 Следить за запросом")
        await anna.writes("/language ru")
        await anna.writes("/start p_forget-1")
        await anna.presses(await anna.sees(button="🔔 Следить"), "🔔 Следить")
        await anna.presses(await anna.sees("Сообщить при цене"), "Любое снижение")
        await _until_indexed(stack, pseudonym)
        await asyncio.to_thread(lake.analytics, "run", "ingest")
        before = await _kafka(stack, pseudonym)
        assert {name.partition(":")[0] for _, name in before} >= {"settings", "seen", "watch", "saved", pseudonym}
        assert _rows(await asyncio.to_thread(lake.rows, "request_history"), pseudonym)

        await anna.writes("/privacy")
        kept = await anna.sees("• 1 цена,", "• 1 сохранённый поиск", button="🗑 Забыть меня")
        await anna.presses(kept, "🗑 Забыть меня")
        await anna.presses(await anna.sees_change(kept, button="Да, удалить"), "Да, удалить")
        await anna.sees_change(kept, "✅ Удалено")
        left = {name for _, name in await _kafka(stack, pseudonym)}
        assert left == {f"{FORGET}{pseudonym}", f"forgetting:{pseudonym}"}, "only what the job and the bot still need"

        await asyncio.to_thread(lake.analytics, "run", "forget")

        await anna.sees("✅ Прошлые запросы удалены и из архива, и из журнала поиска")
        await _until_kafka_holds(stack, pseudonym, {f"{FORGET}{pseudonym}"})
    assert await _documents(stack, pseudonym) == []
    for table in LAKE:
        if await asyncio.to_thread(Hdfs(stack.settings).exists, table.path):
            assert _rows(await asyncio.to_thread(lake.rows, table.name), pseudonym) == [], table.name


def _rows(rows: list[dict[str, object]], pseudonym: str) -> list[dict[str, object]]:
    return [row for row in rows if pseudonym in str(row)]


async def _until_indexed(stack: RunningStack, pseudonym: str) -> None:
    async def there() -> bool:
        return bool(await _documents(stack, pseudonym))

    await until(there, "a request is in the log", within_s=120, look_s=0.3)


async def _until_kafka_holds(stack: RunningStack, pseudonym: str, names: set[str]) -> None:
    left: set[str] = set()

    async def only_these() -> bool:
        left.clear()
        left.update(name for _, name in await _kafka(stack, pseudonym))
        return left == names

    await until(only_these, f"only {names} are left", within_s=30, saw=lambda: left, look_s=0.3)


async def _documents(stack: RunningStack, pseudonym: str) -> list[str]:
    """Documents of every index of ours with the pseudonym anywhere in them."""
    async with client(stack.settings, "admin") as index:
        await index.indices.refresh(index="*")
        found = await index.search(index="requests-*,products*", size=10_000, allow_no_indices=True)
    return [str(hit["_id"]) for hit in found["hits"]["hits"] if pseudonym in str(hit)]


async def _kafka(stack: RunningStack, pseudonym: str) -> list[tuple[str, str]]:
    """(topic, key) of the latest records of compacted topics with the pseudonym anywhere in them."""
    found = []
    hashed = pseudonym.encode()
    for topic in TOPICS:
        if topic.cleanup is not Cleanup.COMPACT:
            continue
        latest = {record.key or b"": record.value for record in await read_topic(stack.settings, topic.name)}
        found += [
            (topic.name, name.decode())
            for name, value in latest.items()
            if value is not None and (hashed in name or hashed in value)
        ]
    return found
