"""The words of the index, held in memory: what is known, how often, and what sounds or looks like what."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from itertools import islice, takewhile

from rapidfuzz import process
from rapidfuzz.distance import OSA

from pipeline.text.linguistics import term
from pipeline.text.phonetics import skeleton, sound, sounds
from pipeline.text.words import is_cyrillic, words

# One value of the index field is a surface word and its term, so that loading analyses nothing.
DIVIDER = " "
_LOOKED_AT, _FEW = 64, 4
_SHORT_CODE = re.compile(r"[a-z]{1,3}(\d{1,3})")
_DIGITS = re.compile(r"\d+")
# A number of so many digits tells one model from all others.
_TELLING = 4


def entry(word: str) -> str:
    """A surface word as the index field `vocabulary` stores it."""
    return f"{word}{DIVIDER}{term(word)}"


class Vocabulary:
    """Surface words with the number of products that have them, brands and the nouns of categories. Never changes."""

    def __init__(
        self,
        entries: Iterable[tuple[str, int]] = (),
        brands: Iterable[str] = (),
        nouns: Iterable[str] = (),
        *,
        has_meanings: bool = False,
    ) -> None:
        self._nouns = frozenset(nouns)
        self.has_meanings = has_meanings
        self.frequency: dict[str, int] = {}
        self.terms: dict[str, int] = defaultdict(int)
        for value, count in entries:
            word, _, its_term = value.partition(DIVIDER)
            self.frequency[word] = count
            self.terms[its_term] += count
        self.terms = dict(self.terms)
        self._brands = frozenset(word for brand in brands for word in words(brand) if word.isalpha())

    def names_category(self, its_term: str) -> bool:
        """Whether the term is the noun of some category's name: a word that shops sort their goods by."""
        return its_term in self._nouns

    def knows(self, its_term: str) -> bool:
        """Whether some product's name, brand, category or tag has the term."""
        return its_term in self.terms

    def numbered(self, letter: str) -> list[str]:
        """Known words that are the letter with a number of one or two digits: "k2" and "k7" of "k"."""
        return self._by_letter.get(letter, [])

    def numbers(self, number: str) -> list[str]:
        """Known codes of few letters and this number ("ps5" of "5"), or of which it is a long part ("m5799dwf")."""
        return self._by_number.get(number, [])[:_FEW]

    def begins(self, start: str) -> list[str]:
        """Known words that begin so, the commonest first, a few."""
        at = bisect_left(self._sorted, start)
        found = takewhile(lambda known: known.startswith(start), islice(self._sorted, at, at + _LOOKED_AT))
        return sorted(found, key=lambda known: -self.frequency[known])[:_FEW]

    def coded(self, start: str) -> list[str]:
        """Known codes of which this is the first part: "12400f" of "12400", "kgn39vl25r" of "kgn"."""
        return [known for known in self.begins(start) if known[len(start) :][:1].isdigit() != start[-1:].isdigit()]

    def near(self, word: str, limit: int) -> list[tuple[str, int]]:
        """Known words at most one slip away (two in a word of six letters or more), nearest and commonest first."""
        slips = 1 if len(word) < 6 else 2
        pool = [
            known for length in range(len(word) - slips, len(word) + slips + 1) for known in self._by_length[length]
        ]
        found = process.extract(word, pool, scorer=OSA.distance, score_cutoff=slips, limit=64)
        same = is_cyrillic(word)
        ranked = sorted(
            (int(distance), -self.frequency[known], known) for known, distance, _ in found if is_cyrillic(known) == same
        )
        return [(known, distance) for distance, _, known in ranked[:limit]]

    def alike(self, word: str) -> list[str]:
        """Known words of the other alphabet that sound the same, or nearly the same if they are of a brand."""
        heard = sound(word)
        if len(heard) < 3:
            return []
        other = not is_cyrillic(word)
        same = [known for known in self._by_sound.get(heard, ()) if is_cyrillic(known) == other]
        if not same:
            bones = skeleton(word)
            slips = 1 if len(heard) < 5 or len(bones) < 3 else 2
            same = [
                known
                for known in self._by_skeleton.get(bones, ())
                if is_cyrillic(known) == other and OSA.distance(heard, sound(known)) <= slips
            ]
        return sorted(same, key=lambda known: -self.frequency.get(known, 0))[:3]

    def is_brand(self, word: str) -> bool:
        """Whether the word is of a brand's name."""
        return word in self._brands

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self.frequency)

    @cached_property
    def _by_letter(self) -> dict[str, list[str]]:
        letters: dict[str, list[str]] = defaultdict(list)
        for word in self.frequency:
            if len(word) in (2, 3) and word[0].isalpha() and word[1:].isdigit():
                letters[word[0]].append(word)
        return letters

    @cached_property
    def _by_number(self) -> dict[str, list[str]]:
        numbers: dict[str, list[str]] = defaultdict(list)
        for word in sorted(self.frequency, key=lambda known: -self.frequency[known]):
            if not word.isalpha() and not word.isdigit() and word.isascii():
                short = _SHORT_CODE.fullmatch(word)
                for number in {short[1]} if short else {run for run in _DIGITS.findall(word) if len(run) >= _TELLING}:
                    numbers[number].append(word)
        return numbers

    @cached_property
    def _by_length(self) -> dict[int, list[str]]:
        lengths: dict[int, list[str]] = defaultdict(list)
        for word in self.frequency:
            if word.isalpha():
                lengths[len(word)].append(word)
        return lengths

    @cached_property
    def _by_sound(self) -> dict[str, list[str]]:
        by_sound: dict[str, list[str]] = defaultdict(list)
        for word in self.frequency:
            if len(word) > 2:
                for heard in filter(None, sounds(word)):
                    by_sound[heard].append(word)
        return by_sound

    @cached_property
    def _by_skeleton(self) -> dict[str, list[str]]:
        skeletons: dict[str, list[str]] = defaultdict(list)
        for word in self._brands:
            if len(bones := skeleton(word)) > 1:
                skeletons[bones].append(word)
        for word in self.frequency:
            if len(bones := skeleton(word)) > 2 and word not in self._brands:
                skeletons[bones].append(word)
        return skeletons
