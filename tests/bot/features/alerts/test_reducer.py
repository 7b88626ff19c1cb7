"""The life of a card, as tables."""

from datetime import timedelta

import pytest

from bot.features.alerts.destination import Destination
from bot.features.alerts.events import (
    Acknowledged,
    Compared,
    Event,
    Lost,
    Notified,
    Posted,
    Posting,
    Reminded,
    Shown,
    Silenced,
)
from bot.features.alerts.models import Card, Silencing
from bot.features.alerts.reducer import SAME_CARD_WITHIN, apply, severity
from tests.bot.world.alert_samples import START, alert, notification, payload, resolved

CHAT = -1
PLACE = Destination(CHAT, 7)
MINUTE = timedelta(minutes=1)
FIRING = Notified(notification(payload()), PLACE)
RESOLVED = Notified(notification(resolved()), PLACE)
SILENCE = Silencing(silence_id="s", by="Olga", until=START + timedelta(hours=1))


def life(*events: Event, step: timedelta = MINUTE) -> Card:
    """The card after these events, a minute apart."""
    card: Card | None = None
    for number, event in enumerate(events):
        card = apply(card, event, START + number * step)
    assert card is not None
    return card


def test_a_firing_group_makes_a_card() -> None:
    card = life(FIRING)
    assert (card.chat_id, card.thread_id, card.open, len(card.firing), card.times) == (-1, 7, True, 1, 1)
    assert card.fired_at == START


def test_the_end_of_a_group_that_was_never_shown_makes_none() -> None:
    assert apply(None, RESOLVED, START) is None


@pytest.mark.parametrize("event", [FIRING, Acknowledged("Olga"), Silenced(SILENCE), Posting(), Posted(CHAT, 4, "x")])
def test_a_repeat_changes_nothing(event: Event) -> None:
    once = life(FIRING, event)
    assert apply(once, event, START + MINUTE) is once


@pytest.mark.parametrize("event", [FIRING, Acknowledged("Olga"), Silenced(SILENCE), Posting(), Shown("x"), Lost(9)])
def test_a_later_repeat_changes_nothing(event: Event) -> None:
    once = life(FIRING, event)
    assert apply(once, event, START + timedelta(hours=1)) is once


def test_a_message_that_is_posted_again_is_the_new_one_and_no_post_is_under_way() -> None:
    once = life(FIRING, Posting(), Posted(CHAT, 4, "x"))
    assert (once.message_id, once.posted_at, once.sending_since, once.shown) == (4, START + 2 * MINUTE, None, "x")
    again = apply(once, Posted(CHAT, 5, "y"), START + 3 * MINUTE)
    assert again is not None and (again.message_id, again.posted_at, again.shown) == (5, START + 3 * MINUTE, "y")


def test_resolved_at_is_what_alertmanager_says() -> None:
    card = life(FIRING, RESOLVED)
    assert card.resolved_at == START + 3 * MINUTE and not card.open


def test_the_first_owner_stays_and_a_resolved_card_gets_none() -> None:
    assert life(FIRING, Acknowledged("Olga"), Acknowledged("Ivan")).owner == "Olga"
    assert life(FIRING, RESOLVED, Acknowledged("Ivan")).owner == ""


def test_a_group_that_fires_again_soon_goes_on_with_its_message_and_needs_a_new_owner() -> None:
    card = life(FIRING, Posted(CHAT, 5, "x"), Acknowledged("Olga"), RESOLVED, FIRING)
    assert (card.message_id, card.times, card.owner, card.open) == (5, 2, "", True)


def test_a_group_that_fires_again_later_gets_a_new_message() -> None:
    before = life(FIRING, Posted(CHAT, 5, "x"), RESOLVED)
    card = apply(before, FIRING, START + 3 * MINUTE + SAME_CARD_WITHIN + MINUTE)
    assert card is not None and (card.message_id, card.times, card.shown) == (None, 1, "")


def test_a_silenced_alert_that_alertmanager_forgot_is_resolved_at_the_second_look() -> None:
    gone = [Compared(START + n * MINUTE + timedelta(seconds=1), frozenset(), None) for n in range(1, 4)]
    assert life(FIRING, gone[0]).open
    card = life(FIRING, gone[0], gone[1])
    assert not card.open and card.resolved_at == START + MINUTE + timedelta(seconds=1)


def test_an_answer_older_than_the_cards_last_change_says_nothing() -> None:
    stale = Compared(START - MINUTE, frozenset(), SILENCE)
    assert life(FIRING, stale, stale) == life(FIRING)


def test_a_card_learns_of_silences_that_were_made_elsewhere() -> None:
    known = frozenset({"ServiceDown-kafka"})
    card = life(FIRING, Compared(START + MINUTE, known, SILENCE))
    assert card.silence == SILENCE
    assert life(FIRING, Silenced(SILENCE), Compared(START + MINUTE, known, None)).silence is None


def test_reminders_are_counted_and_a_lost_message_is_forgotten_once() -> None:
    card = life(FIRING, Posted(CHAT, 5, "x"), Reminded(), Reminded(escalated=True), Shown("y"), Lost(4))
    assert (card.reminders, card.escalated, card.message_id, card.shown) == (2, True, 5, "y")
    assert life(FIRING, Posted(CHAT, 5, "x"), Lost(5)).message_id is None


def test_the_worst_severity_counts() -> None:
    both = [alert(fingerprint="a", labels={"severity": "warning"}), alert(fingerprint="b")]
    assert severity(life(Notified(notification(payload("A", "b", *both)), PLACE))) == "critical"
    assert severity(life(Notified(notification(payload("A", "b", both[0])), PLACE))) == "warning"
