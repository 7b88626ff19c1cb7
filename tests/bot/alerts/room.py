"""An operators' group in a sandbox, with an Alertmanager in memory."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.application import build, route
from bot.core.intake import Intake
from bot.features.alerts.alertmanager import (
    Alertmanager,
    AlertmanagerDownError,
    AlertState,
    KnownAlert,
    KnownSilence,
    Matcher,
    SilenceState,
)
from bot.features.alerts.components import AlertComponents, AlertStores, build_components
from bot.features.alerts.destination import Destination, card_token
from bot.features.alerts.drill import Drill
from bot.features.alerts.events import Notified
from bot.features.alerts.models import Card, Heartbeat, OutboxMessage
from bot.features.alerts.operators import Operators
from bot.features.alerts.store import CardStore
from bot.features.status.report import StatusReport
from bot.telegram.sent import Sent
from bot.ui.locale import Language, texts
from ops.sandbox.server import DEMO_TOKEN
from ops.service import Service
from ops.settings import BotSettings
from tests.bot.alerts.samples import START, notification
from tests.bot.chat import Person
from tests.bot.conftest import FREELY, World
from tests.bot.memory import Clock, MemoryState

GROUP = -100500
PLACE = Destination(GROUP)


class MemoryAlertmanager(Alertmanager):
    """Knows the alerts it is told of; silences cover by equality."""

    def __init__(self, clock: Clock) -> None:
        super().__init__("memory")
        self.clock = clock
        self.firing: dict[str, KnownAlert] = {}
        self.made: dict[str, KnownSilence] = {}
        self.down = False

    def fire(self, fields: dict[str, object]) -> None:
        for alert in notification(fields).alerts:
            if alert.firing:
                self.firing[alert.fingerprint] = KnownAlert(
                    fingerprint=alert.fingerprint, labels=alert.labels, status=AlertState(state="active")
                )
            else:
                self.firing.pop(alert.fingerprint, None)

    async def alerts(self) -> tuple[KnownAlert, ...]:
        self._check()
        return tuple(self._seen(alert) for alert in self.firing.values())

    async def silences(self) -> tuple[KnownSilence, ...]:
        self._check()
        return tuple(self.made.values())

    async def knows_all(self) -> bool:
        self._check()
        return True

    async def silence(
        self, matchers: Sequence[Matcher], until: datetime, by: str, comment: str, replaced: str | None = None
    ) -> str:
        self._check()
        name = replaced or f"silence-{len(self.made) + 1}"
        self.made[name] = KnownSilence(
            id=name,
            matchers=tuple(matchers),
            starts_at=self.clock(),
            ends_at=until,
            created_by=by,
            comment=comment,
            status=SilenceState(state="active"),
        )
        return name

    async def expire(self, silence_id: str) -> None:
        self._check()
        self.made.pop(silence_id, None)

    def _check(self) -> None:
        if self.down:
            raise AlertmanagerDownError("down")

    def _seen(self, alert: KnownAlert) -> KnownAlert:
        names = tuple(silence.id for silence in self.made.values() if silence.covers(alert.labels))
        state = AlertState(state="suppressed" if names else "active", silenced_by=names)
        return alert.model_copy(update={"status": state})


@dataclass
class Operations:
    """What outlives the bot, and the room of the bot that runs now."""

    world: World
    language: Language = "en"
    cards: MemoryState[Card] = field(default_factory=MemoryState)
    pending: MemoryState[OutboxMessage] = field(default_factory=MemoryState)
    heartbeat: MemoryState[Heartbeat] = field(default_factory=MemoryState)
    settings: BotSettings = field(default_factory=lambda: BotSettings(alert_chats=(str(GROUP),), escalation_chat=2001))
    report: StatusReport = field(default_factory=lambda: StatusReport(START, ()))
    rehearses: Callable[[CardStore], Drill] | None = None
    alerts: AlertComponents | None = None

    def __post_init__(self) -> None:
        self.alertmanager = MemoryAlertmanager(self.world.clock)

    @property
    def here(self) -> AlertComponents:
        assert self.alerts is not None
        return self.alerts

    def operator(self, user_id: int = 3001) -> Person:
        return self.world.person(user_id, GROUP)

    async def notify(self, fields: dict[str, object], destination: Destination = PLACE) -> str:
        """Alertmanager's notification reaches the card; its token."""
        self.alertmanager.fire(fields)
        told = notification(fields)
        token = card_token(told.group_key, destination)
        await self.here.cards.change(token, Notified(told, destination))
        return token

    @contextlib.asynccontextmanager
    async def bot(self) -> AsyncIterator[Service]:
        """A bot at work; entered again, it is a bot that was started anew."""
        service, sent = Service("bot"), Sent()
        application, source = build(DEMO_TOKEN, self.world.sandbox.url, limits=FREELY, timeout_s=5, sent=sent)
        alerts = self.alerts = build_components(
            self.settings,
            AlertStores(self.cards, self.pending, self.heartbeat),
            application.bot,
            sent,
            alertmanager=self.alertmanager,
            words=lambda chat_id: texts(self.language),
            clock=self.world.clock,
        )
        drill = self.rehearses(alerts.cards) if self.rehearses is not None else None
        services = replace(self.world.services(), operators=Operators(alerts.desk, self.look, drill))
        router = route(application, services)
        async with application:
            await application.start()
            alerts.recover()
            tasks = [
                asyncio.create_task(Intake(application, router, source, service).run()),
                asyncio.create_task(alerts.outbox.run()),
            ]
            try:
                yield service
            finally:
                service.stopping.set()
                await tasks[0]
                tasks[1].cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                if drill is not None:
                    await drill.stop()
                await application.stop()

    async def look(self) -> StatusReport:
        return self.report

    def later(self, time: timedelta) -> None:
        self.world.clock.moment += time
