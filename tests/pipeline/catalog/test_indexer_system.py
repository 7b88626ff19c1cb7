"""The indexer against real servers: it loses nothing, whatever is killed, restarted or moved."""

import asyncio
import random
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from aiokafka.admin import NewTopic
from elasticsearch import ApiError, AsyncElasticsearch, NotFoundError

from ops.elasticsearch import client as connect
from ops.kafka import Kafka
from ops.settings import Settings
from ops.stack.running import RunningStack
from pipeline.catalog.indexer.alias import Indices
from pipeline.contracts.messages import MOST_PIECES, DeadLetter, Price, Product, Stock, decode, encode
from tests.pipeline.topic_reader import read_topic

pytestmark = [pytest.mark.system, pytest.mark.timeout(240)]
CHECKOUT = Path(__file__).resolve().parents[3]
SEED = 20261124


def product(identifier: str, version: int = 0, available: int = 1) -> Product:
    return Product(
        product_id=identifier, name=f"Умные часы {version}", price=Price(amount=version, currency="RUB"),
        stock=Stock(available=available), store_id="s",
    )  # fmt: skip


@dataclass
class Place:
    """A topic and an alias of a test's own, and what should be in the index."""

    stack: RunningStack
    topic: str
    alias: str
    client: AsyncElasticsearch
    logs: Path
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    wanted: dict[str, int] = field(default_factory=dict)

    @property
    def settings(self) -> Settings:
        return self.stack.settings

    def start(self, task: str = "follow", **environment: str) -> subprocess.Popen[bytes]:
        """The indexer, or a rebuild, in a process of its own."""
        command = [sys.executable, "-m", "tests.pipeline.catalog.indexer_process", task, self.topic]
        env = {**self.stack.environment, "YARMARKA_SEARCH__ALIAS": self.alias, **environment}
        with (self.logs / f"{task}-{len(self.processes)}.log").open("wb") as log:
            process = subprocess.Popen(command, cwd=CHECKOUT, env=env, stdout=log, stderr=log)
        self.processes.append(process)
        return process

    async def send(self, changes: dict[str, Product | bytes | None]) -> None:
        """Write changes to the offers of the shop `s`; a value that is no product's is sent as it is."""
        async with Kafka(self.settings, "admin").producer() as producer:
            waiting = []
            for name, change in changes.items():
                key = f"s/{name}"
                value = encode(change) if isinstance(change, Product) else change
                waiting.append(await producer.send(self.topic, value, key=key.encode()))
                if change is None:
                    self.wanted.pop(key, None)
                elif isinstance(change, Product):
                    self.wanted[key] = int(change.price.amount)
            await asyncio.gather(*waiting)

    async def found(self) -> dict[str, int]:
        """id → price of everything that a search sees."""
        seen: dict[str, int] = {}
        after: list[object] | None = None
        while True:
            try:
                page = await self.client.search(index=self.alias, size=5_000, sort=["offer_id"], search_after=after)
            except ApiError as error:
                # Not there yet, or a moment old.
                assert error.status_code in {404, 503}, error
                return seen
            for hit in page["hits"]["hits"]:
                seen[hit["_id"]] = int(hit["_source"]["product"]["price"]["amount"])
                after = hit["sort"]
            if len(page["hits"]["hits"]) < 5_000:
                return seen

    async def settled(self, within: float = 90.0) -> None:
        """Wait until the index holds exactly what it should."""
        deadline = time.monotonic() + within
        while (found := await self.found()) != self.wanted:
            missing = [key for key in self.wanted if key not in found]
            stale = [key for key in self.wanted if key in found and found[key] != self.wanted[key]]
            extra = [key for key in found if key not in self.wanted]
            assert time.monotonic() < deadline, (
                f"missing {missing[:9]}, stale {stale[:9]}, extra {extra[:9]}\n"
                + "\n".join(path.read_text()[-2000:] for path in sorted(self.logs.glob("*.log")))
            )
            await asyncio.sleep(0.2)

    async def behind(self) -> list[str]:
        """The indices behind the alias."""
        with suppress(NotFoundError):
            return sorted(await self.client.indices.get_alias(name=self.alias))
        return []


