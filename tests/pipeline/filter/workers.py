"""Filter workers as processes, to be watched, stopped and killed."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Self

import aiohttp
import orjson

from ops.settings import Settings

CHECKOUT = Path(__file__).resolve().parents[3]
READY_WITHIN_S = 90.0


class Worker:
    """One `python -m pipeline filter`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._log = settings.stack_dir / "logs" / f"filter-test-{time.time_ns()}.log"
        self._log.parent.mkdir(parents=True, exist_ok=True)
        environment = os.environ | {"YARMARKA_STACK_DIR": str(settings.stack_dir.resolve())}
        with self._log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "pipeline", "filter"],
                cwd=CHECKOUT,
                env=environment,
                stdout=output,
                stderr=output,
            )

    async def ready(self) -> Self:
        """Wait until it has joined the group; fails with its log."""
        deadline = time.monotonic() + READY_WITHIN_S
        while time.monotonic() < deadline and self.process.poll() is None:
            if await self._is_ready():
                return self
            await asyncio.sleep(0.1)
        raise AssertionError(f"the worker is not ready:\n{self.log()}")

    def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        """Send it a signal."""
        self.process.send_signal(number)
        if number is signal.SIGKILL:
            self.process.wait()

    def stop(self) -> int:
        """Ask it to end; the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.terminate()
        try:
            return self.process.wait(60)
        finally:
            self.process.kill()

    def log(self) -> str:
        """All that it has logged so far."""
        return self._log.read_text(errors="replace")[-8_000:]

    async def _is_ready(self) -> bool:
        entry = self._settings.stack_dir / "run" / f"filter.{self.process.pid}.json"
        try:
            address = orjson.loads(entry.read_bytes())["http"]
            async with aiohttp.ClientSession() as session, session.get(f"{address}/health/ready") as answer:
                return answer.status == 200
        except (OSError, aiohttp.ClientError, orjson.JSONDecodeError):
            return False
