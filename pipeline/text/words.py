"""Text to surface words: lower case, one alphabet a word, numbers and units in one spelling."""

import html
import re
from functools import lru_cache

from pipeline.text import letters

# Shops also write і and ј of other Cyrillic alphabets into Latin names.
_TO_LATIN = letters.TO_LATIN | str.maketrans("іј", "ij")
_TO_CYRILLIC = letters.TO_CYRILLIC | str.maketrans("ij", "іј")
_IS_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_IS_LATIN = re.compile(r"[a-z]")
_HAS_ACCENT = re.compile(letters.ACCENTED)

UNITS = {
    "inch": "inch", "inches": "inch", "дюйм": "inch", "дюйма": "inch", "дюймов": "inch", "дюймовый": "inch",
    "mm": "mm", "мм": "mm", "cm": "cm", "см": "cm", "m": "m", "м": "m", "ft": "ft", "feet": "ft",
    "kg": "kg", "кг": "kg", "g": "g", "г": "g", "гр": "g", "l": "l", "л": "l", "ml": "ml", "мл": "ml",
    "kb": "kb", "кб": "kb", "mb": "mb", "мб": "mb", "gb": "gb", "гб": "gb", "tb": "tb", "тб": "tb",
    "w": "w", "вт": "w", "kw": "kw", "квт": "kw", "v": "v", "в": "v", "mah": "mah", "мач": "mah",
    "hz": "hz", "гц": "hz", "mhz": "mhz", "мгц": "mhz", "ghz": "ghz", "ггц": "ghz", "mp": "mp", "мп": "mp",
    "шт": "pcs", "pcs": "pcs", "pc(s)": "pcs",
}  # fmt: skip
_UNIT = "|".join(sorted((re.escape(unit) for unit in UNITS), key=len, reverse=True))

_DIGIT = re.compile(r"\d")
_TAG = re.compile(r"<[^<>]*>")
# What stands in or at a word and is none of it: trade marks, what is invisible, and the marks of a text's direction.
_MARKS = re.compile(f"[®™©℠\u200e\u200f{letters.INVISIBLE}]")
_INCH = re.compile(r"(?<=\d)\s?(?:''|[\"”″“]|in(?![\w]))|(?<=\d)-(?=inch|дюйм)")
_THOUSANDS = re.compile(r"(?<![\w.,])(\d{1,3})((?:[,\u00a0\u202f ]\d{3})+)(?![\d,.])")
_TOKEN = re.compile(
    rf"(?<![\w.,])(?P<number>\d+(?:[.,]\d+)?)\s?(?P<unit>{_UNIT})(?![\w])"
    r"|(?<![\w])(?P<decimal>\d+[.,]\d+)(?![\w])"
    r"|(?P<word>[^\W_]+)"
)
_WORD = re.compile(r"[^\W_]+")
_JOINT = re.compile(r"\w[-/.+&]\w")
_COMPOUND = re.compile(r"[^\W_]+(?:[-/.+&][^\W_]+)+")


@lru_cache(maxsize=4096)
def words(text: str) -> tuple[str, ...]:
    """The words of a text in order, as they are written but for case, accents, ё and mixed alphabets.

    A number before a unit gives two words, "256 ГБ" → "256", "256gb", so that either finds it. Decimal
    commas become points. A hyphenated word gives its parts; `compounds` gives them joined.
    """
    plain = _plain(text)
    if not _DIGIT.search(plain):  # most texts, and three times quicker
        return tuple(map(one_alphabet, _WORD.findall(plain)))
    found: list[str] = []
    for match in _TOKEN.finditer(plain):
        number, unit, decimal, word = match.groups()
        if number is not None:
            number = _decimal(number)
            found += (number, number + UNITS[unit])
        elif decimal is not None:
            found.append(_decimal(decimal))
        else:
            found.append(one_alphabet(word))
    return tuple(found)


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
    text = text.lower()
    if not text.isascii():
        text = _MARKS.sub("", text)
        if _HAS_ACCENT.search(text):
            text = text.translate(letters.WITHOUT_ACCENTS)
    if not _DIGIT.search(text):
        return text
    text = _INCH.sub(lambda match: " " if match[0] == "-" else " inch", text)
    return _THOUSANDS.sub(lambda match: match[1] + re.sub(r"\D", "", match[2]), text)


def _decimal(number: str) -> str:
    number = number.replace(",", ".")
    return number.rstrip("0").rstrip(".") if "." in number else number


def _mostly_cyrillic(word: str) -> bool:
    return 2 * len(_IS_CYRILLIC.findall(word)) > len(word)
