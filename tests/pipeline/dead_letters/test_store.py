"""Dead letters on real Kafka: put aside, looked at, sent again, dismissed."""

import subprocess
import sys
from base64 import b64encode
from pathlib import Path

import pytest

from ops.kafka import Kafka
from ops.settings import Settings
from ops.stack.running import RunningStack
from pipeline.contracts.dead_letters import dead_letter_of
from pipeline.contracts.messages import DeadLetter
from pipeline.dead_letters.store import CannotReplay, DeadLetterStore, OpenDeadLetter, Outcome
from pipeline.kafka.audit import Actor
from pipeline.kafka.dead_letters import DeadLetters
from tests.pipeline.sink.records import FakeRecord
from tests.pipeline.topic_reader import audit_entries, read_topic

pytestmark = pytest.mark.system
CHECKOUT = Path(__file__).resolve().parents[3]
ME = Actor("terminal:tester", "tester", "terminal")


async def send(settings: Settings, key: str, value: bytes) -> FakeRecord:
    """Write a record to `products`; the record as its consumer sees it."""
    async with Kafka(settings, "feed").producer() as producer:
        at = await producer.send_and_wait("products", value, key=key.encode())
    return FakeRecord(key.encode(), value, at.offset, "products", at.partition)


async def put_aside(settings: Settings, record: FakeRecord, reason: str) -> None:
    async with Kafka(settings, "filter").producer() as producer:
        await DeadLetters(producer, "filter").put_record(record, reason, "a test")


async def open_with(store: DeadLetterStore, reason: str) -> list[OpenDeadLetter]:
    return [entry for entry in await store.open_dead_letters() if entry.reason == reason]


async def values_of(settings: Settings, key: str) -> list[bytes | None]:
    return [record.value for record in await read_topic(settings, "products") if record.key == key.encode()]


async def test_a_dead_letter_is_read_replayed_and_closed(settings: Settings, unique: str) -> None:
    store = DeadLetterStore(settings)
    record = await send(settings, unique, b"{broken")
    await put_aside(settings, record, unique)
    await put_aside(settings, record, unique)  # a consumer that was killed before its commit
    (entry,) = await open_with(store, unique)
    assert (entry.source, entry.topic) == (f"products-{record.partition}-{record.offset}", "products")
    dead_letter = await store.read(entry)
    assert (dead_letter.value, dead_letter.key, dead_letter.detail) == (
        b64encode(b"{broken").decode(),
        unique,
        "a test",
    )
    assert (await store.replay([entry], ME))[Outcome.REPLAYED] == 1
    assert await values_of(settings, unique) == [b"{broken", b"{broken"]
    assert await open_with(store, unique) == []


async def test_a_replay_never_puts_the_old_over_the_new(settings: Settings, unique: str) -> None:
    store = DeadLetterStore(settings)
    await put_aside(settings, await send(settings, unique, b"old"), unique)
    await send(settings, unique, b"new")
    counts = await store.replay(await open_with(store, unique), ME)
    assert counts == {Outcome.REPLAYED: 0, Outcome.SUPERSEDED: 1}
    assert await values_of(settings, unique) == [b"old", b"new"]
    assert await open_with(store, unique) == []


async def test_what_the_index_refused_goes_the_whole_way_again(settings: Settings, unique: str) -> None:
    """A replay into filtered_products would go round the filter, so the product's latest record is sent to it."""
    store = DeadLetterStore(settings)
    await send(settings, unique, b"latest")
    refused = FakeRecord(unique.encode(), b"as it was", 10**9, "filtered_products", 0)
    await put_aside(settings, refused, unique)
    counts = await store.replay(await open_with(store, unique), ME)
    assert counts[Outcome.REPLAYED] == 1
    assert await values_of(settings, unique) == [b"latest", b"latest"]


async def test_a_dismissal_is_in_the_audit(settings: Settings, unique: str) -> None:
    store = DeadLetterStore(settings)
    await put_aside(settings, await send(settings, unique, b"x"), unique)
    await store.discard(await open_with(store, unique), ME, f"because {unique}")
    assert await open_with(store, unique) == []
    assert await values_of(settings, unique) == [b"x"]
    (entry,) = await audit_entries(settings, f"because {unique}")
    assert (entry.actor, entry.action) == ("terminal:tester", "dead_letters:discard")


async def test_a_row_of_a_feed_has_no_message_to_send(settings: Settings, unique: str) -> None:
    store = DeadLetterStore(settings)
    dead_letter = DeadLetter(source=f"feed:{unique}:1:0", topic="", value="", reason=unique, service="feed")
    async with Kafka(settings, "feed").producer() as producer:
        await DeadLetters(producer, "feed").put(dead_letter)
    with pytest.raises(CannotReplay, match="correct it and feed the file again"):
        await store.replay(await open_with(store, unique), ME)
    assert len(await open_with(store, unique)) == 1


async def test_the_commands(stack: RunningStack, settings: Settings, unique: str) -> None:
    record = await send(settings, unique, b"broken")
    await put_aside(settings, record, unique)
    source = f"products-{record.partition}-{record.offset}"

    def say(*arguments: str) -> str:
        command = [sys.executable, "-m", "pipeline", "dead-letters", *arguments]
        return subprocess.run(
            command, cwd=CHECKOUT, env=stack.environment, capture_output=True, text=True, timeout=60, check=True
        ).stdout

    assert f"{unique}: 1\n  {source}" in say("list", "--reason", unique)
    assert say("show", source).endswith("truncated: False\nbroken\n")
    assert say("replay", source) == "1 replayed, 0 superseded\n"
    assert say("list", "--reason", unique) == "0 open\n"


def test_a_huge_message_is_kept_in_part() -> None:
    dead_letter = dead_letter_of(FakeRecord(b"k", b"x" * (3 << 20), 1), "invalid", "d" * 9_000, "indexer")
    assert dead_letter.truncated
    assert (len(dead_letter.value), len(dead_letter.detail)) == (4 * ((2 << 20) + 2) // 3 // 4 * 4, 500)