@pytest.fixture
async def place(stack: RunningStack, settings: Settings, unique: str, tmp_path: Path) -> AsyncIterator[Place]:
    alias = f"products-{unique}"
    async with Kafka(settings, "admin").admin() as admin:
        await admin.create_topics([NewTopic(name=unique, num_partitions=3, replication_factor=1)])
    async with connect(settings, "indexer") as client:
        here = Place(stack, unique, alias, client, tmp_path)
        yield here
        for process in here.processes:
            process.kill()
            process.wait()
        for name in await client.indices.get_alias(index=f"{alias}-*"):
            await client.indices.delete(index=name)
    async with Kafka(settings, "admin").admin() as admin:
        await admin.delete_topics([unique])


async def until(holds: Callable[[], bool], what: str, within: float = 60.0) -> None:
    deadline = time.monotonic() + within
    while not holds():
        assert time.monotonic() < deadline, f"not within {within:g} s: {what}"
        await asyncio.sleep(0.05)


async def test_products_updates_and_tombstones(place: Place) -> None:
    place.start()
    await place.send({f"p{number}": product(f"p{number}", available=MOST_PIECES) for number in range(500)})
    await place.settled()
    await place.send({f"p{number}": product(f"p{number}", 7) for number in range(100)})
    await place.send({f"p{number}": None for number in range(50, 150)})
    await place.settled()
    await place.send({f"p{number}": product(f"p{number}", 9) for number in range(100, 120)})
    await place.settled()


async def test_what_the_index_refuses_is_put_aside_and_stops_nothing(place: Place) -> None:
    place.start("narrow")
    await place.send(
        {
            "good": product("good", 1),
            "refused": encode(product("refused", available=MOST_PIECES)),
            "malformed": b"{",
            "other": encode(product("another")),
            "last": product("last", 2),
        }
    )
    await place.settled()
    dead_letters: dict[str, str] = {}
    deadline = time.monotonic() + 30
    while len(dead_letters) < 3:
        assert time.monotonic() < deadline, dead_letters
        for record in await read_topic(place.settings, "dead_letters"):
            if record.value and record.key.decode().startswith(f"{place.topic}-"):
                dead_letter = decode(DeadLetter, record.value)
                dead_letters[dead_letter.key or ""] = dead_letter.reason
    assert dead_letters == {"s/refused": "refused_by_index", "s/malformed": "invalid", "s/other": "invalid"}


async def test_nothing_is_lost_when_the_indexer_is_killed(place: Place) -> None:
    chance = random.Random(SEED)  # noqa: S311 - the same run every time
    process = place.start()
    for turn in range(1, 6):
        changes: dict[str, Product | bytes | None] = {}
        for _ in range(2_000):
            key = f"p{chance.randrange(3_000)}"
            changes[key] = None if chance.random() < 0.2 else product(key, turn)
        await place.send(changes)
        await asyncio.sleep(chance.random())
        process.send_signal(signal.SIGKILL)
        process.wait()
        process = place.start()
    await place.settled()


async def test_two_indexers_share_the_partitions(place: Place) -> None:
    first, _ = place.start(), place.start()
    await place.send({f"p{number}": product(f"p{number}", 1) for number in range(3_000)})
    await place.settled()
    first.terminate()
    await place.send({f"p{number}": product(f"p{number}", 2) for number in range(1_000)})
    await place.settled()
    assert first.wait(30) == 0
    assert len(await place.behind()) == 1


async def test_a_rebuild_while_products_flow(place: Place) -> None:
    place.start()
    await place.send({f"p{number}": product(f"p{number}") for number in range(4_000)})
    await place.settled()
    (old,) = await place.behind()
    rebuilding = place.start("rebuild")
    turn = 0
    while rebuilding.poll() is None:
        turn += 1
        await place.send({f"p{number}": product(f"p{number}", turn) for number in range(turn, 4_000, 97)})
        await place.send({f"p{number}": None for number in range(turn, 4_000, 331)})
        # Searches go on all the time.
        assert await place.found()
    assert rebuilding.returncode == 0
    await place.settled()
    (new,) = await place.behind()
    assert new != old
    assert not await place.client.indices.exists(index=old)


