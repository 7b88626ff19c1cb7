"""Kafka's data taken away, cut, or forgotten, as a lost disk and a power cut leave it."""

import asyncio
import contextlib
import shutil
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from aiokafka.admin import NewPartitions
from aiokafka.protocol.admin import DeleteGroupsRequest

from ops.kafka import Kafka
from ops.stack.running import RunningStack
from ops.stack.stack_status import PartState
from tests.conftest import CHECKOUT

HELD_S = 600.0
BACK_WITHIN_S = 120.0
# What tells a broker that its logs need no look at their ends; a machine without power leaves none of it in order.
TRUSTED = (".kafka_cleanshutdown", "recovery-point-offset-checkpoint", "log-start-offset-checkpoint")
DERIVED = ("*.index", "*.timeindex", "*.txnindex", "*.snapshot")


@contextlib.asynccontextmanager
async def without(stack: RunningStack, *parts: str) -> AsyncIterator[None]:
    """The parts are stopped inside, and ready again when the block is left."""
    for part in parts:
        stack.hold(part, HELD_S)
    for part in parts:
        await stack.until(part, lambda status: status.health is PartState.HELD, within=BACK_WITHIN_S)
    try:
        yield
    finally:
        for part in parts:
            stack.release(part)
    for part in parts:
        await stack.until(part, lambda status: status.health is PartState.READY, within=BACK_WITHIN_S)


def data_of(stack: RunningStack) -> Path:
    """Where the broker keeps its logs."""
    return stack.directory.home("kafka") / "data"


def remove_data(stack: RunningStack) -> None:
    """Everything that Kafka knew; at its start it is formatted anew. Kafka must be stopped."""
    shutil.rmtree(data_of(stack))


def cut(stack: RunningStack, topic: str, partition: int, keep: float) -> None:
    """Keep this share of the last segment's bytes, as after a power cut. Kafka must be stopped."""
    data = data_of(stack)
    for name in TRUSTED:
        (data / name).unlink(missing_ok=True)
    home = data / f"{topic}-{partition}"
    segment = max(home.glob("*.log"))
    with segment.open("r+b") as file:
        file.truncate(int(segment.stat().st_size * keep))
    for pattern in DERIVED:
        for path in home.glob(pattern):
            path.unlink()


def make_topics(stack: RunningStack) -> None:
    """`python -m pipeline topics`, as an operator runs it against a cluster that has none."""
    command = [sys.executable, "-m", "pipeline", "topics"]
    subprocess.run(command, cwd=CHECKOUT, env=stack.environment, check=True, timeout=120, capture_output=True)


async def raise_partitions(stack: RunningStack, topics: Sequence[str], count: int) -> None:
    """More partitions for topics that are in use."""
    async with Kafka(stack.settings, "admin").admin() as admin:
        await admin.create_partitions({name: NewPartitions(total_count=count) for name in topics})


async def expire(stack: RunningStack, *prefixes: str) -> list[str]:
    """Delete the groups whose names begin so, as a broker does after a week; they must have no members any more."""
    async with Kafka(stack.settings, "admin").admin() as admin:
        deadline = time.monotonic() + BACK_WITHIN_S
        groups = [name for name, *_ in await admin.list_consumer_groups() if name.startswith(prefixes)]
        while True:
            answer = await admin._send_request(DeleteGroupsRequest(groups))
            if not any(code for _, code in answer.results):
                return groups
            assert time.monotonic() < deadline, answer.results
            await asyncio.sleep(0.5)
