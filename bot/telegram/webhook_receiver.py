"""Updates that Telegram posts to us: each is in the journal before it is answered with 200, and never comes again.

Telegram posts an update until it gets 200, those of one chat one after another, and keeps them for a day. Whatever is
not taken (a full disk, too much in work, a body that is none) gets another answer and comes again.
https://core.telegram.org/bots/api#setwebhook
"""

import asyncio
import contextlib
import hashlib
import hmac
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import orjson
from aiohttp import web
from telegram import WebhookInfo
from telegram.error import InvalidToken, TelegramError

from bot.telegram.long_polling import MOST_IN_WORK, Journal, until, write_handled
from bot.telegram.update_journal import RawUpdate
from ops import metrics
from ops.errors import StartupError
from ops.logs import get_logger
from ops.settings import TelegramSettings

log = get_logger(__name__)
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
LARGEST_BYTES = 1 << 20
READ_S = 10.0
# Telegram's default; updates of one chat come one after another whatever it is.
CONNECTIONS = 40
# How often it is looked whether Telegram still posts here, and reaches us.
LOOK_EVERY_S = 60.0
RETRY_S = 5.0
# An answer that was lost on its way brings an update once more, soon.
REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where Telegram posts, what it shows us as proof, where we listen, and a certificate that it is to trust."""

    url: str
    secret: str
    host: str
    port: int
    certificate: Path | None = None

    @classmethod
    def of(cls, settings: TelegramSettings, token: str) -> "Webhook | None":
        """As the settings have it; None: the bot polls. The secret follows from the token, and does not show it."""
        if not settings.webhook_url:
            return None
        secret = hmac.new(token.encode(), b"webhook of the bot", hashlib.sha256).hexdigest()
        return cls(
            settings.webhook_url, secret, settings.webhook_host, settings.webhook_port, settings.webhook_certificate
        )

    @property
    def path(self) -> str:
        return urlsplit(self.url).path or "/"


class Hooks(Protocol):
    """The part of Telegram that is needed here. Both raise TelegramError."""

    async def set(self, webhook: Webhook) -> object: ...

    async def look(self) -> WebhookInfo: ...


class WebhookReceiver:
    """Hands each update, once, to `take`, which returns at once and later calls `done(id)`."""

    def __init__(
        self,
        webhook: Webhook,
        hooks: Hooks,
        take: Callable[[int, RawUpdate], None],
        *,
        journal: Journal,
        healthy: Callable[[bool], None],
    ) -> None:
        self._webhook = webhook
        self._hooks = hooks
        self._take = take
        self._journal = journal
        self._healthy = healthy
        self._in_work: set[int] = set()
        self._known: OrderedDict[int, None] = OrderedDict()
        self._refused = 0
        self._told = 0
        self._handled = asyncio.Event()

    def resume(self, left: Iterable[int], met: Iterable[int]) -> None:
        """`left` is in work since an earlier life; of what that life has `met`, nothing is taken again."""
        self._in_work.update(left)
        for update_id in met:
            self._note(update_id)

    def done(self, update_id: int) -> None:
        """The update was handled, or given up."""
        self._in_work.discard(update_id)
        self._journal.done(update_id)
        self._handled.set()

    async def run(self, stopping: asyncio.Event) -> None:
        """Listen until `stopping`. Raises StartupError for an address that is taken, and InvalidToken."""
        async with self._listening():
            await until(stopping, self._keep_set(), write_handled(self._handled, self._journal))

    async def confirm(self) -> None:
        """Note on disk what was handled; Telegram keeps posting until the next life answers."""
        self._journal.flush()

    async def answer(self, request: web.Request) -> web.Response:
        """Take what is posted: 200 when it is in the journal, and something else when it is to come again."""
        given = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, self._webhook.secret.encode()):
            return web.Response(status=HTTPStatus.UNAUTHORIZED)
        try:
            body = await asyncio.wait_for(request.read(), READ_S)
        except (TimeoutError, web.HTTPRequestEntityTooLarge):
            return web.Response(status=HTTPStatus.BAD_REQUEST)
        return web.Response(status=self._taken(body))

    def _taken(self, body: bytes) -> HTTPStatus:
        try:
            raw = orjson.loads(body)
        except orjson.JSONDecodeError:
            return HTTPStatus.BAD_REQUEST
        update_id = raw.get("update_id") if isinstance(raw, dict) else None
        if not isinstance(update_id, int) or isinstance(update_id, bool):
            return HTTPStatus.BAD_REQUEST
        if update_id in self._known:
            return HTTPStatus.OK
        if len(self._in_work) >= MOST_IN_WORK or not self._journal.keep({update_id: raw}):
            self._refuse()
            return HTTPStatus.SERVICE_UNAVAILABLE
        self._refused = 0
        metrics.UPDATES_NOT_KEPT.set(0)
        self._in_work.add(update_id)
        self._note(update_id)
        metrics.UPDATES_IN_WORK.set(len(self._in_work))
        self._take(update_id, raw)
        return HTTPStatus.OK

    def _refuse(self) -> None:
        self._refused += 1
        metrics.UPDATES_NOT_KEPT.set(self._refused)
        if self._refused == 1:
            log.error(
                "updates_not_taken",
                setting="YARMARKA_STACK_DIR",
                meaning="Telegram keeps them and posts them again",
                next_step="make room on the disk",
            )

    def _note(self, update_id: int) -> None:
        self._known[update_id] = None
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)

    @contextlib.asynccontextmanager
    async def _listening(self) -> AsyncIterator[None]:
        webhook = self._webhook
        app = web.Application(client_max_size=LARGEST_BYTES)
        app.router.add_post(webhook.path, self.answer)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=5)
        await runner.setup()
        try:
            try:
                await web.TCPSite(runner, webhook.host, webhook.port).start()
            except OSError as error:
                raise StartupError(
                    f"YARMARKA_TELEGRAM__WEBHOOK_PORT: cannot listen on {webhook.host}:{webhook.port} "
                    f"({error.strerror}); choose another port."
                ) from None
            log.info("telegram_webhook_listens", host=webhook.host, port=webhook.port, path=webhook.path)
            yield
        finally:
            await runner.cleanup()

    async def _keep_set(self) -> None:
        """Have Telegram post here, also after another program took the webhook away."""
        while True:
            try:
                info = await self._hooks.look()
                if info.url != self._webhook.url:
                    await self._set(info)
                else:
                    self._tell(info)
            except InvalidToken:
                raise
            except TelegramError as error:
                self._healthy(False)
                log.warning("webhook_not_set", error=str(error), again_in_s=RETRY_S)
                await asyncio.sleep(RETRY_S)
                continue
            self._healthy(True)
            await asyncio.sleep(LOOK_EVERY_S)

    async def _set(self, info: WebhookInfo) -> None:
        await self._hooks.set(self._webhook)
        host = urlsplit(self._webhook.url).hostname
        log.info("telegram_webhook_set", host=host, before=urlsplit(info.url).hostname or "none")

    def _tell(self, info: WebhookInfo) -> None:
        """Say once of each fault that Telegram had with us what it was."""
        at = info.last_error_date.timestamp() if info.last_error_date is not None else 0
        if at > self._told:
            self._told = int(at)
            log.warning(
                "telegram_does_not_reach_us",
                error=info.last_error_message or "",
                waiting=info.pending_update_count,
                setting="YARMARKA_TELEGRAM__WEBHOOK_URL",
                next_step="check the reverse proxy and its certificate",
            )
