"""Words as keyword rules compare them: what a word of a product is called, and what a word of a rule answers to.

The work is split unevenly on purpose. A rule's word is expanded once into all its forms (Russian: the lexeme
from the dictionary; English: the Snowball stem), so a product's word costs one dictionary look-up and is never
analysed. That keeps a decision as cheap with ten thousand rules as with ten.
"""

import re
import unicodedata
from functools import lru_cache

from pipeline.text import letters
from pipeline.text.morphology import english_stem, russian

_WORD = re.compile(r"\w+")
_CYRILLIC = re.compile(r"[а-яіїєґў]")
_LATIN = re.compile(r"[a-z]")
# A word that mixes the alphabets is written to slip past a rule, also with letters that are alike in italics only.
_TO_CYRILLIC = letters.TO_CYRILLIC | str.maketrans("nu", "пи")


def keys(text: str) -> tuple[str, ...]:
    """The words of a product's text, in order, each under the one name that rules look it up by."""
    visible = unicodedata.normalize("NFC", text).translate(letters.WITHOUT_INVISIBLE)
    return tuple(map(_key, _WORD.findall(letters.caseless(visible))))


@lru_cache(maxsize=1 << 17)
def chunk_keys(chunk: str) -> tuple[str, ...]:
    """`keys` of a piece of text without spaces, remembered: a catalogue repeats its words."""
    return keys(chunk)


@lru_cache(maxsize=1 << 16)
def forms(word: str) -> frozenset[str]:
    """The keys that a rule's word (already folded) answers to, itself included.

    A word that is a dictionary form of its own stands for that entry alone: «часы» (a clock) answers to «часов»
    and «часами», not to «час» and «часа», although «часы» is also a plural of «час». A word that is only an
    inflected form stands for all entries it may come from. A word that the dictionary does not know answers to
    itself and to the declension of the likeliest guess.
    """
    own = _key(word)
    if not _CYRILLIC.search(own):
        return frozenset({own})
    parses = russian().parse(own)
    entries = [parse for parse in parses if parse.is_known and letters.without_yo(parse.normal_form) == own]
    entries = entries or [parse for parse in parses if parse.is_known] or parses[:1]
    return frozenset({own}.union(letters.without_yo(form.word) for parse in entries for form in parse.lexeme))


@lru_cache(maxsize=1 << 17)
def _key(word: str) -> str:
    if _LATIN.search(word):
        if word.isascii():
            return english_stem(word) if word.isalpha() else word
        if _CYRILLIC.search(word):
            return _one_alphabet(word)
    return word


def _one_alphabet(word: str) -> str:
    cyrillic = word.translate(_TO_CYRILLIC)
    if not _LATIN.search(cyrillic):
        return cyrillic
    latin = word.translate(letters.TO_LATIN)
    return word if _CYRILLIC.search(latin) else _key(latin)
