"""Words as rules compare them: what a word of a product is called, and what a word of a rule answers to.

The work is split unevenly on purpose. A rule's word is expanded once into all its forms (Russian: the lexeme
from the dictionary; English: the Snowball stem) and a rule's words into all their spellings, so a product's word costs
one dictionary look-up and is never analysed. That keeps a decision as cheap with ten thousand rules as with ten.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

from pipeline.text import letters
from pipeline.text.morphology import english_stem, russian
from pipeline.text.transliteration import declined, in_other_alphabet

# "C++", "C#", "18+": the sign is a part of the word. Other signs only stand at words, or between them.
_WORD = re.compile(r"(?<!\w)(?:[^\W\d_](?:\+\+|#)|\d{1,3}\+)(?![\w+#])|\w+")
_RULE_WORD = re.compile(rf"{_WORD.pattern}|&")
_SIGNED = ("++", "#", "+")
_CYRILLIC = re.compile(r"[а-яіїєґў]")
_LATIN = re.compile(r"[a-z]")
# A word that mixes the alphabets is written to slip past a rule, also with letters that are alike in italics only.
_TO_CYRILLIC = letters.TO_CYRILLIC | str.maketrans("nu", "пи")

_AND = frozenset({"and", "и"})
_JOINS = frozenset({"&", *_AND})
# Words that stand before and after others everywhere: no part of a name that is written in two words.
_COMMON_WORDS = (
    "an as at be by do go he if in is it me my no of on or so to up us we am are and any for from her him his how its "
    "not our out she the too was who you all but can has one new "
    "не на за из от до по ко во со об ни бы же ли то да но он мы вы ты я и а о у в с к под над без для про при или как "
    "что это все его она они уже еще нет так вот тут там мой чем где кто раз три два сто"
)
_COMMON = frozenset(_COMMON_WORDS.split())
_SHORTEST_JOINED, _LONGEST_SPLIT = 4, 12
_SHORT, _MOST_WORDS = 4, 6
_MOST_FORMS = 30


def keys(text: str) -> tuple[str, ...]:
    """The words of a product's text, in order, each under the one name that rules look it up by."""
    visible = unicodedata.normalize("NFC", text).translate(letters.WITHOUT_INVISIBLE)
    return tuple(map(_key, _WORD.findall(letters.caseless(visible))))


@lru_cache(maxsize=1 << 17)
def chunk_keys(chunk: str) -> tuple[str, ...]:
    """`keys` of a piece of text without spaces, remembered: a catalogue repeats its words."""
    return keys(chunk)


def phrase(folded: str) -> str:
    """The words of a rule in one writing: signs that say nothing are gone, "&" stays between two words."""
    kept: list[str] = []
    for word in _RULE_WORD.findall(folded):
        if word != "&" or (kept and kept[-1] != "&"):
            kept.append(_signed(word))
    return " ".join(kept[:-1] if kept and kept[-1] == "&" else kept)


@lru_cache(maxsize=1 << 16)
def forms(word: str) -> frozenset[str]:
    """The keys that a rule's word (already folded) answers to, itself included.

    A word that is a dictionary form of its own stands for that entry alone: «часы» (a clock) answers to «часов»
    and «часами», not to «час» and «часа», although «часы» is also a plural of «час». A word that is only an
    inflected form stands for all entries it may come from. A word that the dictionary does not know answers to
    itself and to the declension of the likeliest guess. A name answers in the other alphabet too, as it sounds. What
    has no sign answers with any («15» to «15+»); what has one, to this one alone.
    """
    own = _key(word)
    if own.endswith(_SIGNED):
        return frozenset({own})
    other = in_other_alphabet(word)
    found = {own, *_with_signs(own), *other}
    if _CYRILLIC.search(own):
        found |= _lexemes(own)
    elif other:
        found |= declined(other[0])
    return frozenset(map(_key, found))


