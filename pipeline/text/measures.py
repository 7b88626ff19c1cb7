"""Quantities with units, and sizes by sides, in one writing: «0,5 ТБ» and "500 GB", «3х70» and "3 × 70 мм"."""

import re
from collections.abc import Mapping
from itertools import islice

UNITS = {
    "inch": "inch", "inches": "inch", "дюйм": "inch", "дюйма": "inch", "дюймов": "inch", "дюймовый": "inch",
    "mm": "mm", "мм": "mm", "cm": "cm", "см": "cm", "m": "m", "м": "m", "ft": "ft", "feet": "ft",
    "kg": "kg", "кг": "kg", "g": "g", "г": "g", "гр": "g", "l": "l", "л": "l", "ml": "ml", "мл": "ml",
    "kb": "kb", "кб": "kb", "mb": "mb", "мб": "mb", "gb": "gb", "гб": "gb", "tb": "tb", "тб": "tb",
    "w": "w", "вт": "w", "kw": "kw", "квт": "kw", "v": "v", "в": "v", "mah": "mah", "мач": "mah",
    "ah": "ah", "ач": "ah",
    "hz": "hz", "гц": "hz", "mhz": "mhz", "мгц": "mhz", "ghz": "ghz", "ггц": "ghz", "mp": "mp", "мп": "mp",
    "шт": "pcs", "pcs": "pcs", "pc(s)": "pcs", "штук": "pcs", "штуки": "pcs",
}  # fmt: skip
_IN_WORDS: Mapping[str, tuple[str, ...]] = {
    "mm": ("миллиметр", "millimeter", "millimetre"), "cm": ("сантиметр", "centimeter", "centimetre"),
    "m": ("метр", "meter", "metre"), "kg": ("килограмм", "kilogram"), "g": ("грамм", "gram"),
    "l": ("литр", "liter", "litre"), "ml": ("миллилитр", "milliliter", "millilitre"), "mb": ("мегабайт", "megabyte"),
    "gb": ("гигабайт", "gigabyte", "гиг"), "tb": ("терабайт", "terabyte"), "w": ("ватт", "watt"),
    "kw": ("киловатт", "kilowatt"), "v": ("вольт", "volt"), "mp": ("мегапиксель", "мегапикселей", "megapixel"),
}  # fmt: skip
for _unit, _words in _IN_WORDS.items():
    UNITS |= {word + ending: _unit for word in _words for ending in (("s", "") if word.isascii() else ("", "а", "ов"))}
UNIT = "|".join(sorted((re.escape(unit) for unit in UNITS), key=len, reverse=True))
"""A pattern of any unit, in small letters."""

# In which unit each kind of quantity is written, and how much of it the others are.
_IN: Mapping[str, tuple[str, float]] = {
    "cm": ("mm", 10), "m": ("mm", 1000), "kg": ("g", 1000), "l": ("ml", 1000), "kb": ("gb", 1e-6), "mb": ("gb", 1e-3),
    "tb": ("gb", 1000), "kw": ("w", 1000), "ah": ("mah", 1000), "ghz": ("mhz", 1000),
}  # fmt: skip
_BINARY = 1024
_LENGTHS = frozenset({"mm", "cm", "m"})
_SIDE = r"\d+(?:[.,]\d+)?"
SIDES = rf"(?<![\w.,]){_SIDE}(?:\s?[xх×*]\s?{_SIDE}){{1,2}}(?:\s?(?:{UNIT}))?(?!\w)"
"""A pattern of a size by two or three sides, with its unit or without."""
_NUMBER = re.compile(_SIDE)
_UNIT_AT_END = re.compile(rf"(?<=[\d\s])(?:{UNIT})$")


def decimal(number: str) -> str:
    """The number with a point, and without zeros that say nothing."""
    number = number.replace(",", ".")
    return number.rstrip("0").rstrip(".") if "." in number else number


def measure(number: str, unit: str) -> str:
    """The quantity in the one unit of its kind, as a word: «2,5», «кг» → "2500g"."""
    own = UNITS[unit]
    base, factor = _IN.get(own, (own, 1))
    if factor == 1 and own != "gb":
        return decimal(number) + own
    value = float(number.replace(",", "."))
    if base == "gb" and value and not value % _BINARY:
        # 1024 GB and 4096 MB are what others call 1 TB and 4 GB.
        value *= 1000 / _BINARY
    return f"{round(value * factor, 6):.15g}{base}"


def measures(number: str, unit: str) -> tuple[str, ...]:
    """`measure`, and what else is said for as much: half a terabyte is 500 GB in one shop and 512 in another."""
    said = measure(number, unit)
    if UNITS[unit] != "tb" or decimal(number).isdigit():
        return (said,)
    return said, f"{float(number.replace(',', '.')) * _BINARY:.15g}gb"


def sides(written: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """A size's numbers, each with the unit too; and the size as a whole, in its own unit and in millimetres."""
    numbers = [decimal(each) for each in islice(_NUMBER.findall(written), 3)]
    whole = ["x".join(numbers)]
    parts = list(numbers)
    if named := _UNIT_AT_END.search(written):
        parts += [measure(each, named[0]) for each in numbers]
        if UNITS[named[0]] in _LENGTHS:
            whole.append("x".join(measure(each, named[0]).removesuffix("mm") for each in numbers) + "mm")
    return tuple(parts), tuple(whole)


def turned(size: str) -> str:
    """A size by two sides with the other side first, «200x160» for "160x200"; anything else as it is."""
    first, _, second = size.removesuffix("mm").partition("x")
    if not second or "x" in second or not first[:1].isdigit():
        return size
    return f"{second}x{first}" + ("mm" if size.endswith("mm") else "")
