"""What ends a filter's session and begins another, and what ends the process: nobody knows what it would decide."""

import asyncio
from pathlib import Path

import pytest
from aiokafka.errors import KafkaConnectionError
from faust.exceptions import ConsumerNotStarted

from ops.kafka import Kafka
from ops.service import Service
from ops.settings import KafkaSettings, Settings
from pipeline.filter import worker
from pipeline.filter.partition_writer import LostBatchError
from pipeline.filter.positions import SessionLogs


class NoRules:
    """A view of bans, and the rules over it, that are loaded at once."""

    def __init__(self, *_: object) -> None:
        self.fails = False

    async def __aenter__(self) -> "NoRules":
        return self

    async def __aexit__(self, *_: object) -> None:
        """Nothing to leave."""

    def following(self, guard: object) -> "NoRules":
        return self


class Trial:
    """Sessions that end as a test says, then go on until the service stops."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, path: Path, *ends: BaseException) -> None:
        self.service = Service("filter")
        self.begun = 0
        self.settings = Settings(stack_dir=path, kafka=KafkaSettings(bootstrap="127.0.0.1:1"))
        trial, failures = self, list(ends)

        class Session:
            def __init__(self, *_: object) -> None:
                trial.begun += 1

            async def run(self) -> None:
                if failures:
                    raise failures.pop(0)
                trial.service.stopping.set()

        async def verified(_: Kafka) -> None:
            """It is there."""

        monkeypatch.setattr(Kafka, "verify", verified)
        monkeypatch.setattr(Kafka, "producer", lambda _: NoRules())
        monkeypatch.setattr(worker, "LiveView", NoRules)
        monkeypatch.setattr(worker, "RulesSubscription", NoRules)
        monkeypatch.setattr(worker, "Session", Session)
        monkeypatch.setattr(SessionLogs, "examined", lambda *_: NoRules())
        monkeypatch.setattr(worker, "SHORTEST_PAUSE_S", 0.01)

    async def serve(self) -> None:
        async with asyncio.timeout(10):
            await worker.serve(self.settings, self.service)


@pytest.mark.parametrize(
    "error",
    [
        KafkaConnectionError("no broker"),
        ConsumerNotStarted("Faust was too early"),
        LostBatchError("a gap"),
        TimeoutError(),
        ConnectionResetError(),
        asyncio.CancelledError(),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_what_servers_and_faust_do_to_a_session_begins_another(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, error: BaseException
) -> None:
    trial = Trial(monkeypatch, tmp_path, error, error)
    await trial.serve()
    assert trial.begun == 3


@pytest.mark.parametrize("error", [TypeError("a fault of ours"), MemoryError(), AssertionError()], ids=repr)
async def test_what_nobody_expects_ends_the_process(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, error: Exception
) -> None:
    trial = Trial(monkeypatch, tmp_path, error)
    with pytest.raises(type(error)):
        await trial.serve()
    assert trial.begun == 1
