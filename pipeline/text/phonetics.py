"""How a word sounds, in either alphabet: «самсунг» and "Samsung", «айфон» and "iPhone" meet in one spelling.

The rules are of spelling, not of brands: what English letters and Russian letters stand for in names of goods.
"""

import re
from functools import lru_cache

from pipeline.text.words import is_cyrillic

_RUSSIAN = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "j", "з": "z", "и": "i", "й": "i", "к": "k",
    "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "h",
    "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sh", "ъ": "", "ы": "i", "ь": "", "э": "e", "ю": "iu", "я": "ia",
}  # fmt: skip
_DJ = re.compile(r"дж")
_ENGLISH = [
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"^i(?=(?:ph|p|m|w)[a-z])", "ai"), (r"ation", "eishn"), (r"tion", "shn"), (r"ay", "ei"),
        (r"^x", "s"), (r"tsch|tch", "ch"), (r"sch", "sh"), (r"ph", "f"),
        (r"th", "t"), (r"ck", "k"), (r"qu", "kv"), (r"x", "ks"), (r"c(?=[eiy])", "s"), (r"c(?!h)", "k"), (r"q", "k"),
        (r"w", "v"), (r"ee|ea", "i"), (r"oo|ou", "u"), (r"(?<=[a-z]{2})e$", ""), (r"y", "i"),
    )
]  # fmt: skip
_DOUBLE = re.compile(r"(.)\1+")
_VOICELESS = str.maketrans("bvgdzj", "pfktss")
_VOWELS = re.compile(r"[aeiou]+")


@lru_cache(maxsize=1 << 16)
def sound(word: str) -> str:
    """The word as it sounds, in plain Latin letters; empty for a word that is not of letters alone."""
    if not word.isalpha():
        return ""
    if is_cyrillic(word):
        spelt = "".join(_RUSSIAN.get(letter, letter) for letter in _DJ.sub("ж", word))
    else:
        spelt = word
        for pattern, said in _ENGLISH:
            spelt = pattern.sub(said, spelt)
    return _DOUBLE.sub(r"\1", spelt)


def sounds(word: str) -> tuple[str, ...]:
    """All ways to say the word: the X that a Latin name begins with has three («ксерокс», «хбокс», «иксбокс»)."""
    said = sound(word)
    if not word.startswith("x") or not said:
        return (said,)
    return said, f"h{said[1:]}", f"iks{said[1:]}", f"ks{said[1:]}"


@lru_cache(maxsize=1 << 16)
def skeleton(word: str) -> str:
    """The consonants of how a word sounds, the ones that alphabets confuse taken for one."""
    bones = _VOWELS.sub("", sound(word)).replace("ch", "k").replace("sh", "s")
    # At the end of a word Russian does not tell them apart: «самсунк», «айпат».
    bones = bones[:-1] + bones[-1:].translate(_VOICELESS)
    return _DOUBLE.sub(r"\1", bones)
