"""Text to surface words: lower case, one alphabet a word, numbers and units in one spelling."""

import html
import re
from functools import lru_cache

from pipeline.text import letters
from pipeline.text.lone_letters import named_letters
from pipeline.text.measures import SIDES, UNIT, decimal, measure, measures, sides, turned

# Shops also write і and ј of other Cyrillic alphabets into Latin names.
_TO_LATIN = letters.TO_LATIN | str.maketrans("іј", "ij")
_TO_CYRILLIC = letters.TO_CYRILLIC | str.maketrans("ij", "іј")
_IS_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_IS_LATIN = re.compile(r"[a-z]")
_HAS_ACCENT = re.compile(letters.ACCENTED)

_DIGIT = re.compile(r"\d")
_TAG = re.compile(r"<[^<>]*>")
# What stands in or at a word and is none of it: trade marks, what is invisible, and the marks of a text's direction.
_MARKS = re.compile(f"[®™©℠\u200e\u200f{letters.INVISIBLE}]")
_INCH = re.compile(r"(?<=\d)\s?(?:''|[\"”″“]|in(?![\w]))|(?<=\d)-(?=inch|дюйм)")
_THOUSANDS = re.compile(r"(?<![\w.,])(\d{1,3})((?:[,\u00a0\u202f]\d{3}| 000)+)(?![\d,.])")
# «26 800 мАч» is one number, «iPhone 13 128» are two: a shop's text has either, and a query is told apart by them.
_MAYBE_THOUSANDS = re.compile(rf"(?<![\w.,])(\d{{1,3}}) (\d{{3}})(?:\s?({UNIT}))?(?![\w,.])")
_WHEEL = re.compile(r"(?<=\d/\d\d)\s?z?[rр]\s?(?=\d\d(?!\d))")
# Width, profile and rim in bare numbers, as people type them.
_TYRE = re.compile(r"(?<![\w.,])([1-3]\d5)[ /-](\d[05])[ /-](1[2-9]|2[0-4])(?![\w.,])")
# «160 на 230» and "160 by 230" are sides, in a query.
_BY = re.compile(r"(?<=\d)\s+(?:на|by)\s+(?=\d)")
_TOKEN = re.compile(
    rf"(?P<sides>{SIDES})"
    rf"|(?<![\w.,])(?P<number>\d+(?:[.,]\d+)?)\s?(?P<unit>{UNIT})(?![\w])"
    r"|(?<![\w])(?P<decimal>\d+[.,]\d+)(?![\w])"
    r"|(?P<word>[^\W_]+)"
)
_WORD = re.compile(r"[^\W_]+")
_JOINT = re.compile(r"\w[-/.+&]\w")
_COMPOUND = re.compile(r"[^\W_]+(?:[-/.+&][^\W_]+)+")


@lru_cache(maxsize=4096)
def words(text: str) -> tuple[str, ...]:
    """The words of a text in order, as they are written but for case, accents, ё and mixed alphabets.

    A number before a unit gives two words, "256 ГБ" → "256", "256gb", so that either finds it; the second is in one
    unit for each kind of quantity («0,5 ТБ» → "500gb"). Sides give theirs and all together, "3×70" → "3", "70", "3x70".
    Decimal commas become points. A hyphenated word gives its parts; `compounds` gives them joined.
    """
    plain = _plain(text)
    if not _DIGIT.search(plain):  # most texts, and three times quicker
        return tuple(map(one_alphabet, _WORD.findall(plain)))
    found: list[str] = []
    for match in _TOKEN.finditer(plain):
        if match.lastgroup == "word":
            found.append(one_alphabet(match[0]))
        else:
            parts, wholes = _number(match)
            found += (*parts, *wholes)
    for first, second, unit in _MAYBE_THOUSANDS.findall(plain):
        found += (first + second, *((measure(first + second, unit),) if unit else ()))
    return tuple(found)


@lru_cache(maxsize=4096)
def asked_words(text: str) -> tuple[tuple[str, ...], ...]:
    """The words of a query, each with the other ways to say it: a quantity or a size is asked for once, as a whole."""
    plain = _BY.sub("x", _TYRE.sub(r"\1/\2 r\3", _plain(text)))
    found: list[tuple[str, ...]] = []
    for match in _TOKEN.finditer(plain):
        if match.lastgroup == "word":
            found.append((one_alphabet(match[0]),))
        else:
            parts, wholes = _number(match)
            found.append((*wholes, *map(turned, wholes)) if wholes else parts)
    return tuple(tuple(dict.fromkeys(each)) for each in found)


def _number(match: re.Match[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """A quantity or a size: its parts as they are written, and what they say together, the likeliest first."""
    if match["sides"] is not None:
        return sides(match["sides"])
    if match["number"] is not None:
        return (decimal(match["number"]),), measures(match["number"], match["unit"])
    return (decimal(match["decimal"]),), ()


@lru_cache(maxsize=4096)
def compounds(text: str) -> tuple[str, ...]:
    """Hyphenated and dotted words joined into one: "dv7-1211ea" → "dv71211ea", "Wi-Fi" → "wifi"."""
    if not _JOINT.search(text):
        return ()
    joined = (re.sub(r"[-/.+&]", "", match[0]) for match in _COMPOUND.finditer(_plain(text)))
    return tuple(one_alphabet(word) for word in joined if not word.isdecimal())


@lru_cache(maxsize=1 << 18)
def one_alphabet(word: str) -> str:
    """A word in which look-alike letters of the other alphabet are put right; codes with digits become Latin."""
    if word.isascii() or not _IS_CYRILLIC.search(word):
        return word
    if _IS_LATIN.search(word):
        latin, cyrillic = word.translate(_TO_LATIN), word.translate(_TO_CYRILLIC)
        if not _IS_CYRILLIC.search(latin):
            return cyrillic if _mostly_cyrillic(word) and not _IS_LATIN.search(cyrillic) else latin
        return word if _IS_LATIN.search(cyrillic) else cyrillic
    if not word.isalpha():
        latin = word.translate(_TO_LATIN)
        return word if _IS_CYRILLIC.search(latin) else latin
    return word


def is_cyrillic(word: str) -> bool:
    """Whether the word has a Cyrillic letter."""
    return _IS_CYRILLIC.search(word) is not None


def _plain(text: str) -> str:
    if "&" in text:
        text = html.unescape(text)
    if "<" in text:
        text = _TAG.sub(" ", text)
    text = named_letters(text).lower()
    if not text.isascii():
        text = _MARKS.sub("", text)
        if _HAS_ACCENT.search(text):
            text = text.translate(letters.WITHOUT_ACCENTS)
    if not _DIGIT.search(text):
        return text
    text = _INCH.sub(lambda match: " " if match[0] == "-" else " inch", text)
    text = _WHEEL.sub(" r", text)
    return _THOUSANDS.sub(lambda match: match[1] + re.sub(r"\D", "", match[2]), text)


def _mostly_cyrillic(word: str) -> bool:
    return 2 * len(_IS_CYRILLIC.findall(word)) > len(word)
