"""Reading single values the way shops write them: prices, dates, words. Pure; raises RowRefused with the reason."""

import re
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from pipeline.contracts.messages import MOST_PIECES
from pipeline.feed.rows import RowRefused

# Shops still send the rouble's code of before 1998.
CURRENCIES = {"RUR": "RUB", "BYR": "BYN"}
SPACES = re.compile(r"[\s\u00a0\u202f]+")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
DATES = ("%d.%m.%Y", "%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d", "%Y/%m/%d %H:%M:%S")
MAX_AMOUNT = Decimal(10) ** 12
CENT = Decimal("0.01")
MOST_DIGITS = 20


def amount(value: object, field: str) -> float:
    """A price rounded half up to two places: 1299.9, "1 299,90", "1,299.90". Never negative, infinite or empty."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise RowRefused(f"{field}: must be a number")
    text = SPACES.sub("", str(value))
    if "," in text:
        text = text.replace(",", "") if "." in text or text.count(",") > 1 else text.replace(",", ".")
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise RowRefused(f"{field}: {short(str(value))} is not a number") from None
    if not number.is_finite() or number < 0 or number > MAX_AMOUNT:
        raise RowRefused(f"{field}: {short(text)} is not a price")
    return float(number.quantize(CENT, ROUND_HALF_UP))


def pieces(value: str, field: str) -> int:
    """A number of pieces in digits alone."""
    text = value.strip()
    if not text.isdecimal():
        raise RowRefused(f"{field}: {short(text)} is not a number of pieces")
    # Python reads no more than 4,300 digits, and JSON no more than 64 bits.
    if len(text) > MOST_DIGITS or int(text) > MOST_PIECES:
        raise RowRefused(f"{field}: {short(text)} is more than {MOST_PIECES} pieces; send how many there are")
    return int(text)


def currency(value: object) -> object:
    """The code in capitals, old codes replaced; what is no text is left to the contract to refuse."""
    if not isinstance(value, str):
        return value
    code = value.strip().upper()
    return CURRENCIES.get(code, code)


def moment(value: object, field: str) -> datetime | None:
    """ISO 8601 in any of its forms, the shops' dd.mm.yyyy, or seconds since 1970; UTC when no zone is given."""
    if value is None or value == "":
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        seconds = value / 1000 if value > 100_000_000_000 else value
        try:
            return datetime.fromtimestamp(seconds, UTC)
        except (OverflowError, ValueError, OSError):
            raise RowRefused(f"{field}: {value} is not a time") from None
    if not isinstance(value, str):
        raise RowRefused(f"{field}: must be a date")
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
    return " ".join(CONTROL.sub("", value).split())


def short(value: str) -> str:
    """A value as a message may show it."""
    return f"«{value[:40]}…»" if len(value) > 40 else f"«{value}»"


def _other_form(value: str, field: str) -> datetime:
    for form in DATES:
        try:
            return datetime.strptime(value, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    raise RowRefused(f"{field}: {short(value)} is not a date; send 2026-11-24T12:00:00Z")
