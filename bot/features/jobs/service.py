"""The jobs of the lake: what is known of them, asking for a run, and showing its progress in a message."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from time import monotonic

from aiokafka import AIOKafkaProducer
from telegram.constants import ParseMode
from telegram.error import BadRequest, TelegramError

from bot.features.bans.models import Place
from bot.state.store import Store, open_store
from bot.telegram.framework import Bot
from bot.telegram.keyboard import keyboard
from bot.ui.callback_ids import mark
from bot.ui.reply import Reply
from ops.kafka import Kafka
from ops.logs import get_logger
from pipeline.contracts.jobs import JOB, JOB_REQUEST, JobOutcome, JobRequest, JobRun, JobStatus

log = get_logger(__name__)
LOOK_S = 0.25
EDIT_EVERY_S = 1.0
FOLLOWED_S = 30 * 60.0
ACTIVE = frozenset({JobOutcome.WAITING, JobOutcome.RUNNING})


class Jobs:
    """Runs are the schedule's: the bot only asks, and looks."""

    def __init__(self, statuses: Store[JobStatus], requests: Store[JobRequest]) -> None:
        self._statuses = statuses
        self._requests = requests
        self._following: dict[tuple[int, int], asyncio.Task[None]] = {}

    def all(self) -> tuple[JobStatus, ...]:
        """Every job, by name."""
        return tuple(status for _, status in sorted(self._statuses.entries()))

    def get(self, name: str) -> JobStatus | None:
        """What is known of the job, or None when there is no such job."""
        return self._statuses.get(name)

    def asked(self, job: JobStatus) -> bool:
        """Whether a run was asked for that the schedule has not begun yet."""
        return self._requests.get(_request_id(job)) is not None

    async def run_now(self, job: JobStatus, by: str) -> bool:
        """Ask for a run; False when one is under way or asked for. Durable when it returns. Raises KafkaError.

        The request is named after the last run, so that presses of one moment are one request.
        """
        if active(job) is not None or self.asked(job):
            return False
        await self._requests.put(_request_id(job), JobRequest(job=job.name, requested_by=by))
        return True

    def follow(self, bot: Bot, place: Place, job: str, show: Callable[[JobStatus], Reply]) -> None:
        """Edit the message as the job goes on, until the run that is asked for or under way has ended."""
        key = (place.chat_id, place.message_id)
        running = self._following.get(key)
        if running is not None:
            running.cancel()
        task = asyncio.create_task(self._progress(bot, place, job, show), name=f"progress of {job}")
        self._following[key] = task
        task.add_done_callback(lambda done: self._ended(key, done))

    def leave(self, place: Place) -> None:
        """The message shows something else from now on."""
        running = self._following.get((place.chat_id, place.message_id))
        if running is not None:
            running.cancel()

    async def close(self) -> None:
        """Stop showing progress."""
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
        before = self.get(name)
        # Of a run that was asked for nothing is known yet, and its request may be gone before that is told.
        known = before.last.run_id if before is not None and before.last and active(before) is None else ""
        while monotonic() - begun < FOLLOWED_S:
            await asyncio.sleep(LOOK_S)
            job = self.get(name)
            if job is None:
                return
            begun_since = job.last is not None and job.last.run_id != known
            over = begun_since and active(job) is None
            if job != before and (over or monotonic() - edited >= EDIT_EVERY_S):
                await _edit(bot, place, show(job))
                before, edited = job, monotonic()
            if over:
                return


def active(job: JobStatus) -> JobRun | None:
    """The run that waits or goes on."""
    return next((run for run in job.runs if run.outcome in ACTIVE), None)


def _request_id(job: JobStatus) -> str:
    return mark(f"{job.name}:{job.last.run_id if job.last else ''}", 9)


async def _edit(bot: Bot, place: Place, reply: Reply) -> None:
    try:
        await bot.edit_message_text(
            reply.text,
            chat_id=place.chat_id,
            message_id=place.message_id,
            parse_mode=ParseMode.HTML,
            reply_markup=keyboard(reply.buttons),
        )
    except BadRequest as error:
        if "not modified" not in str(error):
            log.info("progress_not_edited", error=str(error))
    except TelegramError as error:
        log.warning("progress_not_edited", error=str(error))


@contextlib.asynccontextmanager
async def open_jobs(kafka: Kafka, producer: AIOKafkaProducer) -> AsyncIterator[Jobs]:
    """The jobs as `chat_state` tells of them; closed, nothing is followed any more."""
    async with (
        open_store(kafka, producer, JobStatus, JOB) as statuses,
        open_store(kafka, producer, JobRequest, JOB_REQUEST) as requests,
    ):
        jobs = Jobs(statuses, requests)
        try:
            yield jobs
        finally:
            await jobs.close()
