"""An alert room on real Kafka, its webhook, and a sandbox for its chat."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import aiohttp

from bot.application.features import connects, specs
from bot.application.framework import build
from bot.application.marketplace import marketplace
from bot.container.parts import open_parts
from bot.features.alerts.alertmanager import Alertmanager
from bot.features.alerts.arrival.inbox import AlertInbox
from bot.features.alerts.arrival.told_file import ToldFile
from bot.features.alerts.arrival.webhook import kafka_store, listening, read_token
from bot.features.alerts.arrival.worker import KafkaNotifications
from bot.features.alerts.causes.drawing import HourDrawing
from bot.features.alerts.causes.history import Prometheus
from bot.features.alerts.components import AlertComponents
from bot.features.alerts.feature import ALERTS, AlertPorts
from bot.features.alerts.models import CARDS
from bot.features.alerts.services import AlertServices
from bot.telegram.outbox import Outbox
from bot.telegram.pace import Pace
from ops.kafka import Kafka
from ops.sandbox.server import DEMO_TOKEN, Sandbox
from ops.settings import Settings
from pipeline.kafka.dead_letters import DeadLetters
from tests.bot.world.world import FREELY


@dataclass(frozen=True)
class LiveRoom:
    """A room at work; `post` is Alertmanager."""

    alerts: AlertComponents
    outbox: Outbox
    session: aiohttp.ClientSession
    webhook: str
    token: str

    async def post(self, body: object, token: str | None = None) -> int:
        """The webhook's status for this body."""
        headers = {"Authorization": f"Bearer {self.token if token is None else token}"}
        async with self.session.post(self.webhook, json=body, headers=headers) as answer:
            return answer.status

    async def post_raw(self, body: bytes) -> int:
        headers = {"Authorization": f"Bearer {self.token}"}
        async with self.session.post(self.webhook, data=body, headers=headers) as answer:
            return answer.status


@contextlib.asynccontextmanager
async def live_room(settings: Settings, sandbox: Sandbox, *, first: bool = True) -> AsyncIterator[LiveRoom]:
    """Everything of the service that concerns alerts, in this process. Alertmanager is not asked.

    The `first` one forgets the cards that other tests have left, whose messages were in another sandbox.
    """
    pace = Pace(FREELY)
    application, _ = build(DEMO_TOKEN, sandbox.url, timeout_s=5, pace=pace)
    inbox = AlertInbox()
    async with (
        application,
        open_parts(settings, specs(), connects((replace(ALERTS, connect=None),))) as opened,
        Kafka(settings, "bot").producer() as producer,
        listening(settings, kafka_store(producer), inbox) as webhook,
        aiohttp.ClientSession() as session,
    ):
        cards = opened.stores.of(CARDS)
        if first:
            for token, _ in list(cards.entries()):
                await cards.put(token, None)
        source = KafkaNotifications(Kafka(settings, "bot"), DeadLetters(producer, "bot"), inbox)
        ports = AlertPorts(Alertmanager(""), source, inbox, ToldFile.of(settings), Prometheus(""), HourDrawing())
        parts = replace(opened, ports=(ports,))
        made = marketplace(settings, parts, application.bot, pace, (ALERTS,))
        alerts = made.base.shared.get(AlertServices).components
        tasks = [asyncio.create_task(work.run()) for work in made.work()]
        try:
            yield LiveRoom(alerts, made.base.delivery.outbox, session, webhook, read_token(settings))
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


def with_group(settings: Settings, chat_id: int) -> Settings:
    """The settings with one chat for alerts, in English, and a free port for the webhook."""
    bot = settings.bot.model_copy(update={"alert_chats": (str(chat_id),), "alert_language": "en", "webhook_port": 0})
    return settings.model_copy(update={"bot": bot})
