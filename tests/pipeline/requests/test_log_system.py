"""The request log against real servers."""

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from elasticsearch import ApiError

from ops.elasticsearch import client as connect
from ops.kafka import Kafka
from ops.settings import Settings
from ops.stack.running import RunningStack
from pipeline.contracts.messages import AuditEntry, ClientRequest, RequestKind, encode
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
