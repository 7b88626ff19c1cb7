"""The life of a card, as tables."""

from datetime import timedelta

import pytest

from bot.features.alerts.cards.calls import USUAL, Calls, is_to_call
from bot.features.alerts.cards.events import (
    Acknowledged,
    AlertTaken,
    Called,
    Compared,
    Event,
    HandedOver,
    Lost,
    Notified,
    Posted,
    Posting,
    Reminded,
    Resigned,
    Shown,
    Silenced,
    SilenceEnded,
    SomeSilenced,
    Struck,
    Unfolded,
)
from bot.features.alerts.cards.reducer import SAME_CARD_WITHIN, apply, severity
from bot.features.alerts.destination import Destination
from bot.features.alerts.models import Card, Silencing
from tests.bot.world.alert_samples import START, alert, notification, payload, resolved

CHAT = -1
PLACE = Destination(CHAT, 7)
MINUTE = timedelta(minutes=1)
FIRING = Notified(notification(payload()), PLACE)
RESOLVED = Notified(notification(resolved()), PLACE)
SILENCE = Silencing(silence_id="s", by="Olga", until=START + timedelta(hours=1))


def life(*events: Event, step: timedelta = MINUTE, calls: Calls = USUAL) -> Card:
    """The card after these events, a minute apart."""
    card: Card | None = None
    for number, event in enumerate(events):
        card = apply(card, event, START + number * step, calls)
    assert card is not None
    return card


def test_a_firing_group_makes_a_card() -> None:
    card = life(FIRING)
    assert (card.chat_id, card.thread_id, card.open, len(card.firing), card.times) == (-1, 7, True, 1, 1)
    assert card.fired_at == START


def test_the_end_of_a_group_that_was_never_shown_makes_none() -> None:
    assert apply(None, RESOLVED, START) is None


@pytest.mark.parametrize(
    "event",
    [
        FIRING,
        Acknowledged("Olga"),
        HandedOver("Ivan", "i", "Olga"),
        Unfolded(0),
        Silenced(SILENCE),
        Called(),
        Struck(9),
        Posting(),
        Posted(CHAT, 4, "x"),
    ],
)
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


class TestFiringAgain:
    """An edit makes no sound: what fires again calls, but not without end."""

    SHORT = Calls(at_most_every=2 * MINUTE)
    REPLY = Calls(anew=False, at_most_every=2 * MINUTE)
    LIFE = (FIRING, Posted(CHAT, 5, "x"), Acknowledged("Olga", "o"), RESOLVED, FIRING)

    def test_the_card_is_posted_anew_and_the_old_message_is_to_be_struck(self) -> None:
        card = life(*self.LIFE, calls=self.SHORT)
        assert (card.message_id, card.times, card.owner, card.open, card.call_due) == (None, 2, "", True, None)
        assert [(old.chat_id, old.message_id, old.lasted_s) for old in card.earlier] == [(CHAT, 5, 180.0)]
        shown = apply(apply(card, Posted(CHAT, 9, "y"), START + 5 * MINUTE), Struck(5), START + 5 * MINUTE)
        assert shown is not None and (shown.message_id, shown.earlier) == (9, ())

    def test_by_a_reply_the_message_stays_and_the_chat_is_to_be_called_at_once(self) -> None:
        card = life(*self.LIFE, calls=self.REPLY)
        assert (card.message_id, card.times, card.earlier) == (5, 2, ())
        assert is_to_call(card, START + 4 * MINUTE)
        after = apply(card, Called(), START + 4 * MINUTE, self.REPLY)
        assert after is not None and not is_to_call(after, START + 4 * MINUTE) and after.message_id == 5

    def test_a_flapping_group_calls_once_in_its_time_and_then_tells_how_often(self) -> None:
        card = life(FIRING, Posted(CHAT, 5, "x"), RESOLVED, FIRING, RESOLVED, FIRING)
        # Five minutes after the first call are over at the same moment: two of three times it was only edited.
        assert (card.message_id, card.times) == (None, 3)
        calls = Calls(at_most_every=8 * MINUTE)
        card = life(FIRING, Posted(CHAT, 5, "x"), RESOLVED, FIRING, RESOLVED, FIRING, calls=calls)
        assert (card.message_id, card.times, card.earlier) == (5, 3, ())
        assert not is_to_call(card, START + 7 * MINUTE) and is_to_call(card, START + 8 * MINUTE)
        anew = apply(card, Called(), START + 8 * MINUTE, calls)
        assert anew is not None and (anew.message_id, anew.times) == (None, 3)
        assert [old.message_id for old in anew.earlier] == [5]

    @pytest.mark.parametrize("event", [Acknowledged("Olga", "o"), RESOLVED, Silenced(SILENCE)])
    def test_nobody_is_called_for_what_somebody_has_or_what_is_over_or_silenced(self, event: Event) -> None:
        card = life(FIRING, Posted(CHAT, 5, "x"), RESOLVED, FIRING, event, calls=Calls(at_most_every=30 * MINUTE))
        assert not is_to_call(card, START + timedelta(hours=1))

    def test_later_the_group_gets_a_new_message_and_the_old_one_points_to_it(self) -> None:
        before = life(FIRING, Posted(CHAT, 5, "x"), RESOLVED)
        card = apply(before, FIRING, START + 3 * MINUTE + SAME_CARD_WITHIN + MINUTE)
        assert card is not None and (card.message_id, card.times, card.shown) == (None, 1, "")
        assert [old.message_id for old in card.earlier] == [5]

    def test_a_card_that_is_not_posted_yet_leaves_nothing_to_strike(self) -> None:
        card = life(FIRING, RESOLVED, FIRING, calls=Calls(at_most_every=timedelta()))
        assert (card.message_id, card.earlier, card.times) == (None, (), 2)


