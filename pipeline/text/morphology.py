"""The Russian dictionary and the English stemmer, one of each in a process, for bans and search alike.

Either is made when it is first asked for: loading the dictionary takes a tenth of a second, and a service
whose rules and texts are all English never needs it.
"""

import threading
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pymorphy3 import MorphAnalyzer
    from snowballstemmer.english_stemmer import EnglishStemmer

_making = threading.Lock()
_stemming = threading.Lock()  # the stemmer keeps the word it works on in itself


def russian() -> "MorphAnalyzer":
    """The dictionary of Russian; it may be asked by several threads at once."""
    with _making:
        return _dictionary()


def english_stem(word: str) -> str:
    """Snowball's stem of an English word in small letters."""
    with _stemming:
        return str(_stemmer().stemWord(word))


@cache
def _dictionary() -> "MorphAnalyzer":
    import pymorphy3

    return pymorphy3.MorphAnalyzer(lang="ru")


@cache
def _stemmer() -> "EnglishStemmer":
    import snowballstemmer

    return snowballstemmer.stemmer("english")
