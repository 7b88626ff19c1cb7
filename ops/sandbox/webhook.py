"""Delivery of updates to the bot's own address: one after the other, each until it is taken."""

import asyncio
import time

import aiohttp
import orjson

from ops.sandbox.objects import Update
from ops.sandbox.updates import Updates

FIRST_PAUSE_SECONDS = 0.5
MAX_PAUSE_SECONDS = 30.0
TIMEOUT_SECONDS = 60.0
_IDLE_SECONDS = 60.0


class WebhookSender:
    """Posts every update with the secret in Telegram's header; a refusal is repeated after a growing pause."""

    def __init__(self, url: str, secret: str, updates: Updates) -> None:
        self.url = url
        self.last_error = ""
        self.last_error_date = 0
        self._updates = updates
        self._headers = {"Content-Type": "application/json"}
        if secret:
            self._headers["X-Telegram-Bot-Api-Secret-Token"] = secret
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Returns when no delivery is under way any more."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _run(self) -> None:
        pause = FIRST_PAUSE_SECONDS
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
        async with aiohttp.ClientSession(timeout=timeout, headers=self._headers) as session:
            while True:
                await self._updates.arrival(_IDLE_SECONDS)
                if not self._updates.pending:
                    continue
                update = self._updates.pending[0]
                if await self._delivered(session, update):
                    self._updates.confirm(update["update_id"] + 1)
                    pause = FIRST_PAUSE_SECONDS
                else:
                    await asyncio.sleep(pause)
                    pause = min(pause * 2, MAX_PAUSE_SECONDS)

    async def _delivered(self, session: aiohttp.ClientSession, update: Update) -> bool:
        try:
            async with session.post(self.url, data=orjson.dumps(update)) as response:
                await response.read()
                if response.ok:
                    return True
                error = f"Wrong response from the webhook: {response.status} {response.reason}"
        except (aiohttp.ClientError, TimeoutError, OSError) as failure:
            error = f"Connection failed: {type(failure).__name__}"
        self.last_error, self.last_error_date = error, int(time.time())
        return False
