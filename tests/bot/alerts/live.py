"""An alert room on real Kafka, its webhook, and a sandbox for its chat."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp

from bot.application import build
from bot.features.alerts.alertmanager import Alertmanager
from bot.features.alerts.components import AlertComponents, build_components, open_states, worker_of
from bot.features.alerts.webhook import kafka_store, listening, read_token
from bot.telegram.sent import Sent
from bot.ui.locale import texts
from ops.kafka import Kafka
from ops.sandbox.server import DEMO_TOKEN, Sandbox
from ops.settings import Settings
from pipeline.contracts.messages import now
from tests.bot.conftest import FREELY


@dataclass(frozen=True)
class LiveRoom:
    """A room at work; `post` is Alertmanager."""

    alerts: AlertComponents
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
    kafka, sent = Kafka(settings, "bot"), Sent()
    application, _ = build(DEMO_TOKEN, sandbox.url, limits=FREELY, timeout_s=5, sent=sent)
    async with (
        application,
        kafka.producer() as producer,
        open_states(kafka, producer) as states,
        Alertmanager("") as alertmanager,
        listening(settings, kafka_store(producer)) as webhook,
        aiohttp.ClientSession() as session,
    ):
        if first:
            for token, _ in list(states.cards.entries()):
                await states.cards.put(token, None)
        alerts = build_components(
            settings.bot,
            states,
            application.bot,
            sent,
            alertmanager=alertmanager,
            words=lambda chat_id: texts("en"),
            clock=now,
        )
        works = alerts.works(worker_of(alerts, settings, kafka, producer), watched=False)
        tasks = [asyncio.create_task(work) for work in works]
        try:
            yield LiveRoom(alerts, session, webhook, read_token(settings))
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


def with_group(settings: Settings, chat_id: int) -> Settings:
    """The settings with one chat for alerts and a free port for the webhook."""
    bot = settings.bot.model_copy(update={"alert_chats": (str(chat_id),), "webhook_port": 0})
    return settings.model_copy(update={"bot": bot})
