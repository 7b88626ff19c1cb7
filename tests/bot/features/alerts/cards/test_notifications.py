"""From the topic to the cards: a notification of which no card can be made costs itself alone, and is told."""

from collections.abc import Sequence

import pytest
from aiokafka import ConsumerRecord
from aiokafka.errors import KafkaConnectionError

from bot.features.alerts.arrival.inbox import AlertInbox, Fate
from bot.features.alerts.arrival.worker import KafkaNotifications
from bot.features.alerts.models import Notification
from ops.kafka import Kafka
from ops.settings import KafkaSettings, Settings
from pipeline.contracts.messages import DeadLetter, decode, encode
from pipeline.contracts.topics import ALERTS, DEAD_LETTERS
from pipeline.kafka.dead_letters import DeadLetters
from tests.bot.world.alert_samples import notification, payload
from tests.bot.world.away import Written


class Letters:
    """A producer that keeps dead letters."""

    def __init__(self) -> None:
        self.put: list[DeadLetter] = []

    async def send_and_wait(
        self, topic: str, value: bytes | None, key: bytes, *, headers: list[tuple[str, bytes]]
    ) -> Written:
        assert topic == DEAD_LETTERS.name
        self.put.append(decode(DeadLetter, value))
        return Written()


def record(offset: int, value: bytes) -> "ConsumerRecord[bytes, bytes]":
    return ConsumerRecord(ALERTS.name, 0, offset, 0, 0, b"", value, None, 0, len(value), ())


class Cards:
    """Cards that cannot be made of one service's alerts."""

    def __init__(self, poison: str, error: Exception) -> None:
        self.poison = poison
        self.error = error
        self.shown: list[str] = []

    async def take(self, notifications: Sequence[Notification]) -> None:
        for told in notifications:
            if told.group_labels["service"] == self.poison:
                raise self.error
            self.shown.append(told.group_labels["service"])


@pytest.fixture
def letters() -> Letters:
    return Letters()


def source(letters: Letters, inbox: AlertInbox) -> KafkaNotifications:
    kafka = Kafka(Settings(kafka=KafkaSettings(bootstrap="127.0.0.1:1")), "bot")
    return KafkaNotifications(kafka, DeadLetters(letters, "bot"), inbox)


def records(*services: str) -> "list[ConsumerRecord[bytes, bytes]]":
    return [record(at, encode(notification(payload("Down", name)))) for at, name in enumerate(services)]


async def test_the_others_are_shown_and_it_is_told_and_put_aside(letters: Letters) -> None:
    inbox, told = AlertInbox(), list[tuple[str, Fate]]()
    inbox.subscribe(lambda notification, fate: told.append((notification.group_labels["service"], fate)))
    cards = Cards("bad", TypeError("a fault of ours"))
    await source(letters, inbox)._give([*records("one", "bad", "two"), record(9, b"not json")], cards.take)
    # One was taken twice: repeats change nothing.
    assert cards.shown == ["one", "one", "two"]
    assert told == [("bad", Fate.NO_CARD)]
    assert [(letter.reason, letter.source) for letter in letters.put] == [
        ("invalid", "alerts-0-9"),
        ("no_card", "alerts-0-1"),
    ]


async def test_a_kafka_that_goes_away_meanwhile_puts_nothing_aside(letters: Letters) -> None:
    cards = Cards("bad", KafkaConnectionError("no broker"))
    with pytest.raises(KafkaConnectionError):
        await source(letters, AlertInbox())._give(records("one", "bad", "two"), cards.take)
    assert not letters.put
