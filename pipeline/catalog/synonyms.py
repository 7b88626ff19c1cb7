"""Synonyms as admins keep them: a phrase and what may be said for it, applied to queries and never to the index."""

from collections.abc import Mapping, Sequence

from pipeline.catalog.colloquial_terms import colloquial_terms
from pipeline.text.linguistics import analyse

LONGEST = 4

# What no rule of sound gives: names spelt by letters. Part of every dictionary, as are the colloquial terms.
IRREGULAR: Mapping[str, Sequence[str]] = {
    "эйчпи": ("hp",),
    "элджи": ("lg",),
    "джибиэль": ("jbl",),
    "ксиаоми": ("xiaomi",),
    "иксбокс": ("xbox",),
    "плейстейшен": ("playstation",),
    "плойка": ("playstation",),
    "ps": ("playstation",),
    "пс": ("playstation",),
    **{
        f"{typed}{blank}{number}": (f"ps{number}", f"playstation {number}")
        for typed in ("ps", "пс")
        for blank in ("", " ")
        for number in (3, 4, 5)
    },
}


class Synonyms:
    """A live dictionary compiled for queries, again whenever it was edited.

    `{"ноут": ["ноутбук"]}` goes one way: who asks for «ноут» gets «ноутбук» too. A pair that goes both ways has
    both entries. Keys and values may have up to four words; any grammatical form stands for all.
    """

    def __init__(self, dictionary: Mapping[str, Sequence[str]]) -> None:
        self._dictionary = dictionary
        self._seen: dict[str, Sequence[str]] | None = None
        self._compiled: dict[tuple[str, ...], tuple[tuple[str, ...], ...]] = {}

    def at(self, terms: Sequence[str], start: int) -> tuple[int, tuple[tuple[str, ...], ...]]:
        """The longest entry that begins at `start`: how many terms it takes, and what else they may be."""
        self._refresh()
        for length in range(min(LONGEST, len(terms) - start), 0, -1):
            found = self._compiled.get(tuple(terms[start : start + length]))
            if found:
                return length, found
        return 1, ()

    def _refresh(self) -> None:
        if self._seen is not None and self._seen == self._dictionary:
            return
        self._seen = dict(self._dictionary)
        compiled: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
        for phrase, others in [*IRREGULAR.items(), *colloquial_terms().items(), *self._seen.items()]:
            if key := tuple(analyse(phrase)):
                said = compiled.setdefault(key, [])
                said += [terms for other in others if (terms := tuple(analyse(other))) and terms not in said]
        self._compiled = {key: tuple(said) for key, said in compiled.items()}
