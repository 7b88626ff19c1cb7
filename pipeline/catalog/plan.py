"""A query understood: its words as slots with all that may fill them. Pure; the index is seen as a vocabulary."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from pipeline.catalog.head_nouns import parts
from pipeline.catalog.synonyms import Synonyms
from pipeline.catalog.vocabulary import Vocabulary
from pipeline.text.linguistics import readings, term
from pipeline.text.words import compounds, is_cyrillic, words

MOST_SLOTS = 16
# A word that only sounds like the one that was typed, or that an admin called a synonym, proves a little less.
_ALIKE = 0.9
_SYNONYM = 0.8


@dataclass(frozen=True, slots=True)
class Alternative:
    """Terms that fill a slot, and how much that proves, 0 to 1. More than one are a phrase, unless `apart`: then
    they may stand anywhere in a field, as words that were typed one after the other may."""

    terms: tuple[str, ...]
    weight: float = 1.0
    apart: bool = False


@dataclass(frozen=True, slots=True)
class QuerySlot:
    """One thing that was asked for, as typed, with everything that satisfies it.

    `is_head`: the noun of the query. `is_brand`: the name of a maker. `is_kind`: a noun that shops sort their goods
    by as well, so that only a product that is called so will do, and not one whose description happens to have the
    word.
    """

    words: tuple[str, ...]
    alternatives: tuple[Alternative, ...]
    is_head: bool = False
    is_kind: bool = False
    is_brand: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """`heads` are terms of the noun that the query names; `unknown` are words that no product is known to have."""

    text: str
    slots: tuple[QuerySlot, ...]
    heads: tuple[str, ...]
    unknown: tuple[str, ...] = ()
    code: str = field(default="")


def plan(text: str, vocabulary: Vocabulary, synonyms: Synonyms) -> Plan:
    """What the text asks for."""
    surface = [word for word in _told(words(text)) if term(word)][:MOST_SLOTS]
    named = frozenset(parts(text).heads)
    slots = tuple(_headed(slot, named, vocabulary) for slot in _slots(surface, compounds(text), vocabulary, synonyms))
    return Plan(
        text=text,
        slots=slots,
        heads=tuple(dict.fromkeys(each for slot in slots if slot.is_head for each in _nouns(slot))),
        unknown=tuple(slot.words[0] for slot in slots if not _known(slot, vocabulary)),
        code=text.strip().casefold(),
    )


def replaced(understood: Plan, typed: str, meant: str, vocabulary: Vocabulary, synonyms: Synonyms) -> Plan:
    """The plan of the same text with one word put right."""
    pieces = [meant if word == typed else word for word in words(understood.text)]
    return replace(plan(" ".join(pieces), vocabulary, synonyms), code=understood.code)


def _told(surface: Sequence[str]) -> list[str]:
    """Without the bare number before the same number with its unit: "256", "256gb" asks one thing."""
    return [
        word
        for word, following in zip(surface, [*surface[1:], ""], strict=False)
        if not (word[:1].isdigit() and following != word and following.startswith(word) and following[-1:].isalpha())
    ]


def _slots(
    surface: Sequence[str], joined: Sequence[str], vocabulary: Vocabulary, synonyms: Synonyms
) -> list[QuerySlot]:
    terms = [term(word) for word in surface]
    slots: list[QuerySlot] = []
    start = 0
    while start < len(surface):
        length, others = synonyms.at(terms, start)
        if not others:
            length = _compound(surface, start, joined, vocabulary)
        slots.append(_slot(surface[start : start + length], others, vocabulary))
        start += length
    return slots


def _compound(surface: Sequence[str], start: int, joined: Sequence[str], vocabulary: Vocabulary) -> int:
    """How many words from `start` on are one word elsewhere ("wi-fi", "head phones"); 1 for none."""
    for length in (3, 2):
        together = "".join(surface[start : start + length])
        if start + length <= len(surface) and (
            together in joined or (together in vocabulary.frequency and len(together) > 3)
        ):
            return length
    return 1


def _slot(surface: Sequence[str], others: Sequence[tuple[str, ...]], vocabulary: Vocabulary) -> QuerySlot:
    found: dict[tuple[str, ...], float] = {}
    typed = tuple(term(word) for word in surface)
    if len(surface) == 1:
        word = surface[0]
        for each in readings(word):
            found[each,] = 1.0
        for alike in _alike(word, vocabulary):
            found.setdefault((term(alike),), _ALIKE)
        for halves in _halves(word, vocabulary):
            found.setdefault(halves, 1.0)
    else:
        found[typed] = 1.0
        found[term("".join(surface)),] = 1.0
    for terms in others:
        # A phrase sums what its words are worth; it must not prove more than the word that was typed.
        found.setdefault(terms, _SYNONYM / len(terms))
    return QuerySlot(
        tuple(surface),
        tuple(Alternative(terms, weight, terms == typed) for terms, weight in found.items()),
        is_brand=any(vocabulary.is_brand(word) for word in (*surface, *_every(found))),
    )


def _every(found: Iterable[tuple[str, ...]]) -> Iterator[str]:
    return (terms[0] for terms in found if len(terms) == 1)


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


def _known(slot: QuerySlot, vocabulary: Vocabulary) -> bool:
    return len(slot.words) > 1 or any(
        all(vocabulary.knows(each) for each in alternative.terms) for alternative in slot.alternatives
    )


def _headed(slot: QuerySlot, named: frozenset[str], vocabulary: Vocabulary) -> QuerySlot:
    if named.isdisjoint(each for alternative in slot.alternatives for each in alternative.terms):
        return slot
    return replace(slot, is_head=True, is_kind=any(vocabulary.names_category(each) for each in _nouns(slot)))


def _nouns(slot: QuerySlot) -> Iterator[str]:
    for alternative in slot.alternatives:
        yield from alternative.terms if len(alternative.terms) == 1 else _nouns_of(alternative.terms)


@lru_cache(maxsize=4096)
def _nouns_of(phrase: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(parts(" ".join(phrase)).heads)
