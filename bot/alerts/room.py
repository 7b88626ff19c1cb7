"""The alert room, put together: state, cards, outbox, and the work that goes on in the background."""

import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiokafka import AIOKafkaProducer

from bot.alerts.alertmanager import Alertmanager
from bot.alerts.cards import Cards
from bot.alerts.desk import Desk
from bot.alerts.destination import destinations
from bot.alerts.heartbeat import DeadMansSwitch
from bot.alerts.reconciler import Reconciler
from bot.alerts.reminders import Patience, Reminders
from bot.alerts.showing import Showing
from bot.alerts.worker import CardWorker
from bot.framework import Bot
from bot.locale import Texts
from bot.outbox.courier import Courier
from bot.outbox.messages import Messages
from bot.outbox.outbox import Outbox
from bot.state import State, open_state
from bot.transport.sent import Sent
from ops import metrics
from ops.kafka import Kafka
from ops.logs import get_logger
from ops.settings import BotSettings, Settings
from pipeline.contracts.alerts import CARD, HEARTBEAT, OUTBOX, Card, Heartbeat, Owed
from pipeline.contracts.dead_letters import DeadLetters

log = get_logger(__name__)
Work = Coroutine[object, object, None]


@dataclass(frozen=True, slots=True)
class States:
    """What survives a restart."""

    cards: State[Card]
    owed: State[Owed]
    heartbeat: State[Heartbeat]


@dataclass(frozen=True, slots=True)
class AlertRoom:
    """Everything about alerts. `works` are to be run beside the bot, once Telegram is connected."""

    cards: Cards
    showing: Showing
    messages: Messages
    outbox: Outbox
    courier: Courier
    heartbeat: DeadMansSwitch
    reconciler: Reconciler
    reminders: Reminders
    desk: Desk
    sent: Sent

    def recover(self) -> None:
        """Queue what an earlier life left unshown."""
        for _, card in self.cards.all():
            if card.message_id is not None:
                self.sent.note(card.chat_id, card.message_id)
        metrics.CARDS_OPEN.set(len(self.cards.open()))
        log.info("outbox_recovered", cards=self.showing.owe_all(), messages=self.messages.recover())

    def works(self, worker: CardWorker | None, *, watched: bool) -> list[Work]:
        """The background work; what needs Alertmanager only when there is one."""
        self.recover()
        works: list[Work] = [self.outbox.run(), self.reminders.run()]
        if worker is not None:
            works.append(worker.run())
        if watched:
            works += [self.reconciler.run(), self.heartbeat.run()]
        return works


def furnish(
    settings: BotSettings,
    states: States,
    bot: Bot,
    sent: Sent,
    *,
    alertmanager: Alertmanager,
    words: Callable[[int], Texts],
    clock: Callable[[], datetime],
) -> AlertRoom:
    """Put the room together; nothing is connected or started."""
    cards, outbox, courier = Cards(states.cards, clock), Outbox(), Courier(bot, sent)
    showing = Showing(cards, outbox, courier, words, clock)
    cards.on_change(showing.owe)
    messages = Messages(states.owed, outbox, courier, clock)
    missing_after = timedelta(seconds=settings.watchdog_missing_s)
    heartbeat = DeadMansSwitch(
        states.heartbeat, messages, destinations(settings), words, clock, missing_after=missing_after
    )
    return AlertRoom(
        cards=cards,
        showing=showing,
        messages=messages,
        outbox=outbox,
        courier=courier,
        heartbeat=heartbeat,
        reconciler=Reconciler(alertmanager, cards, showing, clock),
        reminders=Reminders(cards, messages, Patience.of(settings), words, clock),
        desk=Desk(cards, showing, alertmanager, heartbeat, clock),
        sent=sent,
    )


def worker_of(room: AlertRoom, settings: Settings, kafka: Kafka, producer: AIOKafkaProducer) -> CardWorker:
    """The worker that turns the topic `alerts` into the room's cards."""
    return CardWorker(
        kafka,
        room.cards,
        destinations(settings.bot),
        DeadLetters(producer, "bot"),
        lambda notification: room.heartbeat.beat(notification.received_at),
    )


@contextlib.asynccontextmanager
async def open_states(kafka: Kafka, producer: AIOKafkaProducer) -> AsyncIterator[States]:
    """The room's states, loaded."""
    async with (
        open_state(kafka, producer, Card, CARD) as cards,
        open_state(kafka, producer, Owed, OUTBOX) as owed,
        open_state(kafka, producer, Heartbeat, HEARTBEAT) as heartbeat,
    ):
        yield States(cards, owed, heartbeat)