class TestOwners:
    def test_only_the_owner_resigns_and_reminders_begin_anew(self) -> None:
        taken = life(FIRING, Acknowledged("Olga", "o"))
        assert apply(taken, Resigned("Ivan", "i"), START + 9 * MINUTE) is taken
        free = apply(taken, Resigned("Olga", "o"), START + 9 * MINUTE)
        assert free is not None and (free.owner, free.owner_id, free.acknowledged_at) == ("", "", None)
        assert free.reminded_at == START + 9 * MINUTE

    def test_two_of_one_name_are_two(self) -> None:
        taken = life(FIRING, Acknowledged("Olga", "o"))
        assert not taken.owned_by("another", "Olga") and taken.owned_by("o", "Olga Ivanova")

    def test_it_goes_from_hand_to_hand_and_a_resolved_card_to_nobody(self) -> None:
        card = life(FIRING, Acknowledged("Olga", "o"), HandedOver("Ivan", "i", "Olga"))
        assert (card.owner, card.owner_id, card.handed_by) == ("Ivan", "i", "Olga")
        card = life(FIRING, Acknowledged("Olga", "o"), HandedOver("Ivan", "i", "Ivan"))
        assert (card.owner, card.handed_by) == ("Ivan", "")
        assert life(FIRING, RESOLVED, HandedOver("Ivan", "i", "Olga")).owner == ""

    def test_details_fold_when_it_is_over(self) -> None:
        assert life(FIRING, Unfolded(0)).unfolded == 0
        assert life(FIRING, Unfolded(0), RESOLVED).unfolded is None
        assert life(FIRING, RESOLVED, Unfolded(0)).unfolded is None


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


class TestSomeOfAGroup:
    """Silences and takers of some of the alerts of a card."""

    BOTH = Notified(notification(payload("A", "b", alert(fingerprint="a"), alert(fingerprint="b"))), PLACE)
    ONE = Notified(
        notification(payload("A", "b", alert(fingerprint="a", status="resolved"), alert(fingerprint="b"))), PLACE
    )
    LATER = Silencing(silence_id="t", by="Ivan", until=START + timedelta(hours=2))
    A, B = SomeSilenced(SILENCE, frozenset({"a"})), SomeSilenced(LATER, frozenset({"b"}))

    def waiting(self, *events: Event) -> list[str]:
        return [one.fingerprint for one in life(self.BOTH, *events).waiting]

    def test_what_is_silenced_or_taken_does_not_wait(self) -> None:
        assert self.waiting() == ["a", "b"]
        assert self.waiting(self.A) == ["b"]
        assert self.waiting(AlertTaken("a", "Olga")) == ["b"]
        assert self.waiting(self.A, AlertTaken("b", "Olga")) == []
        assert self.waiting(self.A, self.B) == []
        assert self.waiting(Acknowledged("Olga", "o")) == []

    def test_when_all_are_silenced_the_card_is_until_the_first_ends(self) -> None:
        card = life(self.BOTH, self.B, self.A)
        assert (card.silence, card.quiet) == (SILENCE, {})
        assert life(self.BOTH, self.B, self.A, SilenceEnded("s")).silence is None
        assert life(self.BOTH, self.B, self.A, SilenceEnded("t")).silence == SILENCE

    def test_an_ended_silence_leaves_the_others(self) -> None:
        three = Notified(notification(payload("A", "b", *(alert(fingerprint=one) for one in "abc"))), PLACE)
        assert life(three, self.A, self.B, SilenceEnded("s")).quiet == {"b": self.LATER}
        assert life(three, self.A, SilenceEnded("other")).quiet == {"a": SILENCE}

    def test_what_alertmanager_knows_replaces_what_was_thought(self) -> None:
        known = frozenset({"a", "b"})
        card = life(self.BOTH, self.A, Compared(START + 2 * MINUTE, known, None, {"b": self.LATER}))
        assert card.quiet == {"b": self.LATER}
        assert life(self.BOTH, self.A, Compared(START + 2 * MINUTE, known, self.LATER)).silence == self.LATER

    def test_an_alert_is_given_back_by_a_second_press_and_what_is_over_is_nobodys(self) -> None:
        take = AlertTaken("a", "Olga")
        assert life(self.BOTH, take).taken == {"a": "Olga"}
        assert life(self.BOTH, take, take).taken == {}
        assert life(self.BOTH, take, self.ONE).taken == {}
        assert life(self.BOTH, self.ONE, take).taken == {}

    def test_nobody_is_called_again_when_all_that_fires_is_taken(self) -> None:
        events = (FIRING, Posted(CHAT, 5, "x"), RESOLVED, FIRING)
        calls = Calls(at_most_every=30 * MINUTE)
        assert is_to_call(life(*events, calls=calls), START + timedelta(hours=1))
        taken = AlertTaken("ServiceDown-kafka", "Olga")
        assert not is_to_call(life(*events, taken, calls=calls), START + timedelta(hours=1))


def test_reminders_are_counted_and_a_lost_message_is_forgotten_once() -> None:
    card = life(FIRING, Posted(CHAT, 5, "x"), Reminded(), Reminded(escalated=True), Shown("y"), Lost(4))
    assert (card.reminders, card.escalated, card.message_id, card.shown) == (2, True, 5, "y")
    assert life(FIRING, Posted(CHAT, 5, "x"), Lost(5)).message_id is None


def test_the_worst_severity_counts() -> None:
    both = [alert(fingerprint="a", labels={"severity": "warning"}), alert(fingerprint="b")]
    assert severity(life(Notified(notification(payload("A", "b", *both)), PLACE))) == "critical"
    assert severity(life(Notified(notification(payload("A", "b", both[0])), PLACE))) == "warning"
