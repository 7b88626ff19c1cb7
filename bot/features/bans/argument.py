"""What follows /ban: a rule, perhaps a reason, perhaps an end. Pure.

A rule's value may have spaces, and so may a reason. Quotes, a line break or a dash say where the one ends; without
them there are several readings, and the first that hits a product is meant.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from pipeline.bans import Kind, Rule, RuleError, UntilError, parse_rule, parse_until

END = re.compile(
    r"(?:^|\s)(?:(?:for|на)\s+(?P<span>\d{1,5}\s*[mhdwмчдн])|(?:until|till|до)\s+"
    r"(?P<moment>\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2})?))\s*$",
    re.IGNORECASE,
)
ATTEMPTED_END = re.compile(r"(?:^|\s)(?:until|till|до)\s+(?P<moment>[\d][\d.:/-]{3,})\s*$", re.IGNORECASE)
QUOTED = re.compile(r"^(?P<kind>[a-zA-Z]+)\s*:\s*[\"“«„](?P<value>[^\"”»“]+)[\"”»“]\s*(?P<rest>.*)$", re.DOTALL)
DIVIDER = re.compile(r"\s*\n\s*|\s+(?:—|–|--)\s+")
LONGEST_REASON = 200
READINGS = 8
EXACT = frozenset({Kind.PRODUCT, Kind.SELLER})


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read the text."""

    rule: Rule
    reason: str


@dataclass(frozen=True, slots=True)
class Argument:
    """The readings, the longest rule first, and the end."""

    readings: tuple[Reading, ...]
    until: datetime | None


def parse(text: str, now: datetime) -> Argument:
    """The argument of /ban. Raises RuleError or UntilError."""
    body, until = _without_end(text.strip(), now)
    quoted = QUOTED.match(body)
    if quoted:
        rule = parse_rule(f"{quoted['kind']}:{quoted['value']}")
        return Argument((_reading(rule, quoted["rest"]),), until)
    divided = DIVIDER.split(body, maxsplit=1)
    if len(divided) > 1:
        return Argument((_reading(parse_rule(divided[0]), divided[1]),), until)
    return Argument(_readings(body), until)


def _readings(body: str) -> tuple[Reading, ...]:
    head, colon, rest = body.partition(":")
    words = rest.split()
    if not colon or not words:
        return (Reading(parse_rule(body), ""),)
    first = parse_rule(f"{head}:{words[0]}" if len(words) > READINGS else body)
    if first.kind in EXACT:
        return (_reading(parse_rule(f"{head}:{words[0]}"), " ".join(words[1:])),)
    found: list[Reading] = []
    for length in range(min(len(words), READINGS), 0, -1):
        try:
            rule = parse_rule(f"{head}:{' '.join(words[:length])}")
        except RuleError:
            continue
        found.append(_reading(rule, " ".join(words[length:])))
    return tuple(found) or (Reading(first, ""),)


def _reading(rule: Rule, reason: str) -> Reading:
    return Reading(rule, " ".join(reason.split()).strip(" -–—,;")[:LONGEST_REASON])


def _without_end(text: str, now: datetime) -> tuple[str, datetime | None]:
    found = END.search(text)
    if found is None:
        attempted = ATTEMPTED_END.search(text)
        if attempted is not None:
            raise UntilError(f"“{attempted['moment']}” is no end: write for example 24h, 7d or 2030-12-31.")
        return text, None
    end = (found["span"] or found["moment"]).strip()
    return text[: found.start()].strip(), parse_until(end, now)
