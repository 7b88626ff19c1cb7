"""Other people's alerts in the chat."""

from datetime import timedelta

from bot.features.alerts.arrival.inbox import Fate
from bot.features.alerts.silences.scope import alert_scope, name_scopes
from tests.bot.world.foreign_alerts import foreign, foreign_group, grafana, posted
from tests.bot.world.operations import Operations
from tests.waiting import until

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


HOSTS = tuple(foreign("Disk", {"severity": "warning", "instance": f"db-{n}"}) for n in range(3))


async def test_a_silence_of_a_group_asks_what_it_is_to_cover_and_the_line_shows_it(operations: Operations) -> None:
    operator = operations.operator()
    await operations.notify(foreign_group(*HOSTS))
    card = await operator.sees("• db-1")
    await operator.presses(card, "🔕 1 h")
    asked = await operator.sees("Что заглушить на 1 ч?", button="🔕 db-1")
    hosts = ("🔕 db-0", "🔕 db-1", "🔕 db-2")
    assert tuple(asked.labels) == ("🔕 Всю группу: 3 оповещения", *hosts, "🔕 Disk, где бы ни сработало", "✕ Отмена")
    await operator.presses(asked, "🔕 db-1")
    preview = await operator.sees_change(asked, "Заглушить db-1 на 1 ч", "instance=db-1", button="🔕 Заглушить")
    await operator.presses(preview, "🔕 Заглушить")
    card = await operator.sees_change(card, "🔕 db-1 · Игорь, until", "• db-0", button="🔔 Unsilence")
    silenced = {one.labels["instance"] for one in await operations.alertmanager.alerts() if one.status.silenced_by}
    assert silenced == {"db-1"}
    operations.later(timedelta(seconds=30))
    await operations.here.reconciler.compare()
    await operator.presses(await operator.sees_change(card, "🔕 db-1"), "🔔 Unsilence")
    await operator.sees_change(card, "• db-1")
    assert operations.alertmanager.made == {}


async def test_every_alert_silenced_one_by_one_is_a_silenced_card(operations: Operations) -> None:
    operator = operations.operator()
    token = await operations.notify(foreign_group(*HOSTS[:2]))
    card = await operator.sees("• db-1")
    for scope in [alert_scope(alert) for alert in operations.cards.kept[token].firing]:
        await operations.actions.silence(token, 60, "Olga", scope)
    await operator.sees_change(card, "🔕 Disk fills up", "Silenced by Olga")
    assert not operations.cards.kept[token].waiting
    operations.later(timedelta(seconds=30))
    await operations.here.reconciler.compare()
    await operator.sees_change(card, "🔕 Disk fills up")


async def test_one_kind_of_alert_is_silenced_wherever_it_fires(operations: Operations) -> None:
    operator = operations.operator()
    await operations.notify(foreign_group(foreign("Disk", {"instance": "elsewhere"}), groupKey="another"))
    await operator.sees("Disk fills up")
    token = await operations.notify(foreign_group(*HOSTS))
    card = operations.cards.kept[token]
    ((scope, name),) = name_scopes(card)
    covered = await operations.actions.coverage(card, scope)
    assert (name, len(covered.alerts), covered.on_card) == ("Disk", 4, 3)


async def test_a_group_without_labels_and_of_many_names_is_silenced_as_its_preview_said(operations: Operations) -> None:
    operator = operations.operator()
    many = [foreign(f"Name{n}.x", {"service": "try", "instance": f"h{n}"}) for n in range(120)]
    token = await operations.notify(foreign_group(*many))
    await operations.notify(foreign_group(foreign("Name1yx", {"service": "try", "instance": "h"}), groupKey="another"))
    card = await operator.sees("Disk fills up")
    covered = await operations.actions.coverage(operations.cards.kept[token])
    assert (len(covered.alerts), covered.on_card) == (120, 120)
    await operations.actions.silence(token, 60, "Olga")
    silenced = [one for one in await operations.alertmanager.alerts() if one.status.silenced_by]
    assert len(silenced) == 120
    assert card.message_id


async def test_a_silenced_alert_leaves_reminders_to_the_others(operations: Operations) -> None:
    operator = operations.operator()
    two = (HOSTS[0], foreign("Disk", {"severity": "critical", "instance": "db-9"}))
    token = await operations.notify(foreign_group(*two))
    await operator.sees("db-9")
    await until(lambda: operations.cards.kept[token].message_id is not None, "the card is posted")
    critical = next(one for one in operations.cards.kept[token].firing if one.severity == "critical")
    await operations.actions.silence(token, 60, "Olga", alert_scope(critical))
    operations.later(timedelta(minutes=6))
    await operations.here.reminders.remind()
    assert not operations.world.pending.kept and operations.cards.kept[token].reminders == 0
    operations.later(timedelta(minutes=30))
    await operations.here.reminders.remind()
    await operator.sees("Nobody has taken this")


async def test_one_alert_of_a_group_is_taken_and_reminders_are_for_the_others(operations: Operations) -> None:
    operator, other = operations.operator(), operations.operator(3002)
    token = await operations.notify(foreign_group(*HOSTS[:2]))
    card = await operator.sees("• db-1", button="🔎 Details")
    await operator.presses(card, "🔎 Details")
    card = await operator.sees_change(card, button="✋ Only this alert")
    assert "db-0" in (await operator.presses(card, "✋ Only this alert")).text
    card = await operator.sees_change(card, "• db-0 · ✋ Игорь", button="↩️ Not this alert")
    assert "Игорь" in (await other.presses(card, "↩️ Not this alert")).text
    assert [one.labels["instance"] for one in operations.cards.kept[token].waiting] == ["db-1"]
    operations.later(timedelta(minutes=31))
    await operations.here.reminders.remind()
    await operator.sees("Nobody has taken this")
    await operations.actions.take_alert(token, operations.cards.kept[token].alerts[1].fingerprint, "Grace")
    reminders = operations.cards.kept[token].reminders
    operations.later(timedelta(minutes=31))
    await operations.here.reminders.remind()
    assert operations.cards.kept[token].reminders == reminders == 1
    await operator.presses(card, "↩️ Not this alert")
    await operator.sees_change(card, "• db-1 · ✋ Grace", button="✋ Only this alert")
    assert [entry.action for entry in operations.world.audit.written] == ["acknowledge", "resign"]


async def test_one_alert_is_taken_from_the_list_too_and_what_is_over_is_nobodys(operations: Operations) -> None:
    token = await operations.notify(foreign_group(*HOSTS[:2]))
    grace = operations.world.person(3002)
    await grace.writes("/alerts")
    listed = await grace.sees("1 open alert")
    await grace.presses(listed, "🔎 1")
    view = await grace.sees_change(listed, "db-0", button="✋ Only this alert")
    await grace.presses(view, "✋ Only this alert")
    view = await grace.sees_change(view, "✋ Grace", button="↩️ Not this alert")
    await operations.notify(foreign_group(HOSTS[0] | {"status": "resolved"}, HOSTS[1]))
    assert operations.cards.kept[token].taken == {}
    assert "does not fire any more" in (await grace.presses(view, "↩️ Not this alert")).text
