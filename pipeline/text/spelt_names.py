"""Latin names and codes as Russians type them letter by letter: «пс5» for "PS5", «хп» for "HP", «эйчпи», «элджи»."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import islice, product

from pipeline.text.words import is_cyrillic

_BY_LETTER: Mapping[str, str] = {
    "а": "a", "б": "b", "в": "vwb", "г": "gh", "д": "d", "е": "e", "ж": "jg", "з": "z", "и": "i", "й": "yj", "к": "kc",
    "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "sc", "т": "t", "у": "uy", "ф": "f", "х": "hx",
    "ц": "c", "э": "e", "ю": "u", "ы": "y",
}  # fmt: skip
_NAMES: Mapping[str, str] = {
    "эй": "a", "би": "b", "си": "c", "ди": "d", "эф": "f", "джи": "gj", "эйч": "h", "ай": "i", "джей": "j", "кей": "k",
    "эл": "l", "эль": "l", "эм": "m", "эн": "n", "пи": "p", "кью": "q", "ар": "r", "эс": "s", "ти": "t", "ви": "v",
    "дабл": "w", "икс": "x", "экс": "x", "вай": "y", "зет": "z", "и": "e", "о": "o", "ю": "u",
}  # fmt: skip
_NAME = re.compile("|".join(sorted(_NAMES, key=len, reverse=True)))
_LONGEST, _MOST = 4, 64


@lru_cache(maxsize=1 << 14)
def spelt(word: str) -> tuple[str, ...]:
    """What a Cyrillic word, or a code with Cyrillic letters, may be in Latin letters if it was typed by the letter."""
    if not is_cyrillic(word):
        return ()
    found = [*islice(_letters(word), _MOST), *_named(word)]
    return tuple(dict.fromkeys(each for each in found if each != word))


def _letters(word: str) -> Iterator[str]:
    if sum(map(str.isalpha, word)) > _LONGEST or any(letter.isalpha() and letter not in _BY_LETTER for letter in word):
        return
    for letters in product(*(_BY_LETTER.get(letter, letter) for letter in word)):
        yield "".join(letters)


def _named(word: str) -> Iterator[str]:
    """«джибиэль» → "jbl": the word is nothing but names of letters, two at least."""
    pieces = _NAME.findall(word)
    if len(pieces) > 1 and "".join(pieces) == word:
        for letters in islice(product(*(_NAMES[piece] for piece in pieces)), _MOST):
            yield "".join(letters)
