"""Alert cards, silences and drills."""

import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass

from bot.container.foundation import Foundation
from bot.container.parts import Servers
from bot.container.registration import Command, Feature, OnReply, on
from bot.core.access import GRANTS
from bot.core.alerting_state import AlertingState
from bot.core.background_tasks import Work
from bot.core.home import HomeButton
from bot.core.job_requests import JOB_REQUESTS, JOB_STATUSES, JobQueue
from bot.core.recent_changes import RecentChanges
from bot.core.text_questions import TextQuestions
from bot.core.update_context import UpdateContext
from bot.features.alerts.alertmanager import Alertmanager
from bot.features.alerts.arrival.inbox import AlertInbox
from bot.features.alerts.arrival.told_file import ToldFile
from bot.features.alerts.arrival.webhook import kafka_store, listening
from bot.features.alerts.arrival.worker import KafkaNotifications, NotificationSource
from bot.features.alerts.buttons import (
    AcknowledgeCard,
    AddShift,
    AlertsPage,
    CardDetails,
    ChooseOperator,
    EndSilence,
    HandOverCard,
    RemoveShift,
    ResignCard,
    RunDrill,
    RunFirstAid,
    ShowCause,
    ShowRota,
    SilenceCard,
    SilenceSome,
    SilencesPage,
    TakeAlert,
    UnsilenceCard,
)
from bot.features.alerts.cards.comment_handlers import comment, is_card
from bot.features.alerts.cards.handlers import details, page_alerts, show_alerts
from bot.features.alerts.cards.operators import Operators
from bot.features.alerts.cards.owner_handlers import acknowledge, ask_operator, hand_over, resign, take_alert
from bot.features.alerts.cards.store import CardStore
from bot.features.alerts.causes.drawing import HourDrawing
from bot.features.alerts.causes.handlers import run_first_aid, show_cause
from bot.features.alerts.causes.history import Prometheus
from bot.features.alerts.causes.service import CauseFinder, Drawn, Histories
from bot.features.alerts.components import build_components
from bot.features.alerts.drills.drill import Drill
from bot.features.alerts.drills.handlers import ask_drill, run_drill
from bot.features.alerts.drills.history import DRILL_RESULTS, DrillHistory
from bot.features.alerts.drills.windows import DRILLS
from bot.features.alerts.models import CARDS, HEARTBEATS
from bot.features.alerts.oncall.handlers import add_shift, oncall, remove_shift, show_rota, write_shift
from bot.features.alerts.oncall.models import SHIFTS
from bot.features.alerts.service import AlertActions
from bot.features.alerts.services import AlertServices
from bot.features.alerts.silences.handlers import (
    end_silence,
    page_silences,
    show_silences,
    silence,
    silence_some,
    silence_till,
    unsilence,
    write_silence_time,
)
from bot.features.alerts.silences.times import SilenceTimes
from bot.ui.buttons import OpenCommand
from bot.ui.locale import later
from bot.ui.reply import Button
from bot.ui.roles import Role
from ops.stack.control import LocalStack
from pipeline.kafka.dead_letters import DeadLetters


@dataclass(frozen=True, slots=True)
class AlertPorts:
    """What alerts ask of servers. `rehearse` makes the drill over the cards; None: no part may be stopped."""

    alertmanager: Alertmanager
    notifications: NotificationSource
    inbox: AlertInbox
    told: ToldFile
    histories: Histories
    drawing: Drawn
    rehearse: Callable[[CardStore], Drill] | None = None


@contextlib.asynccontextmanager
async def connect(servers: Servers) -> AsyncIterator[AlertPorts]:
    """Alertmanager and the topic `alerts`; the webhook listens. Raises StartupError."""
    settings, inbox = servers.settings, AlertInbox()

    def rehearse(cards: CardStore) -> Drill:
        return Drill(LocalStack(settings.stack_dir), cards)

    async with (
        Alertmanager(settings.bot.alertmanager_url) as alertmanager,
        listening(settings, kafka_store(servers.producer), inbox),
    ):
        yield AlertPorts(
            alertmanager=alertmanager,
            notifications=KafkaNotifications(servers.kafka, DeadLetters(servers.producer, "bot"), inbox),
            inbox=inbox,
            told=ToldFile.of(settings),
            histories=Prometheus(settings.bot.prometheus_url),
            drawing=HourDrawing(),
            rehearse=rehearse if settings.bot.drill else None,
        )


