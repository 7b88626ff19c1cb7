"""A topic on disk, against the real broker: restarts, kills, other logs, full disks, damage."""

import asyncio
import random
import signal
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from bot.state.disk import view as view_module
from bot.state.disk.database import BrokenFileError, Database
from bot.state.disk.view import DiskView
from ops import metrics
from ops.kafka import Kafka
from ops.stack.running import RunningStack
from pipeline.contracts.topics import Topic
from pipeline.kafka.read_to_end import Record
from tests.conftest import CHECKOUT
from tests.pipeline.kafka.test_topic_follower import make_again
from tests.waiting import until

pytestmark = [pytest.mark.system, pytest.mark.timeout(120)]
SEED = 5
Content = dict[bytes, bytes]


async def write(kafka: Kafka, topic: Topic, changes: Iterable[tuple[bytes, bytes | None]]) -> tuple[int, int]:
    """Send the changes in their order; where the last of them is."""
    async with kafka.producer(linger_ms=5) as producer:
        sent = [await producer.send(topic.name, value, key=key) for key, value in changes]
        last = [await one for one in sent][-1]
    return last.partition, last.offset


def content(view: DiskView) -> Content:
    return dict(view.items(b""))


async def test_the_latest_of_each_key_before_and_after_and_the_next_start_reads_what_is_new_alone(
    kafka: Kafka, topic: Topic, tmp_path: Path
) -> None:
    await write(kafka, topic, [(b"a", b"1"), (b"b", b"1"), (b"a", b"2"), (b"c", b"1"), (b"c", None)])
    view = DiskView(kafka, topic, tmp_path)
    async with view.followed():
        assert content(view) == {b"a": b"2", b"b": b"1"}
        await view.reached(*await write(kafka, topic, [(b"b", None), (b"a:1", b"new")]))
        assert (view.get(b"a"), view.get(b"b"), view.get(b"a:1"), view.has(b"b")) == (b"2", None, b"new", False)
        assert (content(view), view.count(b"a")) == ({b"a": b"2", b"a:1": b"new"}, 2)
        await until(lambda: not view.unwritten, "everything is written")
    taken: list[bytes] = []

    def take(record: Record) -> None:
        taken.append(record.key or b"")
        again.put(record.key or b"", record.value)

    await write(kafka, topic, [(b"d", b"4")])
    again = DiskView(kafka, topic, tmp_path, take)
    async with again.followed():
        assert content(again) == {b"a": b"2", b"a:1": b"new", b"d": b"4"}
    assert taken == [b"d"]


async def test_a_topic_that_was_made_anew_while_it_is_followed_is_what_the_view_is(
    kafka: Kafka, topic: Topic, tmp_path: Path
) -> None:
    gone: list[bytes] = []
    await write(kafka, topic, [(b"stays", b"1"), (b"goes", b"1")])
    view = DiskView(kafka, topic, tmp_path, on_gone=gone.append)
    async with view.followed():
        await make_again(kafka, topic)
        await write(kafka, topic, [(b"stays", b"2")])
        await until(lambda: content(view) == {b"stays": b"2"}, "the view is the topic", saw=lambda: content(view))
        assert gone == [b"goes"]


@pytest.mark.parametrize("how", ["made anew", "shortened"])
async def test_a_topic_that_is_another_one_at_the_start_is_read_again_and_told(
    kafka: Kafka, topic: Topic, tmp_path: Path, how: str
) -> None:
    await write(kafka, topic, [(b"old%d" % number, b"1") for number in range(30)])
    async with DiskView(kafka, topic, tmp_path).followed():
        pass
    if how == "made anew":
        await make_again(kafka, topic)
    else:
        # The file is further than the log: as if that had lost its end.
        database = Database.open(tmp_path / f"{topic.name}.sqlite", topic.name)
        kept = {number: offset or 0 for number, (offset, _) in database.positions().items()}
        notes = {number: note for number, (_, note) in database.positions().items() if note is not None}
        database.write([], {number: kept[number] + 100 for number in notes}, notes)
        database.close()
    await write(kafka, topic, [(b"new", b"1")])
    view = DiskView(kafka, topic, tmp_path)
    async with view.followed():
        old = {b"old%d" % number: b"1" for number in range(30)} if how == "shortened" else {}
        assert content(view) == {**old, b"new": b"1"}
    found = [
        sample.labels["finding"]
        for metric in metrics.LOG_DIFFERENCE.collect()
        for sample in metric.samples
        if sample.labels.get("topic") == topic.name and sample.value
    ]
    assert found


async def test_nothing_is_lost_or_comes_back_when_the_process_is_killed(
    kafka: Kafka, stack: RunningStack, topic: Topic, tmp_path: Path
) -> None:
    chance = random.Random(SEED)  # noqa: S311 - the same run every time
    wanted: Content = {}
    for turn in range(6):
        process = subprocess.Popen(  # noqa: ASYNC220 - nothing else goes on
            [sys.executable, "-m", "tests.bot.state.disk.keeper", topic.name, str(tmp_path)],
            cwd=CHECKOUT, env=stack.environment, stdout=subprocess.PIPE,
        )  # fmt: skip
        try:
            changes = []
            for _ in range(4_000):
                key = b"key%d" % chance.randrange(3_000)
                changes.append((key, None if chance.random() < 0.2 else b"%d" % turn * chance.randrange(1, 400)))
            await write(kafka, topic, changes)
            wanted = {key: value for key, value in {**wanted, **dict(changes)}.items() if value is not None}
            await asyncio.sleep(3 * chance.random())
        finally:
            process.send_signal(signal.SIGKILL)
            process.communicate()
    view = DiskView(kafka, topic, tmp_path)
    async with view.followed():
        assert content(view) == wanted