@pytest.mark.parametrize("after", [0.0, 0.5, 1.0])
async def test_a_rebuild_that_is_killed_leaves_nothing_wrong(place: Place, after: float) -> None:
    """The delays run from the filling of the new index to beyond the moving of the alias."""
    follower = place.start()
    await place.send({f"p{number}": product(f"p{number}") for number in range(1_500)})
    await place.settled()
    rebuilding = place.start("rebuild")
    log = place.logs / "rebuild-1.log"
    await until(lambda: "filling" in log.read_text(), "the rebuild does not begin")
    await asyncio.sleep(after)
    rebuilding.send_signal(signal.SIGKILL)
    follower.send_signal(signal.SIGKILL)
    rebuilding.wait()
    follower.wait()
    await place.send({f"p{number}": product(f"p{number}", 1) for number in range(0, 1_500, 7)})
    place.start()
    await place.settled()
    assert len(await place.behind()) == 1


async def test_a_second_rebuild_waits_for_the_first_and_cleans_up_after_a_dead_one(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    indices = Indices(place.client, place.alias)
    await indices.ensure()
    left_behind = await indices.start_building()
    second = place.start("rebuild")
    assert second.wait(60) != 0
    assert "Another rebuild is filling" in (place.logs / "rebuild-0.log").read_text()
    await place.client.indices.put_mapping(
        index=left_behind, meta={"version": 1, "alive_at": "2026-01-01T00:00:00+00:00"}
    )
    assert place.start("rebuild").wait(60) == 0
    assert not await place.client.indices.exists(index=left_behind)


async def test_an_index_that_was_lost_is_filled_again(place: Place) -> None:
    place.start()
    await place.send({f"p{number}": product(f"p{number}") for number in range(500)})
    await place.settled()
    for name in await place.behind():
        await place.client.indices.delete(index=name)
    await place.send({"new": product("new", 3)})
    await place.settled()


async def test_an_index_of_another_mapping_is_told(place: Place) -> None:
    indices = Indices(place.client, place.alias)
    index = await indices.ensure()
    assert not await indices.is_outdated(index)
    await place.client.indices.put_mapping(index=index, meta={"version": -1})
    assert await indices.is_outdated(index)


class Gate:
    """A way to Elasticsearch that can be shut; bytes pass unread, so TLS goes through it."""

    def __init__(self, url: str) -> None:
        found = urlsplit(url)
        self._target = (found.hostname or "localhost", found.port or 9200)
        self._open: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self.port = 0

    async def __aenter__(self) -> "Gate":
        await self.lift()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.shut()

    async def lift(self) -> None:
        self._server = await asyncio.start_server(self._serve, "localhost", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def shut(self) -> None:
        if self._server is not None:
            self._server.close()
            for writer in self._open:
                writer.transport.abort()
            self._open.clear()
            self._server = None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection(*self._target)
        except OSError:
            writer.close()
            return
        self._open |= {writer, far_writer}
        await asyncio.gather(_pump(reader, far_writer), _pump(far_reader, writer))


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError, asyncio.IncompleteReadError):
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()
    writer.close()


async def test_elasticsearch_goes_away_and_comes_back(place: Place) -> None:
    async with Gate(place.settings.elasticsearch.url) as gate:
        process = place.start(YARMARKA_ELASTICSEARCH__URL=f"https://localhost:{gate.port}")
        await place.send({f"p{number}": product(f"p{number}") for number in range(300)})
        await place.settled()
        for turn in range(1, 4):
            await gate.shut()
            await place.send({f"p{number}": product(f"p{number}", turn) for number in range(turn * 50, 2_000)})
            await asyncio.sleep(1)
            await gate.lift()
            await asyncio.sleep(0.3)
        await place.settled()
        assert process.poll() is None
