"""What a simulated customer does: typed events, each of them marked as simulated, and their JSON lines."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

import orjson

from ops.demo.sections import Language


class Reaction(StrEnum):
    """What a person says about a product that was opened."""

    LIKE = "like"
    HIDE = "hide"


@dataclass(frozen=True, slots=True)
class Searched:
    """A search; `hits` are the products shown, best first. `user` is a pseudonym like sim-0001."""

    at: datetime
    user: str
    language: Language
    text: str
    hits: tuple[str, ...]
    total: int
    kind: Literal["search"] = "search"
    simulated: Literal[True] = True

    @property
    def outcome(self) -> str:
        return "found" if self.hits else "nothing"


@dataclass(frozen=True, slots=True)
class Viewed:
    """A card opened; `position` is its place in the list it came from, from 0; None when it came by a link."""

    at: datetime
    user: str
    language: Language
    offer_id: str
    position: int | None
    source: Literal["search", "link"]
    kind: Literal["view"] = "view"
    simulated: Literal[True] = True


@dataclass(frozen=True, slots=True)
class Reacted:
    """A like or a hide on a card."""

    at: datetime
    user: str
    language: Language
    offer_id: str
    kind: Reaction
    simulated: Literal[True] = True


@dataclass(frozen=True, slots=True)
class Purchased:
    """`quantity` pieces bought in the shop."""

    at: datetime
    user: str
    language: Language
    offer_id: str
    quantity: int
    kind: Literal["purchase"] = "purchase"
    simulated: Literal[True] = True


Event = Searched | Viewed | Reacted | Purchased


def lines(events: Iterable[Event]) -> Iterator[bytes]:
    """JSON lines whose fields are those of the contract's client request; `request_id` numbers them."""
    for number, event in enumerate(events, start=1):
        extra = {"outcome": event.outcome} if isinstance(event, Searched) else {}
        yield (
            orjson.dumps({"request_id": f"sim-{number:07d}", "channel": "simulator", **extra, **_fields(event)}) + b"\n"
        )


def _fields(event: Event) -> dict[str, object]:
    return {name: getattr(event, name) for name in type(event).__dataclass_fields__}
