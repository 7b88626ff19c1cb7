"""No alert, however odd or large, makes a card that Telegram would refuse."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.features.alerts.cards.card_links import safe_url
from bot.features.alerts.cards.list_replies import alert_list, alert_view
from bot.features.alerts.cards.owner_replies import given_to_you
from bot.features.alerts.cards.reminder_replies import escalation, firing_again, reminder
from bot.features.alerts.cards.replies import alert_card, earlier_card
from bot.features.alerts.drills.drill import Progress
from bot.features.alerts.drills.replies import drill_progress
from bot.features.alerts.models import Alert, Card, EarlierMessage, Silencing
from bot.features.alerts.silences.replies import silence_choice, silence_scopes
from bot.features.status.replies import Alerting, status
from bot.features.status.report import JobHealth, ServiceStatus, StatusReport
from bot.telegram.message_sender import plain
from bot.ui.locale import Language, texts
from bot.ui.text import units
from tests.bot.ui.test_replies import languages, odd
from tests.bot.world import strategies
from tests.bot.world.alert_samples import START
from tests.bot.world.limits import check

NOW = START + timedelta(hours=5)
names = st.sampled_from(["alertname", "service", "severity", "topic", "instance"])
notes = st.sampled_from(["summary", "summary_ru", "meaning", "action", "runbook_url", "dashboard_url", "value", "x"])
kept = strategies.kept
alerts = st.builds(
    Alert,
    status=st.sampled_from(["firing", "resolved"]),
    level=st.sampled_from(["", "critical", "warning", "info"]),
    values=st.dictionaries(kept, kept, max_size=4),
    image_url=kept,
    labels=st.dictionaries(st.one_of(names, kept), kept, max_size=8),
    annotations=st.dictionaries(notes, kept, max_size=8),
    starts_at=st.just(START),
    ends_at=st.just(START),
    generator_url=st.one_of(kept, st.just("https://prometheus.example.org/graph")),
    fingerprint=st.uuids().map(str),
)
moments = st.one_of(st.none(), st.just(NOW))
cards = st.builds(
    Card,
    group_key=st.just("g"),
    group_labels=st.dictionaries(st.one_of(names, kept), kept, max_size=5),
    chat_id=st.just(-1),
    alerts=st.lists(alerts, max_size=30).map(tuple),
    truncated=st.integers(0, 10**9),
    fired_at=st.just(START),
    changed_at=st.just(START),
    resolved_at=moments,
    times=st.integers(1, 10**6),
    owner=kept,
    acknowledged_at=moments,
    mentions=st.lists(st.just("@somebody_of_thirty_two_letters_x"), max_size=10).map(tuple),
    silence=st.one_of(st.none(), st.builds(Silencing, silence_id=st.just("s"), by=kept, until=st.just(NOW))),
)


@odd
@given(cards, languages)
def test_a_card_always_fits(card: Card, language: Language) -> None:
    words = texts(language)
    reply = alert_card("abc", card, words, NOW)
    check(reply)
    assert 0 < units(plain(reply).text) <= 4096
    check(reminder("abc", card, words, NOW))
    check(escalation("abc", card, words, NOW))
    check(alert_list([("abc", card)] * 9, 1, NOW, words))
    if card.alerts:
        check(alert_view("abc", card, 7, words, NOW))
        check(alert_card("abc", card.with_details(7), words, NOW))
    check(firing_again("abc", card, words))
    check(earlier_card(card, EarlierMessage(chat_id=-1, message_id=3, lasted_s=55), words))
    check(given_to_you("abc", card, words))
    check(silence_choice("abc", card, words))
    check(silence_scopes("abc", card, 60, 2, words))
    by = Silencing(silence_id="s", by=card.owner, until=NOW)
    half = card.with_quiet({alert.fingerprint: by for alert in card.firing[::2]})
    check(alert_card("abc", half, words, NOW))
    if card.alerts:
        taken = half.with_taken(card.alerts[0].fingerprint, card.owner).with_details(0)
        check(alert_card("abc", taken, words, NOW))


@odd
@given(st.lists(st.builds(ServiceStatus, name=kept, good=st.booleans(), codes=st.tuples(kept), fault=kept, version=kept,
                          lag=st.one_of(st.none(), st.integers(0, 10**12))), max_size=40), languages)  # fmt: skip
def test_status_always_fits(services: list[ServiceStatus], language: Language) -> None:
    jobs = (JobHealth("ingest", failed=True), JobHealth("x", failed=False, success_at=START))
    report = StatusReport(NOW, tuple(services), jobs)
    for unfolded in (False, True):
        check(status(report, Alerting(3, START), texts(language), unfolded=unfolded))


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://example.org/a?b=c", True),
        ("http://10.0.0.5:9090/graph", True),
        ("javascript:alert(1)", False),
        ("tg://user?id=1", False),
        ("http://localhost:9090/", False),
        ("http://127.0.0.1:9090/", False),
        ("https://user:pw@example.org/", False),
        ("https://exa mple.org", False),
        ("http://[bad", False),
        ("https://example.org:x/", False),
        ("", False),
    ],
)
def test_only_addresses_of_the_web_become_buttons(url: str, safe: bool) -> None:
    assert (safe_url(url) == url) is safe


def test_a_drill_shows_its_steps() -> None:
    done = drill_progress(Progress("kafka", 1.0, 12.3, 33.0, 45.6), texts("en"))
    assert "card in the chat: 12.3 s" in done.text and "Passed in 45.6 s." in done.text
    assert "карточка в чате: 12,3 с" in drill_progress(Progress("kafka", 1.0, 12.3), texts("ru")).text
    lost = drill_progress(Progress("kafka", 1.0, given_up="card"), texts("ru"))
    assert lost.text.count("❌") == 1
