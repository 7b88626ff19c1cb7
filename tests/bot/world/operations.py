"""An operators' group in a sandbox, with an Alertmanager in memory."""

import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import timedelta

from bot.features.alerts.cards.events import Notified
from bot.features.alerts.cards.store import CardStore
from bot.features.alerts.components import AlertComponents
from bot.features.alerts.destination import Destination, card_token
from bot.features.alerts.drills.drill import Drill
from bot.features.alerts.models import CARDS, Card
from bot.features.alerts.service import AlertActions
from bot.features.alerts.services import AlertServices
from bot.features.status.report import StatusReport
from ops.service import Service
from ops.settings import BotSettings
from tests.bot.world.alert_samples import notification
from tests.bot.world.alertmanager import MemoryAlertmanager
from tests.bot.world.person import Person
from tests.bot.world.stores import MemoryStore
from tests.bot.world.world import World, bot_settings

GROUP = -100500
PLACE = Destination(GROUP)


def _settings() -> BotSettings:
    return bot_settings(alert_chats=(str(GROUP),), escalation_chat=2001, alert_language="en")


@dataclass
class Operations:
    """What outlives the bot; reminders and comparisons come only when a test makes them."""

    world: World
    settings: BotSettings = field(default_factory=_settings)
    rehearses: Callable[[CardStore], Drill] | None = None

    def __post_init__(self) -> None:
        self.world.bot_settings = self.settings
        self.world.rehearse = self.rehearses

    @property
    def alertmanager(self) -> MemoryAlertmanager:
        return self.world.alertmanager

    @property
    def cards(self) -> MemoryStore[Card]:
        return self.world.store(CARDS)

    @property
    def here(self) -> AlertComponents:
        """The components of the bot that runs now."""
        return self.world.services(AlertServices).components

    @property
    def actions(self) -> AlertActions:
        """What the operators' buttons do."""
        return self.world.services(AlertServices).actions

    @property
    def report(self) -> StatusReport | Exception:
        return self.world.status

    @report.setter
    def report(self, seen: StatusReport | Exception) -> None:
        self.world.status = seen

    def operator(self, user_id: int = 3001) -> Person:
        return self.world.person(user_id, GROUP)

    async def notify(self, fields: dict[str, object], destination: Destination = PLACE) -> str:
        """Alertmanager's notification reaches the card; its token."""
        self.alertmanager.fire(fields)
        told = notification(fields)
        token = card_token(told.group_key, destination)
        drill = self.here.drill_windows.causing(told)
        await self.here.cards.change(token, Notified(told, destination, drill))
        return token

    @contextlib.asynccontextmanager
    async def bot(self) -> AsyncIterator[Service]:
        """A bot at work; entered again, it is a bot that was started anew."""
        self.world.rehearse = self.rehearses
        async with self.world.bot(idle=("alerts",)) as service:
            yield service

    def later(self, time: timedelta) -> None:
        self.world.clock.moment += time
