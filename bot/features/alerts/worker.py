"""From the topic `alerts` to cards: a notification is committed when every chat's card knows it."""

import asyncio
from collections.abc import Callable, Sequence

from aiokafka import AIOKafkaConsumer, ConsumerRecord
from aiokafka.errors import KafkaError

from bot.features.alerts.destination import Destination, card_token
from bot.features.alerts.events import Notified
from bot.features.alerts.models import Notification
from bot.features.alerts.store import CardStore
from ops import metrics
from ops.errors import StartupError, UnprocessableMessage
from ops.kafka import Kafka
from ops.logs import get_logger
from pipeline.contracts.messages import decode
from pipeline.contracts.topics import ALERTS
from pipeline.kafka.dead_letters import DeadLetters

log = get_logger(__name__)
GROUP = "bot-cards"
RETRY_S = 1.0
WATCHDOG = "Watchdog"
# Alerts of this severity are signs of life and concern nobody.
NO_SEVERITY = "none"


class CardWorker:
    """Applies notifications in their order, cards side by side; repeats change nothing."""

    def __init__(
        self,
        kafka: Kafka,
        cards: CardStore,
        destinations: Sequence[Destination],
        letters: DeadLetters,
        on_heartbeat: Callable[[Notification], None],
    ) -> None:
        self._kafka = kafka
        self._cards = cards
        self._destinations = destinations
        self._letters = letters
        self._on_heartbeat = on_heartbeat

    async def run(self) -> None:
        """Work until cancelled. While Kafka is away, wait for it."""
        while True:
            try:
                async with self._kafka.consumer(ALERTS.name, group=GROUP, max_poll_records=500) as consumer:
                    await self._follow(consumer)
            except (KafkaError, StartupError) as error:
                log.warning("card_worker_waits_for_kafka", error=str(error), again_in_s=RETRY_S)
                await asyncio.sleep(RETRY_S)

    async def _follow(self, consumer: AIOKafkaConsumer) -> None:
        while True:
            batches = await consumer.getmany(timeout_ms=1_000)
            records = [record for batch in batches.values() for record in batch]
            if records:
                await self.take(records)
                await consumer.commit()
                metrics.LAST_COMMIT.set_to_current_time()

    async def take(self, records: "Sequence[ConsumerRecord[bytes, bytes]]") -> None:
        """Bring all cards up to date with these. Raises KafkaError; then the records must be taken again."""
        lanes: dict[str, list[Notified]] = {}
        for record in records:
            try:
                notification = decode(Notification, record.value)
            except UnprocessableMessage as error:
                await self._letters.put_record(record, "invalid", str(error))
                continue
            if is_heartbeat(notification):
                self._on_heartbeat(notification)
            elif is_for_people(notification):
                for destination in self._destinations:
                    token = card_token(notification.group_key, destination)
                    lanes.setdefault(token, []).append(Notified(notification, destination))
        await asyncio.gather(*(self._apply(token, events) for token, events in lanes.items()))

    async def _apply(self, token: str, events: Sequence[Notified]) -> None:
        for event in events:
            await self._cards.change(token, event)


def is_heartbeat(notification: Notification) -> bool:
    """Whether this is the alert that always fires."""
    return any(alert.labels.get("alertname") == WATCHDOG for alert in notification.alerts)


def is_for_people(notification: Notification) -> bool:
    """Whether any alert of the group concerns somebody."""
    return any(alert.severity != NO_SEVERITY for alert in notification.alerts)
