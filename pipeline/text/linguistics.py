"""Words to terms: what the index stores, the query asks for and keyword bans compare.

Russian words become lemmas (pymorphy3), English ones stems (Snowball), codes stay as they are. The
result for a word depends on the word alone, so that the index, the query and the filter always agree.
"""

from collections import defaultdict
from functools import lru_cache

from pipeline.text.letters import without_yo
from pipeline.text.morphology import english_stem, russian
from pipeline.text.words import is_cyrillic, words

_ENGLISH = "a an and are as at by for from in is it of on or that the this to with"
_RUSSIAN = "в во до для и из или к ко на не о об от по под при с со у за без"
STOP = frozenset(f"{_ENGLISH} {_RUSSIAN}".split())

_MEMORY = 400_000
# A reading below this share is a curiosity.
_RARE = 0.005
_PREFERRED = ("Pltm", "ADJF", "NOUN")
_terms: dict[str, str] = {}


def analyse(text: str) -> list[str]:
    """The terms of a text in order, function words left out. The same text always gives the same terms."""
    found = []
    for word in words(text):
        term = _terms.get(word)
        if term is None:
            term = _remember(word)
        if term:
            found.append(term)
    return found


def term(word: str) -> str:
    """The term of one surface word; empty for a function word."""
    known = _terms.get(word)
    return _remember(word) if known is None else known


def _remember(word: str) -> str:
    if len(_terms) >= _MEMORY:
        _terms.clear()
    made = _terms[word] = _make(word)
    return made


@lru_cache(maxsize=1 << 16)
def readings(word: str) -> tuple[str, ...]:
    """All terms that a surface word may stand for, the likeliest (the one of `analyse`) first.

    A query asks for any of them: «гарнитуры» are of «гарнитура» and of «гарнитур».
    """
    likeliest = term(word)
    if not likeliest or not is_cyrillic(word) or not word.isalpha() or len(word) < 3:
        return (likeliest,) if likeliest else ()
    return tuple(dict.fromkeys((likeliest, *_lemmas(word))))


@lru_cache(maxsize=1 << 16)
def is_noun(word: str) -> bool:
    """Whether a Russian word is first of all a noun, as in «чехол» and not as in «умный»."""
    return "NOUN" in russian().parse(word)[0].tag.grammemes


@lru_cache(maxsize=1 << 16)
def counted(word: str) -> bool:
    """Whether a Russian word can only be what a number counts: a noun in the genitive, «шагов» and not «часы»."""
    if not is_cyrillic(word):
        return False
    cases = [reading.tag.grammemes for reading in russian().parse(word) if reading.score >= _RARE]
    return any({"NOUN", "gent"} <= each for each in cases) and not any("nomn" in each for each in cases)


def _make(word: str) -> str:
    if word in STOP:
        return ""
    if not word.isalpha():
        return word
    if is_cyrillic(word):
        return _lemmas(word)[0] if len(word) > 2 else word
    return english_stem(word) if word.isascii() else word


def _lemmas(word: str) -> list[str]:
    """The lemmas of a word as shops use it, of one part of speech, likeliest first.

    Nouns that exist only in the plural win over their twins («часов» is of «часы», not of «час»), then
    adjectives over nouns made of them («детская»), then nouns over verbs; plural readings weigh more,
    since a catalogue names things in the plural («носки» are of «носок», not of «носка»).
    """
    plain = without_yo(word)
    weights: dict[tuple[int, str], list[float]] = defaultdict(list)
    for reading in russian().parse(word):
        grammemes = reading.tag.grammemes
        if (reading.score < _RARE or "Erro" in grammemes) and weights:
            continue
        rank = next((place for place, part in enumerate(_PREFERRED) if part in grammemes), len(_PREFERRED))
        lemma = _one_ending(without_yo(reading.normal_form))
        weights[rank, lemma].append(reading.score * (3.0 if lemma == plain else 2.0 if "plur" in grammemes else 1.0))
    best = min(rank for rank, _ in weights)
    means = {lemma: sum(each) / len(each) for (rank, lemma), each in weights.items() if rank == best}
    return sorted(means, key=lambda lemma: (-means[lemma], lemma))


def _one_ending(lemma: str) -> str:
    # Guessed adjectives come out with either ending («беспроводный», «беспроводной»).
    return lemma[:-2] + "ый" if lemma.endswith("ой") and len(lemma) > 4 else lemma