async def test_while_the_disk_is_full_what_is_new_is_there_and_it_is_written_when_there_is_room(
    kafka: Kafka, topic: Topic, tmp_path: Path
) -> None:
    await write(kafka, topic, [(b"a", b"1")])
    view = DiskView(kafka, topic, tmp_path)
    async with view.followed():
        set_room(view, 1)
        big = {b"big%d" % number: noise(3_000, number) for number in range(100)}
        await view.reached(*await write(kafka, topic, [*big.items(), (b"a", None)]))
        await until(lambda: not_written(topic) > 0, "the operators can see it")
        assert content(view) == big
        set_room(view, 1 << 20)
        await until(lambda: not view.unwritten and not_written(topic) == 0, "it is written")
    async with DiskView(kafka, topic, tmp_path).followed() as again:
        assert content(again) == big


async def test_beyond_the_bound_a_full_disk_stops_the_reading_and_it_goes_on_when_there_is_room(
    kafka: Kafka, topic: Topic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view_module, "WAITING_BYTES", 50_000)
    monkeypatch.setattr(view_module, "UNWRITTEN_BYTES", 50_000)
    view = DiskView(kafka, topic, tmp_path)
    async with view.followed():
        set_room(view, 1)
        big = {b"big%d" % number: noise(30_000, number) for number in range(10)}
        await view.reached(*await write(kafka, topic, big.items()))
        await until(lambda: not_written(topic) > 0, "it is full")
        later = await write(kafka, topic, [(b"later", b"1")])
        await asyncio.sleep(0.5)
        assert view.get(b"later") is None
        set_room(view, 1 << 20)
        await until(lambda: view.get(b"later") == b"1", "it goes on", saw=lambda: later)


def noise(size: int, seed: int) -> bytes:
    """What cannot be compressed."""
    return random.Random(seed).randbytes(size)  # noqa: S311 - the same run every time


def set_room(view: DiskView, pages: int) -> None:
    view._database._writer.execute(f"PRAGMA max_page_count = {pages}")


def not_written(topic: Topic) -> float:
    return metrics.REGISTRY.get_sample_value("yarmarka_state_file_unwritten_entries", {"topic": topic.name}) or 0.0


async def test_a_file_that_is_damaged_while_it_is_read_is_a_fault_and_the_next_process_makes_it_anew(
    kafka: Kafka, topic: Topic, tmp_path: Path
) -> None:
    wanted = {b"key%05d" % number: b"%d" % number * 200 for number in range(3_000)}
    await write(kafka, topic, wanted.items())
    async with DiskView(kafka, topic, tmp_path).followed():
        pass
    path = tmp_path / f"{topic.name}.sqlite"
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] + b"\x5a" * (len(whole) // 2))
    view = DiskView(kafka, topic, tmp_path)
    async with view.followed():
        with pytest.raises(BrokenFileError):
            content(view)
        assert view.fault is not None
    async with DiskView(kafka, topic, tmp_path).followed() as again:
        assert content(again) == wanted


async def test_what_was_deleted_leaves_the_files_by_itself(
    kafka: Kafka, topic: Topic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view_module, "TRUNCATE_EVERY_S", 0.1)
    secret = b"the person who asked to be forgotten"
    await write(kafka, topic, [(b"seen:anna", secret), (b"seen:oliver", b"{}")])
    view = DiskView(kafka, topic, tmp_path)
    async with view.followed():
        await write(kafka, topic, [(b"seen:anna", None)])
        await until(lambda: no_file_has(tmp_path, secret), "it is in no file")
        assert content(view) == {b"seen:oliver": b"{}"}


def no_file_has(directory: Path, secret: bytes) -> bool:
    return all(secret not in path.read_bytes() for path in directory.iterdir())


async def test_a_file_that_was_not_followed_for_as_long_as_tombstones_are_kept_is_read_again(
    kafka: Kafka, topic: Topic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await write(kafka, topic, [(b"a", b"1")])
    async with DiskView(kafka, topic, tmp_path).followed():
        pass
    monkeypatch.setattr(view_module, "LONGEST_AWAY_S", -1.0)
    taken: list[bytes] = []
    view = DiskView(kafka, topic, tmp_path, lambda record: taken.append(record.key or b""))
    async with view.followed():
        assert taken == [b"a"]


async def test_who_is_patient_for_a_while_alone_goes_on_before_the_topic_is_read(
    kafka: Kafka, topic: Topic, tmp_path: Path
) -> None:
    async with kafka.producer(linger_ms=20) as producer:
        for number in range(20_000):
            await producer.send(topic.name, b"{}", key=b"%d" % number)
    async with DiskView(kafka, topic, tmp_path).followed(patience_s=0.0) as view:
        assert view.get(b"19999") is None
        await until(lambda: view.get(b"19999") is not None, "it is read", within_s=60)
