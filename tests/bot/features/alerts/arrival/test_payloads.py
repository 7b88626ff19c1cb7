"""Whatever a sender posts gives a card, or a sentence that its log shows."""

import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.features.alerts.arrival.concerns import for_people, is_heartbeat
from bot.features.alerts.arrival.payloads import PayloadError, notification_of
from bot.features.alerts.cards.events import Notified
from bot.features.alerts.cards.reducer import apply
from bot.features.alerts.cards.replies import alert_card
from bot.features.alerts.destination import Destination
from bot.features.alerts.models import Notification
from bot.features.alerts.severities import Severities
from bot.ui.locale import texts
from ops.errors import StartupError
from ops.settings import BotSettings, load
from pipeline.contracts.messages import decode, encode
from tests.bot.world.alert_samples import NO_END, START, alert, payload
from tests.bot.world.foreign_alerts import foreign, foreign_group, grafana
from tests.bot.world.limits import check

NOW = START + timedelta(minutes=10)
PLACE = Destination(-1)


def read(fields: object, severities: Severities | None = None) -> Notification:
    """As it comes out of Kafka."""
    told = notification_of(json.dumps(fields).encode(), severities or Severities(), NOW)
    return decode(Notification, encode(told))


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ([], "no JSON object"),
        ({}, "no list of alerts"),
        ({"ruleName": "x", "state": "alerting", "evalMatches": []}, "unified alerting"),
        (payload() | {"version": "5"}, "'5' is not known"),
        (payload() | {"groupKey": None}, "groupKey"),
        (payload() | {"groupLabels": "x"}, "groupLabels: it is no JSON object"),
        (payload() | {"truncatedAlerts": "many"}, "truncated_alerts"),
        (payload() | {"truncatedAlerts": 10**30}, "truncated_alerts"),
        (payload() | {"alerts": ["x"]}, "alerts.0: an alert is a JSON object"),
        (payload() | {"alerts": [{"status": "firing"}]}, "nothing to show"),
        (payload("A", "b", alert(status="burning")), "'burning' is not known"),
        (payload("A", "b", alert(labels=["x"])), "alerts.0.labels: it is no JSON object"),
    ],
)
def test_what_is_no_notification_is_said_in_a_sentence(fields: object, sentence: str) -> None:
    with pytest.raises(PayloadError, match=sentence):
        read(fields)


@pytest.mark.parametrize(
    "odd",
    [
        {"labels": {"alertname": "A", "partition": 7, "ratio": 0.5, "leader": True, "none": None, "deep": {"x": [1]}}},
        {"fingerprint": 17},
        {"fingerprint": None},
        {"fingerprint": "f" * 4_000},
        {"generatorURL": None},
        {"annotations": None},
        {"startsAt": "yesterday"},
        {"startsAt": 1_795_000_000},
        {"startsAt": "9999-12-31T23:59:59Z"},
        {"endsAt": "soon"},
        {"status": "ALERTING"},
        {"status": None},
        {"values": {"A": "NaN", "B": None}},
    ],
)
def test_odd_fields_make_a_card_all_the_same(odd: dict[str, object]) -> None:
    told = read(payload("A", "b", alert("A", "b", **odd), status="firing"))
    assert told.alerts[0].firing and told.alerts[0].fingerprint
    card = apply(None, Notified(told, PLACE), NOW)
    assert card is not None
    check(alert_card("t", card, texts("en"), NOW))


def test_numbers_are_labels_and_what_is_null_is_not_there() -> None:
    labels = read(payload("A", "b", alert(labels={"alertname": "A", "partition": 7, "x": None}))).alerts[0].labels
    assert labels == {"alertname": "A", "partition": "7"}


def test_what_all_have_in_common_may_stand_at_the_group_alone() -> None:
    told = read(foreign_group({"status": "firing", "labels": {"instance": "n1"}}, commonLabels={"alertname": "A"}))
    assert told.alerts[0].labels == {"alertname": "A", "instance": "n1"}


def test_an_alert_without_a_state_is_over_when_its_end_is_past() -> None:
    past = read(foreign_group(foreign("A", {}, status=None, endsAt=START.isoformat()), status=None))
    later = read(
        foreign_group(foreign("A", {}, status=None, endsAt=(NOW + timedelta(minutes=4)).isoformat()), status=None)
    )
    assert (past.alerts[0].firing, later.alerts[0].firing) == (False, True)


