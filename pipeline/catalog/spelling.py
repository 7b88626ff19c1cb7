"""Putting words right that no product has: what could be meant, and the query that tells which it is."""

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.catalog.keyboard import other_layout
from pipeline.catalog.plan import Plan, QuerySlot
from pipeline.catalog.proofs import Clause, filled
from pipeline.catalog.slips import is_slip, slip
from pipeline.catalog.vocabulary import Vocabulary
from pipeline.text.linguistics import term
from pipeline.text.morphology import russian
from pipeline.text.words import is_cyrillic

_CANDIDATES, _LOOKED_AT = 6, 20


@dataclass(frozen=True, slots=True)
class Doubt:
    """An unknown word of a query, and the known words that may have been meant, likeliest first."""

    word: str
    slot: QuerySlot
    candidates: tuple[tuple[str, int], ...]


def doubts(understood: Plan, vocabulary: Vocabulary) -> tuple[Doubt, ...]:
    """The unknown words with their candidates. Codes are never guessed at: A52 is not A53."""
    unknown = [slot for slot in understood.slots if slot.words[0] in understood.unknown]
    return tuple(Doubt(slot.words[0], slot, _candidates(slot.words[0], vocabulary)) for slot in unknown)


def checks(understood: Plan, doubted: tuple[Doubt, ...]) -> Mapping[str, Clause]:
    """Named filters that count: products with the doubted word after all, and with each candidate and the rest."""
    unknown = {doubt.word for doubt in doubted}
    rest = [filled(slot) for slot in understood.slots if slot.words[0] not in unknown]
    asked: dict[str, Clause] = {}
    for doubt in doubted:
        asked[doubt.word] = {"filter": filled(doubt.slot)}
        for candidate, _ in doubt.candidates:
            asked[f"{doubt.word} {candidate}"] = {
                "filter": {"bool": {"filter": [{"term": {"everything": term(candidate)}}, *rest]}}
            }
    return asked


def choice(doubt: Doubt, counts: Mapping[str, int]) -> str | None:
    """What was meant; None if the index has the word after all or nothing is near it.

    Words that go together with the rest of the query win over nearer ones that do not.
    """
    if counts.get(doubt.word) or not doubt.candidates:
        return None
    together = {candidate: counts.get(f"{doubt.word} {candidate}", 0) for candidate, _ in doubt.candidates}
    best, _ = min(doubt.candidates, key=lambda pair: (together[pair[0]] == 0, pair[1], -together[pair[0]]))
    return best


def _candidates(word: str, vocabulary: Vocabulary) -> tuple[tuple[str, int], ...]:
    # A word of the language that no product has is no slip: «удочка» is not «точка», there is none.
    if not word.isalpha() or len(word) < 3 or (is_cyrillic(word) and russian().word_is_known(word)):
        return ()
    found = {near: slips for near, slips in vocabulary.near(word, _LOOKED_AT) if is_slip(word, near)}
    typed = other_layout(word)
    if typed != word and typed not in found:
        found |= {near: slips + 1 for near, slips in vocabulary.near(typed, 2)}
    return tuple(sorted(found.items(), key=lambda pair: (pair[1], slip(word, pair[0])))[:_CANDIDATES])
