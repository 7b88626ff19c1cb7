"""Reading single values the way shops write them: prices, dates, words. Pure; raises RowRefused with the reason."""

import re
from datetime import UTC, datetime

from pipeline.contracts.feeds import FaultCode
from pipeline.feed import amounts, currencies
from pipeline.feed.rows import RowRefused, short

# C0 and C1 but for tab and line breaks, marks of byte order and of direction, and what has no width.
CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069"
    r"\ufeff\ufffe\uffff]"
)
DATES = ("%d.%m.%Y", "%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d", "%Y/%m/%d %H:%M:%S")


def amount(value: object, field: str) -> float:
    """A price without what may stand beside it; see `amounts.amount`."""
    return amounts.amount(value, field).value


def pieces(value: object, field: str) -> int:
    """A number of pieces; see `amounts.pieces`."""
    return amounts.pieces(value, field)


def currency(value: object) -> object:
    """The code in capitals, old codes replaced; what is no text is left to the contract to refuse."""
    return currencies.code(value) if isinstance(value, str) else value


def moment(value: object, field: str) -> datetime | None:
    """ISO 8601 in any of its forms, the shops' dd.mm.yyyy, or seconds since 1970; UTC when no zone is given."""
    if value is None or value == "":
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        seconds = value / 1000 if value > 100_000_000_000 else value
        try:
            return datetime.fromtimestamp(seconds, UTC)
        except (OverflowError, ValueError, OSError):
            raise RowRefused(f"{field}: {value} is not a time", FaultCode.NOT_A_DATE, field, value=value) from None
    if not isinstance(value, str):
        raise RowRefused(f"{field}: must be a date", FaultCode.NOT_A_DATE, field)
    text = value.strip()
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = _other_form(text, field)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def text(value: str) -> str:
    """Control characters out, blanks at both ends away; line breaks stay."""
    return CONTROL.sub("", value).strip()


def line(value: str) -> str:
    """One line: every run of white space becomes a blank."""
    if value.isprintable() and "  " not in value and value[:1] != " " != value[-1:]:
        # Almost every value: nothing in it but what is seen, and single blanks.
        return value
    return " ".join(CONTROL.sub("", value).split())


def _other_form(value: str, field: str) -> datetime:
    for form in DATES:
        try:
            return datetime.strptime(value, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    text = f"{field}: {short(value)} is not a date; send 2026-11-24T12:00:00Z"
    raise RowRefused(text, FaultCode.NOT_A_DATE, field, value=value)
