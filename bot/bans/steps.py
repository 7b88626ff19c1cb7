"""The steps of a ban request, as a pure function: where it stands and what is pressed in, where it stands next out.

asked ─ confirm ─► confirmed ─ undo ─► undone          asked, waiting ─ cancel ─► cancelled
      └ confirm, a large ban ─► waiting ─ confirm by another admin ─► confirmed
asked, waiting ─ half an hour ─► expired

Of two presses at once the first that is handled decides; the second one finds the request decided and changes nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from pipeline.contracts.ban_requests import Admin, BanRequest

LIVES = timedelta(minutes=30)
OPEN = frozenset({"asked", "waiting"})


class Step(StrEnum):
    """What a person presses."""

    CONFIRM = "confirm"
    CANCEL = "cancel"
    UNDO = "undo"


class Said(StrEnum):
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


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the decision depends on besides the request."""

    now: datetime
    # More products than one admin may ban alone, or nobody knows how many.
    large: bool
    # Whether the rule is as this request left it; before a lifting, as the request found it.
    still_ours: bool
    undo_s: int


@dataclass(frozen=True, slots=True)
class Move:
    """The request after the step; the same object when nothing changed."""

    request: BanRequest
    said: Said = Said.NOTHING


def moved(request: BanRequest, step: Step, who: Admin, at: Circumstances) -> Move:
    """Where the step leads."""
    if overdue(request, at.now):
        return Move(request.model_copy(update={"status": "expired"}), Said.EXPIRED)
    if step is Step.UNDO:
        return _undo(request, who, at)
    if request.status not in OPEN:
        return Move(request, Said.EXPIRED if request.status == "expired" else Said.DECIDED)
    return _cancel(request, who) if step is Step.CANCEL else _confirm(request, who, at)


def overdue(request: BanRequest, now: datetime) -> bool:
    """Whether nobody decided in time."""
    return request.status in OPEN and now - request.at >= LIVES


def may_undo(request: BanRequest, now: datetime, undo_s: int) -> bool:
    """Whether Undo is still offered."""
    decided = request.decided_at
    return request.status == "confirmed" and decided is not None and now - decided < timedelta(seconds=undo_s)


def _confirm(request: BanRequest, who: Admin, at: Circumstances) -> Move:
    if request.action == "lift" and not at.still_ours:
        return Move(request, Said.GONE)
    if request.status == "asked":
        if request.by.id != who.id:
            return Move(request, Said.NOT_YOURS)
        if at.large:
            return Move(request.model_copy(update={"status": "waiting"}), Said.WAITING)
        return Move(_confirmed(request, at.now))
    if request.by.id == who.id:
        return Move(request, Said.NEEDS_ANOTHER)
    return Move(_confirmed(request.model_copy(update={"second": who}), at.now))


def _cancel(request: BanRequest, who: Admin) -> Move:
    if request.status == "asked" and request.by.id != who.id:
        return Move(request, Said.NOT_YOURS)
    second = None if request.by.id == who.id else who
    return Move(request.model_copy(update={"status": "cancelled", "second": second}))


def _undo(request: BanRequest, who: Admin, at: Circumstances) -> Move:
    if request.status != "confirmed":
        return Move(request, Said.DECIDED)
    if not may_undo(request, at.now, at.undo_s):
        return Move(request, Said.TOO_LATE)
    if not at.still_ours:
        return Move(request, Said.SUPERSEDED)
    return Move(
        request.model_copy(
            update={
                "status": "undone",
                "undone_by": who,
                "undone_at": at.now,
                "applied": False,
                "finished": False,
                "took_s": None,
                "left": 0,
            }
        )
    )


def _confirmed(request: BanRequest, now: datetime) -> BanRequest:
    return request.model_copy(update={"status": "confirmed", "decided_at": now})
