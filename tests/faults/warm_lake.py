"""The lake's jobs in a process that can be killed, and a reader of its tables who looks on."""

import asyncio
import contextlib
import itertools
import signal
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import psutil

from analytics.lake.faults import reason
from analytics.runs.spark_worker import SparkWorker
from analytics.runs.worker_protocol import Failed, Finished, JobProgress, Order
from ops.kafka import Kafka
from ops.stack.running import RunningStack
from pipeline.contracts.lake import Table
from pipeline.contracts.messages import Recommendations
from pipeline.contracts.topics import RECOMMENDATIONS
from pipeline.kafka.live_view import LiveView
from tests.faults.lake import LakeUser

if TYPE_CHECKING:
    from analytics.lake.tables import Lake

BACK_WITHIN_S = 180.0
DONE_WITHIN_S = 600.0
LOOK_EVERY_S = 0.5
# Words of Java and Python that no sentence for people has.
RAW = ("Exception", "org.", "java.", "Traceback", "Error:", "SQLSTATE")
Rows = frozenset[tuple[object, ...]]


@dataclass(frozen=True)
class Kill:
    """SIGKILL for `victim` so many seconds after the job has said `stage`.

    A victim is a part of the stack, or `jvm` (Spark's driver), `python` (which steers it) or `worker` (both).
    """

    victim: str
    stage: str
    after_s: float


@dataclass
class WarmLake:
    """Jobs by a warm worker as the schedule has it; reading by a session of the test's own."""

    stack: RunningStack
    lake: "Lake"
    worker: SparkWorker
    numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    @property
    def user(self) -> LakeUser:
        return LakeUser(self.stack)

    async def run(self, job: str, kill: Kill | None = None) -> Finished | Failed:
        """Run a job, and kill in the middle; whoever was killed is back when this returns."""
        killing: list[asyncio.Task[None]] = []

        async def told(progress: JobProgress) -> None:
            if kill is not None and not killing and kill.stage in progress.stage:
                killing.append(asyncio.create_task(self._kill(kill)))

        answer = await self.worker.run_job(Order(job=job, run_id=f"run{next(self.numbers)}"), told)
        assert kill is None or killing, f"{job} never came to `{kill.stage}`: {answer}"
        await asyncio.gather(*killing)
        if isinstance(answer, Failed):
            assert not any(word in answer.reason for word in RAW), f"no sentence for people: {answer.reason}"
        return answer

    async def until_done(self, job: str) -> Finished:
        """Run it, again if need be, as the schedule would."""
        async with asyncio.timeout(DONE_WITHIN_S):
            while not isinstance(answer := await self.run(job), Finished):
                await asyncio.sleep(1)
        return answer

    async def rows(self, table: Table, *columns: str) -> Rows:
        """The rows of a table now; fails when one is there twice."""
        return await asyncio.to_thread(self._rows, table, columns)

    async def recommendations(self) -> dict[str, tuple[object, ...]]:
        """What the bot would answer, by key."""
        async with LiveView(Kafka(self.stack.settings, "spark"), RECOMMENDATIONS, Recommendations) as view:
            return {key: tuple((one.offer_id, one.reason) for one in said.items) for key, said in view.items()}

    @contextlib.asynccontextmanager
    async def read_meanwhile(self, table: Table, *columns: str) -> AsyncIterator[set[Rows]]:
        """Every different answer that a reader gets who asks all the time; what cannot be read is asked again."""
        seen: set[Rows] = set()

        async def read() -> None:
            while True:
                try:
                    seen.add(await self.rows(table, *columns))
                except Exception as error:  # noqa: BLE001 - HDFS may be away; AssertionError is none of its words
                    assert not isinstance(error, AssertionError), error
                    assert reason(error)
                await asyncio.sleep(LOOK_EVERY_S)

        task = asyncio.create_task(read())
        try:
            yield seen
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    def _rows(self, table: Table, columns: tuple[str, ...]) -> Rows:
        rows = [tuple(row) for row in self.lake.read(table).select(*columns).collect()]
        found = frozenset(rows)
        assert len(found) == len(rows), f"{table.name} has {len(rows) - len(found)} rows twice"
        return found

    async def _kill(self, kill: Kill) -> None:
        await asyncio.sleep(kill.after_s)
        if kill.victim in DRIVERS:
            if self.worker.pid is not None:
                DRIVERS[kill.victim](psutil.Process(self.worker.pid))
            return
        before = self.stack.part(kill.victim).pid
        assert before is not None
        psutil.Process(before).send_signal(signal.SIGKILL)
        await self.stack.until(
            kill.victim, lambda part: part.pid not in {None, before} and part.health.good, BACK_WITHIN_S
        )


def _kill_all(processes: list[psutil.Process]) -> None:
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()


def _virtual_machine(worker: psutil.Process) -> list[psutil.Process]:
    return [child for child in worker.children(recursive=True) if child.name().startswith("java")]


DRIVERS: dict[str, Callable[[psutil.Process], None]] = {
    "jvm": lambda worker: _kill_all(_virtual_machine(worker)),
    "python": lambda worker: _kill_all([worker]),
    "worker": lambda worker: _kill_all([*_virtual_machine(worker), worker]),
}


@contextlib.asynccontextmanager
async def warm_lake(stack: RunningStack) -> AsyncIterator[WarmLake]:
    """Ends the worker's process and the reader's session."""
    from analytics.lake.tables import Lake
    from analytics.spark.session import session

    worker = SparkWorker(stack.settings)
    with session(stack.settings, brief=True) as spark:
        try:
            yield WarmLake(stack, Lake(spark, stack.settings), worker)
        finally:
            await worker.close()
