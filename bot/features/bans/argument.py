"""What follows /ban: a rule, perhaps a reason, perhaps an end. Pure.

A rule's value may have spaces, and so may a reason. Quotes, a line break, a dash or an end in the middle say where the
one ends; without them there are several readings, and the first that hits a product is meant.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from bot.features.bans.ends import Way, ways
from pipeline.bans import Kind, Rule, RuleError, parse_rule

QUOTED = re.compile(r"^\s*(?P<kind>[^:\"“«„]+):\s*[\"“«„](?P<value>[^\"”»“]+)[\"”»“]\s*(?P<rest>.*)$", re.DOTALL)
DIVIDER = re.compile(
    r"\s*\n\s*|\s+(?:—|–|--)\s+|\s+(?=(?:because|потому,?\s+что|так\s+как)(?!\w)|(?:причина|reason)\s*:)",
    re.IGNORECASE,
)
CONJUNCTION = re.compile(r"^(?:because(?!\s+of)|потому,?\s+что|причина\s*:|reason\s*:)\s*", re.IGNORECASE)
LONGEST_REASON = 200
READINGS, READINGS_OF_NAMES = 8, 16
EXACT = frozenset({Kind.PRODUCT, Kind.SELLER})


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read the text."""

    rule: Rule
    reason: str


@dataclass(frozen=True, slots=True)
class Argument:
    """The readings, the longest rule first, and the end. `others` are what else the text's end can mean: asked for.

    Without an end it may be `endless`: the text says so.
    """

    readings: tuple[Reading, ...]
    until: datetime | None
    others: tuple["Argument", ...] = ()
    endless: bool = False


def parse(text: str, now: datetime, zone: tzinfo) -> Argument:
    """The argument of /ban. Raises RuleError or UntilError."""
    text = text.strip()
    quoted = QUOTED.match(text)
    begins = quoted.start("rest") if quoted else _value_begins(text)
    first, *others = (_argument(way) for way in ways(text, begins, now, zone, valued=quoted is not None))
    return replace(first, others=tuple(others))


def _argument(way: Way) -> Argument:
    quoted = QUOTED.match(way.head)
    if quoted:
        rule = parse_rule(f"{quoted['kind']}:{quoted['value']}")
        return _read((_reading(rule, quoted["rest"], way.tail),), way)
    divided = DIVIDER.split(way.head, maxsplit=1)
    if len(divided) > 1:
        return _read((_reading(parse_rule(divided[0]), divided[1], way.tail),), way)
    return _read(_readings(way.head, way.tail), way)


def _read(readings: tuple[Reading, ...], way: Way) -> Argument:
    return Argument(readings, way.until, endless=way.endless)


def _value_begins(text: str) -> int:
    # A kind in two words, «ключевое слово:», has its colon too.
    _, colon, value = text.partition(":")
    return len(text) - len(value.lstrip()) if colon else len(text)


def _readings(head: str, tail: str) -> tuple[Reading, ...]:
    kind, colon, rest = head.partition(":")
    words = rest.split()
    if not colon or not words:
        return (_reading(parse_rule(head), "", tail),)
    first = parse_rule(f"{kind}:{words[0]}")
    # A product's whole name has many words.
    longest = READINGS_OF_NAMES if first.kind is Kind.PRODUCT else READINGS
    first = first if len(words) > longest else parse_rule(head)
    found: list[Reading] = []
    for length in range(min(len(words), longest), 0, -1):
        try:
            rule = parse_rule(f"{kind}:{' '.join(words[:length])}")
        except RuleError:
            continue
        found.append(_reading(rule, " ".join(words[length:]), tail))
    return tuple(found) or (_reading(first, "", tail),)


def _reading(rule: Rule, reason: str, tail: str) -> Reading:
    parts = (" ".join(part.split()).strip(" -–—,;") for part in (reason, tail))
    return Reading(rule, CONJUNCTION.sub("", " ".join(filter(None, parts)))[:LONGEST_REASON])
