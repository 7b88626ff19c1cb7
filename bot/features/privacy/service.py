"""What is kept about a person, and its deletion: here at once, in lake and request index by the job `forget`."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from elastic_transport import TransportError
from elasticsearch import ApiError, AsyncElasticsearch

from bot.core.people import People
from bot.features.jobs.service import Jobs
from bot.features.privacy.replies import Kept, everything_gone
from bot.features.recommendations.store import PreferenceStore
from bot.features.watches.store import WatchStore
from bot.state.store import Store, open_store
from bot.telegram.message_sender import Address
from bot.ui.locale import Language, texts
from bot.ui.reply import Reply
from ops.kafka import Kafka
from ops.logs import get_logger
from pipeline.contracts.chat_state import FORGETTING, Forgetting
from pipeline.contracts.jobs import FORGET, ForgetRequest
from pipeline.contracts.messages import Recommendations
from pipeline.contracts.topics import RECOMMENDATIONS
from pipeline.kafka.live_view import LiveView

log = get_logger(__name__)
JOB = "forget"
LOOK_S = 1.0
# The job looks again for what came late; after that nothing needs to be known of the request.
SETTLED_AFTER = timedelta(hours=1)


class Recommended(Protocol):
    """The lists of the topic `recommendations`."""

    def get(self, pseudonym: str) -> Recommendations | None: ...

    async def drop(self, pseudonym: str) -> None:
        """Delete the person's list; durable when it returns. Raises KafkaError."""


class Counting(Protocol):
    """The request index."""

    async def of(self, pseudonym: str) -> int | None:
        """How many requests of the person are kept; None when it cannot be told."""


class Owing(Protocol):
    """The outbox' part that is needed here."""

    async def enqueue(self, address: Address, key: str, reply: Reply) -> None: ...


@dataclass(frozen=True, slots=True)
class Deletions:
    """What was asked to be deleted (read by the job), and who is to be told when that is done."""

    requests: Store[ForgetRequest]
    waiting: Store[Forgetting]


class Privacy:
    """Everything about one person, whatever part of the bot keeps it."""

    def __init__(
        self,
        deletions: Deletions,
        *,
        people: People,
        preferences: PreferenceStore,
        watches: WatchStore,
        recommended: Recommended,
        log: Counting,
        jobs: Jobs,
        clock: Callable[[], datetime],
    ) -> None:
        self._deletions = deletions
        self._people = people
        self._preferences = preferences
        self._watches = watches
        self._recommended = recommended
        self._log = log
        self._jobs = jobs
        self._clock = clock

    async def kept(self, pseudonym: str) -> Kept:
        """What is kept about the person, by kind."""
        taste = self._preferences.of(pseudonym)
        list_ = self._recommended.get(pseudonym)
        request = self._deletions.requests.get(pseudonym)
        return Kept(
            choices=self._people.has_choices(pseudonym),
            seen=len({*taste.recent, *taste.liked, *taste.hidden}),
            prices=len(self._watches.prices.of(pseudonym)),
            searches=len(self._watches.searches.of(pseudonym)),
            recommended=len(list_.items) if list_ is not None else 0,
            requests=await self._log.of(pseudonym),
            deleting_since=request.at if request is not None and request.done_at is None else None,
        )

    async def forget(self, pseudonym: str, user_id: int, language: Language) -> None:
        """Delete what the bot keeps, and have the job delete the rest; safe to repeat. Raises KafkaError."""
        now = self._clock()
        await self._deletions.waiting.put(pseudonym, Forgetting(user_id=user_id, language=language, at=now))
        await self._people.forget(pseudonym)
        await self._preferences.forget(pseudonym)
        await self._watches.forget(pseudonym)
        await self._recommended.drop(pseudonym)
        await self._deletions.requests.put(pseudonym, ForgetRequest(at=now))
        job = self._jobs.get(JOB)
        if job is not None:
            await self._jobs.run_now(job, "/privacy")

    async def run(self, messages: Owing) -> None:
        """Tell people when all is deleted, and forget that they asked, until cancelled."""
        while True:
            try:
                await self.look(messages)
            except KafkaError as error:
                log.warning("deletions_wait_for_kafka", error=str(error))
            await asyncio.sleep(LOOK_S)

    async def look(self, messages: Owing) -> None:
        """Tell who is to be told now. Raises KafkaError."""
        for pseudonym, who in list(self._deletions.waiting.entries()):
            request = self._deletions.requests.get(pseudonym)
            if request is not None and request.done_at is not None and request.at >= who.at:
                reply = everything_gone(texts(who.language))
                await messages.enqueue(Address(who.user_id), f"forgotten {who.at.isoformat()}", reply)
                await self._deletions.waiting.put(pseudonym, None)
        for pseudonym, request in list(self._deletions.requests.entries()):
            if request.done_at is not None and self._clock() - request.at > SETTLED_AFTER:
                await self._deletions.requests.put(pseudonym, None)


class KafkaRecommendations:
    """`Recommended` over the live view of the topic."""

    def __init__(self, view: LiveView[Recommendations], producer: AIOKafkaProducer) -> None:
        self._view = view
        self._producer = producer

    def get(self, pseudonym: str) -> Recommendations | None:
        return self._view.get(pseudonym)

    async def drop(self, pseudonym: str) -> None:
        if self._view.get(pseudonym) is not None:
            await self._producer.send_and_wait(RECOMMENDATIONS.name, None, key=pseudonym.encode())


class RequestCount:
    """`Counting` over the request log in Elasticsearch."""

    def __init__(self, client: AsyncElasticsearch) -> None:
        self._client = client

    async def of(self, pseudonym: str) -> int | None:
        try:
            answer = await self._client.count(
                index="requests-*", query={"term": {"user": pseudonym}}, allow_no_indices=True
            )
        except (ApiError, TransportError) as error:
            log.warning("requests_not_counted", error=str(error)[:200])
            return None
        return int(answer["count"])


@contextlib.asynccontextmanager
async def open_deletions(kafka: Kafka, producer: AIOKafkaProducer) -> AsyncIterator[Deletions]:
    """The states behind it, loaded."""
    async with (
        open_store(kafka, producer, ForgetRequest, FORGET) as requests,
        open_store(kafka, producer, Forgetting, FORGETTING) as waiting,
    ):
        yield Deletions(requests, waiting)
