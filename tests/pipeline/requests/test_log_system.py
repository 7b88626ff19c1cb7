"""The request log against real servers."""

import asyncio
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiokafka.errors import KafkaConnectionError
from elasticsearch import ApiError

from bot.core.disk_queue import DiskQueue, QueuedMessage
from bot.core.recording import QueuedRecords, kafka_sender
from ops.backup.forgotten import hashed
from ops.elasticsearch import client as connect
from ops.kafka import Kafka
from ops.settings import Settings
from ops.stack.running import RunningStack
from pipeline.contracts.messages import AuditEntry, ClientRequest, ForgottenPerson, RequestKind, encode, now
from pipeline.contracts.topics import FORGOTTEN
from pipeline.requests.indices import LogIndices

pytestmark = pytest.mark.system
CHECKOUT = Path(__file__).resolve().parents[3]


@pytest.fixture
def started(stack: RunningStack) -> Iterator[list["subprocess.Popen[bytes]"]]:
    processes: list[subprocess.Popen[bytes]] = [start(stack)]
    yield processes
    for process in processes:
        process.kill()
        process.wait()


def start(stack: RunningStack) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "pipeline", "requests"]
    return subprocess.Popen(
        command, cwd=CHECKOUT, env=stack.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


async def _never(entries: Sequence[QueuedMessage]) -> None:
    raise KafkaConnectionError("no broker")


async def send(settings: Settings, user: str, numbers: range) -> None:
    async with Kafka(settings, "cli").producer() as producer:
        for number in numbers:
            request = ClientRequest(request_id=f"{user}-{number}", user=user, kind=RequestKind.SEARCH, text="часы")
            await producer.send("client_requests", encode(request), key=user.encode())
        await producer.flush()


async def count(settings: Settings, pattern: str, field: str, value: str) -> int:
    async with connect(settings, "requests") as client:
        with suppress(ApiError):
            return int((await client.count(index=pattern, query={"term": {field: value}}))["count"])
    return 0


async def until(settings: Settings, expected: int, pattern: str, field: str, value: str) -> None:
    deadline = time.monotonic() + 60
    while (found := await count(settings, pattern, field, value)) != expected:
        assert time.monotonic() < deadline, f"{found} of {expected}"
        await asyncio.sleep(0.2)


async def test_every_request_once_also_through_a_kill(
    stack: RunningStack, settings: Settings, unique: str, started: list["subprocess.Popen[bytes]"]
) -> None:
    await send(settings, unique, range(500))
    started[0].send_signal(signal.SIGKILL)
    started[0].wait()
    started.append(start(stack))
    await send(settings, unique, range(500, 1_000))
    await until(settings, 1_000, "requests-*", "user", unique)


async def test_what_waited_on_a_bots_disk_does_not_come_back_after_its_person_was_forgotten(
    stack: RunningStack, settings: Settings, unique: str, started: list["subprocess.Popen[bytes]"], tmp_path: Path
) -> None:
    """The bot is killed while Kafka is away; the person asks to be forgotten; weeks later the bot's disk is found."""
    day = timedelta(days=1)
    asked, people = now() - 20 * day, (unique, f"{unique}-other")
    unsent = DiskQueue(tmp_path, _never)
    for person in people:
        for at in (asked - day, asked + day):
            done = ClientRequest(request_id=uuid.uuid4().hex, user=person, kind=RequestKind.SEARCH, text="часы", at=at)
            QueuedRecords(unsent).request(done)
    unsent.close()
    async with Kafka(settings, "spark").producer() as producer:
        key = hashed(unique).encode()
        await producer.send_and_wait(FORGOTTEN.name, encode(ForgottenPerson(until=asked)), key=key)
    # A service that starts now knows it before it writes; one that runs has it a moment later.
    started[0].kill()
    started[0].wait()
    started.append(start(stack))
    async with Kafka(settings, "bot").producer() as producer:
        found = DiskQueue(tmp_path, kafka_sender(producer))
        assert found.waiting == 4
        sending = asyncio.create_task(found.run())
        assert await found.drained(30)
        sending.cancel()
        found.close()
    await until(settings, 2, "requests-*", "user", people[1])
    # In one partition what is sent later comes later: this one is the last of the person.
    await send(settings, unique, range(1))
    await until(settings, 1, "requests-*", "request_id", f"{unique}-0")
    assert await count(settings, "requests-*", "user", unique) == 2, "only what was done afterwards"


async def test_audit_and_what_cannot_be_read(
    settings: Settings, unique: str, started: list["subprocess.Popen[bytes]"]
) -> None:
    entry = AuditEntry(entry_id=unique, actor=unique, action="ban", target="product:1")
    async with Kafka(settings, "cli").producer() as producer:
        for value in (b"{", b"[]", encode(entry)):
            await producer.send_and_wait("audit", value, key=unique.encode())
    await until(settings, 1, "audit-*", "actor", unique)
    assert started[0].poll() is None


async def test_months_that_are_over_are_deleted(settings: Settings) -> None:
    async with connect(settings, "requests") as client:
        indices = LogIndices(client, 2)
        await indices.prepare()
        for name in ("requests-2019.12", "requests-2020.01", "audit-2019.12", "audit-2018.12"):
            await client.indices.create(index=name)
        deleted = await indices.delete_old(datetime(2020, 2, 15, tzinfo=UTC))
        assert deleted == ["requests-2019.12", "audit-2018.12"]
        for name in ("requests-2020.01", "audit-2019.12"):
            await client.indices.delete(index=name)
