"""Many alert groups at once, and a Telegram that misbehaves: what the trials of alert cards are made of."""

import contextlib
from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import UTC, datetime, timedelta

import aiohttp

from ops.stack.running import RunningStack
from tests.bot.world.person import Person, Seen
from tests.waiting import until

FIRING, RESOLVED = "🟠", "✅"
# Three calls in ten fail: too many requests, a fault of the server, silence, an answer that is lost.
FAULTS: tuple[Mapping[str, str | float | bool], ...] = (
    {"kind": "429", "probability": 0.1},
    {"kind": "500", "probability": 0.1},
    {"kind": "timeout", "probability": 0.05, "hold": 8.0},
    {"kind": "timeout", "probability": 0.03, "hold": 8.0, "delivered": True},
    {"kind": "drop", "probability": 0.05, "delivered": True},
)


async def fire(
    session: aiohttp.ClientSession, stack: RunningStack, names: Iterable[str], *, over: bool = False
) -> None:
    """Tell Alertmanager that these groups fire, or that they are over."""
    # An end that was once named cannot be moved forward: what fires names none, and lasts five minutes.
    now = datetime.now(UTC)
    alerts = [
        {
            "labels": {"alertname": "Storm", "service": name, "severity": "warning"},
            "annotations": {"summary": f"{name} is rough", "summary_ru": f"{name} is rough"},
            "startsAt": (now - timedelta(minutes=1)).isoformat(),
            **({"endsAt": now.isoformat()} if over else {}),
        }
        for name in names
    ]
    async with session.post(f"{stack.part('alertmanager').address}/api/v2/alerts", json=alerts) as answer:
        assert answer.status == 200, await answer.text()


@contextlib.asynccontextmanager
async def misbehaving(session: aiohttp.ClientSession, sandbox: str) -> AsyncIterator[None]:
    """Telegram fails as `FAULTS` says, until the end of the block."""
    for fault in FAULTS:
        async with session.post(f"{sandbox}/faults", json={"method": "*", "seconds": 900, **fault}) as answer:
            assert answer.status == 200, await answer.text()
    try:
        yield
    finally:
        await session.delete(f"{sandbox}/faults")


async def each_once(
    operator: Person, signs: Mapping[str, str], within_s: float = 240.0, *, answers_lost: bool = False
) -> None:
    """Wait until each group has one message that begins with its sign; says what is wrong when it takes too long.

    With `answers_lost` there may be copies before it, of which nobody knows and which nobody edits.
    """
    wrong: list[str] = []

    async def right() -> bool:
        wrong[:] = _wrong(await operator.history(), signs, answers_lost)
        return not wrong

    what = f"{len(signs)} groups have one right card each"
    await until(right, what, within_s=within_s, saw=lambda: (len(wrong), wrong[:8]), look_s=0.5)


def messages_of(seen: Iterable[Seen], name: str) -> list[Seen]:
    """The cards of a group."""
    return [message for message in seen if f"{name} is rough" in message.text]


def _wrong(seen: list[Seen], signs: Mapping[str, str], answers_lost: bool) -> list[str]:
    found = []
    for name, sign in signs.items():
        cards = messages_of(seen, name)
        copies = [card for card in cards[:-1] if not answers_lost or card.edits]
        if not cards or copies or not cards[-1].text.startswith(sign):
            shown = ", ".join(f"{card.message_id} {card.text[:1]}" for card in cards) or "no message"
            found.append(f"{name}: {shown} in place of {sign}")
    return found
