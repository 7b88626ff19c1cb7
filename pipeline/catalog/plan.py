"""A query understood: its words as slots with all that may fill them. Pure; the index is seen as a vocabulary."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import NamedTuple

from pipeline.catalog.head_nouns import parts
from pipeline.catalog.synonyms import Synonyms
from pipeline.catalog.vocabulary import Vocabulary
from pipeline.catalog.word_readings import ALIKE, WordReading, beginning, by_letter, runs, word_readings
from pipeline.text.lacking import wish
from pipeline.text.letters import TO_LATIN
from pipeline.text.linguistics import term
from pipeline.text.lone_letters import FUNCTION_LETTERS, A, maybe_letters
from pipeline.text.words import asked_words, compounds, is_cyrillic, words

MOST_SLOTS = 16
# What an admin called a synonym proves a little less than what was typed.
_SYNONYM = 0.8
_LEAST_ROOT = 4
_WORD = re.compile(r"[^\W_]+")
_ASKING_RU = (
    "купить куплю купим хочу хотим нужен нужна нужно нужны надо найди найдите найти ищу ищем покажи покажите показать "
    "посоветуй посоветуйте подбери подберите подобрать подскажите любой любая любое любые пожалуйста мне где какой "
    "какая какое какие"
)
_ASKING_EN = "buy want need find show looking please me any some i"
_ASKING = frozenset(f"{_ASKING_RU} {_ASKING_EN}".split(" "))


@dataclass(frozen=True, slots=True)
class Alternative:
    """Terms that fill a slot, and how much that proves, 0 to 1. More than one are a phrase, unless `apart`: then
    they may stand anywhere in a field, as words that were typed one after the other may. `begins`: any word that
    begins with the one term fills it, as an article does of which a part was typed."""

    terms: tuple[str, ...]
    weight: float = 1.0
    apart: bool = False
    begins: bool = False


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
    """`heads` are terms of the noun that the query names; `unknown` are words that no product is known to have.

    `unwanted` is what no product may be or have. `letters` are small words that may be names: the «с» of «витамин с
    в таблетках»; a product with the name goes ahead.
    `free_of`: adjectives that say what is lacking, «беспроводный» of «без проводов».
    """

    text: str
    slots: tuple[QuerySlot, ...]
    heads: tuple[str, ...]
    unknown: tuple[str, ...] = ()
    code: str = field(default="")
    unwanted: tuple[QuerySlot, ...] = ()
    letters: tuple[str, ...] = ()
    free_of: tuple[str, ...] = ()


def plan(text: str, vocabulary: Vocabulary, synonyms: Synonyms) -> Plan:
    """What the text asks for."""
    wanted, unwanted, _ = wish(text)
    asked = asked_words(wanted)
    said = _Said({each[0]: each[1:] for each in asked}, vocabulary, synonyms)
    surface = _lettered([each[0] for each in asked], vocabulary)[:MOST_SLOTS]
    named = frozenset(parts(wanted).heads)
    slots = tuple(_headed(slot, named, vocabulary) for slot in _slots(surface, compounds(wanted), said))
    return Plan(
        text=text,
        slots=slots,
        heads=tuple(dict.fromkeys(each for slot in slots if slot.is_head for each in _nouns(slot))),
        unknown=tuple(slot.words[0] for slot in slots if not _known(slot, vocabulary)),
        code=text.strip().casefold(),
        unwanted=tuple(slot for phrase in unwanted if (slot := _unwanted(phrase, said)) is not None),
        free_of=tuple(term(each) for phrase in unwanted for each in _free_of(phrase, vocabulary)),
        letters=tuple(letter for letter in maybe_letters(wanted) if vocabulary.knows(letter)),
    )


def replaced(understood: Plan, typed: str, meant: str, vocabulary: Vocabulary, synonyms: Synonyms) -> Plan:
    """The plan of the same text with one word put right."""
    text = _WORD.sub(lambda match: meant if words(match[0]) == (typed,) else match[0].lower(), understood.text)
    return replace(plan(text, vocabulary, synonyms), code=understood.code)


class _Said(NamedTuple):
    """`others`: other ways to say a word of the query. `synonyms`: what else may be said for a phrase."""

    others: Mapping[str, Sequence[str]]
    vocabulary: Vocabulary
    synonyms: Synonyms


def _lettered(surface: Sequence[str], vocabulary: Vocabulary) -> list[str]:
    """Without function words, and without a letter at the end that no product has; «в 12» is "b12" where goods are.

    Nor with words that only ask, as in «хочу купить чайник», unless some product is called so.
    """
    found: list[str] = []
    for place, word in enumerate(surface):
        if word in _ASKING and len(surface) > 1 and not vocabulary.knows(term(word)):
            continue
        following = surface[place + 1] if place + 1 < len(surface) else ""
        latin = word.translate(TO_LATIN)
        if len(word) == 1 and following[:1].isdigit() and latin + following in vocabulary.frequency:
            found.append(latin)
        elif term(word) and not (word in FUNCTION_LETTERS and not _has_letter(word, vocabulary)):
            found.append(word)
    return found


def _has_letter(letter: str, vocabulary: Vocabulary) -> bool:
    return vocabulary.knows(letter) or bool(vocabulary.numbered("a" if letter == A else letter))


def _unwanted(phrase: str, said: _Said) -> QuerySlot | None:
    """The slot of a phrase that is not wanted; none if nothing is said."""
    surface = [word for word in words(phrase) if term(word)]
    if not surface:
        return None
    if len(surface) > 1:
        return QuerySlot(tuple(surface), (Alternative(tuple(map(term, surface)), apart=True),))
    return _slot(surface, said.synonyms.at([term(surface[0])], 0)[1], said)


def _free_of(phrase: str, vocabulary: Vocabulary) -> Iterator[str]:
    """Known words that begin with «без» and the noun: «беспроводной» of «проводов», «безлактозный» of «лактозы»."""
    for word in words(phrase)[:1]:
        if is_cyrillic(word) and len(word) >= _LEAST_ROOT:
            root = word[: max(_LEAST_ROOT, len(word) - 3)]
            yield from (each for start in ("без", "бес") for each in vocabulary.begins(start + root))


def _slots(surface: Sequence[str], joined: Sequence[str], said: _Said) -> list[QuerySlot]:
    terms = [term(word) for word in surface]
    slots: list[QuerySlot] = []
    start = 0
    while start < len(surface):
        length, others = said.synonyms.at(terms, start)
        if not others:
            length = _compound(surface, start, joined, said.vocabulary)
        slots.append(_slot(surface[start : start + length], others, said))
        pair = surface[start : start + 2]
        # «Холодильник-морозильник» where no product has the second word: the first says what it is.
        alone = length == 1 and "".join(pair) in joined and _first_alone(pair, said.vocabulary)
        start += 2 if alone else length
    return slots


def _compound(surface: Sequence[str], start: int, joined: Sequence[str], vocabulary: Vocabulary) -> int:
    """How many words from `start` on are one word elsewhere ("wi-fi", "head phones", "ps 5"); 1 for none."""
    for length in (3, 2):
        together = "".join(surface[start : start + length])
        shortest = 4
        if together[:1].isalpha() and together[-1:].isdigit():
            # «D 3» is "D3" where there is one.
            shortest = 2 if len(surface[start]) == 1 else 3
        if start + length <= len(surface) and (
            together in joined
            or (together in vocabulary.frequency and len(together) >= shortest)
            or (together[-1:].isdigit() and by_letter(together, vocabulary))
            or (length == 2 and _is_name(surface[start : start + 2], vocabulary))
        ):
            return length
    return 1


def _is_name(pair: Sequence[str], vocabulary: Vocabulary) -> bool:
    """Whether two words that no product has are one that sounds like a name: «икс бокс»."""
    return len(pair) == 2 and not any(map(vocabulary.knows, map(term, pair))) and bool(vocabulary.alike("".join(pair)))


def _slot(surface: Sequence[str], others: Sequence[tuple[str, ...]], said: _Said) -> QuerySlot:
    if len(surface) == 1:
        word = surface[0]
        found = word_readings(word, said.vocabulary)
        found += [WordReading((other,)) for other in said.others.get(word, ())]
    else:
        together = "".join(surface)
        found = [WordReading(tuple(map(term, surface)), apart=True), WordReading((term(together),))]
        found += [WordReading((term(alike),), ALIKE) for alike in said.vocabulary.alike(together)]
        found += [*by_letter(together, said.vocabulary), *beginning(together, said.vocabulary)]
        found += runs(together, said.vocabulary) or _first_alone(surface, said.vocabulary)
    # A phrase sums what its words are worth; it must not prove more than the word that was typed.
    found += [WordReading(terms, _SYNONYM / len(terms)) for terms in others]
    distinct: dict[tuple[tuple[str, ...], bool, bool], Alternative] = {}
    for each in found:
        distinct.setdefault((each.terms, each.apart, each.begins), Alternative(*each))
    return QuerySlot(
        tuple(surface),
        tuple(distinct.values()),
        is_brand=any(said.vocabulary.is_brand(word) for word in (*surface, *_every(distinct.values()))),
    )


def _first_alone(surface: Sequence[str], vocabulary: Vocabulary) -> list[WordReading]:
    """«Холодильник-морозильник» where nobody says the second: then the first says what it is."""
    first, *others = map(term, surface)
    if not all(word.isalpha() and is_cyrillic(word) for word in surface) or any(map(vocabulary.knows, others)):
        return []
    return [WordReading((first,), _SYNONYM)] if vocabulary.knows(first) else []


def _every(found: Iterable[Alternative]) -> Iterator[str]:
    return (each.terms[0] for each in found if len(each.terms) == 1)


def is_sold(slot: QuerySlot, vocabulary: Vocabulary) -> bool:
    """Whether there are words in the catalogue that fill the slot."""
    return any(
        bool(vocabulary.begins(each.terms[0])) if each.begins else all(map(vocabulary.knows, each.terms))
        for each in slot.alternatives
    )


def _known(slot: QuerySlot, vocabulary: Vocabulary) -> bool:
    return len(slot.words) > 1 or is_sold(slot, vocabulary)


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
