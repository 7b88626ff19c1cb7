"""The schedule's Spark worker: a process with a warm Spark session, started for work and ended after a time without."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import time
from collections.abc import Awaitable, Callable
from signal import Signals

from analytics.lake.lock import Lane
from analytics.runs.worker_protocol import Failed, Finished, JobProgress, Order, line, read_reply
from ops import logs
from ops.settings import STACK_DIR_NAME, AnalyticsSettings, Settings

log = logs.get_logger(__name__)
COMMAND = (sys.executable, "-m", "analytics", "worker", "--lane")
LONGEST_LINE = 1 << 20
OnProgress = Callable[[JobProgress], Awaitable[None]]


def timeout_of(job: str, settings: AnalyticsSettings) -> tuple[float, str]:
    """How long a run of the job may take, in seconds, and the setting that says so."""
    own = f"{job}_timeout_s"
    name = own if own in AnalyticsSettings.model_fields else "job_timeout_s"
    return float(getattr(settings, name)), f"YARMARKA_ANALYTICS__{name.upper()}"


class SparkWorker:
    """At most one worker process, kept warm between runs. Use it from one task at a time."""

    def __init__(
        self, settings: Settings, lane: Lane = Lane.LONG, command: tuple[str, ...] = COMMAND, *, brief: bool = False
    ) -> None:
        """`brief`: for one run, see `analytics.spark.session`."""
        self._settings = settings
        self._command = (*command, lane.value, *(("--brief",) if brief else ()))
        own = {STACK_DIR_NAME: str(settings.stack_dir)}
        # A person at a terminal reads its progress, and of its log what is wrong.
        self._environment = own | ({"YARMARKA_LOG__LEVEL": "WARNING"} if brief else {})
        self._process: asyncio.subprocess.Process | None = None
        self._used_at = time.monotonic()

    @property
    def pid(self) -> int | None:
        return None if self._process is None else self._process.pid

    async def run_job(self, order: Order, on_progress: OnProgress) -> Finished | Failed:
        """Run a job; `on_progress` is awaited for each progress. A fault of the process is in the reply, too."""
        limit, setting = timeout_of(order.job, self._settings.analytics)
        try:
            async with asyncio.timeout(limit):
                return await self._run_job(order, on_progress)
        except TimeoutError:
            await self.close()
            return Failed(reason=f"It took longer than {limit:g} s ({setting}) and was ended.")
        finally:
            self._used_at = time.monotonic()

    async def close_if_idle(self) -> None:
        """End the process when it had nothing to do for the time that the settings say."""
        idle = time.monotonic() - self._used_at
        if self._process is not None and idle > self._settings.analytics.idle_close_s:
            log.info("Spark session closed", idle_s=round(idle))
            await self.close()

    async def close(self) -> None:
        """End the process now; what it was doing is undone by the next run."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), 3)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def _run_job(self, order: Order, on_progress: OnProgress) -> Finished | Failed:
        process = await self._running()
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("the worker was started without pipes")
        with contextlib.suppress(ConnectionError):
            process.stdin.write(line(order))
            await process.stdin.drain()
        while text := await process.stdout.readline():
            reply = read_reply(text)
            if not isinstance(reply, JobProgress):
                return reply
            await on_progress(reply)
        status = await process.wait()
        self._process = None
        how = f"killed by {Signals(-status).name}" if status < 0 else f"ended with status {status}"
        return Failed(reason=f"The process with the Spark session was {how} in the middle; the next run repeats it.")

    async def _running(self) -> asyncio.subprocess.Process:
        if self._process is not None and self._process.returncode is None:
            return self._process
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            env={**os.environ, **self._environment},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=LONGEST_LINE,
        )
        log.info("Spark session starts", pid=self._process.pid)
        return self._process