@pytest.mark.parametrize("length", [7_999, 8_001, 500_000])
def test_a_group_key_of_any_length_is_one_group(length: int) -> None:
    one, same = (read(payload(groupKey="k" * length)) for _ in range(2))
    assert one.group_key == same.group_key and len(one.group_key) <= 8_000
    assert one.group_key != read(payload(groupKey="k" * (length + 1))).group_key


class TestSeverities:
    @pytest.mark.parametrize(
        ("word", "level"),
        [
            ("critical", "critical"), ("Critical", "critical"), (" CRIT ", "critical"), ("page", "critical"),
            ("P1", "critical"), ("sev1", "critical"), ("fatal", "critical"), ("error", "warning"), ("high", "warning"),
            ("major", "warning"), ("P3", "warning"), ("info", "info"), ("notice", "info"), ("none", "none"),
            ("", "warning"), ("scarlet", "warning"),
        ],
    )  # fmt: skip
    def test_words_of_any_vocabulary(self, word: str, level: str) -> None:
        assert read(foreign_group(foreign("A", {"severity": word}))).alerts[0].severity == level

    def test_the_word_may_be_called_a_priority(self) -> None:
        assert read(foreign_group(foreign("A", {"priority": "P1"}))).alerts[0].severity == "critical"

    def test_the_settings_come_first_and_an_unknown_word_is_told_once(self) -> None:
        settings = load({"YARMARKA_BOT__ALERT_SEVERITIES": "Very Bad=critical,error=critical,chatter=none"}).bot
        words = Severities.of(settings)
        with capture_logs() as logs:
            levels = [words.level({"severity": word}) for word in ("very bad", "ERROR", "chatter", "odd", "odd", "Odd")]
        assert levels == ["critical", "critical", "none", "warning", "warning", "warning"]
        assert [entry["word"] for entry in logs] == ["odd"]

    @pytest.mark.parametrize("value", ["page", "page=loud", "=critical", "a=critical;b=warning"])
    def test_what_is_no_mapping_is_one_sentence(self, value: str) -> None:
        with pytest.raises(StartupError, match="YARMARKA_BOT__ALERT_SEVERITIES"):
            load({"YARMARKA_BOT__ALERT_SEVERITIES": value})

    def test_what_an_older_bot_stored_is_read_by_the_usual_words(self) -> None:
        told = Notification.model_validate(foreign_group(foreign("A", {"severity": "page"})))
        assert (told.alerts[0].level, told.alerts[0].severity) == ("", "critical")
        assert BotSettings().severity_words() == {}


class TestZeroStart:
    @pytest.mark.parametrize("zero", [NO_END, "1970-01-01T00:00:00Z", 0, "", None])
    def test_it_is_no_start_and_nothing_lasts_since_then(self, zero: object) -> None:
        fields = {"startsAt": zero, "annotations": {"summary": "Down", "resolved": "Up again, was down for {time}"}}
        card = apply(None, Notified(read(payload("A", "b", alert("A", "b", **fields))), PLACE), NOW)
        assert card is not None and card.fired_at == NOW
        assert "Firing since ?, first seen at" in alert_card("t", card, texts("en"), NOW).text
        ends = {"status": "resolved", "endsAt": (NOW - timedelta(minutes=5)).isoformat()}
        over = apply(card, Notified(read(payload("A", "b", alert("A", "b", **fields, **ends))), PLACE), NOW)
        assert over is not None and not over.open
        for language in ("en", "ru"):
            text = alert_card("t", over, texts(language), NOW).text
            assert "Down" in text and "was down for" not in text and "739" not in text and "{time}" not in text

    def test_a_clock_that_is_ahead_has_not_seen_the_future(self) -> None:
        ahead = alert("A", "b", startsAt=(NOW + timedelta(days=3)).isoformat())
        card = apply(None, Notified(read(payload("A", "b", ahead)), PLACE), NOW)
        assert card is not None and card.fired_at == NOW


