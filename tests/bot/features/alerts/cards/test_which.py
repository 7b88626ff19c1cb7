"""Cards that say which: on each line what is its own, once at the top what all share."""

from datetime import timedelta

import pytest

from bot.features.alerts.cards.events import Notified
from bot.features.alerts.cards.headline import name_of
from bot.features.alerts.cards.reducer import apply
from bot.features.alerts.cards.replies import alert_card
from bot.features.alerts.cards.which import LABEL_LIMIT, short
from bot.features.alerts.destination import Destination
from bot.features.alerts.models import Card
from bot.ui.locale import texts
from tests.bot.world.alert_samples import START, notification
from tests.bot.world.foreign_alerts import foreign, foreign_group
from tests.bot.world.limits import check

NOW = START + timedelta(minutes=10)


def card_of(*alerts: dict[str, object], **more: object) -> Card:
    card = apply(None, Notified(notification(foreign_group(*alerts, **more)), Destination(-1)), NOW)
    assert card is not None
    return card


def lines(card: Card) -> list[str]:
    reply = alert_card("t", card, texts("en"), NOW)
    check(reply)
    return [line for line in reply.text.split("\n") if line]


def test_each_line_says_its_host_and_how_bad_it_is() -> None:
    words = ("Critical", "page", "error", "high")
    shown = lines(card_of(*(foreign("Disk", {"severity": word, "instance": f"db{n}"}) for n, word in enumerate(words))))
    assert shown[0] == "🔴 <b>Disk fills up</b>"
    assert shown[-4:] == ["🔴 db0", "🔴 db1", "🟠 db2", "🟠 db3"]


def test_what_is_common_stands_once_and_what_differs_on_each_line() -> None:
    common = {"namespace": "shop", "severity": "warning", "cluster": "eu"}
    shown = lines(card_of(*(foreign("Lag", {**common, "pod": f"cart-{n}", "partition": str(n)}) for n in range(3))))
    assert shown[-3:] == [f"• cart-{n} · partition: {n}" for n in range(3)]
    assert shown[1] == "Firing since 15:00, for more than 5\u00a0min · <code>Lag · eu · shop</code>"


def test_names_that_differ_are_on_the_lines_and_sentences_that_differ_too() -> None:
    shown = lines(card_of(*(foreign(f"Name{n}", {"instance": f"h{n}"}) for n in range(2))))
    assert shown[-2:] == ["• Name0 · h0", "• Name1 · h1"]
    shown = lines(card_of(*(foreign("A", {"instance": f"h{n}"}, f"h{n} is full") for n in (1, 10))))
    assert shown[-2:] == ["• h1 is full", "• h10 is full"]


def test_a_host_that_is_only_a_part_of_another_word_is_said() -> None:
    shown = lines(
        card_of(foreign("A", {"instance": "n1"}, "n10 is full"), foreign("A", {"instance": "n2"}, "n2 is full"))
    )
    assert shown[-2:] == ["• n10 is full · n1", "• n2 is full"]


@pytest.mark.parametrize(
    ("labels", "summary", "place"),
    [
        ({"instance": "<b>db_1</b>", "path": "/var/*_`[x](y)"}, "a < b", "📍 &lt;b&gt;db_1&lt;/b&gt; · /var/*_`[x](y)"),
        ({"instance": "db-7"}, "db-7 is full", None),
        ({"instance": "127.0.0.1:9090"}, "It is full", None),
        ({"team": "shop"}, "It is full", None),
    ],
)
def test_a_single_alert_says_where_it_is_when_its_sentence_does_not(
    labels: dict[str, object], summary: str, place: str | None
) -> None:
    group = {"groupLabels": {"alertname": "Disk"}}
    told = [line for line in lines(card_of(foreign("Disk", labels, summary), **group)) if line.startswith("📍")]
    assert told == ([place] if place else [])


@pytest.mark.parametrize("note", ["message", "description", "title"])
def test_without_a_summary_another_note_is_the_sentence(note: str) -> None:
    shown = lines(card_of(foreign("Disk", {"instance": "n1"}, None, annotations={note: "97 % full"})))
    assert shown[0] == "🟠 <b>97 % full</b>"


def test_a_group_without_labels_is_named_by_what_its_alerts_share() -> None:
    card = card_of(*(foreign(f"Name{n}", {"service": "try", "instance": f"h{n}"}) for n in range(120)))
    assert name_of(card) == "Name0 +119 · try"
    shown = lines(card)
    assert shown[-1] == "<i>… and 80 more alerts</i>"


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("web-1", "web-1"),
        ("registry.example.org/team/checkout-service/frontend-deployment-7d9f8b6c4-x2x1z",
         "registry.example.org/team/checkout-service/…7d9f8b6c4-x2x1z"),
        ("p" * 300, "p" * (LABEL_LIMIT - 17) + "…" + "p" * 16),
    ],
)  # fmt: skip
def test_long_labels_are_cut_by_whole_words_and_keep_their_last_one(text: str, cut: str) -> None:
    assert short(text) == cut and len(short(text)) <= LABEL_LIMIT
