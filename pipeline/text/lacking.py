"""What a text says is not there: «без мешка», "sugar-free", «не Samsung», "-samsung". Pure; of queries and of names.

After «без» stands what is lacked: adjectives and nouns in the genitive («без добавления сахара»), and what «и» adds.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from pipeline.text.letters import without_yo
from pipeline.text.linguistics import STOP, term
from pipeline.text.morphology import russian
from pipeline.text.words import is_cyrillic, words

_WORD = r"[^\W_]+(?:[-'’][^\W_]+)*"
_LACKS = re.compile(
    r"(?<![\w-])(?P<said>без|кроме|исключая|за\s+исключением|минус|не\s+содерж\w+|without|except(?:ing)?|excluding|free\s+(?:of|from)|(?:does\s+)?not\s+contain\w*)\s+"
    rf"(?=[«\"“]?(?P<first>{_WORD}))",
    re.IGNORECASE,
)
_FREE = re.compile(r"(?<![\w-])(?P<first>[^\W\d_]+)(?:-| )free(?![\w-])(?!\s+(?:of|from)\b)", re.IGNORECASE)
_MADE_BY = r"(?:(?:фирм|марк|бренд|производител)\w*\s+|brand\s+)?"
_NOT = re.compile(
    rf"(?<![\w-])(?:(?:но|а|только|лишь|but|just|only)\s+)*{_MADE_BY}(?:не|not|no)\s+"
    rf"(?:(?:с|со|от|with|from|by)\s+)?{_MADE_BY}(?=[«\"“]?(?P<first>(?!\d){_WORD}))",
    re.IGNORECASE,
)
_MINUS = re.compile(rf"(?<!\S)[-–—−!](?=(?P<first>(?!\d){_WORD}))", re.IGNORECASE)
_NEXT = re.compile(rf"(?P<gap>\s*,\s*|\s+(?:и|или|and|or)\s+|\s+)(?P<word>{_WORD})", re.IGNORECASE)
_MOST = 4
# A reading below this share is a curiosity.
_RARE = 0.02
_EXCEPT = ("кроме", "исключ", "except", "excluding")
# What stands before «free» and lacks nothing.
_IDLE = frozenset(("hands", "for", "is", "a", "the", "of", "and", "get", "one"))
# «не только», "not only": nothing is unwanted.
_NOTHING = frozenset(("только", "менее", "более", "больше", "меньше", "дороже", "дешевле", "хуже", "only", "name"))


class Wish(NamedTuple):
    """A query's words apart: `text` has those that are wanted, `unwanted` phrases of those that are not.

    `said`: how that was typed, «без сахара и лактозы» in one piece.
    """

    text: str
    unwanted: tuple[str, ...] = ()
    said: tuple[str, ...] = ()


@lru_cache(maxsize=4096)
def wish(text: str) -> Wish:
    """What a query wants and what it does not."""
    unwanted: list[str] = []
    said: list[str] = []
    for pattern in (_LACKS, _FREE, _NOT, _MINUS):
        at = 0
        while found := pattern.search(text, at):
            first = found["first"].lower()
            if first in (_IDLE if pattern is _FREE else _NOTHING) or first in STOP:
                at = found.end()
                continue
            phrase, at = _phrase(text, found, pattern)
            unwanted += phrase
            said.append(text[found.start() : at].strip())
            text = f"{text[: found.start()]} {text[at:]}"
            at = found.start()
    return Wish(" ".join(text.split()), tuple(dict.fromkeys(unwanted)), tuple(said)) if unwanted else Wish(text)


@lru_cache(maxsize=1 << 14)
def lacks(text: str) -> tuple[str, ...]:
    """The terms of what a shop's text says that the thing lacks."""
    found: list[str] = []
    for pattern in (_LACKS, _FREE):
        for match in pattern.finditer(text):
            if pattern is not _FREE or match["first"].lower() not in _IDLE:
                phrases, _ = _phrase(text, match, pattern)
                found += (each for phrase in phrases for word in words(phrase) if (each := term(word)))
    return tuple(dict.fromkeys(found))


def _phrase(text: str, found: re.Match[str], pattern: re.Pattern[str]) -> tuple[list[str], int]:
    """The phrases that the match says are lacking, and where they end."""
    first = found["first"]
    if pattern is _FREE:
        return [first], found.end()
    phrases, end = [first], found.end("first")
    for _ in range(_MOST):
        following = _NEXT.match(text, end)
        if following is None or not (added := _goes_on(phrases[-1].split()[-1], following, pattern)):
            break
        if added == "more":
            phrases[-1] += f" {following['word']}"
        else:
            phrases.append(following["word"])
        end = following.end()
    return phrases, end


def _goes_on(last: str, following: re.Match[str], pattern: re.Pattern[str]) -> str:
    """Whether the next word is "more" of the phrase, "another" phrase, or neither (empty)."""
    word = following["word"].lower()
    before_it = following.string[: following.start()].lower()
    excepted = any(said in before_it for said in _EXCEPT)
    if word in STOP or not is_cyrillic(word) or not is_cyrillic(last):
        return "another" if pattern is _LACKS and excepted and following["gap"].strip() and word not in STOP else ""
    kinds, before = _kinds(word), _kinds(last.lower())
    if following["gap"].strip():
        return "another" if pattern is _LACKS and (excepted or kinds & {"genitive", "perhaps", "name"}) else ""
    if "adjective" in before and kinds & {"genitive", "noun", "adjective"}:
        return "more"
    return "more" if "genitive" in kinds and pattern is _LACKS else ""


@lru_cache(maxsize=1 << 14)
def _kinds(word: str) -> frozenset[str]:
    """What a word is: a noun, one in the genitive first of all, an adjective, a name that no dictionary has."""
    plain = without_yo(word)
    if not russian().word_is_known(plain):
        return frozenset({"name"})
    readings = russian().parse(plain)
    found = {"noun"} if any("NOUN" in each.tag.grammemes and each.score >= _RARE for each in readings) else set()
    shares = {
        case: sum(each.score for each in readings if {"NOUN", case} <= each.tag.grammemes) for case in ("gent", "nomn")
    }
    if shares["gent"] > shares["nomn"]:
        found.add("genitive")
    elif shares["gent"] and shares["gent"] == shares["nomn"]:
        # «без сахара вафли» are waffles, «без сахара и лактозы» is without either.
        found.add("perhaps")
    if readings[0].tag.grammemes & {"ADJF", "PRTF"}:
        found.add("adjective")
    return frozenset(found)
