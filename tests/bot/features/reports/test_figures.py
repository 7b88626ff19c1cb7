"""Figures of alerts, spans and the clock of the digest."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.features.alerts.cards.events import Notified
from bot.features.alerts.cards.headline import name_of
from bot.features.alerts.cards.reducer import apply
from bot.features.alerts.destination import Destination
from bot.features.alerts.models import Notification
from bot.features.reports.alert_history import episodes, figures
from bot.features.reports.alert_review import NoisyAlert, review
from bot.features.reports.digest import last_due, trigger
from bot.ui.locale import MOSCOW
from bot.ui.span import Span, span_of
from pipeline.contracts.messages import AuditEntry

NOW = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)


def _told(name: str, began: datetime, ended: datetime | None = None) -> Notification:
    return Notification.model_validate(
        {
            "version": "4",
            "group_key": f"{{}}:{name}",
            "status": "resolved" if ended else "firing",
            "group_labels": {"alertname": name},
            "received_at": ended or began,
            "alerts": [
                {
                    "status": "resolved" if ended else "firing",
                    "labels": {"alertname": name, "severity": "none" if name == "Watchdog" else "critical"},
                    "starts_at": began,
                    "ends_at": ended,
                    "fingerprint": name,
                }
            ],
        }
    )


def test_alerts_are_counted_by_who_took_them() -> None:
    began = NOW - timedelta(hours=3)
    later = NOW - timedelta(hours=1)
    told = [
        _told("Watchdog", began),
        _told("KafkaDown", began),
        _told("KafkaDown", began),
        _told("DiskFull", later),
        _told("KafkaDown", began, began + timedelta(minutes=10)),
        _told("KafkaDown", later),
        _told("KafkaDown", later, later + timedelta(minutes=2)),
    ]
    card = apply(None, Notified(told[1], Destination(1)), NOW)
    assert card is not None
    taken = [
        AuditEntry(entry_id=str(after), actor="x", actor_name=name, action="acknowledge", target=name_of(card),
                   at=began + timedelta(minutes=after))
        for name, after in (("Игорь", 3), ("Мария", 1), ("Игорь", 11))
    ]  # fmt: skip
    found = figures(episodes(told), taken, Span("day", NOW - timedelta(days=1), NOW))
    assert (found.alerts, found.still_open) == (3, 1)
    by_name = {owner.owner: owner for owner in found.owners}
    assert (by_name["Мария"].acknowledged_s, by_name["Мария"].resolved_s) == (60, 600)
    assert (by_name[""].alerts, by_name[""].acknowledged_s, by_name[""].resolved_s) == (2, None, 120)
    assert found.owners[-1].owner == "", "those that nobody took come last"


def test_four_weeks_of_alerts_tell_how_soon_they_were_taken_and_which_are_noise() -> None:
    told, taken = [], []
    for number in range(6):
        began = NOW - timedelta(days=1, minutes=60 * number)
        told += [_told("DiskFull", began), _told("DiskFull", began, began + timedelta(minutes=10))]
    for days, minutes in ((1, 4), (2, 8), (9, 2), (40, 1)):
        began = NOW - timedelta(days=days)
        told += [_told("KafkaDown", began), _told("KafkaDown", began, began + timedelta(minutes=20))]
        at = began + timedelta(minutes=minutes)
        taken.append(AuditEntry(entry_id=str(days), actor="x", action="acknowledge", target="KafkaDown", at=at))
    taken.append(
        AuditEntry(entry_id="c", actor="x", actor_name="Anna", action="comment", target="KafkaDown", detail="the cable",
                   at=NOW)
    )  # fmt: skip
    ordered = sorted(told, key=lambda one: one.received_at)
    found = review(episodes(ordered), taken, NOW, UTC)
    assert [(week.alerts, week.acknowledged) for week in found.weeks] == [(8, 2), (1, 1), (0, 0), (0, 0)]
    assert (found.weeks[0].acknowledged_s, found.weeks[0].resolved_s) == (360, 600)
    assert found.noisiest == (NoisyAlert("DiskFull", 6, 0), NoisyAlert("KafkaDown", 3, 3))
    assert [one.ignored for one in found.noisiest] == [True, False]
    assert [(one.by, one.text) for one in found.remarks] == [("Anna", "the cable")]


def test_a_span_is_24_hours_or_seven_days_by_the_readers_clock() -> None:
    day, week = span_of("day", NOW, MOSCOW), span_of("week", NOW, MOSCOW)
    assert (day.start, day.hours) == (datetime(2026, 11, 23, 13, 0, tzinfo=UTC), 24)
    assert week.start == datetime(2026, 11, 17, 21, 0, tzinfo=UTC)
    assert week.local(week.start).hour == 0


@pytest.mark.parametrize(
    ("cron", "due"),
    [("0 9 * * *", NOW.replace(hour=9, minute=0)), ("0 13 * * *", None), ("30 12 * * *", NOW), ("0 22 * * *", None)],
)
def test_the_digest_is_due_when_its_clock_struck_within_half_a_day(cron: str, due: datetime | None) -> None:
    assert last_due(trigger(cron), NOW) == due
