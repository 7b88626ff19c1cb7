"""Other people's alerts in the chat."""

from datetime import timedelta

from bot.features.alerts.inbox import Fate
from tests.bot.world.foreign_alerts import foreign, foreign_group, grafana, posted
from tests.bot.world.operations import Operations

WATCHDOG = foreign("Watchdog", {"severity": "none"}, "Always fires")
REAL = foreign("Real", {"severity": "page", "instance": "db-1"})


async def test_a_critical_alert_grouped_with_the_heartbeat_has_its_card_and_the_heartbeat_counts(
    operations: Operations,
) -> None:
    operator = operations.operator()
    await operations.here.worker.take([posted(foreign_group(WATCHDOG, REAL))])
    card = await operator.sees("🔴 Disk fills up", "Real · db-1")
    assert "Always fires" not in card.text and "Watchdog" not in card.text
    assert operations.here.heartbeat.seen_at is not None
    await operations.here.worker.take([posted(foreign_group(WATCHDOG, REAL | {"status": "resolved"}))])
    await operator.sees_change(card, "✅ Resolved: Disk fills up")


async def test_without_kafka_it_is_told_straight_and_the_heartbeat_is_heard(operations: Operations) -> None:
    told = posted(foreign_group(WATCHDOG, REAL))
    operations.world.inbox.tell(told, Fate.NOT_STORED)
    assert operations.here.heartbeat.seen_at is not None
    operator = operations.operator()
    await operations.here.direct._say_next()
    said = await operator.sees("🔴 Disk fills up", "Without buttons")
    assert "Always fires" not in said.text


async def test_grafanas_card_lives_as_any_other(operations: Operations) -> None:
    operator = operations.operator()
    first = posted(grafana())
    await operations.here.worker.take([first])
    card = await operator.sees("🟠 Checkout takes 4 s", "📍 web-3", button="📈 Dashboard")
    await operator.presses(card, "✋ Acknowledge")
    card = await operator.sees_change(card, "is on it")
    operations.later(timedelta(minutes=3))
    await operations.here.worker.take([posted(grafana(status="resolved"))])
    await operator.sees_change(card, "✅ Resolved: Checkout takes 4 s")
