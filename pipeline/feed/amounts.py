"""Numbers as shops write them: "1 299,90", "1.299,90", "1'299.90", "от 45 000 руб.", "&gt;100". Pure.

A separator with three digits after it, and nothing else that tells, is a thousands mark in one country and a decimal
one in another: it is refused with both readings, never guessed. Raises RowRefused with the field and the reason.
"""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from pipeline.contracts.feeds import FaultCode
from pipeline.contracts.messages import MOST_PIECES
from pipeline.feed import currencies
from pipeline.feed.rows import RowRefused, short

MAX_AMOUNT = Decimal(10) ** 12
CENT = Decimal("0.01")
FEW_DIGITS = 10
LONGEST = 80
"""Characters of the longest number with its words; more are no number."""

BLANKS = re.compile(r"[\s\u00a0\u180e\u2000-\u200b\u202f\u205f\u2060\u3000\ufeff]+")
APOSTROPHES = re.compile(r"(?<=\d)['’ʼ‘`´′](?=\d)")
MINUSES = re.compile(r"[−‒–—]")
NUMBER = re.compile(r"[0-9.,' ]*[0-9][0-9.,' ]*", re.ASCII)
SCIENTIFIC = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,15})?[eE][+-]?[0-9]{1,2}", re.ASCII)
PLAIN = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,2})?", re.ASCII)
"""Almost every price."""
NO_CENTS = re.compile(r"(?<=\d)[.,] ?-+$")
CENTS = re.compile(r"(\d)\s?(?:руб\w*|р|₽)\.?\s?(\d\d)\s?коп(?:\.|\w*)$", re.IGNORECASE)
LEAST = re.compile(r"^(?:от|from|ab)\.?\s*(?=[\d$€₽£])|^(?:>=?|≥)\s*", re.IGNORECASE)
WORD_AFTER = re.compile(r"([^\d\s.,'+-][^\d]{0,11})$")
WORD_BEFORE = re.compile(r"^([^\d\s.,'+-][^\d\s]{0,11}?)\s?(?=\d|\.\d)")


@dataclass(frozen=True, slots=True)
class Amount:
    """A price as it was written: `sign` is what stood beside it, `at_least` whether it says from where on."""

    value: float
    sign: str = ""
    at_least: bool = False