class TestHeartbeats:
    WATCHDOG = foreign("Watchdog", {"severity": "none"})
    REAL = foreign("Real", {"severity": "critical"})

    def test_grouped_with_others_it_counts_for_both(self) -> None:
        told = read(foreign_group(self.WATCHDOG, self.REAL))
        people = for_people(told)
        assert is_heartbeat(told) and people is not None
        assert [one.labels["alertname"] for one in people.alerts] == ["Real"]

    def test_alone_it_concerns_nobody_and_resolved_it_is_no_sign_of_life(self) -> None:
        assert for_people(read(foreign_group(self.WATCHDOG))) is None
        assert not is_heartbeat(read(foreign_group(self.WATCHDOG | {"status": "resolved"}, self.REAL)))


class TestGrafana:
    def test_its_values_and_links_are_on_the_card(self) -> None:
        card = apply(None, Notified(read(grafana()), PLACE), NOW)
        assert card is not None
        reply = alert_card("t", card.with_details(0), texts("ru"), NOW)
        assert "Checkout takes 4 s" in reply.text and "web-3" in reply.text
        assert "B: <code>4.02</code>" in reply.text and "__alert_rule_uid__" not in reply.text
        urls = {button.label: button.url for row in reply.buttons for button in row if button.url}
        assert urls == {
            "📈 Панель": "https://grafana.example.org/d/shop?viewPanel=4",
            "🖼 Картинка": "https://grafana.example.org/img/1.png",
            "📊 Grafana": "https://grafana.example.org/alerting/grafana/u1/view",
        }

    @pytest.mark.parametrize(
        ("name", "reason", "said"),
        [
            ("DatasourceNoData", None, "Checkout: no data"),
            ("DatasourceError", None, "Checkout: its query fails"),
            ("Checkout", "NoData", "Slow: no data"),
        ],
    )
    def test_its_states_are_words(self, name: str, reason: str | None, said: str) -> None:
        notes = {"summary": "Slow", "grafana_state_reason": reason} if reason else {}
        fields = grafana(labels={"alertname": name, "rulename": "Checkout"}, annotations=notes)
        card = apply(None, Notified(read(fields), PLACE), NOW)
        assert card is not None and f"<b>{said}</b>" in alert_card("t", card, texts("en"), NOW).text


scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=40))
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)
names = st.sampled_from(["alertname", "severity", "instance", "pod", "summary", "message", "resolved", "runbook_url"])
pairs = st.one_of(st.dictionaries(st.one_of(names, st.text(max_size=12)), values, max_size=6), values)
states = st.one_of(st.sampled_from(["firing", "resolved", "Alerting", "ok", ""]), values)
times = st.one_of(st.datetimes().map(str), st.sampled_from([NO_END, START.isoformat()]), values)
odd_alerts = st.fixed_dictionaries(
    {"labels": pairs, "annotations": pairs, "startsAt": times, "endsAt": times},
    optional={"status": states, "fingerprint": values, "values": pairs, "imageURL": values, "generatorURL": values},
)
odd_payloads = st.fixed_dictionaries(
    {"alerts": st.one_of(st.lists(odd_alerts, max_size=5), values), "groupKey": st.one_of(st.text(min_size=1), values)},
    optional={
        "version": st.sampled_from(["1", "4", 4, 1, "2", None]),
        "status": states,
        "groupLabels": pairs,
        "commonLabels": pairs,
        "commonAnnotations": pairs,
        "truncatedAlerts": st.one_of(st.integers(0, 9), values),
        "externalURL": values,
    },
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(odd_payloads)
@example(grafana())
@example(foreign_group(TestHeartbeats.WATCHDOG, TestHeartbeats.REAL))
def test_odd_payloads_give_a_card_or_a_sentence(fields: dict[str, object]) -> None:
    try:
        told = notification_of(json.dumps(fields).encode(), Severities(), NOW)
    except PayloadError as error:
        assert str(error).strip() and "\n" not in str(error)
        return
    told = decode(Notification, encode(told))
    people = for_people(told)
    assert people is not None or all(one.severity == "none" or is_heartbeat(told) for one in told.alerts)
    card = apply(None, Notified(people, PLACE), NOW) if people is not None else None
    assert card is not None or not any(one.firing for one in (people.alerts if people else ()))
    for language in ("en", "ru"):
        if card is not None:
            check(alert_card("t", card, texts(language), NOW))
            check(alert_card("t", card.with_details(0), texts(language), NOW))
