"""What is kept about a person, and its deletion: here at once, in lake and request log by the job `forget`."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from aiokafka.errors import KafkaError

from bot.core.job_requests import JobQueue
from bot.features.privacy.replies import Kept, everything_gone
from bot.features.privacy.store import Forgetting
from bot.state.store import Store
from bot.state.stores import PersonalRegistry
from bot.telegram.sender import Address
from bot.ui.locale import Language, Texts, texts
from bot.ui.reply import Reply
from ops.logs import get_logger
from pipeline.contracts.jobs import ForgetRequest

log = get_logger(__name__)
JOB = "forget"
LOOK_S = 1.0
# The job looks again for what came late; after that nothing needs to be known of the request.
SETTLED_AFTER = timedelta(hours=1)


class Enqueuing(Protocol):
    """The part of pending messages that is needed here."""

    async def enqueue(self, address: Address, key: str, reply: Reply) -> None: ...


class Privacy:
    """Everything about one person, whatever part of the bot keeps it: the registry knows."""

    def __init__(
        self,
        personal: PersonalRegistry,
        requests: Store[ForgetRequest],
        waiting: Store[Forgetting],
        *,
        jobs: JobQueue,
        clock: Callable[[], datetime],
    ) -> None:
        self._personal = personal
        self._requests = requests
        self._waiting = waiting
        self._jobs = jobs
        self._clock = clock

    async def kept(self, pseudonym: str, words: Texts) -> Kept:
        """What is kept about the person, in words."""
        data = self._personal.all()
        counts = await asyncio.gather(*(one.count(pseudonym) for one in data))
        request = self._requests.get(pseudonym)
        return Kept(
            lines=tuple(
                one.words(count, words) for one, count in zip(data, counts, strict=True) if count is None or count
            ),
            deleting_since=request.at if request is not None and request.done_at is None else None,
        )

    async def forget(self, pseudonym: str, user_id: int, language: Language) -> None:
        """Delete what the bot keeps, and have the job delete the rest; safe to repeat. Raises KafkaError."""
        now = self._clock()
        await self._waiting.put(pseudonym, Forgetting(user_id=user_id, language=language, at=now))
        for data in self._personal.all():
            await data.forget(pseudonym)
        await self._requests.put(pseudonym, ForgetRequest(at=now))
        job = self._jobs.get(JOB)
        if job is not None:
            await self._jobs.run_now(job, "/privacy")

    async def run(self, messages: Enqueuing) -> None:
        """Tell people when all is deleted, and forget that they asked, until cancelled."""
        while True:
            try:
                await self.look(messages)
            except KafkaError as error:
                log.warning("deletions_wait_for_kafka", error=str(error))
            await asyncio.sleep(LOOK_S)

    async def look(self, messages: Enqueuing) -> None:
        """Tell who is to be told now. Raises KafkaError."""
        for pseudonym, who in list(self._waiting.entries()):
            request = self._requests.get(pseudonym)
            if request is not None and request.done_at is not None and request.at >= who.at:
                reply = everything_gone(texts(who.language))
                await messages.enqueue(Address(who.user_id), f"forgotten {who.at.isoformat()}", reply)
                await self._waiting.put(pseudonym, None)
        for pseudonym, request in list(self._requests.entries()):
            if request.done_at is not None and self._clock() - request.at > SETTLED_AFTER:
                await self._requests.put(pseudonym, None)
