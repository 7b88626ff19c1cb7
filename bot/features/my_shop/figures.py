"""A shop's week as figures. No customer can be told from it: a search is in it only when several people made it."""

from dataclasses import dataclass
from datetime import datetime

from bot.ui.span import Span


@dataclass(frozen=True, slots=True)
class Day:
    """Searches that showed a product of the shop, and cards of its products that were opened."""

    start: datetime
    shown: int
    opened: int


@dataclass(frozen=True, slots=True)
class Found:
    """A search that found products of the shop, and how often it was made."""

    text: str
    searches: int


@dataclass(frozen=True, slots=True)
class Week:
    """Everything, by the reader's clock."""

    span: Span
    shown: int = 0
    opened: int = 0
    days: tuple[Day, ...] = ()
    searches: tuple[Found, ...] = ()
