"""Letters as people and shops write them, the one place of its tables: twins of two alphabets, what is invisible, ё.

Search and the rules of bans begin with the same letters and differ in a few, each where it says why.
"""

import unicodedata

# Letters that look the same in both alphabets; people and shops mix them up without seeing it, or to be overlooked.
_CYRILLIC = "авсенкмортху"
_LATIN = "abcehkmoptxy"
TO_LATIN = str.maketrans(_CYRILLIC, _LATIN)
TO_CYRILLIC = str.maketrans(_LATIN, _CYRILLIC)

INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
"""Soft hyphen, zero-width space, (non-)joiners, word joiner, byte order mark."""

WITHOUT_INVISIBLE = dict.fromkeys(map(ord, INVISIBLE))
"""For `str.translate`."""

_ACCENTED = "àáâãäåçèéêëìíîïñòóôõöùúûüýÿßёµ"
ACCENTED = f"[{_ACCENTED}]"
"""A pattern of the letters that `WITHOUT_ACCENTS` changes, ё among them."""

WITHOUT_ACCENTS = str.maketrans(_ACCENTED, "aaaaaaceeeeiiiinooooouuuuyysеu")
"""For `str.translate`."""


def without_yo(text: str) -> str:
    """Small ё written as е, as most people write it."""
    return text.replace("ё", "е")


def caseless(text: str) -> str:
    """Without case and ё."""
    return text.casefold().replace("ё", "е")


def folded(text: str) -> str:
    """Without case, ё and repeated spaces: how brands, categories and the words of rules are compared."""
    return " ".join(caseless(unicodedata.normalize("NFC", text)).split())
