"""Names of brands as rules compare them: "Dolce & Gabbana" and "Dolce&Gabbana", «Самсунг» and "Samsung" are one.

In one alphabet the letters must agree, whatever stands between the words; across the alphabets, how the name sounds.
"""

import re
import unicodedata
from functools import lru_cache

from pipeline.text import letters
from pipeline.text.phonetics import sound
from pipeline.text.words import is_cyrillic, one_alphabet

_WORD = re.compile(r"[^\W_]+(?:\+\+|#|\+(?![^\W_]))?")
_AND = frozenset({"and", "и"})
_SHORTEST_SOUND = 2


@lru_cache(maxsize=1 << 16)
def brand_keys(name: str) -> tuple[str, ...]:
    """What a product's brand is looked up by; empty for none."""
    return _keys(name, other=True)


@lru_cache(maxsize=1 << 16)
def brand_answers(name: str) -> tuple[str, ...]:
    """What a rule's brand answers to: it stops a product when one of these is among the `brand_keys`."""
    return _keys(name, other=False)


def _keys(name: str, *, other: bool) -> tuple[str, ...]:
    spelt = _spelt(name)
    if not spelt:
        return ()
    heard = sound(spelt)
    if len(heard) < _SHORTEST_SOUND:
        return (spelt,)
    # A product asks for rules in the other alphabet, and a rule is found in its own.
    return (spelt, f"{heard}~{'cyrillic' if is_cyrillic(spelt) is not other else 'latin'}")


def _spelt(name: str) -> str:
    """The letters, digits and telling signs of a name, written together; of a name without any, all of it."""
    visible = unicodedata.normalize("NFC", name).translate(letters.WITHOUT_INVISIBLE)
    plain = letters.caseless(visible).translate(letters.WITHOUT_ACCENTS)
    words = [one_alphabet(word) for word in _WORD.findall(plain)]
    inner = [word for word in words[1:-1] if word not in _AND]
    return "".join((*words[:1], *inner, *words[1:][-1:])) or letters.folded(name)
