"""Showing the progress of a job in a message."""

import asyncio
from collections.abc import Callable
from time import monotonic

from telegram.error import BadRequest, TelegramError

from bot.core.job_requests import JobQueue, active
from bot.core.place import Place
from bot.telegram.edit import edit_text
from bot.telegram.framework import Bot
from bot.ui.reply import Reply
from ops.logs import get_logger
from pipeline.contracts.jobs import JobStatus

log = get_logger(__name__)
LOOK_S = 0.25
EDIT_EVERY_S = 1.0
FOLLOWED_S = 30 * 60.0


class JobProgress:
    """Edits messages as the jobs that they show go on. What is followed ends with `run`."""

    def __init__(self, jobs: JobQueue) -> None:
        self._jobs = jobs
        self._following: dict[tuple[int, int], asyncio.Task[None]] = {}

    def follow(self, bot: Bot, place: Place, job: str, show: Callable[[JobStatus], Reply]) -> None:
        """Edit the message as the job goes on, until the run that is asked for or under way has ended."""
        self.leave(place)
        key = (place.chat_id, place.message_id)
        task = asyncio.create_task(self._progress(bot, place, job, show), name=f"progress of {job}")
        self._following[key] = task
        task.add_done_callback(lambda done: self._ended(key, done))

    def leave(self, place: Place) -> None:
        """The message shows something else from now on."""
        running = self._following.get((place.chat_id, place.message_id))
        if running is not None:
            running.cancel()

    async def run(self) -> None:
        """Wait until cancelled; then nothing is followed any more."""
        try:
            await asyncio.Event().wait()
        finally:
            await self.close()

    async def close(self) -> None:
        """Stop showing progress in any message."""
        tasks = tuple(self._following.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _ended(self, key: tuple[int, int], task: "asyncio.Task[None]") -> None:
        if self._following.get(key) is task:
            del self._following[key]
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("progress_not_shown", exc_info=error)

    async def _progress(self, bot: Bot, place: Place, name: str, show: Callable[[JobStatus], Reply]) -> None:
        begun, edited = monotonic(), 0.0
        before = self._jobs.get(name)
        # Of a run that was asked for nothing is known yet, and its request may be gone before that is told.
        known = before.last.run_id if before is not None and before.last and active(before) is None else ""
        while monotonic() - begun < FOLLOWED_S:
            await asyncio.sleep(LOOK_S)
            job = self._jobs.get(name)
            if job is None:
                return
            begun_since = job.last is not None and job.last.run_id != known
            over = begun_since and active(job) is None
            if job != before and (over or monotonic() - edited >= EDIT_EVERY_S):
                await _edit(bot, place, show(job))
                before, edited = job, monotonic()
            if over:
                return


async def _edit(bot: Bot, place: Place, reply: Reply) -> None:
    try:
        await edit_text(bot, place.chat_id, place.message_id, reply)
    except BadRequest as error:
        log.info("progress_not_edited", error=str(error))
    except TelegramError as error:
        log.warning("progress_not_edited", error=str(error))
