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
MACHINE = re.compile(r"[/@]\w+|\b\w+(?:[.:_=/-]+\w+)+", re.ASCII)


def language_faults(texts: Iterable[str], language: Language, names: Iterable[str]) -> list[str]:
    """The passages that are not in the language, once `names` are left out."""
    foreign = CYRILLIC if language == "en" else ENGLISH
    longest_first = sorted(filter(None, names), key=len, reverse=True)
    named = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)", re.I)
    said = (MACHINE.sub("·", named.sub("·", text.replace("\u00a0", " "))) for text in texts)
    return [f"«{match.group()}» is not in the language {language}" for text in said for match in foreign.finditer(text)]
