"""Everything about alerts, put together; nothing is connected or started here."""

from dataclasses import dataclass
from datetime import timedelta

from bot.container.foundation import Foundation
from bot.core.background_tasks import Work
from bot.features.alerts.alertmanager import Alertmanager
from bot.features.alerts.card_display import CardDisplay
from bot.features.alerts.destination import destinations
from bot.features.alerts.heartbeat import DeadMansSwitch
from bot.features.alerts.models import CARDS, HEARTBEATS
from bot.features.alerts.reconciler import Reconciler
from bot.features.alerts.reminders import Patience, Reminders
from bot.features.alerts.store import CardStore
from bot.features.alerts.worker import CardWorker, NotificationSource
from bot.telegram.sent import Sent
from bot.ui.locale import Texts
from ops.logs import get_logger

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class AlertComponents:
    """The cards, and all that goes on with them in the background."""

    cards: CardStore
    display: CardDisplay
    worker: CardWorker
    heartbeat: DeadMansSwitch
    reconciler: Reconciler
    reminders: Reminders
    sent: Sent
    # Whether there is an Alertmanager to be asked.
    watched: bool

    def recover(self) -> None:
        """Enqueue what an earlier life left unshown, and note the messages of its cards."""
        for _, card in self.cards.all():
            if card.message_id is not None:
                self.sent.note(card.chat_id, card.message_id)
        self.cards.count_open()
        log.info("cards_recovered", cards=self.display.enqueue_all())

    def work(self) -> list[Work]:
        """The background work; what needs Alertmanager only when there is one."""
        work: list[Work] = [self.worker.run(), self.reminders.run()]
        if self.watched:
            work += [self.reconciler.run(), self.heartbeat.run()]
        return work


def build_components(
    base: Foundation, alertmanager: Alertmanager, notifications: NotificationSource
) -> AlertComponents:
    """The components over what all features share."""
    settings, clock, delivery = base.settings.bot, base.clock, base.delivery

    def words(chat_id: int) -> Texts:
        return base.persons.texts(chat_id, settings.alert_language)

    cards = CardStore(base.stores.of(CARDS), clock)
    display = CardDisplay(cards, delivery.outbox, delivery.sender, words, clock)
    cards.on_change(display.enqueue)
    heartbeat = DeadMansSwitch(
        base.stores.of(HEARTBEATS),
        delivery.pending,
        destinations(settings),
        words,
        clock,
        missing_after=timedelta(seconds=settings.watchdog_missing_s),
    )
    return AlertComponents(
        cards=cards,
        display=display,
        worker=CardWorker(notifications, cards, heartbeat, destinations(settings)),
        heartbeat=heartbeat,
        reconciler=Reconciler(alertmanager, cards, display, clock),
        reminders=Reminders(cards, delivery.pending, Patience.of(settings), words, clock),
        sent=delivery.sent,
        watched=alertmanager.configured,
    )
