"""The parts of a query's text that say more than a name: what is not wanted, sizes, quantities. Pure."""

import re
from typing import NamedTuple

from pipeline.text.lacking import wish
from pipeline.text.measures import SIDES, UNIT

_MEASURE = re.compile(
    rf"{SIDES}|(?<![\w.,])\d+(?:[.,]\d+)?\s?(?:{UNIT})(?!\w)"
    r"|(?<!\w)\d{3}/\d\d(?:\s?z?[rр]\s?\d\d|/\d\d)?(?!\w)"
    r"|(?<!\w)(?:размер\w*|size)\s+[\w./-]+",
    re.IGNORECASE,
)


class Piece(NamedTuple):
    """A part as it was typed, and the query without it."""

    said: str
    rest: str


def pieces(text: str, makers: tuple[str, ...] = ()) -> tuple[Piece, ...]:
    """What of the text can be taken away, in its order; never all of it.

    `makers`: words of the text, in small letters, that are names of makers.
    """
    asked = wish(text)
    spans = [found.span() for said in asked.said if (found := re.search(re.escape(said), text))]
    spans += [found.span() for found in _MEASURE.finditer(text)]
    spans += [
        found.span()
        for maker in makers
        if (found := re.search(rf"(?<!\w){re.escape(maker)}(?!\w)", text, re.IGNORECASE))
    ]
    taken: list[tuple[int, int]] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not taken or start >= taken[-1][1]:
            taken.append((start, end))
    cut = (Piece(text[start:end].strip(" ,"), " ".join(f"{text[:start]} {text[end:]}".split())) for start, end in taken)
    return tuple(each for each in cut if any(map(str.isalnum, each.rest)))