def amount(value: object, field: str) -> Amount:
    """A price, rounded half up to two places. Never negative, infinite or empty; 0 is a price on request."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise RowRefused(f"{field}: must be a number", FaultCode.NOT_A_NUMBER, field)
    if not isinstance(value, str) or PLAIN.fullmatch(value):
        return Amount(_price(Decimal(str(value)), str(value), field))
    text = _tidied(value)
    cents = CENTS.sub(r"\1,\2 руб", text)
    least = LEAST.match(cents)
    text, sign = _apart(cents[least.end() :] if least else cents)
    number = _decimal(text, value, field)
    return Amount(_price(number, value, field), sign, at_least=least is not None)


def pieces(value: object, field: str) -> int:
    """How many pieces there are: 5, "5.000", "10,0", ">100", "10+", "в наличии". Less than none is none.

    "5.000" counts five, as scales and warehouses write it; with other digits after the mark it is read in two ways.
    """
    if isinstance(value, bool | int | float):
        return _pieces(Decimal(str(+value)), str(value), field)
    if not isinstance(value, str):
        raise RowRefused(f"{field}: must be a number of pieces", FaultCode.NOT_PIECES, field)
    if len(value) < FEW_DIGITS and value.isascii() and value.isdecimal():
        return int(value)
    text = _tidied(value).casefold()
    if text in THERE_IS or text in THERE_IS_NONE:
        return int(text in THERE_IS)
    fewer = FEWER.match(text)
    if fewer is not None:
        return min(1, _counted(text[fewer.end() :], value, field))
    text = MORE.sub("", UNITS.sub("", text))
    if text.startswith("-") and NUMBER.fullmatch(text[1:].strip()):
        return 0
    return _counted(text, value, field)


MORE = re.compile(r"^(?:>=?|≥|более|больше|свыше|от|over|more than|at least)\s*|\s*(?:\+|и более|или больше)$")
FEWER = re.compile(r"^(?:<=?|≤|менее|меньше|до|less than|under)\s*")
UNITS = re.compile(r"\s?(?:шт|штук[аи]?|ед|pcs?|pieces?|items?)\.?$")
ZEROS = re.compile(r"([0-9]{1,20})[.,]0{1,6}", re.ASCII)
THERE_IS = frozenset({"в наличии", "есть", "есть в наличии", "да", "yes", "true", "in stock", "in_stock", "instock",
                      "available", "+"})  # fmt: skip
THERE_IS_NONE = frozenset({"нет", "нет в наличии", "отсутствует", "закончился", "закончилось", "распродано",
                           "под заказ", "no", "false", "out of stock", "out_of_stock", "outofstock", "sold out", "none",
                           "unavailable", "preorder", "backorder"})  # fmt: skip


def is_some(value: object) -> bool:
    """Whether a stock is told without a number: "in stock", «есть», true."""
    return value is True or (isinstance(value, str) and _tidied(value).casefold() in THERE_IS)


def _counted(text: str, written: str, field: str) -> int:
    exact = ZEROS.fullmatch(text)
    number = Decimal(exact.group(1)) if exact else _decimal(text, written, field, of="a number of pieces")
    return _pieces(number, written, field)


def _tidied(value: str) -> str:
    if len(value) > LONGEST * 4:
        return value[: LONGEST + 1]
    return APOSTROPHES.sub("'", MINUSES.sub("-", BLANKS.sub(" ", value))).strip()


def _apart(text: str) -> tuple[str, str]:
    """The number, and the currency beside it if what is there is one."""
    after = WORD_AFTER.search(text)
    if after is not None and currencies.meant(after.group(1)):
        return text[: after.start()].strip(), after.group(1).strip()
    before = WORD_BEFORE.match(text)
    if before is not None and currencies.meant(before.group(1)):
        return text[before.end() :].strip(), before.group(1).strip()
    return text, ""


def _decimal(text: str, written: str, field: str, of: str = "a number") -> Decimal:
    """The number that a text can only be read as. Raises RowRefused when it is none, or two."""
    text = NO_CENTS.sub("", text).removeprefix("+").strip()
    if len(text) > LONGEST:
        raise _no_number(written, field, of)
    if SCIENTIFIC.fullmatch(text):
        return Decimal(text)
    if NUMBER.fullmatch(text) is None:
        if re.fullmatch(r"-\s?[0-9.,' ]+", text):
            raise _no_price(written, field)
        raise _no_number(written, field, of)
    readings = sorted(set(_readings(text)))
    if not readings:
        raise _no_number(written, field, of)
    if len(readings) > 1:
        low, high = (format(reading.normalize(), "f") for reading in readings)
        text = f"{field}: {short(written)} can be {high} or {low}; send it without a thousands mark"
        raise RowRefused(text, FaultCode.TWO_READINGS, field, value=written, high=high, low=low)
    return readings[0]


def _no_number(written: str, field: str, of: str) -> RowRefused:
    code = FaultCode.NOT_A_NUMBER if of == "a number" else FaultCode.NOT_PIECES
    return RowRefused(f"{field}: {short(written)} is not {of}", code, field, value=written)


def _no_price(written: str, field: str) -> RowRefused:
    return RowRefused(f"{field}: {short(written)} is not a price", FaultCode.NOT_A_PRICE, field, value=written)


def _readings(text: str) -> list[Decimal]:
    """Everything that digits with marks can mean: with the last mark as the decimal one, and with all of them between
    thousands."""
    found = []
    head, mark, tail = _split(text)
    if not mark:
        return [Decimal(text)]
    if mark in ".," and tail.isdecimal() | (not tail) and mark not in head and (not head or _is_grouped(head)):
        found.append(Decimal(f"{head.translate(UNGROUPED) or '0'}.{tail or '0'}"))
    if len(tail) == 3 and _is_grouped(text) and not head.startswith("0"):
        found.append(Decimal(text.translate(UNGROUPED)))
    return found


UNGROUPED = str.maketrans("", "", ".,' ")
GROUPED = re.compile(r"[0-9]+|[0-9]{1,3}(?:[., '][0-9]{3})+", re.ASCII)


def _is_grouped(text: str) -> bool:
    """Digits alone, or groups of three with one mark, or with blanks or apostrophes and one other mark."""
    marks = {mark for mark in text if not mark.isdecimal()}
    return GROUPED.fullmatch(text) is not None and not {".", ","} <= marks


def _split(text: str) -> tuple[str, str, str]:
    at = max(text.rfind(mark) for mark in ".,' ")
    return (text, "", "") if at < 0 else (text[:at], text[at], text[at + 1 :])


def _price(number: Decimal, written: str, field: str) -> float:
    if not number.is_finite() or number < 0 or number > MAX_AMOUNT:
        raise _no_price(written, field)
    rounded = float(number.quantize(CENT, ROUND_HALF_UP))
    if number > 0 and not rounded:
        # Nothing is a price on request; this is next to nothing.
        raise _no_price(written, field)
    return abs(rounded)


def _pieces(number: Decimal, written: str, field: str) -> int:
    try:
        whole = int(number) if number.is_finite() and abs(number) <= MAX_AMOUNT * 10 else None
    except (InvalidOperation, ValueError):
        whole = None
    if whole is None or whole > MOST_PIECES:
        if number.is_nan():
            raise _no_number(written, field, "a number of pieces")
        text = f"{field}: {short(written)} is more than {MOST_PIECES} pieces; send how many there are"
        raise RowRefused(text, FaultCode.TOO_MANY_PIECES, field, value=written)
    return max(0, whole)
