"""The alert room, put together: state, cards, outbox, and the work that goes on in the background."""

import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiokafka import AIOKafkaProducer

from bot.features.alerts.alertmanager import Alertmanager
from bot.features.alerts.card_display import CardDisplay
from bot.features.alerts.destination import destinations
from bot.features.alerts.heartbeat import DeadMansSwitch
from bot.features.alerts.models import CARD, HEARTBEAT, OUTBOX, Card, Heartbeat, OutboxMessage
from bot.features.alerts.reconciler import Reconciler
from bot.features.alerts.reminders import Patience, Reminders
from bot.features.alerts.service import AlertActions
from bot.features.alerts.store import CardStore
from bot.features.alerts.worker import CardWorker
from bot.state.store import Store, open_store
from bot.telegram.framework import Bot
from bot.telegram.message_sender import MessageSender
from bot.telegram.outbox import Outbox
from bot.telegram.pending_messages import PendingMessages
from bot.telegram.sent import Sent
from bot.ui.locale import Texts
from ops import metrics
from ops.kafka import Kafka
from ops.logs import get_logger
from ops.settings import BotSettings, Settings
from pipeline.kafka.dead_letters import DeadLetters

log = get_logger(__name__)
Work = Coroutine[object, object, None]


@dataclass(frozen=True, slots=True)
class AlertStores:
    """What survives a restart."""

    cards: Store[Card]
    pending: Store[OutboxMessage]
    heartbeat: Store[Heartbeat]


@dataclass(frozen=True, slots=True)
class AlertComponents:
    """Everything about alerts. `works` are to be run beside the bot, once Telegram is connected."""

    cards: CardStore
    showing: CardDisplay
    messages: PendingMessages
    outbox: Outbox
    sender: MessageSender
    heartbeat: DeadMansSwitch
    reconciler: Reconciler
    reminders: Reminders
    desk: AlertActions
    sent: Sent

    def recover(self) -> None:
        """Queue what an earlier life left unshown."""
        for _, card in self.cards.all():
            if card.message_id is not None:
                self.sent.note(card.chat_id, card.message_id)
        metrics.CARDS_OPEN.set(len(self.cards.open()))
        log.info("outbox_recovered", cards=self.showing.enqueue_all(), messages=self.messages.recover())

    def works(self, worker: CardWorker | None, *, watched: bool) -> list[Work]:
        """The background work; what needs Alertmanager only when there is one."""
        self.recover()
        works: list[Work] = [self.outbox.run(), self.reminders.run()]
        if worker is not None:
            works.append(worker.run())
        if watched:
            works += [self.reconciler.run(), self.heartbeat.run()]
        return works


def build_components(
    settings: BotSettings,
    states: AlertStores,
    bot: Bot,
    sent: Sent,
    *,
    alertmanager: Alertmanager,
    words: Callable[[int], Texts],
    clock: Callable[[], datetime],
) -> AlertComponents:
    """Put the room together; nothing is connected or started."""
    cards, outbox, sender = CardStore(states.cards, clock), Outbox(), MessageSender(bot, sent)
    showing = CardDisplay(cards, outbox, sender, words, clock)
    cards.on_change(showing.enqueue)
    messages = PendingMessages(states.pending, outbox, sender, clock)
    missing_after = timedelta(seconds=settings.watchdog_missing_s)
    heartbeat = DeadMansSwitch(
        states.heartbeat, messages, destinations(settings), words, clock, missing_after=missing_after
    )
    return AlertComponents(
        cards=cards,
        showing=showing,
        messages=messages,
        outbox=outbox,
        sender=sender,
        heartbeat=heartbeat,
        reconciler=Reconciler(alertmanager, cards, showing, clock),
        reminders=Reminders(cards, messages, Patience.of(settings), words, clock),
        desk=AlertActions(cards, showing, alertmanager, heartbeat, clock),
        sent=sent,
    )


def worker_of(alerts: AlertComponents, settings: Settings, kafka: Kafka, producer: AIOKafkaProducer) -> CardWorker:
    """The worker that turns the topic `alerts` into the room's cards."""
    return CardWorker(
        kafka,
        alerts.cards,
        destinations(settings.bot),
        DeadLetters(producer, "bot"),
        lambda notification: alerts.heartbeat.beat(notification.received_at),
    )


@contextlib.asynccontextmanager
async def open_states(kafka: Kafka, producer: AIOKafkaProducer) -> AsyncIterator[AlertStores]:
    """The room's states, loaded."""
    async with (
        open_store(kafka, producer, Card, CARD) as cards,
        open_store(kafka, producer, OutboxMessage, OUTBOX) as pending,
        open_store(kafka, producer, Heartbeat, HEARTBEAT) as heartbeat,
    ):
        yield AlertStores(cards, pending, heartbeat)
