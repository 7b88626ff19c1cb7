"""The one reader of each topic of state on real Kafka: how many there are, and what it makes of odd records."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import TopicAuthorizationFailedError

from bot.application.features import specs
from bot.core.access import GRANTS, RoleGrant
from bot.core.people import SETTINGS, PersonSettings
from bot.state.chat_state import open_stores
from bot.state.disk.files import StateFiles, open_files
from bot.state.store import StoreSpec
from ops import metrics
from ops.kafka import Kafka
from ops.settings import Settings
from pipeline.contracts.messages import HEADERS, encode
from pipeline.contracts.topics import CHAT_STATE
from tests.bot.state.backends import Note
from tests.waiting import until

pytestmark = [pytest.mark.system, pytest.mark.timeout(120)]
ONE, TWO = Note(text="one"), Note(text="two")


class CountingKafka(Kafka):
    """Counts the consumers that are open."""

    opened = 0

    @contextlib.asynccontextmanager
    async def consumer(
        self,
        *topics: str,
        group: str | None = None,
        from_beginning: bool = True,
        max_poll_records: int | None = None,
        fetch_bytes: int = 4 << 20,
    ) -> AsyncIterator[AIOKafkaConsumer]:
        self.opened += 1
        async with super().consumer(
            *topics,
            group=group,
            from_beginning=from_beginning,
            max_poll_records=max_poll_records,
            fetch_bytes=fetch_bytes,
        ) as consumer:
            yield consumer


@pytest.fixture
def kafka(settings: Settings) -> CountingKafka:
    return CountingKafka(settings, "bot")


@pytest.fixture
def files(kafka: CountingKafka, tmp_path: Path) -> StateFiles:
    return StateFiles(kafka, tmp_path)


async def test_one_consumer_reads_a_topic_for_all_stores(
    kafka: CountingKafka, files: StateFiles, notes: StoreSpec[Note], facts: StoreSpec[Note]
) -> None:
    every = (*specs(), notes, facts)
    assert len(every) > 10
    async with kafka.producer() as producer, open_stores(files, producer, every) as stores:
        await stores.of(notes).put("anna", ONE)
        await stores.of(facts).put("anna", TWO)
        assert (stores.of(notes).get("anna"), stores.of(facts).get("anna")) == (ONE, TWO)
    assert kafka.opened == len({spec.topic for spec in every}) == 3


async def test_two_processes_read_what_the_other_writes(
    kafka: CountingKafka, tmp_path: Path, notes: StoreSpec[Note]
) -> None:
    with open_files(kafka, tmp_path) as my_files, open_files(kafka, tmp_path) as their_files:
        await _write_to_each_other(kafka, my_files, their_files, notes)


async def _write_to_each_other(
    kafka: Kafka, my_files: StateFiles, their_files: StateFiles, notes: StoreSpec[Note]
) -> None:
    async with (
        kafka.producer() as producer,
        open_stores(my_files, producer, (notes,)) as mine,
        open_stores(their_files, producer, (notes,)) as others,
    ):
        heard: list[tuple[str, Note | None, Note | None]] = []
        others.of(notes).subscribe(lambda *change: heard.append(change))
        await mine.of(notes).put("anna", ONE)
        await mine.of(notes).put("anna", None)
        await until(lambda: len(heard) == 2, "both changes are heard", saw=lambda: heard)
        assert heard == [("anna", None, ONE), ("anna", ONE, None)]
        assert others.of(notes).get("anna") is None


async def test_a_role_is_the_bots_to_write_and_nobody_elses(settings: Settings, tmp_path: Path, unique: str) -> None:
    """`spark` writes `chat_state` for its jobs; what it writes there gives no role, and `roles` it may not write."""
    grant = RoleGrant(role="admin", user_id=7)
    bot, spark = Kafka(settings, "bot"), Kafka(settings, "spark")
    files = StateFiles(bot, tmp_path)
    async with (
        bot.producer() as producer,
        spark.producer() as stranger,
        open_stores(files, producer, specs()) as stores,
    ):
        await stranger.send_and_wait(CHAT_STATE.name, encode(grant), key=f"role:{unique}".encode(), headers=HEADERS)
        with pytest.raises(TopicAuthorizationFailedError):
            await stranger.send_and_wait(GRANTS.topic.name, encode(grant), key=unique.encode(), headers=HEADERS)
        # A write of ours comes after both, so that they would be there.
        await stores.of(SETTINGS).put(unique, PersonSettings())
        assert stores.of(GRANTS).get(unique) is None
        await stores.of(GRANTS).put(unique, grant)
    async with bot.producer() as producer, open_stores(files, producer, specs()) as stores:
        assert stores.of(GRANTS).get(unique) == grant


async def test_a_record_that_is_not_understood_is_counted_and_leaves_the_entry_and_the_reader_as_they_were(
    kafka: CountingKafka, files: StateFiles, notes: StoreSpec[Note], facts: StoreSpec[Note]
) -> None:
    before = _undecodable()
    async with kafka.producer() as producer:

        async def write(key: bytes, value: bytes) -> None:
            await producer.send_and_wait(CHAT_STATE.name, value, key=key, headers=HEADERS)

        await write(f"{notes.prefix}loaded".encode(), b"{")
        async with open_stores(files, producer, (notes, facts)) as stores:
            store = stores.of(notes)
            assert store.get("loaded") is None
            await store.put("anna", ONE)
            for value in (b"{", b"[]", b'{"text": 1}', b"\xff"):
                await write(f"{notes.prefix}anna".encode(), value)
            # Keys of nobody.
            for key in (b"", b"\xff\xfe", notes.prefix.rstrip(":").encode(), b"unheard-of:x"):
                await write(key, encode(TWO))
            await store.put("oliver", TWO)
            assert dict(store.entries()) == {"anna": ONE, "oliver": TWO}
            assert list(stores.of(facts).entries()) == []
    assert _undecodable() - before == 5


async def test_each_store_has_a_gauge_of_its_own(
    kafka: CountingKafka, files: StateFiles, notes: StoreSpec[Note], facts: StoreSpec[Note]
) -> None:
    async with kafka.producer() as producer, open_stores(files, producer, (notes, facts)) as stores:
        for name in ("anna", "oliver"):
            await stores.of(notes).put(name, ONE)
        await stores.of(facts).put("anna", ONE)
        wanted = [2.0, 1.0]
        await until(lambda: [_entries(notes), _entries(facts)] == wanted, "both gauges are right")
        await stores.of(notes).put("anna", None)
        await until(lambda: _entries(notes) == 1.0, "what was deleted is not counted")


def _entries(spec: StoreSpec[Note]) -> float | None:
    return metrics.REGISTRY.get_sample_value("yarmarka_live_view_entries", {"view": spec.name})


def _undecodable() -> float:
    labels = {"topic": CHAT_STATE.name, "reason": "undecodable_state"}
    return metrics.REGISTRY.get_sample_value("yarmarka_dead_letters_total", labels) or 0.0