def build(base: Foundation) -> AlertServices:
    """Put alerts together, and let others see how they are."""
    ports = base.shared.get(AlertPorts)
    components = build_components(base, ports.alertmanager, ports.notifications, ports.inbox, ports.told)
    cards, heartbeat = components.cards, components.heartbeat
    base.shared.add(AlertingState(open_cards=lambda: len(cards.open()), heard_at=lambda: heartbeat.seen_at))
    return AlertServices(
        actions=AlertActions(cards, components.display, ports.alertmanager, base.clock),
        audit_log=base.audit_log,
        clock=base.clock,
        components=components,
        operators=Operators(base.persons, base.stores.of(GRANTS), base.audit_log),
        messages=base.delivery.pending,
        words=base.persons.texts,
        chat_words=lambda chat_id: base.persons.texts(chat_id, base.settings.bot.alert_language),
        drill_windows=components.drill_windows,
        drill_history=DrillHistory(base.stores.of(DRILL_RESULTS)),
        rota=components.rota,
        causes=CauseFinder(
            ports.histories,
            ports.drawing,
            base.shared.get(RecentChanges),
            JobQueue(base.stores.of(JOB_STATUSES), base.stores.of(JOB_REQUESTS)),
        ),
        usernames=base.persons.usernames,
        shift_questions=TextQuestions(base.clock),
        silence_times=SilenceTimes(base.clock),
        drill=ports.rehearse(cards) if ports.rehearse is not None else None,
    )


def work(services: AlertServices) -> Sequence[Work]:
    """Enqueue what an earlier life left unshown; then cards, reminders, and the end of a drill at the bot's end."""
    services.components.recover()
    drills = [Work("drill", services.drill.run)] if services.drill is not None else []
    return [*services.components.work(), *drills]


def home(services: AlertServices, context: UpdateContext) -> Sequence[HomeButton]:
    """How many alerts are open."""
    open_cards = len(services.actions.cards.open())
    label = context.texts.plain("🟢 No open alerts")
    if open_cards:
        label = context.texts.plain_n("🔴 {n} open alert", "🔴 {n} open alerts", open_cards)
    return (HomeButton(Button(label, OpenCommand("alerts")), Role.OPERATOR, waits=open_cards > 0),)


async def write_answer(services: AlertServices, context: UpdateContext, text: str) -> bool:
    """What an operator was asked to write: the time of a silence, or of a shift."""
    return await write_silence_time(services, context, text) or await write_shift(services, context, text)


ALERTS = Feature(
    name="alerts",
    build=build,
    connect=connect,
    stores=(CARDS, HEARTBEATS, DRILLS, DRILL_RESULTS, SHIFTS),
    commands=(
        Command("alerts", show_alerts, Role.OPERATOR, later("active alerts and who is on them")),
        Command("silences", show_silences, Role.OPERATOR, later("what is silenced, and until when")),
        Command("silence", silence_till, Role.OPERATOR, later("silence the alert you chose"), listed=False),
        Command("oncall", oncall, Role.OPERATOR, later("who is on call")),
        Command("drill", ask_drill, Role.OPERATOR, later("run a fault drill")),
    ),
    buttons=(
        on(AcknowledgeCard, acknowledge),
        on(TakeAlert, take_alert),
        on(ResignCard, resign),
        on(ChooseOperator, ask_operator),
        on(HandOverCard, hand_over),
        on(SilenceCard, silence),
        on(SilenceSome, silence_some),
        on(UnsilenceCard, unsilence),
        on(CardDetails, details),
        on(ShowCause, show_cause),
        on(RunFirstAid, run_first_aid),
        on(AlertsPage, page_alerts),
        on(SilencesPage, page_silences),
        on(EndSilence, end_silence),
        on(RunDrill, run_drill),
        on(ShowRota, show_rota),
        on(AddShift, add_shift),
        on(RemoveShift, remove_shift),
    ),
    texts=write_answer,
    replies=OnReply(is_card, comment, Role.OPERATOR),
    work=work,
    home=home,
)
