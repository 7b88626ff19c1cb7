"""The way to Telegram, its chats and what it says of them, each fault made on purpose."""

import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from ops.preflight.bot_api import Answer
from ops.preflight.chats import judged
from ops.preflight.everything import chat
from ops.preflight.plan import Plan
from ops.preflight.telegram import clock, refused_token, unreachable
from ops.sandbox.groups import create_topic, upgrade
from ops.sandbox.server import DEMO_TOKEN, Sandbox, running
from ops.settings import load
from ops.stack.doctor import Finding
from tests.http_proxy import running_proxy
from tests.waiting import until

GROUP = -100500


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with running() as made:
        yield made


async def tried(
    url: str, token: str = DEMO_TOKEN, environment: dict[str, str] | None = None, **bot: str
) -> list[Finding]:
    """What the check says of a bot with these settings."""
    given = {f"YARMARKA_BOT__{name.upper()}": value for name, value in bot.items()}
    given |= {"YARMARKA_STACK_DIR": "/nonexistent", "YARMARKA_TELEGRAM__BASE_URL": url, "TELEGRAM_TOKEN": token}
    return [one async for one in chat(Plan(load(given), environment or {}))]


def faults(findings: list[Finding]) -> list[str]:
    return [str(one) for one in findings if one.fault]


async def test_a_bot_that_may_start(sandbox: Sandbox) -> None:
    forum = sandbox.world.conversations[GROUP]
    topic = create_topic(sandbox.world, forum, "Alerts", sandbox.world.bot)["message_id"]
    started = {"chat_id": 2001, "text": "/start"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{sandbox.url}/user/2001/send", json=started) as answer,
    ):
        assert answer.status == 200
    found = await tried(sandbox.url, admins="2001", alert_chats=f"{GROUP}:{topic},{GROUP}:1,{GROUP}")
    assert faults(found) == []
    assert [one.subject for one in found][:3] == [
        "the way to 127.0.0.1",
        "clock",
        "TELEGRAM_TOKEN, it is @yarmarka_bot",
    ]
    assert found[3].subject == "chat «Operators» (YARMARKA_BOT__ALERT_CHATS)"
    # Nothing is written into the chat.
    assert not [post for post in forum.posts.values() if "text" in post.message]


async def test_chats_that_are_not_as_the_settings_say(sandbox: Sandbox) -> None:
    upgrade(sandbox.world, sandbox.world.conversations[GROUP], -1009990001)
    found = faults(
        await tried(
            sandbox.url, alert_chats=f"{GROUP},-1009990001:77,-100777,777", escalation_chat="-100778", admins="4242"
        )
    )
    assert "write -1009990001 into YARMARKA_BOT__ALERT_CHATS" in found[0]
    assert "it has no topics; write its number without :77" in found[1]
    assert "chat -100777 (YARMARKA_BOT__ALERT_CHATS): Telegram knows no such chat; add the bot" in found[2]
    assert "begins with a minus: -777 or -100777" in found[3]
    assert found[4].startswith("chat -100778 (YARMARKA_BOT__ESCALATION_CHAT)")
    assert "person 4242 (YARMARKA_BOT__ADMINS): the bot cannot write to them yet; have them press Start" in found[5]


async def test_chats_of_routes_are_looked_at_once_each(sandbox: Sandbox) -> None:
    routes = f"severity=critical -> {GROUP} @anna_k; service=hdfs -> -100779; team=shop -> -100779 quiet=22:00-07:00"
    [said] = faults(await tried(sandbox.url, alert_routes=routes))
    assert said.startswith("chat -100779 (YARMARKA_BOT__ALERT_ROUTES): Telegram knows no such chat")


async def test_a_token_that_telegram_does_not_know(sandbox: Sandbox) -> None:
    [found] = faults(await tried(sandbox.url, "123456789:canary-canary-canary-canary-canary"))
    assert found.startswith("TELEGRAM_TOKEN: ") and "@BotFather" in found and "canary" not in found


async def test_a_webhook_that_takes_the_updates(sandbox: Sandbox) -> None:
    async with aiohttp.ClientSession() as session:
        url = f"{sandbox.base_url}{DEMO_TOKEN}/setWebhook"
        async with session.post(url, json={"url": "https://crm.example/canary"}) as answer:
            assert answer.status == 200
    [found] = faults(await tried(sandbox.url))
    assert "go to crm.example" in found and "canary" not in found


async def test_a_webhook_of_our_own_is_no_fault_until_messages_wait_for_it(sandbox: Sandbox) -> None:
    url = "http://127.0.0.1:9/telegram"
    async with aiohttp.ClientSession() as session:
        async with session.post(f"{sandbox.base_url}{DEMO_TOKEN}/setWebhook", json={"url": url}) as answer:
            assert answer.status == 200
        given = {"YARMARKA_STACK_DIR": "/nonexistent", "YARMARKA_TELEGRAM__BASE_URL": sandbox.url}
        settings = load({**given, "TELEGRAM_TOKEN": DEMO_TOKEN, "YARMARKA_TELEGRAM__WEBHOOK_URL": url})
        assert faults([one async for one in chat(Plan(settings, {}))]) == []
        async with session.post(f"{sandbox.url}/user/2001/send", json={"chat_id": 2001, "text": "hi"}) as answer:
            assert answer.status == 200

        async def told() -> bool:
            return bool(faults([one async for one in chat(Plan(settings, {}))]))

        await until(told, "Telegram complains")
    [found] = faults([one async for one in chat(Plan(settings, {}))])
    assert "1 messages wait" in found and "reverse proxy" in found