@lru_cache(maxsize=1 << 15)
def spellings(words: str) -> tuple[tuple[frozenset[str], ...], ...]:
    """All that a rule's phrase answers to: for each spelling its words in order, each as the keys it may have.

    As it is written; with "and" and «и» for "&", or nothing. In a phrase of up to six words, also two words as one
    ("wi fi", "wifi") and one as two, once in the phrase: of names and of short words, not of what stands in the
    dictionary, «часы наручные».
    """
    written = words.split()
    found = []
    if not _JOINS.isdisjoint(written[1:-1]):
        found.append(tuple(_AND if word in _JOINS else forms(word) for word in written))
        written = [word for word in written if word not in _JOINS] or written
    each = tuple(forms(word) for word in written)
    found.append(each)
    if len(written) <= _MOST_WORDS:
        for place, word in enumerate(written):
            found += ((*each[:place], *halves, *each[place + 1 :]) for halves in _halves(word))
            if place and (joined := _joined(written[place - 1], word)):
                found.append((*each[: place - 1], joined, *each[place + 1 :]))
    return tuple(found)


def other_spellings(words: str) -> Sequence[str]:
    """Names in the other alphabet that the phrase answers to, a few of them, for people."""
    found = [name for word in words.split() for name in in_other_alphabet(word)[:2]]
    return tuple(dict.fromkeys(found))


def _joined(first: str, second: str) -> frozenset[str]:
    whole = first + second
    plain = first.isalnum() and second.isalnum() and not (first.isdigit() and second.isdigit())
    if not plain or len(whole) < _SHORTEST_JOINED or not _COMMON.isdisjoint((first, second)):
        return frozenset()
    if max(len(first), len(second)) > _SHORT and not (_is_name(first) or _is_name(second)):
        return frozenset()
    endings = forms(second)
    found = {whole}
    if _CYRILLIC.search(second) and len(endings) <= _MOST_FORMS:
        found |= {first + ending for ending in endings if _CYRILLIC.search(ending)}
    return frozenset(map(_key, found))


def _halves(word: str) -> Iterator[tuple[frozenset[str], frozenset[str]]]:
    if not word.isalpha() or len(word) > _LONGEST_SPLIT or not _is_name(word):
        return
    shortest = 3 if _CYRILLIC.search(word) or len(word) > 5 else 2
    for place in range(shortest, len(word) - shortest + 1):
        first, second = word[:place], word[place:]
        if first not in _COMMON and second not in _COMMON:
            yield frozenset({_key(first)}), frozenset({_key(second)})


@lru_cache(maxsize=1 << 16)
def _is_name(word: str) -> bool:
    """Whether the word is none of the Russian dictionary's."""
    return word.isalpha() and not (_CYRILLIC.search(word) and russian().word_is_known(word))


def _with_signs(word: str) -> tuple[str, ...]:
    if word.isdigit() and len(word) <= 3:
        return (f"{word}+",)
    return (_key(f"{word}++"), _key(f"{word}#")) if len(word) == 1 and word.isalpha() else ()


def _lexemes(own: str) -> set[str]:
    parses = russian().parse(own)
    entries = [parse for parse in parses if parse.is_known and letters.without_yo(parse.normal_form) == own]
    entries = entries or [parse for parse in parses if parse.is_known] or parses[:1]
    return {letters.without_yo(form.word) for parse in entries for form in parse.lexeme}


@lru_cache(maxsize=1 << 17)
def _key(word: str) -> str:
    if word.endswith(_SIGNED):
        return _signed(word)
    if _LATIN.search(word):
        if word.isascii():
            return english_stem(word) if word.isalpha() else word
        if _CYRILLIC.search(word):
            return _one_alphabet(word)
    return word


def _signed(word: str) -> str:
    # The letter of «С++» is Latin, in whichever alphabet it was typed.
    return word.translate(letters.TO_LATIN) if word.endswith(_SIGNED) else word


def _one_alphabet(word: str) -> str:
    cyrillic = word.translate(_TO_CYRILLIC)
    if not _LATIN.search(cyrillic):
        return cyrillic
    latin = word.translate(letters.TO_LATIN)
    return word if _CYRILLIC.search(latin) else _key(latin)
