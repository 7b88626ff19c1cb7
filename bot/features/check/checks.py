"""The looks themselves, all at once, each bounded by itself; whatever fails is a finding and no exception."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import aiohttp

from bot.core.kafka_reach import KafkaState
from bot.features.check.findings import Finding, Subject, Trouble
from ops.alert_routes import read_routes
from ops.preflight.bot_api import BotApi
from ops.preflight.chats import ChatFault, chat_faults
from ops.settings import BotSettings

# Less than the five seconds in which a person hears that something does not answer.
WITHIN_S = 4.0
CLOCK_S = 30
LEAST_FREE = 1 << 30
MOST_CHATS = 40
OF_CHATS = {
    ChatFault.LEFT: Trouble.LEFT,
    ChatFault.NO_POSTS: Trouble.NO_POSTS,
    ChatFault.NO_WRITING: Trouble.NO_WRITING,
    ChatFault.SLOW: Trouble.SLOW,
    ChatFault.NO_TOPICS: Trouble.NO_TOPICS,
}


@dataclass(frozen=True, slots=True)
class CheckPorts:
    """`elasticsearch` raises when it does not answer; `telegram` opens the Bot API by the bot's own way."""

    elasticsearch: Callable[[], Awaitable[object]]
    telegram: Callable[[], AbstractAsyncContextManager[BotApi]]


class Checks:
    """Looks at everything that the settings name."""

    def __init__(
        self,
        ports: CheckPorts,
        settings: BotSettings,
        kafka: KafkaState,
        clock: Callable[[], datetime],
        disk: Path,
    ) -> None:
        self._ports = ports
        self._settings = settings
        self._kafka = kafka
        self._clock = clock
        self._disk = disk

    async def all(self) -> tuple[Finding, ...]:
        """Every finding, in a fixed order."""
        servers = await asyncio.gather(
            self._answers(Subject.ELASTICSEARCH, self._ports.elasticsearch),
            _page(Subject.PROMETHEUS, self._settings.prometheus_url),
            _page(Subject.ALERTMANAGER, self._settings.alertmanager_url),
            self._of_telegram(),
        )
        *others, chats = servers
        kafka = Finding(Subject.KAFKA, Trouble.SILENT if self._kafka.away_since or self._kafka.broken else None)
        return (kafka, *(one for one in others if isinstance(one, Finding)), self._of_disk(), *chats)

    async def _answers(self, subject: Subject, ask: Callable[[], Awaitable[object]]) -> Finding:
        try:
            async with asyncio.timeout(WITHIN_S):
                await ask()
        except Exception:  # noqa: BLE001 - each client has its own; all mean that there is no answer
            return Finding(subject, Trouble.SILENT)
        return Finding(subject)

    async def _of_telegram(self) -> tuple[Finding, ...]:
        try:
            async with asyncio.timeout(WITHIN_S), self._ports.telegram() as api:
                me = await api.call("getMe")
                if me.error:
                    return (Finding(Subject.TELEGRAM, Trouble.TOKEN),)
                found = [Finding(Subject.TELEGRAM, name=f"@{me.result['username']}")]
                hook = await api.call("getWebhookInfo")
                if hook.result and hook.result.get("pending_update_count") and hook.result.get("last_error_message"):
                    found.append(Finding(Subject.TELEGRAM, Trouble.UNREACHED))
                found += [_clock(me.date, self._clock())] if me.date is not None else []
                places = self._places()[:MOST_CHATS]
                return (*found, *await asyncio.gather(*(_chat(api, place, me.result["id"]) for place in places)))
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError, LookupError, TypeError):
            return (Finding(Subject.TELEGRAM, Trouble.SILENT),)

    def _places(self) -> Sequence[str]:
        settings = self._settings
        named = [*settings.alert_chats, *(route.chat for route in read_routes(settings.alert_routes))]
        named += [str(settings.escalation_chat)] if settings.escalation_chat is not None else []
        return tuple(dict.fromkeys(named))

    def _of_disk(self) -> Finding:
        there = next((place for place in (self._disk, *self._disk.parents) if place.exists()), Path("/"))
        free = shutil.disk_usage(there).free
        size = f"{free / (1 << 30):.1f}"
        return Finding(Subject.DISK, Trouble.DISK if free < LEAST_FREE else None, values={"size": size})


async def _page(subject: Subject, url: str) -> Finding:
    """Whether a server of Prometheus' kind says that it is ready."""
    if not url:
        return Finding(subject, Trouble.NOT_SET)
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=WITHIN_S)) as session,
            session.get(f"{url.rstrip('/')}/-/ready") as answer,
        ):
            return Finding(subject, None if answer.status < 300 else Trouble.SILENT)
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError):
        return Finding(subject, Trouble.SILENT)


def _clock(theirs: datetime, ours: datetime) -> Finding:
    """Whether our clock is Telegram's."""
    seconds = (ours - theirs).total_seconds()
    astray = abs(seconds) > CLOCK_S
    return Finding(Subject.CLOCK, Trouble.CLOCK if astray else None, values={"seconds": f"{abs(seconds):.0f}"})


async def _chat(api: BotApi, place: str, me: int) -> Finding:
    name, _, topic = place.partition(":")
    found = await api.call("getChat", chat_id=int(name))
    if found.error:
        moved = (found.parameters or {}).get("migrate_to_chat_id")
        if moved:
            return Finding(Subject.CHAT, Trouble.MOVED, place, {"new": str(moved)})
        return Finding(Subject.CHAT, Trouble.LEFT if found.code == 403 else Trouble.UNKNOWN_CHAT, place)
    title = str(found.result.get("title") or found.result.get("first_name") or place)
    if found.result.get("type") == "private":
        return Finding(Subject.CHAT, None, title)
    member = await api.call("getChatMember", chat_id=int(name), user_id=me)
    fault = next(chat_faults(found.result, member.result or {}, int(topic) if topic else None), None)
    return Finding(Subject.CHAT, OF_CHATS[fault] if fault is not None else None, title)
