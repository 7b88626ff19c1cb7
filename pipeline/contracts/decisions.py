"""What the filter notes beside each decision, in a header of `filtered_products`: which record it decided, and when.

Records keep the time of the shop's, so that it can be told how long an offer was on its way; without the note nobody
could say when it was decided, or whether a tombstone answers the newest version or the one before. Pure.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

DECISION_HEADER = "decision"
NOT_SENT = -1
"""In the place of the offset: `products` has no record of the offer any more."""


@dataclass(frozen=True, slots=True)
class DecisionNote:
    """The offset in `products` of what was decided, the moment, and the id of the rule that refused it, if one did."""

    offset: int
    at: datetime
    rule: str = ""


def decision_header(offset: int, at_ms: int, rule: str = "") -> tuple[str, bytes]:
    """The header of one decision; `at_ms` is the moment in milliseconds after 1970."""
    return DECISION_HEADER, f"{offset} {at_ms} {rule}".encode()


def noted(headers: Iterable[tuple[str, bytes]]) -> DecisionNote | None:
    """What the record's header says; None without one, and for one that we did not write."""
    value = next((value for name, value in headers if name == DECISION_HEADER), b"")
    offset, _, rest = value.decode("utf-8", "replace").partition(" ")
    at_ms, _, rule = rest.partition(" ")
    try:
        return DecisionNote(int(offset), datetime.fromtimestamp(int(at_ms) / 1_000, UTC), rule)
    except (ValueError, OverflowError, OSError):
        return None


def without_note(headers: Iterable[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """The headers of a record as they were before it was decided."""
    return [header for header in headers if header[0] != DECISION_HEADER]
