"""The digest: the report of a day, to every admin, by the clock of YARMARKA_ANALYTICS__REPORT_CRON.

How far an admin has it is kept after every picture, so a restart goes on where it was; after a kill at the worst moment
one picture comes twice. A digest that is late by more than half a day is left out.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiokafka.errors import KafkaError
from apscheduler.triggers.cron import CronTrigger
from elastic_transport import TransportError
from elasticsearch import ApiError
from telegram.error import Forbidden

from bot.features.reports.models import DigestSent
from bot.features.reports.replies import report_pages
from bot.features.reports.service import ReportService
from bot.products.list_state import ListState
from bot.state.store import Store
from bot.telegram.outbox import Outbox
from bot.telegram.outbox_item import Urgency
from bot.ui.locale import Texts
from bot.ui.reply import Reply
from bot.ui.roles import Role
from ops.logs import get_logger

log = get_logger(__name__)
LOOK_S = 20.0
TOO_LATE = timedelta(hours=12)
PICTURES = 3

Send = Callable[[int, bytes, Reply], Awaitable[None]]
Keep = Callable[[list[ListState]], Awaitable[None]]


def trigger(cron: str) -> CronTrigger:
    """The clock of the digest; that a setting is in cron's form is checked when settings are loaded."""
    return CronTrigger.from_crontab(cron, timezone="UTC")


def last_due(clock: CronTrigger, now: datetime) -> datetime | None:
    """When the digest was last due within half a day, or None."""
    at, found = now - TOO_LATE, None
    while (after := clock.get_next_fire_time(None, at)) is not None and after <= now:
        found, at = after, after + timedelta(seconds=1)
    return found


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who gets the digest."""

    user_id: int
    pseudonym: str
    texts: Texts


class Digest:
    """Puts the digest into the outbox when it is due."""

    def __init__(
        self,
        reports: ReportService,
        sent: Store[DigestSent],
        outbox: Outbox,
        *,
        send: Send,
        keep: Keep,
        people: Callable[[], Mapping[int, Role]],
        reader: Callable[[int], Reader],
        clock: Callable[[], datetime],
        cron: CronTrigger,
    ) -> None:
        self._reports = reports
        self._sent = sent
        self._outbox = outbox
        self._send = send
        self._keep = keep
        self._people = people
        self._reader = reader
        self._clock = clock
        self._cron = cron
        self._begun = clock()
        # What was sent though Kafka could not keep that it was: it is not sent again in this life.
        self._unkept: dict[str, DigestSent] = {}

    async def run(self) -> None:
        """Look for what is due until cancelled."""
        while True:
            try:
                await self.look()
            except KafkaError as error:
                log.warning("digest_waits_for_kafka", error=str(error))
            await asyncio.sleep(LOOK_S)

    async def look(self) -> None:
        """Enqueue what is due now. Who is new here begins with the next one. Raises KafkaError."""
        due = last_due(self._cron, self._clock())
        if due is None:
            return
        for user_id, role in self._people().items():
            if role is not Role.ADMIN:
                continue
            reader = self._reader(user_id)
            there = self._sent.get(reader.pseudonym)
            if there is None and due < self._begun:
                await self._sent.put(reader.pseudonym, DigestSent(due_at=due, pictures=PICTURES))
            elif there is None or there.due_at < due or there.pictures < PICTURES:
                self._outbox.enqueue(_DigestItem(self, reader, due))

    async def tell(self, reader: Reader, due: datetime) -> None:
        """Send what the reader does not have yet. Raises what Telegram, Kafka and Elasticsearch raise."""
        there = self._unkept.get(reader.pseudonym) or self._sent.get(reader.pseudonym)
        done = there.pictures if there is not None and there.due_at == due else 0
        if reader.pseudonym in self._unkept:
            await self._keep_sent(reader, self._unkept[reader.pseudonym])
        if done >= PICTURES:
            return
        try:
            report = await self._reports.of(reader.pseudonym, "day")
        except (ApiError, TransportError) as error:
            log.warning("digest_waits_for_the_search_log", error=str(error)[:200])
            raise
        pages = report_pages(report, self._reports.least_people, reader.texts).all()
        pictures = await self._reports.pictures(report, reader.texts.language)
        await self._keep([ListState(text=query.text) for query in report.searches.nothing])
        for place in range(done, PICTURES):
            try:
                await self._send(reader.user_id, pictures[place], pages[place])
            except Forbidden as error:
                # An admin who never wrote to the bot has no chat with it.
                log.info("digest_not_sent", error=str(error))
                await self._keep_sent(reader, DigestSent(due_at=due, pictures=PICTURES))
                return
            await self._keep_sent(reader, DigestSent(due_at=due, pictures=place + 1))

    async def _keep_sent(self, reader: Reader, sent: DigestSent) -> None:
        self._unkept[reader.pseudonym] = sent
        await self._sent.put(reader.pseudonym, sent)
        del self._unkept[reader.pseudonym]


@dataclass(frozen=True, slots=True)
class _DigestItem:
    digest: Digest
    reader: Reader
    due: datetime
    urgency: Urgency = Urgency.ROUTINE

    @property
    def chat_id(self) -> int:
        return self.reader.user_id

    @property
    def key(self) -> str:
        return f"digest:{self.due.isoformat()}"

    async def deliver(self) -> None:
        await self.digest.tell(self.reader, self.due)
