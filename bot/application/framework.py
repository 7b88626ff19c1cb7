"""The framework's application, with one handler, and its source of updates."""

from collections.abc import Sequence

from telegram.ext import ApplicationBuilder
from telegram.request import RequestData

# The framework has no public way to make one; its own methods would turn every update into an object before
# it is known whether it is a repeat.
from telegram.request._requestparameter import RequestParameter

from bot.core.router import Router
from bot.telegram.framework import BotApplication
from bot.telegram.long_polling import UpdateSource
from bot.telegram.pace import Pace
from bot.telegram.rate_limiter import RateLimiter
from bot.telegram.request import AiohttpRequest
from bot.telegram.update_journal import RawUpdate
from bot.telegram.updates import UPDATES

LONG_POLL_S = 25.0


def build(
    token: str,
    base_url: str,
    *,
    timeout_s: float = 20.0,
    connections: int = 256,
    pace: Pace | None = None,
    proxy: str | None = None,
) -> tuple[BotApplication, UpdateSource]:
    """An application that is not initialised yet and has no handlers, and its source of updates.

    It has neither the framework's Updater, which confirms updates before they are handled, nor a job queue.
    """
    polling = AiohttpRequest(connections=4, timeout_s=LONG_POLL_S + timeout_s, proxy=proxy)
    application = (
        ApplicationBuilder()
        .token(token)
        .base_url(f"{base_url.rstrip('/')}/bot")
        .base_file_url(f"{base_url.rstrip('/')}/file/bot")
        .request(AiohttpRequest(connections=connections, timeout_s=timeout_s, proxy=proxy))
        .get_updates_request(polling)
        .rate_limiter(RateLimiter(pace or Pace()))
        .updater(None)
        .job_queue(None)
        .build()
    )
    url = f"{application.bot.base_url}/getUpdates"

    async def source(offset: int, limit: int, timeout_s: int) -> Sequence[RawUpdate]:
        fields = {"offset": offset, "limit": limit, "timeout": timeout_s, "allowed_updates": list(UPDATES)}
        answer = await polling.post(
            url, RequestData([RequestParameter(name, value, None) for name, value in fields.items()])
        )
        return answer if isinstance(answer, list) else ()

    return application, source


def route(application: BotApplication, router: Router) -> None:
    """Give the application its one handler and its one error handler."""
    application.add_handler(router)
    application.add_error_handler(router.on_error)
