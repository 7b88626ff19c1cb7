"""Settling dead letters by the thousand, beside the conversations: one job at a time, taken up again after a kill."""

import asyncio
import contextlib
from time import monotonic

from aiokafka.errors import KafkaError

from bot.core.place import Place
from bot.features.dead_letters.job_messages import JobMessages
from bot.features.dead_letters.models import LetterJob
from bot.features.dead_letters.store import DeadLetterAccess
from bot.state.store import Store
from ops.errors import StartupError
from ops.logs import get_logger
from pipeline.dead_letters.settling import SettlingProgress

log = get_logger(__name__)
CURRENT = "current"
EDIT_EVERY_S = 1.0
RETRY_S = 2.0
LONGEST_PAUSE_S = 60.0


class LetterJobs:
    """The job under way, or the last one."""

    def __init__(self, store: Store[LetterJob], letters: DeadLetterAccess, messages: JobMessages) -> None:
        self._store = store
        self._letters = letters
        self._messages = messages
        self._wake = asyncio.Event()
        self._beginning = asyncio.Lock()
        self._progress = SettlingProgress()
        self._shown_at = float("-inf")

    def last(self) -> LetterJob | None:
        """The job as far as it is; one that is over stays until the next."""
        job = self._store.get(CURRENT)
        return job if job is None or job.is_over else job.at_progress(self._progress)

    def under_way(self) -> LetterJob | None:
        """The job that is not over; None when another may begin."""
        job = self.last()
        return None if job is None or job.is_over else job

    async def begin(self, job: LetterJob) -> bool:
        """Begin it, unless another is under way; the same order given again is the same job. Raises KafkaError."""
        async with self._beginning:
            last = self.last()
            if last is not None and last.job == job.job:
                return True
            if last is not None and not last.is_over:
                return False
            self._progress = SettlingProgress()
            await self._store.put(CURRENT, job)
            for place in job.places:
                self._messages.enter(place)
            self._wake.set()
            return True

    async def stop(self) -> bool:
        """Have it end after what is under way; False when none is. Raises KafkaError."""
        async with self._beginning:
            job = self._store.get(CURRENT)
            if job is None or job.is_over:
                return False
            await self._store.put(CURRENT, job.stopping())
            return True

    async def show_in(self, place: Place | None) -> None:
        """Have one more message changed as the job goes on. Raises KafkaError."""
        async with self._beginning:
            job = self._store.get(CURRENT)
            if place is not None and job is not None and not job.is_over:
                self._messages.enter(place)
                await self._store.put(CURRENT, job.shown_in(place))

    async def leave(self, place: Place | None) -> None:
        """The message shows something else from now on, and after a restart too."""
        job = self._store.get(CURRENT)
        if place is None or job is None or job.left_by(place) == job:
            return
        self._messages.leave(place)
        async with self._beginning:
            job = self._store.get(CURRENT)
            if job is not None:
                # While Kafka is away this life knows it alone: nobody who turns a page has to hear of that.
                with contextlib.suppress(KafkaError):
                    await self._store.put(CURRENT, job.left_by(place))

    async def run(self) -> None:
        """Carry out what is ordered, and what an earlier life left behind; cancel to stop."""
        if (left := self.last()) is not None and left.is_over:
            # It may have been killed before it could show the end.
            self._messages.show(left)
        while True:
            self._wake.clear()
            if self.under_way() is None:
                await self._wake.wait()
                continue
            await self._to_the_end()

    async def _to_the_end(self) -> None:
        pause_s = RETRY_S
        while (job := self.under_way()) is not None:
            try:
                if not self._is_to_stop():
                    self._progress = await self._letters.settle(job.order, job.letters, self._told, self._is_to_stop)
                await self._end()
            except (KafkaError, StartupError) as error:
                log.warning("dead_letters_wait_for_kafka", again_in_s=pause_s, error=f"{type(error).__name__}: {error}")
                await asyncio.sleep(pause_s)
                pause_s = min(LONGEST_PAUSE_S, 2 * pause_s)

    async def _end(self) -> None:
        async with self._beginning:
            job = self.under_way()
            if job is None:
                return
            ended = job.over()
            await self._store.put(CURRENT, ended)
        log.info("dead_letters_settled", action=ended.action, reason=ended.reason, status=ended.status,
                 refused=ended.refused, **ended.outcomes)  # fmt: skip
        self._messages.show(ended)

    def _told(self, progress: SettlingProgress) -> None:
        self._progress = progress
        job = self.under_way()
        if job is not None and monotonic() - self._shown_at >= EDIT_EVERY_S:
            self._shown_at = monotonic()
            self._messages.show(job)

    def _is_to_stop(self) -> bool:
        job = self._store.get(CURRENT)
        return job is None or job.status == "stopping"
