"""A dead letter as it is stored, and whether its message may be sent again. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from pipeline.contracts.messages import DeadLetter
from pipeline.contracts.topics import FILTERED_PRODUCTS, PRODUCTS, TOPICS

IDENTITY = "replay"
_OURS = frozenset(topic.name for topic in TOPICS if IDENTITY in topic.writers) | {FILTERED_PRODUCTS.name}


@dataclass(frozen=True, slots=True)
class StoredLetter:
    """A dead letter with its place in the topic. Sources may be used again, places may not."""

    offset: int
    letter: DeadLetter


class Outcome(StrEnum):
    """What became of a dead letter.

    superseded: a newer version was there before, so nothing was sent. overtaken: a newer version came at the same
    moment, and was put over the old one again.
    """

    REPLAYED = "replayed"
    SUPERSEDED = "superseded"
    OVERTAKEN = "overtaken"
    DISCARDED = "discarded"


class ReplayRefusal(StrEnum):
    """Why a dead letter has no message that can be sent again."""

    ROW = "row"
    CUT = "cut"
    NO_KEY = "no_key"
    NOT_OURS = "not_ours"


SENTENCES = {
    ReplayRefusal.ROW: "{source} is a row of a feed; correct it and feed the file again, then discard it.",
    ReplayRefusal.CUT: "{source} was kept in part only, so there is no whole message to send; discard it.",
    ReplayRefusal.NO_KEY: "{source} has no key, so it names no product; discard it.",
    ReplayRefusal.NOT_OURS: "{source} came from a topic into which nobody but its own service may write; discard it.",
}


def refusal(letter: DeadLetter) -> ReplayRefusal | None:
    """Why the letter cannot be replayed; None when it can."""
    if not letter.topic:
        return ReplayRefusal.ROW
    if letter.truncated:
        return ReplayRefusal.CUT
    if letter.topic not in _OURS:
        return ReplayRefusal.NOT_OURS
    if letter.topic == FILTERED_PRODUCTS.name and letter.key is None:
        return ReplayRefusal.NO_KEY
    return None


def is_product(letter: DeadLetter) -> bool:
    """Whether its message is a version of a product, so that a newer one may be there."""
    return letter.topic in {PRODUCTS.name, FILTERED_PRODUCTS.name} and letter.key is not None


def offset_in_products(letter: DeadLetter) -> int | None:
    """Where in `products` the letter's message was; None for a letter of another topic."""
    if letter.topic != PRODUCTS.name:
        return None
    number = letter.source.rpartition("-")[2]
    return int(number) if number.isdigit() else None
