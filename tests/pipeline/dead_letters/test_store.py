"""Dead letters on real Kafka: put aside, looked at, sent again, dismissed."""

import asyncio
import contextlib
import subprocess
import sys
import uuid
from base64 import b64encode
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer

from ops.kafka import Kafka
from ops.settings import Settings
from ops.stack.running import RunningStack
from pipeline.contracts.messages import DeadLetter
from pipeline.dead_letters.letter_index import LetterIndex
from pipeline.dead_letters.letters import Outcome, StoredLetter
from pipeline.dead_letters.newest_versions import NewestVersions
from pipeline.dead_letters.settling import Action, LetterOrder, SettlingProgress
from pipeline.dead_letters.store import FILE, DeadLetterStore
from pipeline.kafka.audit import Actor
from pipeline.kafka.consumed_record import dead_letter_of
from pipeline.kafka.dead_letters import DeadLetters
from tests.pipeline.sink.records import FakeRecord
from tests.pipeline.topic_reader import audit_entries, read_topic

pytestmark = [pytest.mark.system, pytest.mark.timeout(60)]
CHECKOUT = Path(__file__).resolve().parents[3]
ME = Actor("terminal:tester", "tester", "terminal")


@contextlib.asynccontextmanager
async def opened(settings: Settings, directory: Path) -> AsyncIterator[DeadLetterStore]:
    """A store that follows the topic, as the bot's does."""
    index = LetterIndex.open(directory / FILE)
    store = DeadLetterStore(settings, index)
    await store.catch_up()
    following = asyncio.create_task(store.run())
    try:
        yield store
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
        index.close()


@pytest.fixture
async def store(settings: Settings, tmp_path: Path) -> AsyncIterator[DeadLetterStore]:
    async with opened(settings, tmp_path) as made:
        yield made


async def send(settings: Settings, key: str, value: bytes | None) -> FakeRecord:
    """Write a record to `products`; the record as its consumer sees it."""
    async with Kafka(settings, "feed").producer() as producer:
        at = await producer.send_and_wait("products", value, key=key.encode())
    return FakeRecord(key.encode(), value, at.offset, "products", at.partition)


async def put_aside(settings: Settings, record: FakeRecord, reason: str) -> None:
    async with Kafka(settings, "filter").producer() as producer:
        await DeadLetters(producer, "filter").put_record(record, reason, "a test")


async def put_row(settings: Settings, source: str, reason: str) -> None:
    async with Kafka(settings, "feed").producer() as producer:
        letter = DeadLetter(source=source, topic="", value="", reason=reason, service="feed")
        await DeadLetters(producer, "feed").put(letter)


async def open_with(store: DeadLetterStore, reason: str) -> list[StoredLetter]:
    return await store.page(reason, 0, 100)


async def settle(store: DeadLetterStore, action: Action, reason: str, job: str = "") -> SettlingProgress:
    """All of a reason that was put aside until now."""
    letters = len(await open_with(store, reason))
    order = LetterOrder(action, job or uuid.uuid4().hex, ME, f"because {reason}", reason, await store.last(reason))
    return await store.settle(order, letters, lambda now: None, lambda: False)


async def replay(store: DeadLetterStore, reason: str) -> dict[Outcome, int]:
    return dict((await settle(store, Action.REPLAY, reason)).outcomes)


async def values_of(settings: Settings, key: str) -> list[bytes | None]:
    return [record.value for record in await read_topic(settings, "products") if record.key == key.encode()]


async def test_a_dead_letter_is_read_replayed_and_closed(
    store: DeadLetterStore, settings: Settings, unique: str
) -> None:
    record = await send(settings, unique, b"{broken")
    await put_aside(settings, record, unique)
    await put_aside(settings, record, unique)  # a consumer that was killed before its commit
    (stored,) = await open_with(store, unique)
    assert (stored.letter.source, stored.letter.topic) == (f"products-{record.partition}-{record.offset}", "products")
    assert (stored.letter.value, stored.letter.key, stored.letter.detail) == (
        b64encode(b"{broken").decode(),
        unique,
        "a test",
    )
    assert [(kind.service, kind.open) for kind in (await store.summary()).of(unique)] == [("filter", 1)]
    assert await replay(store, unique) == {Outcome.REPLAYED: 1}
    assert await values_of(settings, unique) == [b"{broken", b"{broken"]
    assert await open_with(store, unique) == []
    assert (await store.summary()).of(unique) == ()


