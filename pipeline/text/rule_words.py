"""Words as keyword rules compare them: what a word of a product is called, and what a word of a rule answers to.

The work is split unevenly on purpose. A rule's word is expanded once into all its forms (Russian: the lexeme
from the dictionary; English: the Snowball stem), so a product's word costs one dictionary look-up and is never
analysed. That keeps a decision as cheap with ten thousand rules as with ten.
"""

import re
import threading
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pymorphy3 import MorphAnalyzer
    from snowballstemmer.english_stemmer import EnglishStemmer

_WORD = re.compile(r"\w+")
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_CYRILLIC = re.compile(r"[а-яіїєґў]")
_LATIN = re.compile(r"[a-z]")
# Letters that look the same in both alphabets: a word that mixes them is written to slip past a rule.
_LATIN_TWINS = "aceopxykmthbnu"
_CYRILLIC_TWINS = "асеорхукмтнвпи"
_TO_CYRILLIC = str.maketrans(_LATIN_TWINS, _CYRILLIC_TWINS)
_TO_LATIN = str.maketrans("асеорхукмтнв", "aceopxykmthb")

_english_lock = threading.Lock()  # the stemmer keeps the word it works on in itself


def keys(text: str) -> tuple[str, ...]:
    """The words of a product's text, in order, each under the one name that rules look it up by."""
    visible = unicodedata.normalize("NFC", text).translate(_INVISIBLE).casefold().replace("ё", "е")
    return tuple(map(_key, _WORD.findall(visible)))


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
    parses = _morphology().parse(own)
    entries = [parse for parse in parses if parse.is_known and _plain(parse.normal_form) == own]
    entries = entries or [parse for parse in parses if parse.is_known] or parses[:1]
    return frozenset({own}.union(_plain(form.word) for parse in entries for form in parse.lexeme))


@lru_cache(maxsize=1 << 17)
def _key(word: str) -> str:
    if _LATIN.search(word):
        if word.isascii():
            return _stem(word) if word.isalpha() else word
        if _CYRILLIC.search(word):
            return _one_alphabet(word)
    return word


def _one_alphabet(word: str) -> str:
    cyrillic = word.translate(_TO_CYRILLIC)
    if not _LATIN.search(cyrillic):
        return cyrillic
    latin = word.translate(_TO_LATIN)
    return word if _CYRILLIC.search(latin) else _key(latin)


def _stem(word: str) -> str:
    with _english_lock:
        return str(_english().stemWord(word))


def _plain(word: str) -> str:
    return str(word).replace("ё", "е")


@lru_cache(maxsize=1)
def _english() -> "EnglishStemmer":
    import snowballstemmer

    return snowballstemmer.stemmer("english")


@lru_cache(maxsize=1)
def _morphology() -> "MorphAnalyzer":
    # Only a Russian rule needs the dictionary, and loading it takes a tenth of a second.
    import pymorphy3

    return pymorphy3.MorphAnalyzer(lang="ru")
