"""Names in the other alphabet: «самсунг» for "Samsung" and "samsung" for «самсунг», by how they sound.

Only what `phonetics.sound` takes for the same counts, and no common short word: "toy" is not «той».
"""

from collections.abc import Mapping
from functools import lru_cache
from itertools import islice

from pipeline.text.letters import without_yo
from pipeline.text.morphology import russian
from pipeline.text.phonetics import sound
from pipeline.text.words import is_cyrillic

_SHORTEST, _LONGEST = 4, 24
_TRIED, _MOST = 32, 8
# A known word of so many letters is no longer there by chance: «адидас», «айфон».
_LONG = 5
_NAMES = ("Orgn", "Trad", "Fixd")

# By the letters of a sound: how it is written, the likeliest first.
_CYRILLIC: Mapping[str, tuple[str, ...]] = {
    "sh": ("ш",), "ch": ("ч",), "ts": ("ц", "тс"), "ia": ("я", "иа"), "iu": ("ю", "иу"), "ai": ("ай", "аи"),
    "ei": ("ей", "эй"), "oi": ("ой",), "ui": ("уй", "уи"), "a": ("а",), "b": ("б",), "v": ("в",), "g": ("г",),
    "d": ("д",), "e": ("е", "э"), "j": ("дж", "ж"), "z": ("з",), "i": ("и",), "k": ("к",), "l": ("л",),
    "m": ("м",), "n": ("н",), "o": ("о",), "p": ("п",), "r": ("р",), "s": ("с",), "t": ("т",), "u": ("у",),
    "f": ("ф",), "h": ("х",),
}  # fmt: skip
_LATIN: Mapping[str, tuple[str, ...]] = {
    "sh": ("sh", "sch"), "ch": ("ch", "tch"), "ts": ("ts",), "ks": ("x", "ks"), "kv": ("qu", "kv"),
    "ia": ("ia", "ya"), "iu": ("iu", "yu"), "a": ("a",), "b": ("b",), "v": ("v", "w"), "g": ("g",), "d": ("d",),
    "e": ("e",), "j": ("j",), "z": ("z",), "i": ("i", "y", "ee"), "k": ("k", "c", "ck"), "l": ("l",),
    "m": ("m",), "n": ("n",), "o": ("o",), "p": ("p",), "r": ("r",), "s": ("s",), "t": ("t", "th"),
    "u": ("u", "oo"), "f": ("f", "ph"), "h": ("h",),
}  # fmt: skip


@lru_cache(maxsize=1 << 16)
def in_other_alphabet(word: str) -> tuple[str, ...]:
    """How the word, in small letters, may be written in the other alphabet, the likeliest first; empty for no name."""
    if not _SHORTEST <= len(word) <= _LONGEST or not word.isalpha():
        return ()
    heard = sound(word)
    if is_cyrillic(word):
        if len(heard) < _LONG and _common(word):  # «соль» is no "sol"
            return ()
        tried = ["x" + rest for rest in _written(heard[1:], _LATIN)] if heard.startswith("si") else []
        if heard.startswith("ai"):
            tried += [f"i{rest}e" for rest in _written(heard[2:], _LATIN)]
        found = (each for each in (*_written(heard, _LATIN), *tried) if sound(each) == heard)
    elif word.isascii():
        found = (each for each in _written(heard, _CYRILLIC) if sound(each) == heard and not _common(each))
    else:
        return ()
    return tuple(dict.fromkeys(islice(found, _MOST)))


def declined(name: str) -> frozenset[str]:
    """The forms of a name that came from the Latin alphabet; none that is another word of the dictionary."""
    parses = russian().parse(name)[:1]
    known = russian().word_is_known(name)
    forms = {without_yo(form.word) for parse in parses for form in parse.lexeme}
    return frozenset(form for form in forms if known or not russian().word_is_known(form))


def _written(heard: str, table: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Spellings of the sound, at most `_TRIED`, those with the fewest unlikely letters first."""
    found = [(0, "")]
    place = 0
    while place < len(heard):
        length = 2 if heard[place : place + 2] in table else 1
        letters = table.get(heard[place : place + length], (heard[place],))
        found = sorted(
            ((cost + extra, made + letter) for cost, made in found for extra, letter in enumerate(letters)),
            key=lambda each: each[0],
        )[:_TRIED]
        place += length
    return [made for _, made in found]


def _common(word: str) -> bool:
    """Whether it is a word of the Russian dictionary and no name: a short one, or a form of another word."""
    parses = [parse for parse in russian().parse(word) if parse.is_known]
    if not parses or any(name in parses[0].tag for name in _NAMES):
        return False
    return len(word) < _LONG or not any("NOUN" in parse.tag and parse.normal_form == word for parse in parses)
