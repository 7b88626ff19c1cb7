"""The steps of a ban request, as a pure function: where it stands and what is pressed in, where it stands next out.

asked ─ confirm ─► confirmed ─ undo ─► undone          asked, waiting ─ cancel ─► cancelled
      │            (not before a wide ban has its reason and its end, or the word that it has none)
      └ confirm, a large ban ─► waiting ─ confirm by another admin ─► confirmed
asked, waiting ─ half an hour ─► expired

Of two presses at once the first that is handled decides; the second one finds the request decided and changes nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.features.bans.models import Admin, BanRequest
from pipeline.contracts.messages import Ban

LIVES = timedelta(minutes=30)


class Step(StrEnum):
    """What a person presses."""

    CONFIRM = "confirm"
    CANCEL = "cancel"
    UNDO = "undo"


class Notice(StrEnum):
    """What the person is told above the chat."""

    NOTHING = ""
    WAITING = "waiting"
    NOT_YOURS = "not_yours"
    NEEDS_ANOTHER = "needs_another"
    DECIDED = "decided"
    EXPIRED = "expired"
    TOO_LATE = "too_late"
    SUPERSEDED = "superseded"
    GONE = "gone"
    CHOOSE = "choose"
    INCOMPLETE = "incomplete"
    BANNED_ALREADY = "banned_already"


@dataclass(frozen=True, slots=True)
class TransitionContext:
    """What the decision depends on besides the request."""

    now: datetime
    # More products than one admin may ban alone, or nobody knows how many.
    large: bool
    # Whether the rule is as this request left it; before a lifting, as the request found it.
    still_ours: bool
    undo_s: int
    # The ban that the rule has now.
    standing: Ban | None = None


@dataclass(frozen=True, slots=True)
class Transition:
    """The request after the step; the same object when nothing changed."""

    request: BanRequest
    notice: Notice = Notice.NOTHING


def transition(request: BanRequest, step: Step, who: Admin, at: TransitionContext) -> Transition:
    """Where the step leads."""
    if overdue(request, at.now):
        return Transition(request.expired(), Notice.EXPIRED)
    if step is Step.UNDO:
        return _undo(request, who, at)
    if not request.is_open:
        return Transition(request, Notice.EXPIRED if request.status == "expired" else Notice.DECIDED)
    if step is Step.CANCEL:
        return _cancel(request, who)
    unsaid = _unsaid(request, who)
    return Transition(request, unsaid) if unsaid else _confirm(request, who, at)


def overdue(request: BanRequest, now: datetime) -> bool:
    """Whether nobody decided in time."""
    return request.is_open and now - request.at >= LIVES


def may_undo(request: BanRequest, now: datetime, undo_s: int) -> bool:
    """Whether Undo is still offered."""
    decided = request.decided_at
    if request.closed:
        return False
    return request.status == "confirmed" and decided is not None and now - decided < timedelta(seconds=undo_s)


def _unsaid(request: BanRequest, who: Admin) -> Notice:
    """What the asker must say before they may confirm; whatever lies beyond the question was complete when it did."""
    if request.must_choose:
        return Notice.CHOOSE
    lacking = request.lacks and request.status == "asked" and request.by.id == who.id
    return Notice.INCOMPLETE if lacking else Notice.NOTHING


def _confirm(request: BanRequest, who: Admin, at: TransitionContext) -> Transition:
    if request.action == "lift" and not at.still_ours:
        return Transition(request, Notice.GONE)
    previous = at.standing if request.action == "ban" else request.previous
    if request.status == "asked":
        if request.by.id != who.id:
            return Transition(request, Notice.NOT_YOURS)
        if at.large:
            return Transition(request.waiting(), Notice.WAITING)
        return Transition(request.confirmed(at.now, previous=previous))
    if request.by.id == who.id:
        return Transition(request, Notice.NEEDS_ANOTHER)
    return Transition(request.confirmed(at.now, previous=previous, second=who))


def _cancel(request: BanRequest, who: Admin) -> Transition:
    if request.status == "asked" and request.by.id != who.id:
        return Transition(request, Notice.NOT_YOURS)
    return Transition(request.cancelled(None if request.by.id == who.id else who))


def _undo(request: BanRequest, who: Admin, at: TransitionContext) -> Transition:
    if request.status != "confirmed":
        return Transition(request, Notice.DECIDED)
    if not may_undo(request, at.now, at.undo_s):
        return Transition(request, Notice.TOO_LATE)
    if not at.still_ours:
        return Transition(request, Notice.SUPERSEDED)
    return Transition(request.undone(who, at.now))
