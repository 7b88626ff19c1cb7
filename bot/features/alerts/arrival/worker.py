"""From the topic `alerts` to cards: a notification is committed when every chat's card knows it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, TypeAlias

from aiokafka import AIOKafkaConsumer, ConsumerRecord
from aiokafka.errors import KafkaError

from bot.features.alerts.arrival.concerns import for_people, is_heartbeat
from bot.features.alerts.arrival.heartbeat import DeadMansSwitch
from bot.features.alerts.arrival.inbox import AlertInbox, Fate
from bot.features.alerts.cards.events import Notified
from bot.features.alerts.cards.store import CardStore
from bot.features.alerts.destination import card_token
from bot.features.alerts.models import Notification
from bot.features.alerts.routes import AlertRouting
from ops import metrics
from ops.errors import StartupError, UnprocessableMessage
from ops.kafka import Kafka
from ops.logs import get_logger
from pipeline.contracts.messages import decode
from pipeline.contracts.topics import ALERTS
from pipeline.kafka.dead_letters import DeadLetters
from pipeline.kafka.position_check import LogWatch, examine

log = get_logger(__name__)
GROUP = "bot-cards"
RETRY_S = 1.0
MENDED = "cards are brought up to date from the earliest notification that may not have been taken"

TakeNotifications: TypeAlias = Callable[[Sequence[Notification]], Awaitable[None]]


class NotificationSource(Protocol):
    """Where notifications come from."""

    async def follow(self, take: TakeNotifications, known_before: Callable[[], bool]) -> None:
        """Give every notification to `take`, in order, until cancelled; again those for which it raised KafkaError.

        `known_before` says whether any was ever taken.
        """


class KafkaNotifications:
    """The topic `alerts`. What is no notification, or cannot be taken, becomes a dead letter and goes to the inbox.

    When the position in it is lost, or the topic is another one or has lost its end, it is told, and notifications are
    given from the earliest that may not have been taken.
    """

    def __init__(self, kafka: Kafka, letters: DeadLetters, inbox: AlertInbox) -> None:
        self._kafka = kafka
        self._letters = letters
        self._inbox = inbox

    async def follow(self, take: TakeNotifications, known_before: Callable[[], bool]) -> None:
        """See `NotificationSource.follow`. While Kafka is away, wait for it."""
        while True:
            try:
                async with self._kafka.consumer(group=GROUP, max_poll_records=500) as consumer:
                    examined = await examine(
                        consumer, GROUP, GROUP, [ALERTS.name], known_before=known_before(), mended=MENDED
                    )
                    await examined.commit(consumer)
                    consumer.subscribe([ALERTS.name])
                    await self._follow(consumer, LogWatch(consumer, examined.histories), take)
            except (KafkaError, StartupError) as error:
                log.warning("card_worker_waits_for_kafka", error=str(error), again_in_s=RETRY_S)
                await asyncio.sleep(RETRY_S)

    async def _follow(self, consumer: AIOKafkaConsumer, watch: LogWatch, take: TakeNotifications) -> None:
        while True:
            batches = await consumer.getmany(timeout_ms=1_000)
            records = [record for batch in batches.values() for record in batch]
            if records:
                await self._give(records, take)
                await watch.vouch()
                ends = {place: some[-1].offset + 1 for place, some in batches.items() if some}
                await consumer.commit(watch.noted(ends))
                metrics.LAST_COMMIT.set_to_current_time()

    async def _give(self, records: "Sequence[ConsumerRecord[bytes, bytes]]", take: TakeNotifications) -> None:
        read = [(record, notification) for record in records if (notification := await self._read(record)) is not None]
        try:
            await take([notification for _, notification in read])
        except KafkaError:
            raise
        except Exception:
            # One of them, or a fault of ours: those that can be shown must not wait behind it.
            log.exception("alerts_not_taken", count=len(read), next_step="taken one by one")
            for record, notification in read:
                await self._give_one(record, notification, take)

    async def _give_one(
        self, record: "ConsumerRecord[bytes, bytes]", notification: Notification, take: TakeNotifications
    ) -> None:
        try:
            await take([notification])
        except KafkaError:
            raise
        except Exception as error:
            log.exception("alert_without_card", offset=record.offset, group=notification.group_key[:200])
            self._inbox.tell(notification, Fate.NO_CARD)
            await self._letters.put_record(record, "no_card", f"{type(error).__name__}: {error}"[:500])

    async def _read(self, record: "ConsumerRecord[bytes, bytes]") -> Notification | None:
        try:
            return decode(Notification, record.value)
        except UnprocessableMessage as error:
            await self._letters.put_record(record, "invalid", str(error))
            return None


class CardWorker:
    """Applies notifications in their order, cards side by side; repeats change nothing.

    `drill_of` names the part whose drill is known to cause a group.
    """

    def __init__(
        self,
        source: NotificationSource,
        cards: CardStore,
        heartbeat: DeadMansSwitch,
        routes: AlertRouting,
        drill_of: Callable[[Notification], str],
    ) -> None:
        self._source = source
        self._cards = cards
        self._heartbeat = heartbeat
        self._routes = routes
        self._drill_of = drill_of

    async def run(self) -> None:
        """Bring cards up to date until cancelled."""
        await self._source.follow(self.take, lambda: bool(self._cards.all()))

    async def take(self, notifications: Sequence[Notification]) -> None:
        """Bring all cards up to date with these. Raises KafkaError; then they must be taken again."""
        by_card: dict[str, list[Notified]] = {}
        for notification in notifications:
            if is_heartbeat(notification):
                self._heartbeat.beat(notification.received_at)
            told = for_people(notification)
            if told is not None:
                drill = self._drill_of(told)
                for part in self._routes.split(told):
                    token = card_token(told.group_key, part.place)
                    event = Notified(part.notification, part.place, drill, part.mentions, part.quiet)
                    by_card.setdefault(token, []).append(event)
        await asyncio.gather(*(self._apply(token, events) for token, events in by_card.items()))

    async def _apply(self, token: str, events: Sequence[Notified]) -> None:
        for event in events:
            await self._cards.change(token, event)
