"""What a feed file is taken apart into: rows as they stand in the file, and refusals."""

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.contracts.feeds import FaultCode
from pipeline.contracts.messages import RowFault

ROW_LIMIT = 512 * 1024
"""Bytes of the largest row that is read; a message must fit Kafka's 1 MiB with room for its envelope."""

MESSAGE_LIMIT = 1 << 20
"""Bytes of the largest product that is sent: a row's windows-1251 doubles in UTF-8, and names repeat at pictures."""

RAW_KEPT = 64 * 1024
"""Bytes of a refused row that are kept in `dead_letters`."""

REASON_KEPT = 300
"""Characters of a reason that are kept: it may name a field, and a field's name may be as long as the row."""

VALUE_KEPT = 80
"""Characters of a field's name, and of a value, that are kept of a fault."""

NO_QUOTES = str.maketrans("«»\n", '"" ')


@dataclass(frozen=True, slots=True)
class Row:
    """One row: `line` counts from 1, `offset` in bytes of the (unpacked) file from 0."""

    line: int
    offset: int
    raw: bytes


UNREADABLE = RowFault(code=FaultCode.UNREADABLE)
TOO_LARGE = RowFault(code=FaultCode.TOO_LARGE)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that no product could be made of, and why, in words for the shop.

    `raw` is the row as it stands in the file, cut at `RAW_KEPT` bytes. `cut_off`: it is no row; the file ends here
    before it is complete. `fault` is the reason as code and values. `product`: the id that the row has all the same,
    with the prefix of its feed, and `store` the shop that it names itself; empty when that cannot be read.
    """

    line: int
    offset: int
    reason: str
    raw: bytes
    cut_off: bool = False
    fault: RowFault = UNREADABLE
    product: str = ""
    store: str = ""


Tell = Callable[[str], None]
"""Takes a remark about a row that is sent all the same."""


def silent(remark: str) -> None:
    """Takes remarks, and nobody hears of them."""


class RowRefused(Exception):
    """This row cannot become a product; the text says which field and why, and so does `fault`, for other languages.

    `values` are the row's own, and what else the sentence names.
    """

    def __init__(self, text: str, code: FaultCode = FaultCode.UNREADABLE, field: str = "", **values: object) -> None:
        super().__init__(text)
        self.fault = fault_of(code, field, **values)


class UnreadableFile(Exception):
    """Nothing at all can be read from the file; the text is one sentence with a next step."""


def short(value: str) -> str:
    """A value as a message may show it; its own quotes go, since by them the report knows what is the row's."""
    shown = value[:41].translate(NO_QUOTES)
    return f"«{shown[:40]}…»" if len(value) > 40 else f"«{shown}»"


def fault_of(code: FaultCode, field: str = "", **values: object) -> RowFault:
    """The fault with values as short as a message may show them."""
    return RowFault(
        code=code, field=field[:VALUE_KEPT], values={name: str(each)[:VALUE_KEPT] for name, each in values.items()}
    )


def refuse(row: Row, reason: str, fault: RowFault = UNREADABLE, *, product: str = "", store: str = "") -> Refusal:
    """The refusal of a whole row."""
    raw = row.raw[:RAW_KEPT]
    return Refusal(row.line, row.offset, reason[:REASON_KEPT], raw, fault=fault, product=product, store=store)