async def test_a_replay_never_puts_the_old_over_the_new(
    store: DeadLetterStore, settings: Settings, unique: str
) -> None:
    await put_aside(settings, await send(settings, unique, b"old"), unique)
    await send(settings, unique, b"new")
    assert await replay(store, unique) == {Outcome.SUPERSEDED: 1}
    assert await values_of(settings, unique) == [b"old", b"new"]
    assert await open_with(store, unique) == []


@pytest.mark.parametrize("newer", [b"new", None])
async def test_what_comes_between_the_look_and_the_sending_is_put_on_top_again(
    store: DeadLetterStore, settings: Settings, unique: str, monkeypatch: pytest.MonkeyPatch, newer: bytes | None
) -> None:
    """A shop sends a new price, or takes the offer back, at the very moment when the old version is replayed."""
    await put_aside(settings, await send(settings, unique, b"old"), unique)
    looked = NewestVersions.cover
    between = [newer]

    async def cover(self: NewestVersions, consumer: AIOKafkaConsumer, starts: dict[int, int]) -> None:
        await looked(self, consumer, starts)
        if between:
            await send(settings, unique, between.pop())

    monkeypatch.setattr(NewestVersions, "cover", cover)
    assert await replay(store, unique) == {Outcome.OVERTAKEN: 1}
    assert await values_of(settings, unique) == [b"old", newer, b"old", newer]
    assert await open_with(store, unique) == []


async def test_a_replay_that_was_killed_before_its_check_ends_as_it_would_have_ended(
    store: DeadLetterStore, settings: Settings, unique: str
) -> None:
    """The old version was sent, over a newer one, and nobody looked: the next attempt finds it."""
    record = await send(settings, unique, b"old")
    await put_aside(settings, record, unique)
    await send(settings, unique, b"new")
    async with Kafka(settings, "replay").producer() as producer:
        headers = [("copy_of", str(record.offset).encode())]
        await producer.send_and_wait(
            "products", b"old", key=unique.encode(), partition=record.partition, headers=headers
        )
    assert await replay(store, unique) == {Outcome.OVERTAKEN: 1}
    assert (await values_of(settings, unique))[-1] == b"new"


async def test_a_replay_that_was_killed_before_it_was_noted_is_not_sent_again(
    store: DeadLetterStore, settings: Settings, unique: str
) -> None:
    record = await send(settings, unique, b"{broken")
    await put_aside(settings, record, unique)
    async with Kafka(settings, "replay").producer() as producer:
        headers = [("copy_of", str(record.offset).encode())]
        await producer.send_and_wait(
            "products", b"{broken", key=unique.encode(), partition=record.partition, headers=headers
        )
    assert await replay(store, unique) == {Outcome.REPLAYED: 1}
    assert await values_of(settings, unique) == [b"{broken", b"{broken"]


async def test_another_message_at_the_same_offset_is_not_the_letters(
    store: DeadLetterStore, settings: Settings, unique: str
) -> None:
    """Of a log that was cut and written on: the letter's source names a message that nobody put aside."""
    record = await send(settings, unique, b"another")
    record.value = b"what was cut"
    await put_aside(settings, record, unique)
    assert await replay(store, unique) == {Outcome.SUPERSEDED: 1}
    assert await values_of(settings, unique) == [b"another"]


async def test_what_the_index_refused_goes_the_whole_way_again(
    store: DeadLetterStore, settings: Settings, unique: str
) -> None:
    """A replay into filtered_products would go round the filter, so the product's latest record is sent to it."""
    await send(settings, unique, b"latest")
    refused = FakeRecord(unique.encode(), b"as it was", 10**9, "filtered_products", 0)
    await put_aside(settings, refused, unique)
    assert await replay(store, unique) == {Outcome.REPLAYED: 1}
    assert await values_of(settings, unique) == [b"latest", b"latest"]


