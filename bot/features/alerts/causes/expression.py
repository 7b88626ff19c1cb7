"""What an alert's rule looks at: its query without the comparison, and the number that it is compared with. Pure."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

LONGEST = 4_000
NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
COMPARISON = re.compile(r"(==|!=|>=|<=|>|<)(?:\s*bool\b)?")
# With these the whole is more than one comparison, and is asked as it stands.
SET_OPERATOR = re.compile(r"\b(?:and|or|unless)\b", re.IGNORECASE)
BRACKETS = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}
QUOTES = "\"'`"


@dataclass(frozen=True, slots=True)
class Watched:
    """A query, and the threshold that a line is drawn at."""

    query: str
    threshold: float | None = None


def watched(generator_url: str) -> Watched | None:
    """What Prometheus names in its own address; None when it is another sender's."""
    try:
        expression = parse_qs(urlsplit(generator_url).query).get("g0.expr", [""])[0].strip()
    except ValueError:
        return None
    if not expression or len(expression) > LONGEST:
        return None
    return _parted(expression)


def _parted(expression: str) -> Watched:
    outside = _outside(expression)
    found = list(COMPARISON.finditer(outside))
    if len(found) != 1 or SET_OPERATOR.search(outside):
        return Watched(expression)
    left, right = expression[: found[0].start()].strip(), expression[found[0].end() :].strip()
    if not left or not NUMBER.fullmatch(right) or NUMBER.fullmatch(left):
        return Watched(expression)
    return Watched(left, float(right))


def _outside(expression: str) -> str:
    """The expression with blanks for all that stands in brackets or quotes."""
    shown: list[str] = []
    depth, quote, escaped = 0, "", False
    for sign in expression:
        plain = not quote and not depth
        if quote:
            escaped, quote = sign == "\\" and not escaped, "" if sign == quote and not escaped else quote
        elif sign in QUOTES:
            quote, plain = sign, False
        elif sign in BRACKETS:
            depth, plain = max(0, depth + BRACKETS[sign]), False
        shown.append(sign if plain else " ")
    return "".join(shown)
