"""What became of alerts: when they began, who took them, when they were over. From what Alertmanager has sent."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from aiokafka import AIOKafkaConsumer, TopicPartition

from bot.core.audit_log import AuditLog
from bot.features.alerts.arrival.concerns import for_people
from bot.features.alerts.cards.headline import name_of
from bot.features.alerts.models import Card, Notification
from bot.features.reports.figures import AlertFigures, OwnerFigures
from bot.ui.span import Span
from ops.errors import UnprocessableMessage
from ops.kafka import Kafka
from ops.logs import get_logger
from pipeline.contracts.messages import AuditEntry, decode
from pipeline.contracts.topics import ALERTS
from pipeline.kafka.read_to_end import partitions_of, read_to_end

log = get_logger(__name__)
# An alert may have begun before the first notification in the span.
EARLIER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Episode:
    """One time that an alert group fired."""

    name: str
    began: datetime
    ended: datetime | None


class AlertHistory:
    """Reads the topic `alerts`, and the audit for who acknowledged."""

    def __init__(self, kafka: Kafka, audit_log: AuditLog) -> None:
        self._kafka = kafka
        self._audit_log = audit_log

    async def figures(self, span: Span) -> AlertFigures:
        """The alerts that began in the span. Raises KafkaError and StartupError."""
        notifications = await self._notifications(span.start - EARLIER)
        taken = [entry for entry in self._audit_log.newest() if entry.action == "acknowledge"]
        return figures(episodes(notifications), taken, span)

    async def episodes(self, since: datetime) -> tuple[Episode, ...]:
        """Every time that an alert group fired since then. Raises KafkaError and StartupError."""
        return episodes(await self._notifications(since))

    def entries(self) -> Sequence[AuditEntry]:
        """What operators did and said, as far back as is known."""
        return tuple(self._audit_log.newest())

    async def _notifications(self, since: datetime) -> list[Notification]:
        found: list[Notification] = []
        async with self._kafka.consumer() as consumer:
            partitions = await partitions_of(self._kafka, consumer, ALERTS.name)
            start = await _positions(consumer, partitions, since)
            async for records in read_to_end(consumer, partitions, start=start):
                for record in records:
                    try:
                        found.append(decode(Notification, record.value))
                    except UnprocessableMessage as error:
                        log.debug("notification_left_out", offset=record.offset, fault=str(error))
        return found


async def _positions(
    consumer: AIOKafkaConsumer, partitions: Sequence[TopicPartition], since: datetime
) -> dict[TopicPartition, int]:
    """Where each partition's records since then begin: its end, when there are none."""
    timestamp = int(since.timestamp() * 1000)
    found = await consumer.offsets_for_times(dict.fromkeys(partitions, timestamp))
    ends = await consumer.end_offsets(partitions)
    return {one: ends[one] if found[one] is None else found[one].offset for one in partitions}


def episodes(notifications: Iterable[Notification]) -> tuple[Episode, ...]:
    """Every time that each group fired, in the order of their beginnings."""
    open_: dict[str, Episode] = {}
    over: list[Episode] = []
    for notification in notifications:
        told = for_people(notification)
        if told is None:
            continue
        firing = [alert for alert in told.alerts if alert.firing]
        there = open_.get(told.group_key)
        if firing and there is None:
            began = min((alert.began_at for alert in firing if alert.began_at), default=told.received_at)
            open_[told.group_key] = Episode(_name(told), began, None)
        elif not firing and there is not None:
            ended = max((alert.ended_at for alert in told.alerts if alert.ended_at), default=told.received_at)
            over.append(Episode(there.name, there.began, ended))
            del open_[told.group_key]
    return tuple(sorted((*over, *open_.values()), key=lambda episode: episode.began))


def figures(found: Iterable[Episode], taken: Sequence[AuditEntry], span: Span) -> AlertFigures:
    """Episodes that began in the span, by who acknowledged them first."""
    within = [episode for episode in found if span.start <= episode.began < span.end]
    by_owner: dict[str, list[tuple[float | None, float | None]]] = {}
    for episode in within:
        first = taken_first(episode, taken)
        by_owner.setdefault(first.actor_name if first else "", []).append(
            (
                (first.at - episode.began).total_seconds() if first else None,
                (episode.ended - episode.began).total_seconds() if episode.ended else None,
            )
        )
    owners = [
        OwnerFigures(
            owner=owner,
            alerts=len(times),
            acknowledged_s=_median([taken_s for taken_s, _ in times if taken_s is not None]),
            resolved_s=_median([ended_s for _, ended_s in times if ended_s is not None]),
        )
        for owner, times in by_owner.items()
    ]
    return AlertFigures(
        alerts=len(within),
        still_open=sum(episode.ended is None for episode in within),
        owners=tuple(sorted(owners, key=lambda owner: (not owner.owner, -owner.alerts, owner.owner))),
    )


def taken_first(episode: Episode, taken: Iterable[AuditEntry]) -> AuditEntry | None:
    """Of who took it while it fired, the first one."""
    return min(
        (entry for entry in taken if entry.target == episode.name[:200] and _in_time(entry, episode)),
        key=lambda entry: entry.at,
        default=None,
    )


def _in_time(entry: AuditEntry, episode: Episode) -> bool:
    return episode.began <= entry.at and (episode.ended is None or entry.at <= episode.ended)


def _median(seconds: Sequence[float]) -> float | None:
    return median(seconds) if seconds else None


def _name(told: Notification) -> str:
    """As the card of the group is called, by which the audit names it."""
    return name_of(
        Card(
            group_key=told.group_key,
            group_labels=told.group_labels,
            chat_id=0,
            alerts=told.alerts,
            fired_at=told.received_at,
            changed_at=told.received_at,
        )
    )