async def test_a_dismissal_is_in_the_audit_once_for_a_job_that_is_taken_up_again(
    store: DeadLetterStore, settings: Settings, unique: str
) -> None:
    await put_aside(settings, await send(settings, unique, b"x"), unique)
    assert (await settle(store, Action.DISCARD, unique, f"job {unique}")).outcomes == {Outcome.DISCARDED: 1}
    assert await open_with(store, unique) == []
    await put_aside(settings, await send(settings, unique, b"y"), unique)
    assert (await settle(store, Action.DISCARD, unique, f"job {unique}")).outcomes == {Outcome.DISCARDED: 2}
    assert await values_of(settings, unique) == [b"x", b"y"]
    entries = await audit_entries(settings, f"because {unique}")
    assert {(entry.entry_id, entry.actor, entry.action) for entry in entries} == {
        (f"job {unique}", "terminal:tester", "dead_letters:discard")
    }


async def test_what_has_no_whole_message_is_counted_and_stays(
    store: DeadLetterStore, settings: Settings, unique: str
) -> None:
    await put_row(settings, f"feed:{unique}:1:0", unique)
    cut = await send(settings, unique, b"x" * 1000)
    cut.value = b"x" * (3 << 20)
    await put_aside(settings, cut, unique)
    whole = await send(settings, f"{unique}-2", b"{")
    await put_aside(settings, whole, unique)
    progress = await settle(store, Action.REPLAY, unique)
    assert (progress.outcomes, progress.refused) == ({Outcome.REPLAYED: 1}, 2)
    assert [stored.letter.topic for stored in await open_with(store, unique)] == ["", "products"]
    assert await values_of(settings, unique) == [b"x" * 1000]


async def test_a_job_is_stopped_between_two_batches_and_another_process_goes_on(
    settings: Settings, unique: str, tmp_path: Path
) -> None:
    async with Kafka(settings, "feed").producer() as producer:
        letters = [
            DeadLetter(source=f"feed:{unique}:{row}:0", topic="", value="", reason=unique, service="feed")
            for row in range(600)
        ]
        await DeadLetters(producer, "feed").put_all(letters)
    seen: list[int] = []
    async with opened(settings, tmp_path / "one") as store:
        assert len(await open_with(store, unique)) == 100
        order = LetterOrder(Action.DISCARD, unique, ME, "why", unique, await store.last(unique))
        stopped = await store.settle(order, 600, lambda now: seen.append(now.settled), lambda: True)
        assert 0 < stopped.settled < 600
    async with opened(settings, tmp_path / "another") as store:
        done = await store.settle(order, 600, lambda now: seen.append(now.settled), lambda: False)
        assert (done.settled, seen == sorted(set(seen))) == (600, True)
        assert (await store.summary()).of(unique) == ()


async def test_the_commands(stack: RunningStack, settings: Settings, unique: str) -> None:
    record = await send(settings, unique, b"broken")
    await put_aside(settings, record, unique)
    await put_row(settings, f"feed:{unique}:1:0", f"{unique}-row")
    source = f"products-{record.partition}-{record.offset}"

    def say(*arguments: str, fails: bool = False) -> str:
        command = [sys.executable, "-m", "pipeline", "dead-letters", *arguments]
        ended = subprocess.run(
            command, check=False, cwd=CHECKOUT, env=stack.environment, capture_output=True, text=True, timeout=60
        )
        assert (ended.returncode != 0) is fails, ended.stderr
        return ended.stderr if fails else ended.stdout

    assert f"{unique}: 1\n  {source}" in say("list", "--reason", unique)
    assert say("show", source).endswith("truncated: False\nbroken\n")
    assert say("replay", source) == "1 replayed, 0 superseded\n"
    assert say("list", "--reason", unique) == "0 open\n"
    assert "correct it and feed the file again" in say("replay", f"feed:{unique}:1:0", fails=True)
    assert say("discard", "--why", "done", "--reason", f"{unique}-row") == "1 discarded\n"


def test_a_huge_message_is_kept_in_part() -> None:
    dead_letter = dead_letter_of(FakeRecord(b"k", b"x" * (3 << 20), 1), "invalid", "d" * 9_000, "indexer")
    assert dead_letter.truncated
    assert (len(dead_letter.value), len(dead_letter.detail)) == (4 * ((2 << 20) + 2) // 3 // 4 * 4, 500)
