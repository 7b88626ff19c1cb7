"""What one word of a query may stand for in the words of a catalogue: a name in the other alphabet, two words written
together, a code of which only the beginning was typed. Pure; the index is seen as a vocabulary."""

import re
from collections.abc import Iterator
from itertools import islice, product
from typing import NamedTuple

from pipeline.catalog.vocabulary import Vocabulary
from pipeline.text.diminutives import diminutives
from pipeline.text.letters import TO_CYRILLIC, without_yo
from pipeline.text.linguistics import readings, term
from pipeline.text.morphology import russian
from pipeline.text.spelt_names import spelt
from pipeline.text.words import is_cyrillic

ALIKE = 0.9
"""What a word proves that only sounds like the one that was typed."""
_RUN = re.compile(r"\d+|[^\W\d_]+")
_SHORTEST_START, _SHORTEST_NUMBER, _SHORTEST_PART = 4, 6, 3
_MOST_RUNS, _MOST_WAYS = 4, 4


class WordReading(NamedTuple):
    """Terms that the word stands for, and how much that proves. `apart`: they need not stand together. `begins`: the
    one term is only the beginning of a longer one."""

    terms: tuple[str, ...]
    weight: float = 1.0
    apart: bool = False
    begins: bool = False


def word_readings(word: str, vocabulary: Vocabulary) -> list[WordReading]:
    """Everything that a word may stand for, itself first."""
    found = [WordReading((each,)) for each in readings(word)]
    found += [WordReading((term(alike),), ALIKE) for alike in _alike(word, vocabulary)]
    found += [WordReading(halves) for halves in _halves(word, vocabulary)]
    if vocabulary.knows(term(word)):
        return found
    if len(word) == 1:
        found += [
            WordReading((each,), ALIKE) for letter in (word, *_letters(word)) for each in vocabulary.numbered(letter)
        ]
    found += by_letter(word, vocabulary)
    found += runs(word, vocabulary)
    if word.isdigit():
        found += [WordReading((each,), ALIKE) for each in vocabulary.numbers(word)]
    found += [
        WordReading((each,), ALIKE)
        for each in diminutives(without_yo(word))
        if vocabulary.knows(each) and term(each) == each
    ]
    if len(word) >= _SHORTEST_PART and word.isascii() and word.isalnum():
        found += [WordReading((term(each),), ALIKE) for each in vocabulary.coded(word)]
    if not any(all(map(vocabulary.knows, each.terms)) for each in found):
        found += beginning(word, vocabulary)
    return found


def beginning(code: str, vocabulary: Vocabulary) -> list[WordReading]:
    """The code as the beginning of a longer one, if it is no word and of some length: «m5799» of "M5799DWF"."""
    digits = sum(map(str.isdigit, code))
    enough = _SHORTEST_NUMBER if digits == len(code) else _SHORTEST_START
    if not digits or len(code) < enough or vocabulary.knows(code):
        return []
    return [WordReading((code,), ALIKE, begins=True)]


def by_letter(word: str, vocabulary: Vocabulary) -> list[WordReading]:
    """The known words that this may be if it was typed by the letter: «пс5» is "PS5", «хп» is "HP"."""
    return [WordReading((term(each),), ALIKE) for each in _letters(word) if vocabulary.knows(term(each))]


def _letters(word: str) -> tuple[str, ...]:
    # «Суп» is no "cup", however few of them are sold.
    if len(word) > 1 and word.isalpha() and russian().word_is_known(word):
        return ()
    # A code that looks Latin may have been Russian: «с23» is "S23".
    return spelt(word) or (spelt(word.translate(TO_CYRILLIC)) if not word.isalpha() else ())


def runs(word: str, vocabulary: Vocabulary) -> list[WordReading]:
    """Names and numbers that were written together: «айфон13» is "iPhone" with "13" somewhere."""
    cut = _RUN.findall(word)
    if not 1 < len(cut) <= _MOST_RUNS or "".join(cut) != word or len(cut[0]) < 2:
        return []
    ways = [_numbers(run, vocabulary) if run.isdigit() else list(_names(run, vocabulary)) for run in cut]
    return [WordReading(terms, apart=True) for terms in islice(product(*ways), _MOST_WAYS)]


def _numbers(run: str, vocabulary: Vocabulary) -> list[str]:
    return [run] if vocabulary.knows(run) else [*vocabulary.numbers(run), run]


def _names(run: str, vocabulary: Vocabulary) -> Iterator[str]:
    for name in (run, *_alike(run, vocabulary), *_letters(run)):
        if vocabulary.knows(term(name)):
            yield term(name)


def _alike(word: str, vocabulary: Vocabulary) -> list[str]:
    """The word in the other alphabet: for any unknown word, and for one that a brand spells the same way."""
    if not word.isalpha() or len(word) < 3:
        return []
    alike = vocabulary.alike(word)
    if vocabulary.knows(term(word)):
        return [other for other in alike if vocabulary.is_brand(other) or is_cyrillic(other)]
    return alike or vocabulary.alike(_base(word))


def _base(word: str) -> str:
    """A Russian name without its case ending («самсунга» → «самсунг»)."""
    return term(word) if is_cyrillic(word) else word


def _halves(word: str, vocabulary: Vocabulary) -> list[tuple[str, ...]]:
    """A word that is two commoner ones without the blank: "usbhub", "rtx2060", «смартчасы»."""
    own = vocabulary.frequency.get(word, 0)
    cuts = [(word[:cut], word[cut:]) for cut in range(2, len(word) - 1)] if len(word) > 4 else []
    known = [
        (min(vocabulary.frequency[first], vocabulary.frequency[second]), first, second)
        for first, second in cuts
        if first in vocabulary.frequency and second in vocabulary.frequency
    ]
    if not known or (best := max(known))[0] < own:
        return []
    return [(term(best[1]), term(best[2]))]
