"""What is noted reaches Kafka, however long that takes and whoever is killed meanwhile."""

import asyncio
import errno
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from aiokafka.errors import KafkaConnectionError

from bot.core.disk_queue import DiskQueue, QueuedMessage
from ops import metrics
from pipeline.contracts.messages import ClientRequest, RequestKind, decode


class Kafka:
    """Takes entries, unless it is down."""

    def __init__(self) -> None:
        self.down = False
        self.taken: list[QueuedMessage] = []

    async def __call__(self, entries: Sequence[QueuedMessage]) -> None:
        if self.down:
            raise KafkaConnectionError("no broker")
        self.taken.extend(entries)


def request(number: int) -> ClientRequest:
    return ClientRequest(request_id=f"r{number}", user="u", kind=RequestKind.SEARCH, text=f"часы\n{number}\t")


def ids(kafka: Kafka) -> list[str]:
    return [decode(ClientRequest, value).request_id for _, _, value in kafka.taken]


async def test_entries_arrive_in_order_and_the_file_is_emptied(tmp_path: Path) -> None:
    kafka = Kafka()
    disk_queue = DiskQueue(tmp_path, kafka)
    task = asyncio.create_task(disk_queue.run())
    for number in range(2_000):
        assert disk_queue.note("client_requests", "u", request(number))
    assert await disk_queue.drained(10)
    task.cancel()
    assert ids(kafka) == [f"r{number}" for number in range(2_000)]
    assert kafka.taken[0][:2] == ("client_requests", "u")
    assert (tmp_path / "requests-0.journal").stat().st_size == 0


async def test_what_kafka_could_not_take_is_sent_when_it_is_back(tmp_path: Path) -> None:
    kafka = Kafka()
    kafka.down = True
    disk_queue = DiskQueue(tmp_path, kafka, retry_s=0.01)
    task = asyncio.create_task(disk_queue.run())
    disk_queue.note("client_requests", "u", request(1))
    assert not await disk_queue.drained(0.05)
    kafka.down = False
    assert await disk_queue.drained(10)
    task.cancel()
    assert ids(kafka) == ["r1"]


async def test_a_killed_process_leaves_its_entries_to_the_next(tmp_path: Path) -> None:
    killed = DiskQueue(tmp_path, Kafka())
    killed.note("client_requests", "u", request(1))
    killed.note("audit", "a", request(2))
    killed.close()
    path = tmp_path / "requests-0.journal"
    path.write_bytes(path.read_bytes() + b"client_requests\tdQ==\t{half")

    kafka = Kafka()
    disk_queue = DiskQueue(tmp_path, kafka)
    disk_queue.note("client_requests", "u", request(3))
    task = asyncio.create_task(disk_queue.run())
    assert await disk_queue.drained(10)
    task.cancel()
    assert ids(kafka) == ["r1", "r2", "r3"]


def test_two_processes_have_a_file_each(tmp_path: Path) -> None:
    first, second = DiskQueue(tmp_path, Kafka()), DiskQueue(tmp_path, Kafka())
    first.note("client_requests", "u", request(1))
    assert second.waiting == 0
    assert {path.name for path in tmp_path.iterdir()} == {"requests-0.journal", "requests-1.journal"}


@pytest.mark.parametrize("limit", [0, 300])
async def test_a_full_file_refuses_and_counts(tmp_path: Path, limit: int) -> None:
    before = metrics.REQUESTS_DROPPED._value.get()
    disk_queue = DiskQueue(tmp_path, Kafka(), limit_bytes=limit)
    taken = sum(disk_queue.note("client_requests", "u", request(number)) for number in range(5))
    assert disk_queue.waiting == taken < 5
    assert metrics.REQUESTS_DROPPED._value.get() - before == 5 - taken


def full(*_: object) -> int:
    raise OSError(errno.ENOSPC, "no space left on device")


def half(_: int, line: bytes, __: int) -> int:
    return len(line) // 2


@pytest.mark.parametrize("write", [full, half])
async def test_what_a_full_disk_does_not_take_waits_in_memory_behind_what_it_took(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Callable[..., int]
) -> None:
    kafka = Kafka()
    kafka.down = True
    disk_queue = DiskQueue(tmp_path, kafka, retry_s=0.01)
    task = asyncio.create_task(disk_queue.run())
    assert disk_queue.note("client_requests", "u", request(0))
    monkeypatch.setattr("bot.core.disk_queue.os.pwrite", write)
    assert disk_queue.note("client_requests", "u", request(1))
    monkeypatch.undo()
    assert disk_queue.note("client_requests", "u", request(2))
    assert disk_queue.waiting == 3
    kafka.down = False
    assert await disk_queue.drained(10)
    assert ids(kafka) == ["r0", "r1", "r2"]
    assert disk_queue.note("client_requests", "u", request(3))
    assert (tmp_path / "requests-0.journal").stat().st_size, "with room on the disk it is on the disk again"
    assert await disk_queue.drained(10)
    task.cancel()
    assert ids(kafka)[3:] == ["r3"]
    assert disk_queue.waiting == 0


async def test_memory_has_a_bound_too_beyond_which_it_refuses_and_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.core.disk_queue.MEMORY_BYTES", 600)
    monkeypatch.setattr("bot.core.disk_queue.os.pwrite", full)
    before = metrics.REQUESTS_DROPPED._value.get()
    disk_queue = DiskQueue(tmp_path, kafka := Kafka())
    taken = sum(disk_queue.note("client_requests", "u", request(number)) for number in range(9))
    assert disk_queue.waiting == taken < 9
    assert metrics.REQUESTS_DROPPED._value.get() - before == 9 - taken
    task = asyncio.create_task(disk_queue.run())
    assert await disk_queue.drained(10)
    assert disk_queue.note("client_requests", "u", request(9)), "there is room again"
    assert await disk_queue.drained(10)
    task.cancel()
    assert ids(kafka) == [*(f"r{number}" for number in range(taken)), "r9"]
