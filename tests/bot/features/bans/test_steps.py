"""The steps of a ban request, as tables; and what two admins can do to each other."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.features.bans.models import Admin, BanOption, BanRequest, Status
from bot.features.bans.steps import Notice, Step, Transition, TransitionContext, transition
from pipeline.contracts.messages import Ban

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
ASKER, OTHER = Admin(id="a", name="Мария"), Admin(id="b", name="Pavel")


def request(status: Status) -> BanRequest:
    decided = {"decided_at": NOON, "applied": True} if status in {"confirmed", "undone"} else {}
    asked = BanRequest(rule="brand:x", reason="fakes", end="0", by=ASKER, by_user=2001, status=status, at=NOON)
    return asked.model_copy(update=decided)


def context(*, minutes: float = 1, large: bool = False, ours: bool = True) -> TransitionContext:
    return TransitionContext(NOON + timedelta(minutes=minutes), large, ours, 300)


@pytest.mark.parametrize(
    ("status", "step", "who", "at", "after", "notice"),
    [
        ("asked", Step.CONFIRM, ASKER, context(), "confirmed", Notice.NOTHING),
        ("asked", Step.CONFIRM, OTHER, context(), "asked", Notice.NOT_YOURS),
        ("asked", Step.CANCEL, OTHER, context(), "asked", Notice.NOT_YOURS),
        ("asked", Step.CANCEL, ASKER, context(), "cancelled", Notice.NOTHING),
        ("asked", Step.UNDO, ASKER, context(), "asked", Notice.DECIDED),
        ("asked", Step.CONFIRM, ASKER, context(large=True), "waiting", Notice.WAITING),
        ("asked", Step.CONFIRM, ASKER, context(minutes=30), "expired", Notice.EXPIRED),
        ("waiting", Step.CONFIRM, ASKER, context(large=True), "waiting", Notice.NEEDS_ANOTHER),
        ("waiting", Step.CONFIRM, OTHER, context(large=True), "confirmed", Notice.NOTHING),
        ("waiting", Step.CANCEL, OTHER, context(large=True), "cancelled", Notice.NOTHING),
        ("waiting", Step.CANCEL, ASKER, context(large=True), "cancelled", Notice.NOTHING),
        ("waiting", Step.CONFIRM, OTHER, context(minutes=31, large=True), "expired", Notice.EXPIRED),
        ("confirmed", Step.CONFIRM, ASKER, context(), "confirmed", Notice.DECIDED),
        ("confirmed", Step.CANCEL, ASKER, context(), "confirmed", Notice.DECIDED),
        ("confirmed", Step.UNDO, ASKER, context(), "undone", Notice.NOTHING),
        ("confirmed", Step.UNDO, OTHER, context(), "undone", Notice.NOTHING),
        ("confirmed", Step.UNDO, ASKER, context(minutes=5), "confirmed", Notice.TOO_LATE),
        ("confirmed", Step.UNDO, ASKER, context(ours=False), "confirmed", Notice.SUPERSEDED),
        ("undone", Step.UNDO, ASKER, context(), "undone", Notice.DECIDED),
        ("undone", Step.CONFIRM, ASKER, context(), "undone", Notice.DECIDED),
        ("cancelled", Step.CONFIRM, ASKER, context(), "cancelled", Notice.DECIDED),
        ("cancelled", Step.UNDO, ASKER, context(), "cancelled", Notice.DECIDED),
        ("expired", Step.CONFIRM, ASKER, context(minutes=90), "expired", Notice.EXPIRED),
    ],
)
def test_every_step_from_every_status(  # noqa: PLR0917 - a table's columns
    status: Status, step: Step, who: Admin, at: TransitionContext, after: Status, notice: Notice
) -> None:
    led = transition(request(status), step, who, at)
    assert (led.request.status, led.notice) == (after, notice)


@pytest.mark.parametrize("who", [ASKER, OTHER])
@pytest.mark.parametrize("status", ["asked", "waiting"])
def test_a_rule_that_is_gone_is_not_lifted(status: Status, who: Admin) -> None:
    lifting = request(status).model_copy(update={"action": "lift"})
    led = transition(lifting, Step.CONFIRM, who, context(ours=False))
    assert (led.request, led.notice) == (lifting, Notice.GONE)


PRESSES = st.lists(
    st.tuples(st.sampled_from(list(Step)), st.sampled_from([ASKER, OTHER]), st.integers(0, 12), st.booleans()),
    max_size=12,
)


def test_what_can_mean_two_things_is_confirmed_by_nobody_before_it_is_chosen() -> None:
    options = (BanOption(rule="brand:y", until=NOON), BanOption(rule="brand:x", reason="z", shows="reason"))
    asked = request("asked").model_copy(update={"options": options, "must_choose": True})
    assert transition(asked, Step.CONFIRM, ASKER, context()) == Transition(asked, Notice.CHOOSE)
    assert transition(asked, Step.CANCEL, ASKER, context()).request.status == "cancelled"
    chosen = asked.with_option(options[0])
    assert (chosen.rule, chosen.reason, chosen.until, chosen.options) == ("brand:y", "", NOON, ())
    assert transition(chosen, Step.CONFIRM, ASKER, context()) == Transition(chosen, Notice.INCOMPLETE)
    assert transition(chosen.with_reason(""), Step.CONFIRM, ASKER, context()).request.status == "confirmed"


def test_a_suggestion_that_is_taken_keeps_what_was_set_by_buttons() -> None:
    suggested = BanOption(rule="brand:y", reason="written", until=None)
    asked = request("asked").model_copy(update={"options": (suggested,), "until": NOON, "reason": "chosen"})
    taken = asked.with_option(suggested)
    assert (taken.rule, taken.reason, taken.until) == ("brand:y", "chosen", NOON)


@pytest.mark.parametrize("kind", ["seller", "category", "brand", "keyword"])
def test_a_wide_ban_wants_a_reason_and_an_end_or_the_word_that_it_has_none(kind: str) -> None:
    asked = BanRequest(rule=f"{kind}:x", by=ASKER, by_user=2001, at=NOON)
    for lacking in (asked, asked.with_reason("fakes"), asked.with_end(None, "0")):
        assert transition(lacking, Step.CONFIRM, ASKER, context()) == Transition(lacking, Notice.INCOMPLETE)
    whole = asked.with_reason("").with_end(None, "0")
    assert transition(whole, Step.CONFIRM, ASKER, context()).request.status == "confirmed"


def test_a_ban_of_one_product_wants_nothing() -> None:
    asked = BanRequest(rule="product:a/1", by=ASKER, by_user=2001, at=NOON)
    assert transition(asked, Step.CONFIRM, ASKER, context()).request.status == "confirmed"


@given(PRESSES)
def test_whatever_is_pressed_there_is_at_most_one_ban_and_one_undo(
    presses: list[tuple[Step, Admin, int, bool]],
) -> None:
    now, current, history = NOON, request("asked"), ["asked"]
    for step, who, minutes, large in presses:
        now += timedelta(minutes=minutes)
        led = transition(current, step, who, TransitionContext(now, large, True, 300))
        if led.request.status != current.status:
            history.append(led.request.status)
        else:
            assert led.request == current
        current = led.request
    assert history.count("confirmed") <= 1
    assert history.count("undone") <= history.count("confirmed")
    if "waiting" in history and current.status == "confirmed":
        assert current.second == OTHER
    if current.status in {"cancelled", "expired"}:
        assert "confirmed" not in history


def test_a_ban_remembers_what_the_rule_had_before_it() -> None:
    before = Ban(rule="brand:x", reason="older", at=NOON)
    at = TransitionContext(NOON, large=False, still_ours=False, undo_s=300, standing=before)
    confirmed = transition(request("asked"), Step.CONFIRM, ASKER, at).request
    assert (confirmed.previous, confirmed.decided_at) == (before, NOON)
    lifting = request("asked").model_copy(update={"action": "lift", "previous": before})
    ours = TransitionContext(NOON, large=False, still_ours=True, undo_s=300, standing=before)
    assert transition(lifting, Step.CONFIRM, ASKER, ours).request.previous == before
