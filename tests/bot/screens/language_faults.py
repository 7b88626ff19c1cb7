"""Whether a screen is in one language. What shops and people named stays as they wrote it."""

import re
from collections.abc import Iterable

from bot.ui.locale import Language

CYRILLIC = re.compile(r"[А-ЯЁ]+(?:[ ,.:;-]+[А-ЯЁ]+)*", re.I)
# A name may have two words; three in a row, or one of those that hold sentences together, are a sentence.
ENGLISH = re.compile(
    r"\b[A-Z]+(?:[ ,]+[A-Z'’]+){2,}"
    r"|\b(?:a|an|and|are|at|by|for|from|in|is|no|not|of|on|or|the|this|to|was|with|you|your)\b",
    re.I | re.ASCII,
)
# Commands, people's and machines' names, addresses, fields: the same in every language.
SHORTEST_CUT = 5
MACHINE = re.compile(r"[/@]\w+|\b\w+(?:[.:_=/-]+\w+)+", re.ASCII)


def language_faults(texts: Iterable[str], language: Language, names: Iterable[str]) -> list[str]:
    """The passages that are not in the language, once `names` are left out."""
    foreign = CYRILLIC if language == "en" else ENGLISH
    longest_first = sorted({*filter(None, names)}, key=len, reverse=True)
    named = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)", re.I)
    spaced = (text.replace("\u00a0", " ") for text in texts)
    said = (MACHINE.sub("·", named.sub("·", _without_cut(text, longest_first))) for text in spaced)
    return [f"«{match.group()}» is not in the language {language}" for text in said for match in foreign.finditer(text)]


def _without_cut(text: str, names: list[str]) -> str:
    """The text without names of which only the beginning and … are there."""
    *parts, rest = text.split("…")
    for number, part in enumerate(parts):
        cut = max((_overlap(part, name) for name in names), default=0)
        parts[number] = part[: len(part) - cut] + "·" if cut else part
    return "…".join((*parts, rest))


def _overlap(text: str, name: str) -> int:
    """How much of a name's beginning the text ends with."""
    return next((size for size in range(min(len(name), len(text)), SHORTEST_CUT, -1) if text.endswith(name[:size])), 0)
