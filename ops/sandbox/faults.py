"""Telegram misbehaving on request."""

import random
import time
from dataclasses import dataclass
from http import HTTPStatus

from ops.sandbox.errors import PersonError
from ops.sandbox.json_values import flag_of, integer_of, text_of
from ops.sandbox.objects import JsonObject

KINDS = ("429", "500", "timeout", "drop")
POLLING = "getupdates"


@dataclass(slots=True)
class InjectedFault:
    """`times` counts down, None never ends; `until` is a moment of the monotonic clock; `hold` in seconds.

    `delivered` says whether the call takes effect all the same, as it may when an answer gets lost. `chat_id` is the
    only chat that it befalls; None: all.
    """

    method: str
    kind: str
    times: int | None
    until: float | None
    probability: float
    retry_after: int
    hold: float
    delivered: bool
    chat_id: int | None

    def described(self) -> JsonObject:
        left = None if self.until is None else max(0.0, round(self.until - time.monotonic(), 1))
        return {
            "method": self.method, "kind": self.kind, "times": self.times, "seconds_left": left,
            "probability": self.probability, "retry_after": self.retry_after, "hold": self.hold,
            "delivered": self.delivered, "chat_id": self.chat_id,
        }  # fmt: skip


def parse_fault(value: JsonObject) -> InjectedFault:
    """Raises PersonError that says what is wrong.

    `times` is 1 unless `seconds` says how long the fault lasts. `*` means every method but getUpdates.
    """
    kind = text_of(value, "kind")
    if kind not in KINDS:
        raise PersonError(HTTPStatus.BAD_REQUEST, f"kind must be one of {', '.join(KINDS)}, not {kind!r}.")
    seconds, times = _number(value, "seconds"), integer_of(value, "times")
    if times is None and seconds is None:
        times = 1
    probability = _number(value, "probability")
    if probability is not None and not 0 < probability <= 1:
        raise PersonError(HTTPStatus.BAD_REQUEST, "probability must be above 0 and at most 1.")
    hold = _number(value, "hold")
    return InjectedFault(
        method=text_of(value, "method", "*").lower(),
        kind=kind,
        times=times,
        until=None if seconds is None else time.monotonic() + seconds,
        probability=1.0 if probability is None else probability,
        retry_after=integer_of(value, "retry_after") or 1,
        hold=30.0 if hold is None else hold,
        delivered=flag_of(value, "delivered"),
        chat_id=integer_of(value, "chat_id"),
    )


def _number(value: JsonObject, name: str) -> float | None:
    found = value.get(name)
    return float(found) if isinstance(found, (int, float)) and not isinstance(found, bool) else None


class Faults:
    """Faults in the order they were asked for; the first that fits a call is its fate."""

    def __init__(self) -> None:
        self.active: list[InjectedFault] = []

    def add(self, fault: InjectedFault) -> None:
        self.active.append(fault)

    def clear(self) -> None:
        self.active.clear()

    def strike(self, method: str, chat_id: int) -> InjectedFault | None:
        """The fault that befalls this call of `method` (small letters) for a chat, already counted."""
        if not self.active:
            return None
        now = time.monotonic()
        self.active = [fault for fault in self.active if fault.until is None or fault.until > now]
        for fault in self.active:
            fits = fault.method == method or (fault.method == "*" and method != POLLING)
            fits = fits and fault.chat_id in {None, chat_id}
            if fits and (fault.probability >= 1 or random.random() < fault.probability):  # noqa: S311 not a secret
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times <= 0:
                        self.active.remove(fault)
                return fault
        return None
