"""Everything about alerts, put together; nothing is connected or started here."""

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from bot.container.foundation import Foundation
from bot.core.background_tasks import Work
from bot.core.kafka_reach import KafkaState
from bot.features.alerts.alertmanager import Alertmanager
from bot.features.alerts.arrival.concerns import for_people, is_heartbeat
from bot.features.alerts.arrival.direct_alerts import DirectAlerts
from bot.features.alerts.arrival.heartbeat import DeadMansSwitch
from bot.features.alerts.arrival.inbox import AlertInbox, Fate, Listener
from bot.features.alerts.arrival.last_resort import LastResort
from bot.features.alerts.arrival.straight import straight
from bot.features.alerts.arrival.told_file import ToldFile
from bot.features.alerts.arrival.worker import CardWorker, NotificationSource
from bot.features.alerts.cards.calls import Calls
from bot.features.alerts.cards.display import CardDisplay
from bot.features.alerts.cards.reconciler import Reconciler
from bot.features.alerts.cards.reminders import Patience, Reminders
from bot.features.alerts.cards.store import CardStore
from bot.features.alerts.destination import Destination, destinations, people_of
from bot.features.alerts.drills.windows import DRILLS, DrillWindows
from bot.features.alerts.models import CARDS, HEARTBEATS, Notification
from bot.features.alerts.oncall.models import SHIFTS
from bot.features.alerts.oncall.rota import Rota
from bot.features.alerts.routes import AlertRouting
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
    last_resort: LastResort
    direct: DirectAlerts
    reconciler: Reconciler
    reminders: Reminders
    kafka: KafkaState
    # Where cards appear.
    places: tuple[Destination, ...]
    drill_windows: DrillWindows
    rota: Rota
    # Whether there is an Alertmanager to be asked.
    watched: bool

    def recover(self) -> None:
        """Enqueue what an earlier life left unshown."""
        self.cards.count_open()
        log.info("cards_recovered", cards=self.display.enqueue_all())

    def work(self) -> list[Work]:
        """The background work; what needs Alertmanager only when there is one."""
        work = [
            Work("cards", self.worker.run),
            Work("reminders", self.reminders.run),
            Work("direct-alerts", self.direct.run),
            Work("last-resort", partial(self.last_resort.run, lambda: self.kafka.away_since)),
        ]
        if self.watched:
            work += [Work("reconciler", self.reconciler.run), Work("heartbeat", self.heartbeat.run)]
        return work


def build_components(
    base: Foundation,
    alertmanager: Alertmanager,
    notifications: NotificationSource,
    inbox: AlertInbox,
    told: ToldFile,
) -> AlertComponents:
    """The components over what all features share."""
    settings, clock, delivery, zone = base.settings.bot, base.clock, base.delivery, base.settings.market.zone

    def words(chat_id: int) -> Texts:
        return base.persons.texts(chat_id, settings.alert_language)

    cards = CardStore(base.stores.of(CARDS), clock, Calls.of(settings))
    rota = Rota(base.stores.of(SHIFTS), base.persons, clock)
    display = CardDisplay(cards, delivery.outbox, delivery.sender, words, clock, on_call=rota.on_call, zone=zone)
    cards.on_change(display.enqueue)
    say = straight(delivery.bot)
    delivery.moves.on_move(display.enqueue_all)
    places = _places(base)
    windows = DrillWindows(base.stores.of(DRILLS), clock)
    heartbeat = DeadMansSwitch(
        base.stores.of(HEARTBEATS),
        say,
        places,
        words,
        clock,
        missing_after=timedelta(seconds=settings.watchdog_missing_s),
    )
    direct = DirectAlerts(told, say, AlertRouting.of(settings, destinations(settings)), words, clock)
    inbox.subscribe(_listener(heartbeat, direct))
    return AlertComponents(
        cards=cards,
        display=display,
        worker=CardWorker(
            notifications, cards, heartbeat, AlertRouting.of(settings, places, delivery.moves.origin), windows.causing
        ),
        heartbeat=heartbeat,
        last_resort=LastResort(told, say, people_of(settings), words, clock),
        direct=direct,
        reconciler=Reconciler(alertmanager, cards, display, clock),
        reminders=Reminders(
            cards, delivery.pending, Patience.of(settings), words, clock, on_call=rota.on_call, zone=zone
        ),
        kafka=base.kafka,
        places=places,
        drill_windows=windows,
        rota=rota,
        watched=alertmanager.configured,
    )


def _listener(heartbeat: DeadMansSwitch, direct: DirectAlerts) -> Listener:
    """Signs of life are heard at once; what cannot become a card now is told in a plain message."""

    def hear(notification: Notification, fate: Fate) -> None:
        if is_heartbeat(notification):
            heartbeat.beat(notification.received_at)
        told = for_people(notification)
        if told is not None and fate is not Fate.ARRIVED:
            direct.take(told, fate)

    return hear


def _places(base: Foundation) -> tuple[Destination, ...]:
    """Where cards go, by the first id of each chat: they stay the same cards when a setting follows its group."""
    origin = base.delivery.moves.origin
    return tuple(
        dict.fromkeys(replace(place, chat_id=origin(place.chat_id)) for place in destinations(base.settings.bot))
    )
