"""The webhook: what Alertmanager or Grafana sends is in Kafka before they are told 200; while Kafka is away, 503.

Alertmanager drops a notification on every answer but 2xx and 5xx, so what may get better is 503 and never 429.
"""

import asyncio
import contextlib
import hmac
from collections.abc import AsyncIterator, Awaitable, Callable

from aiohttp import web
from aiokafka.errors import KafkaError

from bot.features.alerts.arrival.inbox import AlertInbox, Fate
from bot.features.alerts.arrival.payloads import PayloadError, notification_of
from bot.features.alerts.models import Notification
from bot.features.alerts.severities import Severities
from ops import metrics
from ops.errors import StartupError
from ops.logs import get_logger
from ops.settings import Settings
from pipeline.contracts.messages import HEADERS, encode, now
from pipeline.contracts.topics import ALERTS
from pipeline.kafka.confirming_producer import ConfirmingProducer

log = get_logger(__name__)
PATH = "/alerts"
LARGEST_BYTES = 2 << 20
READ_S = 10.0
# Shorter than Alertmanager's own patience, which is at least ten seconds.
CONFIRM_S = 4.0

# Returns when the notification is durable; raises KafkaError.
StoreNotification = Callable[[Notification], Awaitable[None]]


class Webhook:
    """Checks the token and the body, stores the notification, answers Alertmanager."""

    def __init__(
        self,
        token: str,
        store: StoreNotification,
        inbox: AlertInbox,
        severities: Severities,
        confirm_s: float = CONFIRM_S,
    ) -> None:
        self._expected = f"Bearer {token}".encode()
        self._store = store
        self._inbox = inbox
        self._severities = severities
        self._confirm_s = confirm_s

    async def take(self, request: web.Request) -> web.Response:
        """Answer POST /alerts with a status and a sentence."""
        status, said = await self._judge(request)
        metrics.WEBHOOK.labels(str(status)).inc()
        if status >= 500:
            log.warning("alert_not_stored", status=status, fault=said, next_step="Alertmanager tries again")
        elif status >= 400:
            log.warning("webhook_refused", status=status, fault=said, peer=request.remote)
        return web.json_response({"status": "stored" if status == 200 else "refused", "detail": said}, status=status)

    async def _judge(self, request: web.Request) -> tuple[int, str]:
        given = request.headers.get("Authorization", "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, self._expected):
            return 401, "the bearer token is missing or wrong"
        try:
            body = await asyncio.wait_for(request.read(), READ_S)
        except web.HTTPRequestEntityTooLarge:
            return 413, f"more than {LARGEST_BYTES} bytes"
        except TimeoutError:
            return 503, "the body did not arrive in time"
        try:
            notification = notification_of(body, self._severities, now())
        except PayloadError as error:
            return 400, str(error)
        self._inbox.tell(notification, Fate.ARRIVED)
        try:
            await asyncio.wait_for(self._store(notification), self._confirm_s)
        except (KafkaError, TimeoutError) as error:
            self._inbox.tell(notification, Fate.NOT_STORED)
            return 503, f"Kafka did not confirm: {error or 'no answer in time'}"
        return 200, ""


def kafka_store(producer: ConfirmingProducer) -> StoreNotification:
    """Writes to `alerts` under the group's key."""

    async def store(notification: Notification) -> None:
        key = notification.group_key.encode("utf-8", "replace")
        await producer.send_and_wait(ALERTS.name, encode(notification), key=key, headers=HEADERS)

    return store


@contextlib.asynccontextmanager
async def listening(settings: Settings, store: StoreNotification, inbox: AlertInbox) -> AsyncIterator[str]:
    """Serve the webhook, and tell `inbox` what comes; yields its address.

    Raises StartupError for a missing token or a taken port.
    """
    webhook = Webhook(read_token(settings), store, inbox, Severities.of(settings.bot))
    app = web.Application(client_max_size=LARGEST_BYTES)
    app.router.add_post(PATH, webhook.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=5)
    await runner.setup()
    host, port = settings.bot.webhook_host, settings.bot.webhook_port
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            raise StartupError(
                f"YARMARKA_BOT__WEBHOOK_PORT: cannot listen on {host}:{port} ({error.strerror}); choose another port."
            ) from None
        bound = runner.addresses[0]
        address = f"http://{bound[0]}:{bound[1]}{PATH}"
        log.info("webhook_listens", address=address)
        yield address
    finally:
        await runner.cleanup()


def read_token(settings: Settings) -> str:
    """The secret that Alertmanager must show. Raises StartupError."""
    path = settings.credentials / "bot" / "webhook.token"
    try:
        token = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise StartupError(
            f"YARMARKA_CREDENTIALS: cannot read {path} ({error}); `python -m ops certs issue` makes it."
        ) from None
    if len(token) < 16:
        raise StartupError(f"YARMARKA_CREDENTIALS: {path} is too short for a secret; `python -m ops certs issue`.")
    return token
