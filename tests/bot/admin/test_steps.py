"""The steps of a ban request, as tables; and what two admins can do to each other."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.features.bans.models import Admin, BanRequest, Status
from bot.features.bans.steps import Notice, Step, TransitionContext, moved

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
ASKER, OTHER = Admin(id="a", name="Мария"), Admin(id="b", name="Pavel")


def request(status: Status) -> BanRequest:
    decided = {"decided_at": NOON, "applied": True} if status in {"confirmed", "undone"} else {}
    return BanRequest(rule="brand:x", by=ASKER, by_user=2001, status=status, at=NOON).model_copy(update=decided)


def circumstances(*, minutes: float = 1, large: bool = False, ours: bool = True) -> TransitionContext:
    return TransitionContext(NOON + timedelta(minutes=minutes), large, ours, 300)


@pytest.mark.parametrize(
    ("status", "step", "who", "at", "after", "said"),
    [
        ("asked", Step.CONFIRM, ASKER, circumstances(), "confirmed", Notice.NOTHING),
        ("asked", Step.CONFIRM, OTHER, circumstances(), "asked", Notice.NOT_YOURS),
        ("asked", Step.CANCEL, OTHER, circumstances(), "asked", Notice.NOT_YOURS),
        ("asked", Step.CANCEL, ASKER, circumstances(), "cancelled", Notice.NOTHING),
        ("asked", Step.UNDO, ASKER, circumstances(), "asked", Notice.DECIDED),
        ("asked", Step.CONFIRM, ASKER, circumstances(large=True), "waiting", Notice.WAITING),
        ("asked", Step.CONFIRM, ASKER, circumstances(minutes=30), "expired", Notice.EXPIRED),
        ("waiting", Step.CONFIRM, ASKER, circumstances(large=True), "waiting", Notice.NEEDS_ANOTHER),
        ("waiting", Step.CONFIRM, OTHER, circumstances(large=True), "confirmed", Notice.NOTHING),
        ("waiting", Step.CANCEL, OTHER, circumstances(large=True), "cancelled", Notice.NOTHING),
        ("waiting", Step.CANCEL, ASKER, circumstances(large=True), "cancelled", Notice.NOTHING),
        ("waiting", Step.CONFIRM, OTHER, circumstances(minutes=31, large=True), "expired", Notice.EXPIRED),
        ("confirmed", Step.CONFIRM, ASKER, circumstances(), "confirmed", Notice.DECIDED),
        ("confirmed", Step.CANCEL, ASKER, circumstances(), "confirmed", Notice.DECIDED),
        ("confirmed", Step.UNDO, ASKER, circumstances(), "undone", Notice.NOTHING),
        ("confirmed", Step.UNDO, OTHER, circumstances(), "undone", Notice.NOTHING),
        ("confirmed", Step.UNDO, ASKER, circumstances(minutes=5), "confirmed", Notice.TOO_LATE),
        ("confirmed", Step.UNDO, ASKER, circumstances(ours=False), "confirmed", Notice.SUPERSEDED),
        ("undone", Step.UNDO, ASKER, circumstances(), "undone", Notice.DECIDED),
        ("undone", Step.CONFIRM, ASKER, circumstances(), "undone", Notice.DECIDED),
        ("cancelled", Step.CONFIRM, ASKER, circumstances(), "cancelled", Notice.DECIDED),
        ("cancelled", Step.UNDO, ASKER, circumstances(), "cancelled", Notice.DECIDED),
        ("expired", Step.CONFIRM, ASKER, circumstances(minutes=90), "expired", Notice.EXPIRED),
    ],
)
def test_every_step_from_every_status(  # noqa: PLR0917 - a table's columns
    status: Status, step: Step, who: Admin, at: TransitionContext, after: Status, said: Notice
) -> None:
    move = moved(request(status), step, who, at)
    assert (move.request.status, move.said) == (after, said)


@pytest.mark.parametrize("who", [ASKER, OTHER])
@pytest.mark.parametrize("status", ["asked", "waiting"])
def test_a_rule_that_is_gone_is_not_lifted(status: Status, who: Admin) -> None:
    lifting = request(status).model_copy(update={"action": "lift"})
    move = moved(lifting, Step.CONFIRM, who, circumstances(ours=False))
    assert (move.request, move.said) == (lifting, Notice.GONE)


PRESSES = st.lists(
    st.tuples(st.sampled_from(list(Step)), st.sampled_from([ASKER, OTHER]), st.integers(0, 12), st.booleans()),
    max_size=12,
)


@given(PRESSES)
def test_whatever_is_pressed_there_is_at_most_one_ban_and_one_undo(
    presses: list[tuple[Step, Admin, int, bool]],
) -> None:
    now, current, history = NOON, request("asked"), ["asked"]
    for step, who, minutes, large in presses:
        now += timedelta(minutes=minutes)
        move = moved(current, step, who, TransitionContext(now, large, True, 300))
        if move.request.status != current.status:
            history.append(move.request.status)
        else:
            assert move.request == current
        current = move.request
    assert history.count("confirmed") <= 1
    assert history.count("undone") <= history.count("confirmed")
    if "waiting" in history and current.status == "confirmed":
        assert current.second == OTHER
    if current.status in {"cancelled", "expired"}:
        assert "confirmed" not in history
