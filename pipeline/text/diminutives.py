"""What a Russian diminutive is one of: «шоколадка» of «шоколад», «молочко» of «молоко», «коврик» of «ковёр». Pure."""

import re
from collections.abc import Iterator

from pipeline.text.words import is_cyrillic

# Shorter roots are other words: «полка» is none of «пол».
_LEAST_ROOT = 4
_SUFFIXES: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = tuple(
    (re.compile(rf"{pattern}$"), endings)
    for pattern, endings in (
        (r"[оеё]чк[аиуе]", ("ка", "а", "")),
        (r"чк[оаеу]м?", ("ко",)),
        (r"к[аиуе]", ("", "а", "ь")),
        (r"чик[аиуе]?", ("", "ец")),
        (r"ик[аиуе]?", ("", "~")),
    )
)


def diminutives(word: str) -> Iterator[str]:
    """The words that this may be a diminutive of, whether they exist or not; `word` is in small letters, without ё."""
    if not is_cyrillic(word) or not word.isalpha():
        return
    for suffix, endings in _SUFFIXES:
        found = suffix.search(word)
        root = word[: found.start()] if found else ""
        if len(root) >= _LEAST_ROOT:
            # «Коврик» lost a vowel that «ковёр» has.
            yield from (f"{root[:-1]}е{root[-1]}" if ending == "~" else root + ending for ending in endings)