async def test_by_a_proxy(sandbox: Sandbox) -> None:
    async with running_proxy(int(sandbox.url.rpartition(":")[2])) as proxy:
        environment = {"HTTP_PROXY": f"http://user:canary@127.0.0.1:{proxy.port}"}
        found = await tried("http://telegram.example", environment=environment)
        assert faults(found) == []
        assert found[0].subject == f"the proxy http://127.0.0.1:{proxy.port}"
        environment["HTTPS_PROXY"] = environment["HTTP_PROXY"]
        proxy.refuses = b"407 Proxy Authentication Required"
        [said] = faults(await tried("https://telegram.example", environment=environment))
        assert "write user and password into it" in said and "canary" not in said
        proxy.refuses = b"403 Forbidden"
        [said] = faults(await tried("https://telegram.example", environment=environment))
        assert said.endswith("refuses (403); have it let telegram.example through")
    [said] = faults(await tried("https://telegram.example", environment={"HTTPS_PROXY": "http://127.0.0.1:9"}))
    assert said == "the proxy http://127.0.0.1:9: 127.0.0.1:9 cannot be reached; check the proxy and its port"
    [said] = faults(await tried("https://telegram.example", environment={"ALL_PROXY": "socks5://127.0.0.1:9"}))
    assert "put an HTTP proxy before it" in said


async def test_no_way_to_telegram() -> None:
    [said] = faults(await tried("https://nowhere.invalid"))
    assert "the name nowhere.invalid cannot be resolved" in said
    [said] = faults(await tried("http://127.0.0.1:9"))
    assert "127.0.0.1:9 cannot be reached; open the way in the firewall, or name a proxy" in said


async def test_without_a_token_there_is_the_sandbox() -> None:
    [found] = await tried("https://api.telegram.org", token="")
    assert found.subject == "chat: the sandbox, for there is no token"


@pytest.mark.parametrize(
    ("off", "said"),
    [
        (timedelta(seconds=20), ""),
        (timedelta(minutes=7), "this machine's is 7 min fast"),
        (timedelta(minutes=-90), "this machine's is 90 min slow"),
        (timedelta(days=-1), "this machine's is 24 h slow"),
    ],
)
def test_a_clock_is_compared_with_telegrams(off: timedelta, said: str) -> None:
    theirs = datetime(2026, 1, 2, tzinfo=UTC)
    assert clock(theirs, theirs + off).fault == said


MEMBER: dict[str, Any] = {"status": "member"}
ADMIN: dict[str, Any] = {"status": "administrator"}
FORUM: dict[str, Any] = {"type": "supergroup", "is_forum": True}


@pytest.mark.parametrize(
    ("chat", "member", "topic", "said"),
    [
        (FORUM, MEMBER, 7, []),
        ({"type": "group"}, MEMBER, 1, []),
        ({"type": "group"}, {"status": "left"}, None, ["not in it"]),
        ({"type": "supergroup"}, {"status": "kicked"}, 7, ["not in it"]),
        ({"type": "supergroup"}, MEMBER, 7, ["has no topics"]),
        ({"type": "supergroup"}, {"status": "restricted", "can_send_messages": False}, None, ["may not write"]),
        ({"type": "supergroup"}, {"status": "restricted", "can_send_messages": True}, None, []),
        ({"type": "supergroup", "permissions": {"can_send_messages": False}}, MEMBER, None, ["may not write"]),
        ({"type": "supergroup", "permissions": {"can_send_messages": False}}, ADMIN, None, []),
        ({"type": "supergroup", "slow_mode_delay": 30}, MEMBER, None, ["once in 30 s"]),
        ({"type": "supergroup", "slow_mode_delay": 30}, ADMIN, None, []),
        ({"type": "channel"}, ADMIN, None, ["may not post"]),
        ({"type": "channel"}, {**ADMIN, "can_post_messages": True}, None, []),
        ({"type": "private"}, MEMBER, None, []),
    ],
)
def test_what_keeps_cards_from_a_chat(
    chat: dict[str, Any], member: dict[str, Any], topic: int | None, said: list[str]
) -> None:
    found = list(judged(chat, member, topic, "SETTING"))
    assert len(found) == len(said)
    for (fault, cure), words in zip(found, said, strict=True):
        assert words in fault and cure


def certificate_fault(code: int) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError()
    error.verify_code, error.verify_message = code, "self-signed certificate"
    return error


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (certificate_fault(9), "this machine's clock is wrong"),
        (certificate_fault(10), "this machine's clock is wrong"),
        (certificate_fault(19), "somebody on the way shows another certificate"),
        (TimeoutError(), "no answer within 8 s"),
        (ValueError(), "check YARMARKA_TELEGRAM__BASE_URL"),
        (OSError("broken"), "open the way in the firewall"),
    ],
)
def test_why_no_answer_came(error: Exception, said: str) -> None:
    assert said in "; ".join(unreachable(error, "https://api.telegram.org", None))


def test_a_token_that_was_moved_to_another_bot_api_server() -> None:
    fault, cure = refused_token(Answer(error="Bad Request: Logged out", code=400), "https://api.telegram.org")
    assert "of your own" in fault and "YARMARKA_TELEGRAM__BASE_URL" in cure
