"""The way to Telegram, step by step, and what it says of the token: the first step that fails is the cause."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from ops.addresses import shown as place_of
from ops.certificate_faults import EXPIRED, NOT_YET_VALID
from ops.preflight.bot_api import Answer, BotApi
from ops.preflight.chats import chats
from ops.preflight.plan import Plan
from ops.proxies import shown, telegram_proxy
from ops.settings import TOKEN_NAME
from ops.stack.doctor import Finding

WITHIN_S = 8.0
CLOCK_S = 30
BASE_URL = "YARMARKA_TELEGRAM__BASE_URL"
NO_WAY = "open the way in the firewall, or name a proxy in YARMARKA_TELEGRAM__PROXY"
CLOCK = "set it by `timedatectl set-ntp true`, or as your system has it"


async def way(plan: Plan, proxy: str | None) -> Finding:
    """Can the name be resolved and the first host be reached: the proxy's, or Telegram's own?"""
    url = proxy or plan.settings.telegram.base_url
    place = urlsplit(url)
    host, port = place.hostname or "", place.port or {"http": 80, "https": 443}[place.scheme]
    subject = f"the proxy {shown(proxy)}" if proxy else f"the way to {host}"
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(WITHIN_S):
            await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except TimeoutError:
        return Finding(subject, f"no DNS server says within {WITHIN_S:g} s where {host} is", "check /etc/resolv.conf")
    except OSError as error:
        where = "the name in the setting" if proxy or "telegram.org" not in host else "/etc/resolv.conf and the network"
        return Finding(subject, f"the name {host} cannot be resolved ({error.strerror})", f"check {where}")
    try:
        async with asyncio.timeout(WITHIN_S):
            _, writer = await asyncio.open_connection(host, port)
    except (OSError, TimeoutError) as error:
        why = "does not answer" if isinstance(error, TimeoutError) else "cannot be reached"
        return Finding(subject, f"{place_of(host, port)} {why}", "check the proxy and its port" if proxy else NO_WAY)
    writer.close()
    return Finding(subject)


async def token(api: BotApi, plan: Plan, proxy: str | None, now: datetime | None = None) -> AsyncIterator[Finding]:
    """Does Telegram know the token, does our clock agree with its, and does anybody else take the updates?"""
    base_url = plan.settings.telegram.base_url
    try:
        me = await api.call("getMe")
    except (aiohttp.ClientError, OSError, ValueError) as error:
        yield Finding("Telegram", *unreachable(error, base_url, proxy))
        return
    if me.date is not None:
        yield clock(me.date, now or datetime.now(UTC))
    if me.error:
        yield Finding(TOKEN_NAME, *refused_token(me, base_url))
        return
    yield Finding(f"{TOKEN_NAME}, it is @{me.result['username']}")
    hook, ours = await api.call("getWebhookInfo"), plan.settings.telegram.webhook_url
    if hook.result and hook.result.get("url") and hook.result["url"] == ours:
        yield webhook(hook.result)
    elif hook.result and hook.result.get("url"):
        host = urlsplit(hook.result["url"]).hostname
        yield Finding(
            "webhook",
            f"the token's messages go to {host}, and the bot will take them over at its start",
            "give the program there a token of its own if it is still used",
        )


def webhook(info: Mapping[str, Any]) -> Finding:
    """Does Telegram reach the bot where the settings say?"""
    if not info.get("pending_update_count") or not info.get("last_error_message"):
        return Finding("webhook")
    return Finding(
        "webhook",
        f"{info['pending_update_count']} messages wait, Telegram says: {info['last_error_message']}",
        "check the reverse proxy and its certificate; while the bot is stopped, this is as it should be",
    )


def clock(theirs: datetime, ours: datetime) -> Finding:
    """Is this machine's clock right?"""
    seconds = (ours - theirs).total_seconds()
    if abs(seconds) <= CLOCK_S:
        return Finding("clock")
    size = f"{abs(seconds) / 60:.0f} min" if abs(seconds) < 7200 else f"{abs(seconds) / 3600:.0f} h"
    return Finding("clock", f"this machine's is {size} {'fast' if seconds > 0 else 'slow'}", CLOCK)


def unreachable(error: Exception, base_url: str, proxy: str | None) -> tuple[str, str]:
    """Fault and cure when no answer of Telegram's came."""
    if isinstance(error, aiohttp.ClientHttpProxyError) and proxy:
        cure = "write user and password into it, http://user:password@host:port"
        allow = f"have it let {urlsplit(base_url).hostname} through"
        return f"the proxy {shown(proxy)} refuses ({error.status})", cure if error.status == 407 else allow
    cause = getattr(error, "certificate_error", error)
    if isinstance(cause, ssl.SSLCertVerificationError):
        if cause.verify_code in (EXPIRED, NOT_YET_VALID):
            return "its certificate seems not to be valid today", f"this machine's clock is wrong: {CLOCK}"
        return (
            f"somebody on the way shows another certificate ({cause.verify_message})",
            "have the company's proxy leave Telegram alone, or install its authority on this machine",
        )
    if isinstance(error, TimeoutError):
        return f"no answer within {WITHIN_S:g} s", NO_WAY
    if isinstance(error, ValueError):
        return "what answers there is no Bot API", f"check {BASE_URL} ({base_url})"
    return f"it cannot be reached ({error})", NO_WAY


def refused_token(answer: Answer, base_url: str) -> tuple[str, str]:
    """Fault and cure when getMe is refused."""
    if answer.code in (401, 404):
        return f"{base_url} does not know it", "copy it from @BotFather once more, or ask him for a new one"
    if "logged out" in answer.error.lower():
        return "it was moved to a Bot API server of your own", f"name that one in {BASE_URL}, or wait ten minutes"
    return f"it is refused ({answer.error})", "ask @BotFather about the bot"


async def telegram(plan: Plan) -> AsyncIterator[Finding]:
    """Everything between us and the chats. Raises StartupError for a proxy that cannot be used."""
    proxy = telegram_proxy(plan.settings.telegram, plan.environment)
    first = await way(plan, proxy)
    yield first
    if first.fault:
        return
    timeout = aiohttp.ClientTimeout(total=WITHIN_S)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        api = BotApi(session, plan.settings.telegram.base_url, plan.token, proxy)
        known = False
        async for finding in token(api, plan, proxy):
            known = known or finding.subject.startswith(f"{TOKEN_NAME}, ")
            yield finding
        if known:
            async for finding in chats(api, plan):
                yield finding
